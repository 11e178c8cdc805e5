//! Properties over random sources: no item is invented, lost or duplicated; schedules and dead sources change nothing else.

use std::{collections::BTreeSet, time::Duration};

use live_pack_recommend::{
    Ask, Call, Configure, Hit, Hits, NodeError, NodeType, Pipeline, Request, Site, Source, Work, builtin,
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::kit::{compile, fixed, ids, parts, run};

/// A source whose delay in milliseconds, or failure (−1), is in `params` of the request.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Timed {
    items: Vec<i64>,
}

impl Configure<()> for Timed {
    const TYPE: &'static str = "test.timed";
    type Params = Self;

    fn configure(params: Self, _: &mut Site<'_, '_, ()>) -> Option<Self> {
        Some(params)
    }
}

impl Source<()> for Timed {
    fn recall<'a>(&'a self, call: &'a Call<'a>) -> Work<'a, Hits> {
        let delay = call.ask.request.params.get(call.name).and_then(Value::as_i64).unwrap_or_default();
        let hits: Hits =
            (1u32..).zip(&self.items).map(|(rank, id)| Hit { id: *id, score: 1.0 / f64::from(rank) }).collect();
        match u64::try_from(delay) {
            Ok(0) => Work::now(hits),
            Ok(delay) => Work::later(async move {
                tokio::time::sleep(Duration::from_millis(delay)).await;
                Ok(hits)
            }),
            Err(_) => Work::Now(Err(NodeError::Declared)),
        }
    }
}

fn strategies() -> Vec<Value> {
    vec![
        json!({}),
        json!({"strategy": "chain", "order": ["s3"]}),
        json!({"strategy": "priority"}),
        json!({"strategy": "weighted", "combine": "sum", "normalise": "minmax"}),
        json!({"strategy": "quota", "quotas": {"*": 3}}),
        json!({"strategy": "ratio", "ratios": {"*": 1, "s1": 2}, "limit": 9}),
        json!({"strategy": "hybrid_ratio", "ratios": {"s0": 1, "s1": 1}, "limit": 40}),
        json!({"strategy": "round_robin"}),
        json!({"strategy": "snake"}),
        json!({"strategy": "waterfall", "limits": {"s0": 2}, "limit": 10}),
        json!({"strategy": "rrf"}),
    ]
}

fn timed(lists: &[Vec<i64>], merge: &Value) -> Pipeline {
    let sources: Vec<Value> = lists
        .iter()
        .enumerate()
        .map(|(n, items)| json!({ "type": "test.timed", "name": format!("s{n}"), "params": {"items": items} }))
        .collect();
    let nodes =
        json!([{ "type": "recall.fanout", "params": {"sources": sources, "merge": merge, "max_concurrent": 5} }]);
    let types = builtin().with(NodeType::source::<Timed>());
    Pipeline::compile(&json!({ "nodes": nodes }), &parts(&json!({})), &types)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn ten_thousand_random_completion_schedules_give_one_answer() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let lists: Vec<Vec<i64>> = (0..6).map(|_| (0..8).map(|_| rng.random_range(0..20)).collect()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let pipelines: Vec<Pipeline> = strategies().iter().map(|merge| timed(&lists, merge)).collect();
    let answer = |pipeline: &Pipeline, request: &Request| {
        runtime.block_on(async {
            let (slate, _) = pipeline.recommend(&Ask::new(request), Instant::now() + pipeline.timeout()).await.unwrap();
            slate
        })
    };
    let expected: Vec<_> = pipelines.iter().map(|pipeline| answer(pipeline, &Request::default())).collect();
    for schedule in 0..10_000 {
        let mut request = Request::default();
        for source in 0..lists.len() {
            request.params.insert(format!("s{source}"), rng.random_range(0..50).into());
        }
        let which = schedule % pipelines.len();
        assert_eq!(answer(&pipelines[which], &request), expected[which], "{:?}", request.params);
    }
}

fn lists() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..30, 0..12), 4..6)
}

fn recall(lists: &[Vec<i64>], merge: &Value, dead: Option<usize>) -> Vec<i64> {
    let mut request = Request::default();
    if let Some(dead) = dead {
        request.params.insert(format!("s{dead}"), (-1).into());
    }
    ids(&crate::kit::ask(&timed(lists, merge), &request).0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_item_is_invented_duplicated_or_lost(lists in lists()) {
        let found: BTreeSet<i64> = lists.iter().flatten().copied().collect();
        for merge in strategies() {
            let answer = recall(&lists, &merge, None);
            let distinct: BTreeSet<i64> = answer.iter().copied().collect();
            prop_assert_eq!(distinct.len(), answer.len(), "doubled: {}", merge);
            prop_assert!(distinct.is_subset(&found), "invented: {}", merge);
            let whole = merge.get("limit").is_none() && merge.get("quotas").is_none();
            if whole {
                prop_assert_eq!(&distinct, &found, "lost: {}", merge);
            }
            if let Some(limit) = merge["limit"].as_u64().filter(|_| merge["strategy"] == "ratio") {
                prop_assert_eq!(answer.len() as u64, limit.min(found.len() as u64), "shortfall: {}", merge);
            }
        }
    }

    #[test]
    fn quotas_hold_and_sum(lists in lists(), quota in 0_usize..5) {
        let answer = recall(&lists, &json!({"strategy": "quota", "quotas": {"*": quota}}), None);
        let mut taken = BTreeSet::new();
        for list in &lists {
            let mut count = 0;
            for id in list {
                if count < quota && taken.insert(*id) {
                    count += 1;
                }
            }
        }
        prop_assert_eq!(answer.len(), taken.len());
    }

    #[test]
    fn a_dead_source_changes_only_what_it_would_have_owned(lists in lists(), dead in 0_usize..4) {
        let mut without = lists.clone();
        without[dead].clear();
        for merge in strategies() {
            if merge["strategy"] == "ratio" || merge["strategy"] == "hybrid_ratio" {
                continue; // an empty source keeps its share in the first round, a dead one gives it to the others
            }
            prop_assert_eq!(recall(&lists, &merge, Some(dead)), recall(&without, &merge, None), "{}", merge);
        }
        let whole = recall(&lists, &json!({}), None);
        let rest: BTreeSet<i64> = without.iter().flatten().copied().collect();
        let owned: BTreeSet<i64> = lists[..dead].iter().flatten().copied().collect();
        let kept: Vec<i64> = whole.iter().copied().filter(|id| owned.contains(id)).collect();
        let answer = recall(&lists, &json!({}), Some(dead));
        prop_assert_eq!(&answer[..kept.len()], &kept[..], "what other sources own does not change");
        prop_assert_eq!(answer.into_iter().collect::<BTreeSet<_>>(), rest);
    }

    #[test]
    fn each_re_ranker_gives_a_permutation_or_the_declared_size(scores in prop::collection::vec(-2.0_f64..2.0, 0..20), n in 0_usize..25) {
        let items: Vec<(i64, f64)> = (0..).zip(scores.iter().copied()).collect();
        let kinds = [
            ("rerank.topn", "n", json!({})), ("rerank.weighted_interleave", "n", json!({"weights": {"s": 2}})),
            ("rerank.fair_interleave", "n", json!({})), ("rerank.group_quota", "n", json!({"by": "x"})),
            ("rerank.diversity", "n", json!({"constraints": [{"by": "x"}]})), ("rerank.author_decay", "n", json!({})),
            ("rerank.sample", "n", json!({})), ("rerank.ucb", "n", json!({})), ("rerank.thompson", "n", json!({})),
            ("rerank.epsilon_greedy", "n", json!({"epsilon": 0.3})), ("rerank.channel_mix", "n", json!({"places": {"s": [2]}})),
            ("rerank.dpp", "k", json!({})), ("rerank.mmr", "k", json!({})), ("rerank.ssd", "k", json!({"window": 3})),
        ];
        for (kind, size, params) in kinds {
            for limit in [None, Some(n)] {
                let mut params = params.clone();
                params[size] = json!(limit);
                let nodes = json!([fixed("s", &items), { "type": kind, "params": params }]);
                let (slate, _) = run(&nodes, &json!({}), &json!({}));
                let answer: BTreeSet<i64> = ids(&slate).into_iter().collect();
                prop_assert_eq!(slate.items.len(), limit.unwrap_or(usize::MAX).min(items.len()), "{}", kind);
                prop_assert_eq!(answer.len(), slate.items.len(), "{}", kind);
            }
        }
    }
}

#[test]
fn the_same_request_and_seed_give_the_same_answer() {
    let items: Vec<_> = (0..100).map(|id| (id, (id % 7) as f64)).collect();
    let nodes = json!([fixed("s", &items), { "type": "rerank.sample", "params": {"n": 30} }, { "type": "rerank.dpp", "params": {"k": 10} }]);
    let pipeline = compile(&nodes, &parts(&json!({}))).unwrap_or_else(|faults| panic!("{faults}"));
    let request: Request = serde_json::from_value(json!({"seed": 5})).unwrap();
    let first = crate::kit::ask(&pipeline, &request).0;
    for _ in 0..20 {
        assert_eq!(crate::kit::ask(&pipeline, &request).0, first);
    }
}
