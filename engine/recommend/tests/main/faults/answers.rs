//! Wrong answers: merges, sources, filters and re-rankers, each fault as one row of a table.

use serde_json::{Value, json};

use crate::kit::{ask, compile, degraded, fixed, ids, parts, run};

const DAY: i64 = 86_400_000;

/// The fault, a pipeline, its data and request, and the ids of the correct answer.
type Row = (&'static str, Value, Value, Value, Vec<i64>);

fn fanout(sources: Value, merge: Value) -> Value {
    json!({ "type": "recall.fanout", "params": { "sources": sources, "merge": merge } })
}

fn delayed(name: &str, delay: &str, items: &[(i64, f64)]) -> Value {
    let mut source = fixed(name, items);
    source["params"]["delay"] = delay.into();
    source
}

/// Two sources that both found item 1.
fn both() -> Value {
    json!([fixed("hot", &[(1, 0.9), (2, 0.8)]), fixed("cf", &[(1, 0.95), (3, 0.7)])])
}

fn merges() -> Vec<Row> {
    let none = || json!({});
    let many: Vec<(i64, f64)> = (0..50).map(|id| (id, 1.0)).collect();
    let mut dead = fixed("cf", &[]);
    dead["params"]["fail"] = true.into();
    vec![
        (
            "quota loses an item that two sources found",
            json!([fanout(both(), json!({"strategy": "quota", "quotas": {"hot": 2, "cf": 2}}))]),
            none(),
            none(),
            vec![1, 2, 3],
        ),
        (
            "ratio loses an item that two sources found",
            json!([fanout(both(), json!({"strategy": "ratio", "ratios": {"hot": 1, "cf": 1}, "limit": 4}))]),
            none(),
            none(),
            vec![1, 2, 3],
        ),
        (
            "waterfall loses an item that two sources found",
            json!([fanout(both(), json!({"strategy": "waterfall", "limits": {"hot": 2, "cf": 2}}))]),
            none(),
            none(),
            vec![1, 2, 3],
        ),
        (
            "a source named by its type never meets its own quota",
            json!([fanout(json!([{"type": "recall.hot"}]), json!({"strategy": "quota", "quotas": {"recall.hot": 5}}))]),
            json!({"stores": {"hot": [[1, 2], [2, 1]]}}),
            none(),
            vec![1, 2],
        ),
        (
            "the priority of an item that two sources found is that of an unknown source",
            json!([fanout(both(), json!({"strategy": "priority", "order": ["cf", "hot"]}))]),
            none(),
            none(),
            vec![1, 3, 2],
        ),
        (
            "priority orders by id and forgets the score",
            json!([fanout(json!([fixed("a", &[(1, 0.1), (9, 0.9)])]), json!({"strategy": "priority"}))]),
            none(),
            none(),
            vec![9, 1],
        ),
        (
            "items follow the order in which sources answer",
            json!([fanout(
                json!([
                    delayed("slow", "30ms", &[(1, 0.1)]),
                    delayed("middle", "20ms", &[(2, 0.2)]),
                    delayed("fast", "10ms", &[(3, 0.3)])
                ]),
                none()
            )]),
            none(),
            none(),
            vec![1, 2, 3],
        ),
        (
            "a source that does not answer keeps its share of a ratio",
            json!([fanout(
                json!([fixed("hot", &many), dead]),
                json!({"strategy": "ratio", "ratios": {"hot": 0.2, "cf": 0.8}, "limit": 40})
            )]),
            none(),
            none(),
            (0..40).collect(),
        ),
        (
            "a second recall discards the items of the first",
            json!([fixed("a", &[(1, 0.1), (2, 0.2)]), fixed("b", &[(2, 9.0), (3, 0.3)])]),
            none(),
            none(),
            vec![1, 2, 3],
        ),
    ]
}

fn sources_and_filters() -> Vec<Row> {
    let none = || json!({});
    let viewer = json!({"viewer": 7, "now_ms": 100 * DAY, "profile": {"tags": {"shoes": 1, "hats": 1}}});
    let tags = json!({"stores": {"tag:shoes": [[1, 2], [2, 1]], "tag:hats": [[3, 1]]},
        "features": {"1": {"size": 2}, "2": {"size": 1}, "3": {"size": 1}}});
    let born = json!({"features": {"1": {"born": 99 * DAY}, "2": {"born": 10 * DAY}, "3": {"born": 101 * DAY}}});
    let four = || fixed("s", &[(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)]);
    vec![
        (
            "the history returns the items that were bought, scored by milliseconds",
            json!([{"type": "recall.user_history"}]),
            json!({"stores": {"history:7": [[1, 100 * DAY]], "i2i:1": [[2, 0.5], [1, 1.0], [3, 0.9]]}}),
            viewer.clone(),
            vec![3, 2],
        ),
        (
            // 1: 1 ÷ (2 + 2 − 1); 2 and 3: 1 ÷ (2 + 1 − 1)
            "jaccard counts the viewer's weight in the union where the item's is larger",
            json!([{"type": "recall.content", "params": {"similarity": "jaccard", "size": "size"}}]),
            tags.clone(),
            viewer.clone(),
            vec![2, 3, 1],
        ),
        (
            // shoes weigh ln(5 ÷ 2), hats ln(5 ÷ 1): 2 · 0.92, 1 · 0.92, 1 · 1.61
            "tf-idf is cosine under another name",
            json!([{"type": "recall.content", "params": {"similarity": "tfidf", "catalogue": 5}}]),
            tags,
            viewer.clone(),
            vec![1, 3, 2],
        ),
        (
            "an item whose time is an integer, is missing or lies ahead survives every age limit",
            json!([four(), {"type": "filter.time_decay", "params": {"feature": "born", "max_age": 5, "on_error": "fail"}}]),
            born,
            viewer,
            vec![1],
        ),
        (
            "a node with a condition never runs",
            json!([four(), {"type": "rerank.topn", "params": {"n": 2}, "when": "request.params.short"}]),
            none(),
            json!({"params": {"short": true}}),
            vec![1, 2],
        ),
    ]
}

fn re_rankers() -> Vec<Row> {
    let none = || json!({});
    let scores = [(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)];
    let four = || fixed("s", &scores);
    let negative = || fixed("s", &[(1, -0.1), (2, -9.0), (3, -5.0)]);
    let axes = json!({"embeddings": {"1": [1, 0], "2": [1, 0.1], "3": [0, 1], "4": [0.1, 1]}});
    let counts = json!({"features": {"1": {"shows": 1000, "wins": 10}, "2": {"shows": 1000, "wins": 500}, "3": {"shows": 1000, "wins": 100}}});
    let lanes = |from: i64| (from..from + 16).map(|id| (id, 1.0)).collect::<Vec<_>>();
    vec![
        (
            "3 : 1 interleaves as 1 : 1, because each round takes one of every source",
            json!([fanout(json!([fixed("a", &lanes(0)), fixed("b", &lanes(100))]), none()),
                {"type": "rerank.weighted_interleave", "params": {"weights": {"a": 3, "b": 1}, "n": 16}}]),
            none(),
            none(),
            vec![0, 1, 100, 2, 3, 4, 101, 5, 6, 7, 102, 8, 9, 10, 103, 11],
        ),
        (
            "dpp ignores the scores unless it is told otherwise",
            json!([fixed("s", &[(1, 0.1), (2, 0.5), (3, 0.9)]), {"type": "rerank.dpp", "params": {"k": 3}}]),
            json!({"embeddings": {"1": [1, 0, 0], "2": [0, 1, 0], "3": [0, 0, 1]}}),
            none(),
            vec![3, 2, 1],
        ),
        (
            // 4 has the higher score, but resembles 3, which was chosen just before
            "the window of dpp restarts without its earlier choices",
            json!([fixed("s", &[(1, 0.9), (2, 0.6), (3, 0.8), (4, 0.75)]), {"type": "rerank.dpp", "params": {"window": 2, "alpha": 0.1}}]),
            axes.clone(),
            none(),
            vec![1, 3, 2, 4],
        ),
        (
            "ssd keeps the volume at gamma instead of the residual of each vector",
            json!([four(), {"type": "rerank.ssd", "params": {"k": 2, "theta": 0.5, "gamma": 1}}]),
            axes,
            none(),
            vec![1, 3],
        ),
        (
            "ucb adds its bonus to the ranker's score",
            json!([negative(), {"type": "rerank.ucb"}]),
            counts.clone(),
            none(),
            vec![2, 3, 1],
        ),
        (
            "thompson multiplies the ranker's score, so that negative ones turn the order round",
            json!([negative(), {"type": "rerank.thompson"}]),
            counts,
            none(),
            vec![2, 3, 1],
        ),
    ]
}

#[test]
fn each_wrong_answer_of_other_libraries_is_correct_here() {
    for (fault, nodes, data, request, answer) in [merges(), sources_and_filters(), re_rankers()].into_iter().flatten() {
        let (slate, _) = run(&nodes, &data, &request);
        assert_eq!(ids(&slate), answer, "{fault}");
    }
}

/// The fault: an item that loses in the merge keeps its label only if that came first.
#[test]
fn an_item_keeps_both_sources_whichever_owns_it() {
    for order in [["hot", "cf"], ["cf", "hot"]] {
        let nodes = json!([fanout(both(), json!({"strategy": "priority", "order": order}))]);
        let (slate, record) = run(&nodes, &json!({}), &json!({}));
        let one = slate.items.iter().find(|item| item.id == 1).unwrap();
        let found: Vec<_> = one.sources.iter().map(|source| record.source_name(source.source)).collect();
        assert_eq!(found, ["hot", "cf"], "{order:?}");
        assert_eq!(one.score, if order[0] == "hot" { 0.9 } else { 0.95 }, "the score is the owner's");
    }
}

/// The fault: shares follow the sums of scores, so the larger group takes all; rounding and lower bounds break the total.
#[test]
fn group_quota_shares_by_mean_score_and_keeps_the_sum() {
    let items: Vec<_> = (0..60).map(|id| (id, 0.5)).collect();
    let labels: serde_json::Map<String, Value> =
        (0..60).map(|id| (id.to_string(), json!({"group": if id < 40 { "A" } else { "B" }}))).collect();
    for (mut params, shares) in [
        (json!({"n": 20}), (10, 10)),
        (json!({"n": 19}), (10, 9)),
        (json!({"n": 17, "min": 8}), (9, 8)),
        (json!({"n": 15, "max": 8}), (8, 7)),
    ] {
        params["by"] = "group".into();
        let nodes = json!([fixed("s", &items), { "type": "rerank.group_quota", "params": params }]);
        let order = ids(&run(&nodes, &json!({"labels": labels}), &json!({})).0);
        let first = order.iter().filter(|id| **id < 40).count();
        assert_eq!((first, order.len() - first), shares, "{params}");
    }
}

/// The fault: retries continue after the deadline on a timer of their own: 552 ms instead of 10.
#[tokio::test(start_paused = true)]
async fn retries_and_hanging_sources_end_with_the_deadline_of_the_fan_out() {
    let mut hanging = delayed("hanging", "1h", &[(1, 1.0)]);
    hanging["on_error"] = json!({"retry": {"times": 10, "backoff": "50ms"}});
    let nodes = json!([{ "type": "recall.fanout", "params": { "sources": [hanging], "timeout": "10ms" } }]);
    let pipeline = compile(&nodes, &parts(&json!({}))).unwrap_or_else(|faults| panic!("{faults}"));
    let (request, begin) = (live_pack_recommend::Request::default(), tokio::time::Instant::now());
    let until = begin + std::time::Duration::from_millis(20);
    let (slate, _) = pipeline.recommend(&live_pack_recommend::Ask::new(&request), until).await.unwrap();
    assert_eq!(begin.elapsed().as_millis(), 10);
    assert_eq!(degraded(&slate), ["hanging: timeout after 10ms"]);
}

/// The fault: padding writes its mark into the resident items, and eight concurrent requests end the process.
#[test]
fn padding_under_concurrent_requests_changes_nothing_resident() {
    let nodes = json!([fixed("s", &[(1, 0.9), (2, 0.8)]), { "type": "postprocess.padding", "params": {"n": 4, "items": [[7, 1], [8, 1]]} }]);
    let pipeline = compile(&nodes, &parts(&json!({}))).unwrap_or_else(|faults| panic!("{faults}"));
    let first = ask(&pipeline, &live_pack_recommend::Request::default()).0;
    assert_eq!(ids(&first), [1, 2, 7, 8]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(ask(&pipeline, &live_pack_recommend::Request::default()).0, first);
                }
            });
        }
    });
}
