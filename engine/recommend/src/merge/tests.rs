//! Each strategy with a table of cases, and the faults of its parameters.

use serde_json::{Value, json};

use super::*;
use crate::{
    hits::{Hit, Hits},
    spec::Faults,
};

type Answer<'a> = (&'a str, Option<&'a [(i64, f64)]>);

fn answers(sources: &[Answer<'_>]) -> Answers {
    let hits = sources.iter().map(|(_, hits)| {
        let hits: Option<Hits> =
            hits.map(|hits| hits.iter().map(|(id, score)| Hit { id: *id, score: *score }).collect());
        hits
    });
    Answers::new(hits.collect(), 0, &mut Vec::new(), &mut Vec::new())
}

fn names(sources: &[Answer<'_>]) -> Vec<String> {
    sources.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn merge(spec: &Value, sources: &[Answer<'_>]) -> Vec<Item> {
    let mut faults = Faults::default();
    let merge = configure(spec, &names(sources), "merge", &mut faults).unwrap_or_else(|| panic!("{spec}: {faults}"));
    merge.run(&answers(sources), 0).unwrap()
}

fn ids(items: &[Item]) -> Vec<i64> {
    items.iter().map(|item| item.id).collect()
}

const HOT: Answer<'_> = ("hot", Some(&[(1, 0.9), (2, 0.8), (3, 0.2)]));
const CF: Answer<'_> = ("cf", Some(&[(1, 0.95), (4, 0.7), (3, 0.6), (5, 0.1)]));
const NEW: Answer<'_> = ("new", Some(&[(6, 5.0), (4, 4.0)]));

#[test]
fn each_strategy_orders_and_owns_as_the_contract_says() {
    let cases: [(Value, &[i64]); 25] = [
        (json!({}), &[1, 2, 3, 4, 5, 6]),
        (json!({"strategy": "union", "limit": 4}), &[1, 2, 3, 4]),
        (json!({"strategy": "chain", "order": ["new", "cf"]}), &[6, 4, 1, 3, 5, 2]),
        (json!({"strategy": "priority"}), &[1, 2, 3, 4, 5, 6]),
        (json!({"strategy": "priority", "order": ["cf", "new", "hot"]}), &[1, 4, 3, 5, 6, 2]),
        (json!({"strategy": "weighted"}), &[6, 4, 1, 2, 3, 5]),
        (json!({"strategy": "weighted", "weights": {"new": 0.1}}), &[1, 2, 4, 3, 6, 5]),
        (json!({"strategy": "weighted", "weights": {"*": 0.0, "hot": 1.0}}), &[1, 2, 3, 4, 5, 6]),
        (json!({"strategy": "weighted", "combine": "sum"}), &[6, 4, 1, 2, 3, 5]),
        (json!({"strategy": "weighted", "normalise": "minmax"}), &[1, 6, 2, 4, 3, 5]),
        (json!({"strategy": "weighted", "normalise": "rank"}), &[1, 6, 4, 2, 3, 5]),
        (json!({"strategy": "quota", "quotas": {"hot": 2, "cf": 2}}), &[1, 2, 4, 3]),
        (json!({"strategy": "quota", "quotas": {"*": 1}}), &[1, 4, 6]),
        (json!({"strategy": "quota", "quotas": {"cf": 2, "hot": 1}, "order": ["cf", "hot"]}), &[1, 4, 2]),
        (json!({"strategy": "ratio", "ratios": {"hot": 1, "cf": 1}, "limit": 4}), &[1, 2, 4, 3]),
        (json!({"strategy": "ratio", "ratios": {"hot": 1, "cf": 1}, "limit": 5}), &[1, 2, 3, 4, 5]),
        (json!({"strategy": "ratio", "ratios": {"hot": 0.9, "new": 0.1}, "limit": 9}), &[1, 2, 3, 6, 4]),
        (json!({"strategy": "ratio", "ratios": {"hot": 0, "new": 1}, "limit": 9}), &[6, 4]),
        (json!({"strategy": "hybrid_ratio", "ratios": {"hot": 1, "cf": 1}, "limit": 5}), &[1, 2, 3, 6, 4]),
        (json!({"strategy": "hybrid_ratio", "ratios": {"hot": 1}, "limit": 2, "over_limit": "trim"}), &[1, 4]),
        (json!({"strategy": "hybrid_ratio", "ratios": {"hot": 1}}), &[2, 1, 4, 3, 5, 6]),
        (json!({"strategy": "round_robin"}), &[1, 4, 6, 2, 3, 5]),
        (json!({"strategy": "snake"}), &[1, 4, 6, 3, 2, 5]),
        (json!({"strategy": "waterfall", "order": ["new"], "limits": {"hot": 1}, "limit": 5}), &[6, 4, 1, 3, 5]),
        (json!({"strategy": "rrf"}), &[1, 4, 3, 6, 2, 5]),
    ];
    for (spec, expected) in cases {
        assert_eq!(ids(&merge(&spec, &[HOT, CF, NEW])), expected, "{spec}");
    }
}

#[test]
fn an_item_that_two_sources_found_is_never_lost() {
    // The original loses item 1 with quota, ratio and waterfall, because the item's joined label has no quota.
    let (hot, cf) = (("hot", Some(&[(1, 0.9), (2, 0.8)][..])), ("cf", Some(&[(1, 0.95), (3, 0.7)][..])));
    for spec in [
        json!({"strategy": "quota", "quotas": {"hot": 2, "cf": 2}}),
        json!({"strategy": "ratio", "ratios": {"hot": 1, "cf": 1}, "limit": 4}),
        json!({"strategy": "waterfall", "limits": {"hot": 2, "cf": 2}}),
    ] {
        let items = merge(&spec, &[hot, cf]);
        assert_eq!(ids(&items), [1, 2, 3], "{spec}");
        assert_eq!((items[0].owner, items[0].score, items[0].sources), (0, 0.9, 0b11), "{spec}");
    }
}

#[test]
fn a_full_owner_passes_an_item_on_to_the_next_source_that_found_it() {
    let (hot, cf) = (("hot", Some(&[(1, 0.9), (2, 0.8)][..])), ("cf", Some(&[(2, 0.5), (1, 0.4)][..])));
    let items = merge(&json!({"strategy": "quota", "quotas": {"hot": 1, "cf": 2}}), &[hot, cf]);
    assert_eq!(ids(&items), [1, 2]);
    assert_eq!((items[1].owner, items[1].score), (1, 0.5));
}

#[test]
fn a_source_that_does_not_answer_leaves_its_share_to_the_others() {
    // The original fills 9 of 40 places here.
    let hot: Vec<(i64, f64)> = (0..50).map(|id| (id, 1.0)).collect();
    let spec = json!({"strategy": "ratio", "ratios": {"hot": 0.2, "cf": 0.8}, "limit": 40});
    let items = merge(&spec, &[("hot", Some(&hot)), ("cf", None)]);
    assert_eq!(ids(&items), (0..40).collect::<Vec<_>>());
}

#[test]
fn equal_scores_are_ordered_by_id_and_never_by_arrival() {
    let a: Answer<'_> = ("a", Some(&[(9, 1.0), (3, 1.0)]));
    let b: Answer<'_> = ("b", Some(&[(7, 1.0)]));
    assert_eq!(ids(&merge(&json!({"strategy": "weighted"}), &[a, b])), [3, 7, 9]);
    assert_eq!(ids(&merge(&json!({"strategy": "priority"}), &[a, b])), [3, 9, 7]);
}

#[test]
fn scores_that_are_not_finite_and_repeated_ids_are_refused() {
    let hits: Hits =
        [(1, f64::NAN), (2, 0.5), (2, 0.4), (3, f64::INFINITY), (4, 0.1)].map(|(id, score)| Hit { id, score }).into();
    let (mut refused, mut repeated) = (Vec::new(), Vec::new());
    let answers = Answers::new(vec![Some(hits)], 0, &mut refused, &mut repeated);
    assert_eq!(ids(&Merge::first().run(&answers, 0).unwrap()), [2, 4]);
    let reasons: Vec<_> = refused.iter().map(|refused| (refused.id, refused.reason)).collect();
    assert_eq!(reasons, [(1, "score is not a number"), (3, "score is infinite")]);
    assert_eq!(repeated, [(0, 1)]);
}

#[test]
fn sources_without_a_ratio_that_exceed_the_limit_are_an_error_unless_declared() {
    let mut faults = Faults::default();
    let spec = json!({"strategy": "hybrid_ratio", "ratios": {"hot": 1}, "limit": 2});
    let merge = configure(&spec, &names(&[HOT, CF, NEW]), "merge", &mut faults).unwrap();
    let error = merge.run(&answers(&[HOT, CF, NEW]), 0).unwrap_err().to_string();
    assert_eq!(error, "merge hybrid_ratio: 5 items of sources without a ratio exceed the limit 2");
}

#[test]
fn faults_name_the_place_the_rule_and_the_nearest_name() {
    for (spec, expected) in [
        (json!({"strategy": "quta"}), "merge.strategy: unknown name, nearest is \"quota\""),
        (
            json!({"strategy": "quota", "quotas": {"hto": 1}}),
            "merge.quotas.hto: is not a source of this fan-out, nearest is \"hot\"",
        ),
        (
            json!({"strategy": "quota", "quotas": {"hot": -1}}),
            "merge.quotas.hot: must be an integer of at least 0, found -1",
        ),
        (json!({"strategy": "quota"}), "merge.quotas: is required by the strategy quota but missing"),
        (
            json!({"strategy": "ratio", "ratios": {"hot": 1}}),
            "merge.limit: is required by the strategy ratio but missing",
        ),
        (json!({"strategy": "first", "ratios": {}}), "merge.ratios: has no meaning for the strategy first"),
        (json!({"strategy": "chain", "order": ["hot", "hot"]}), "merge.order[1]: repeats a source"),
        (json!({"strategy": "weighted", "normalise": "max"}), "merge.normalise: unknown name, nearest is \"raw\""),
        (json!({"limt": 3}), "merge.limt: unknown key, nearest is \"limit\""),
        (json!(3), "merge: must be an object, found 3"),
    ] {
        let mut faults = Faults::default();
        assert!(configure(&spec, &names(&[HOT, CF]), "merge", &mut faults).is_none(), "{spec}");
        assert_eq!(faults.0.len(), 1, "{spec}: {faults}");
        assert!(faults.to_string().starts_with(expected), "{spec}: {faults}");
    }
}
