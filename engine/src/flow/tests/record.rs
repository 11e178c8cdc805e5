//! Text, JSON, diagrams and traces of a flow and its record.

use serde_json::json;

use super::*;
use crate::{
    Answered, Definition, Engine, NeedRun, Plan, PlanConf, Stage,
    test_util::{Fake, Tiny, plan},
};

#[derive(Debug, Clone, PartialEq)]
struct Answer(u32);

fn engine() -> Plan<Tiny, Answer> {
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("Slow", 1_u8).stage(Stage::Loaders).after(ms(10)))
        .fake(Fake::value("End", Answer(1)).need::<u8>())
        .answer::<Answer>();
    plan(&definition, &PlanConf::default())
}

fn flow() -> FlowDefinition<Trail> {
    let plan = engine();
    let fork = Fork::<Trail>::all()
        .strong("E", move |_| {
            let engine = Engine::new(&plan, Arc::default());
            async move { engine.answer().await.map_err(|_| ERROR) }
        })
        .weak("w", |_| fails_after(5))
        .timeout(ms(40))
        .weak("x", |_| hangs())
        .need_run(|_| NeedRun::Skip("why"));
    Flow::<Trail>::define("F")
        .timeout(ms(500))
        .sync("a", |walk, _| walk.go("a"))
        .fork("fork", fork, |walk, (Answered { answer, record }, _, _), turn| {
            turn.attach(record);
            walk.go(format!("{answer:?}"))
        })
        .sync("again", |_, _| Ok(Next::Jump("fork")))
        .may_jump(Jump { to: "fork", at_most: 1, while_left: ms(20) })
}

#[test]
fn a_flow_explains_itself() {
    let flow = flow().build().unwrap();
    let text = "F: timeout 500ms\n  1. a\n  2. fork: fork, joined on all\n     E [strong]\n     w [weak, timeout 40ms]\n     \
                x [weak, if needed]\n  3. again [may jump to fork: at most 1×, while 20ms are left]\n";
    assert_eq!(flow.explain(), text);
    let json = flow.explain_json();
    assert_eq!(json["steps"][1]["join"], "all");
    assert_eq!(
        json["steps"][1]["branches"][1],
        json!({
            "branch": "w", "strength": { "value": "weak", "from": "default" },
            "enabled": { "value": true, "from": "default" }, "timeout_ms": 40.0, "conditional": false, "each": false,
        })
    );
    assert_eq!(json["steps"][2]["jumps"], json!([{ "to": "fork", "at_most": 1, "while_left_ms": 20.0 }]));
    let mermaid = flow.explain_mermaid();
    for line in [
        "n0[\"a\"]:::plain",
        "n1[\"fork<br/>fork\"]",
        "n2[\"E<br/>strong\"]",
        "n5[\"fork<br/>merge on all\"]",
        "n0 --> n1",
        "n1 --> n2",
        "n2 --> n5",
        "n1 -.-> n3",
        "n5 --> n6",
        "n6 -.->|at most 1×, while 20ms are left| n1",
    ] {
        assert!(mermaid.contains(line), "{line} is not in\n{mermaid}");
    }
    assert!(flow.explain_dot().starts_with("digraph \"F\""));
}

#[tokio::test(start_paused = true)]
async fn a_record_contains_every_round_and_the_records_of_engines() {
    let ran = walk(flow()).await;
    assert_eq!(ran.ended, Ok(()));
    let line = "F 20.000ms; w failed: no; x skipped: not needed: why; again jumped to fork; w (round 2) failed: no; \
                x (round 2) skipped: not needed: why; again (round 2) was refused the jump to fork: too often";
    assert_eq!(ran.record.line(), line);
    assert_eq!(ran.record.critical_path(), ["a", "E", "fork", "again", "E", "fork", "again"]);
    assert_eq!(
        ran.record.attached().map(|(at, record)| (at, record.line())).collect::<Vec<_>>(),
        vec![("E", "E 10.000ms".to_owned()); 2]
    );
    let json = ran.record.to_json();
    assert_eq!(json["steps"][1]["step"], "fork");
    assert_eq!(json["steps"][1]["branches"][0]["records"][0]["engine"], "E");
    assert_eq!(json["steps"][1]["branches"][1]["reason"], "no");
    assert_eq!(json["steps"][2]["next"], json!({ "jump": "fork" }));
    assert_eq!((&json["steps"][3]["round"], &json["steps"][3]["start_us"]), (&json!(2), &json!(10_000.0)));
}

#[tokio::test(start_paused = true)]
async fn a_record_renders_as_a_diagram_and_a_trace() {
    let record = walk(flow()).await.record;
    let mermaid = record.to_mermaid();
    for line in [
        "n2[\"E<br/>10.000 ms\"]:::critical",
        "n3[\"w<br/>no\"]:::failed",
        "n4[\"x<br/>not needed: why\"]:::absent",
        "n6 -->|jump to fork| n7",
        "round 2",
    ] {
        assert!(mermaid.contains(line), "{line} is not in\n{mermaid}");
    }
    assert!(record.to_dot().contains("penwidth=3"));
    let trace = record.to_chrome_trace();
    let slow: Vec<_> =
        trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["name"] == "Slow").collect();
    assert_eq!(
        slow.iter().map(|event| (&event["pid"], &event["ts"])).collect::<Vec<_>>(),
        [(&json!(2), &json!(0.0)), (&json!(3), &json!(10_000.0))]
    );
}
