//! Hooks: their calls and arguments, and that they change nothing.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use live_pack_recommend::{Ask, Candidates, Hook, Parts, Pipeline, Request, Slate};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::kit::{ask, compile, degraded, fixed, ids, parts};

/// Node, ids of the list after it, whether it has features, and milliseconds; the answer comes last, as "finish".
type Seen = (String, Vec<i64>, bool, u128);

#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Vec<Seen>>>);

impl Hook for Watch {
    fn after(&self, ask: &Ask<'_>, node: &str, list: &Candidates, took: Duration) {
        assert_eq!(ask.request.seed, 5);
        let seen = (node.to_owned(), list.ids().to_vec(), list.features().is_some(), took.as_millis());
        self.0.lock().unwrap().push(seen);
    }

    fn finish(&self, _: &Ask<'_>, slate: &Slate) {
        self.0.lock().unwrap().push(("finish".into(), ids(slate), false, 0));
    }
}

/// Panics in every call.
struct Panics;

impl Hook for Panics {
    fn after(&self, _: &Ask<'_>, _: &str, _: &Candidates, _: Duration) {
        panic!("in after")
    }

    fn finish(&self, _: &Ask<'_>, _: &Slate) {
        panic!("in finish")
    }
}

fn nodes() -> Value {
    let mut slow = fixed("slow", &[(3, 0.3)]);
    slow["params"]["delay"] = "40ms".into();
    let mut late = fixed("late", &[(4, 0.4)]);
    (late["params"]["delay"], late["timeout"]) = ("1h".into(), "10ms".into());
    json!([fixed("a", &[(2, 0.1), (1, 0.2)]), slow, late, { "type": "feature.enrich", "params": {"item": ["x"]} },
        { "type": "filter.expr", "params": {"expr": "item.id != 2"} },
        { "type": "rerank.topn", "params": {"n": 1}, "when": "request.params.short" },
        { "type": "postprocess.truncate_fields", "params": {"drop": ["features"]} }])
}

fn request() -> Request {
    serde_json::from_value(json!({"seed": 5})).unwrap()
}

fn plain() -> Pipeline {
    compile(&nodes(), &parts(&json!({}))).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_hook_sees_the_list_after_each_node_that_ran_and_then_the_answer() {
    let watch = Watch::default();
    ask(&plain().hook(watch.clone()), &request());
    let row = |node: &str, ids: &[i64], features: bool, took| (node.to_owned(), ids.to_vec(), features, took);
    assert_eq!(
        *watch.0.lock().unwrap(),
        [
            row("a", &[2, 1], false, 0),
            row("slow", &[2, 1, 3], false, 40),
            // it failed, so the list is unchanged
            row("late", &[2, 1, 3], false, 10),
            row("filter.exclude", &[2, 1, 3], false, 0),
            row("feature.enrich", &[2, 1, 3], true, 0),
            row("filter.expr", &[1, 3], true, 0),
            row("postprocess.truncate_fields", &[1, 3], false, 0),
            row("finish", &[1, 3], false, 0),
        ]
    );
}

#[test]
fn a_hook_that_panics_changes_nothing_and_the_next_one_is_called() {
    let expected = ask(&plain(), &request()).0;
    let watch = Watch::default();
    let (slate, _) = ask(&plain().hook(Panics).hook(watch.clone()), &request());
    assert_eq!(slate, expected);
    assert_eq!(degraded(&slate), ["late: timeout after 10ms"]);
    assert_eq!(watch.0.lock().unwrap().len(), 8);
}

#[test]
fn a_hook_sees_no_answer_after_a_strong_node_fails() {
    let mut dead = fixed("dead", &[]);
    dead["params"]["fail"] = true.into();
    dead["on_error"] = "fail".into();
    let failing = json!({ "type": "recall.fanout", "strong": true, "params": { "sources": [dead] } });
    let watch = Watch::default();
    let pipeline = compile(&json!([fixed("a", &[(1, 1.0)]), failing]), &Parts::default());
    let pipeline = pipeline.unwrap_or_else(|faults| panic!("{faults}")).hook(watch.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let request = request();
    let answer =
        runtime.block_on(async { pipeline.recommend(&Ask::new(&request), Instant::now() + pipeline.timeout()).await });
    assert!(answer.is_err());
    let seen: Vec<String> = watch.0.lock().unwrap().iter().map(|seen| seen.0.clone()).collect();
    assert_eq!(seen, ["a"]);
}
