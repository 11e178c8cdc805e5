//! Panics in a child process, because a hook and a subscriber belong to a whole process.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{hint::black_box, process::Command, sync::Arc};

use live_pack_admission::Admission;
use live_pack_dal::{RequestLabel, model::TraceId, request_label::carried_work};
use live_pack_engine::{
    Definition, PlanConf,
    test_util::{Fake, Tiny, run},
};
use live_pack_idl::{Method, live_pack::LivePackServiceGetPinCardDataArgsRecv};
use motore::Service as _;
use prometheus::Registry;
use serde_json::Value;
use volo_thrift::context::ServerContext;

use crate::{
    metrics::ServerMetrics,
    pack_service::{CallOptions, PackCall, Request, peer::Peer},
    testing::{Behaviour, layered},
};

/// The test that runs in the child process.
const CHILD: &str = "logging::panics::tests::a_process_with_three_panics";

#[test]
fn a_panic_is_one_line_with_request_engine_and_task_and_one_backtrace_per_second() {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).args([CHILD, "--exact", "--ignored", "--nocapture"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(!log.contains("secret-value"), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let field = |name: &str| -> Vec<&str> {
        lines.iter().map(|line| line.get(name).and_then(Value::as_str).unwrap_or("")).collect()
    };
    assert_eq!(field("target"), ["panic"; 3], "{log}");
    assert_eq!(field("method"), ["GetPinCardData", "GetLiveBagTab", "GetLiveBagTab"]);
    assert_eq!(field("task"), ["", "LastConverter", "LastConverter"]);
    assert_eq!(field("engine"), ["", "DemoEngine", "DemoEngine"]);
    assert_eq!(field("text")[0], "a secret of the handler", "a literal of the code");
    assert!(field("text")[1].starts_with("a text with values"), "{log}");
    assert_eq!(field("log_id")[1..], ["mine-1", "mine-1"]);
    assert!(field("location").iter().all(|location| location.contains(".rs:")), "{log}");
    let backtraces = field("backtrace").iter().filter(|text| !text.is_empty()).count();
    assert!((1..=2).contains(&backtraces), "{backtraces} within the second or two that the process takes: {log}");
}

/// Runs an engine whose task panics with a value, first in its own future and then in a spawned task.
async fn engine_panics() {
    let fake = || Fake::<Tiny, u8>::new("LastConverter", |_| panic!("a {}", black_box("secret-value")));
    let definition = Definition::<Tiny>::new("DemoEngine").fake(fake()).answer::<u8>();
    let conf = PlanConf::default();
    let run = async move { run(&definition, &conf).await.into_answer().0.is_err() };
    assert!(run.await);
}

#[tokio::test]
#[ignore = "runs as the child process of the test above"]
async fn a_process_with_three_panics() {
    let _logs = crate::logging::start("info", &Registry::new()).unwrap();
    let admission = Arc::new(Admission::open());
    let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
    let service = layered(Behaviour::Panic, CallOptions::default(), &admission, &metrics);
    let request = Request::GetPinCardData(LivePackServiceGetPinCardDataArgsRecv::default());
    let (mut cx, peer) = (ServerContext::default(), Peer::at("10.0.0.9:1".parse().unwrap()));
    let call = PackCall::new(&mut cx, request, &peer, &admission, CallOptions::default().max_request_time);
    assert!(service.call(&mut cx, call).await.is_err());
    let label = RequestLabel::new("mine-1".into(), Method::GetLiveBagTab, "shop".into(), "".into(), TraceId(7));
    let work = async {
        engine_panics().await;
        #[expect(clippy::disallowed_methods, reason = "awaited at once")]
        tokio::spawn(carried_work(Box::pin(engine_panics()))).await.unwrap();
    };
    Arc::new(label).scope(work).await;
}
