//! Shadows, on a paused clock: compared and counted, never read and never awaited.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{sync::Mutex, time::Duration};

use super::*;
use crate::{
    test_util::{Fake, FakeInputs, Recorder, Tiny, TinyError, TinyRequest, fault_lines, plan},
    *,
};

#[derive(Debug, Clone, PartialEq)]
struct Old(u32);
#[derive(Debug, Clone, PartialEq)]
struct New(u32);
#[derive(Debug, Clone, PartialEq)]
struct Answer(u32);

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn queue(capacity: usize) -> Arc<SideEffects> {
    Arc::new(SideEffects::start(SideEffectsConf { capacity, at_once: 8, timeout: ms(1_000) }))
}

fn equal(old: &Old, new: &New) -> bool {
    old.0 == new.0
}

fn base() -> Definition<Tiny, Answer> {
    Definition::new("E")
        .fake(Fake::value("Loader", Old(1)).stage(Stage::Loaders).after(ms(10)))
        .fake(Fake::new("End", |inputs: &FakeInputs<'_, Tiny>| Ok(Answer(inputs.need::<Old>().0))).need::<Old>())
        .answer::<Answer>()
}

fn percent(percent: f64) -> PlanConf {
    let conf = TaskConf { rollout: Some(Rollout { percent, ..Rollout::default() }), ..TaskConf::default() };
    PlanConf { tasks: [("NewLoader".to_owned(), conf)].into(), ..PlanConf::default() }
}

/// Runs the engine once, drains the queue, and returns the result of the shadow; checks that the answer was not
/// delayed.
async fn shadowed(definition: &Definition<Tiny, Answer>, conf: &PlanConf) -> ShadowCounts {
    let (queue, start) = (queue(8), Instant::now());
    let finished = Engine::new(&plan(definition, conf), Arc::default()).shadows_on(&queue).run().await;
    assert_eq!(start.elapsed(), ms(10));
    assert_eq!(finished.record.line(), "E 10.000ms", "a shadow is not part of the engine");
    assert_eq!(finished.into_answer().0, Ok(Answer(1)));
    queue.drain(Instant::now() + ms(5_000)).await;
    definition.shadow_counts().next().unwrap().1
}

#[tokio::test(start_paused = true)]
async fn a_shadow_is_compared_and_every_outcome_is_counted() {
    let none = ShadowCounts::default();
    let ends: [(Fake<Tiny, New>, ShadowCounts); 8] = [
        (Fake::value("NewLoader", New(1)), ShadowCounts { equal: 1, ..none }),
        (Fake::value("NewLoader", New(2)).after(ms(50)), ShadowCounts { different: 1, ..none }),
        (Fake::error("NewLoader", TinyError("no")), ShadowCounts { failed: 1, ..none }),
        (Fake::panic("NewLoader"), ShadowCounts { failed: 1, ..none }),
        (Fake::panic("NewLoader").after(ms(5)), ShadowCounts { failed: 1, ..none }),
        (Fake::hang("NewLoader"), ShadowCounts { failed: 1, ..none }),
        (Fake::stop("NewLoader", "stop"), ShadowCounts { failed: 1, ..none }),
        (Fake::skip("NewLoader", "why"), ShadowCounts { skipped: 1, ..none }),
    ];
    for (shadow, expected) in ends {
        assert_eq!(shadowed(&base().fake_shadow(shadow, equal), &percent(100.0)).await, expected);
    }
    let comparer_panics = base().fake_shadow(Fake::value("NewLoader", New(1)), |_: &Old, _: &New| panic!("told to"));
    assert_eq!(shadowed(&comparer_panics, &percent(100.0)).await, ShadowCounts { failed: 1, ..none });
}

/// A new version that reads the datum of the old one.
struct NewLoader;

impl Task<Tiny> for NewLoader {
    type Output = New;
    type Input<'a> = &'a Old;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<Tiny>, old: &Old) -> TaskResult<Tiny, New> {
        assert_eq!(cx.remaining(), ms(80), "its own timeout, counted from its own start");
        Ok(New(old.0))
    }
}

#[tokio::test(start_paused = true)]
async fn a_shadow_is_a_task_like_any_other_with_its_own_timeout() {
    let mut conf = percent(100.0);
    conf.tasks.get_mut("NewLoader").unwrap().timeout = Some(ms(80));
    let definition = base().shadow(NewLoader, equal);
    assert_eq!(shadowed(&definition, &conf).await, ShadowCounts { equal: 1, ..ShadowCounts::default() });
    let explained = plan(&definition, &conf).explain();
    assert!(explained.ends_with("shadow NewLoader of Loader [100 %] [timeout 80ms]\n"), "{explained}");
}

#[tokio::test(start_paused = true)]
async fn a_shadow_runs_for_its_share_and_for_no_request_by_default() {
    let recorder = Recorder::new();
    let definition = base().fake_shadow(Fake::value("NewLoader", New(1)).on(&recorder), equal);
    let mut off = percent(100.0);
    off.tasks.get_mut("NewLoader").unwrap().enabled = Some(false);
    for (conf, expected) in [(PlanConf::default(), 0), (off, 0), (percent(0.0), 0), (percent(100.0), 1)] {
        shadowed(&definition, &conf).await;
        assert_eq!(recorder.started().len(), expected);
    }
    let (queue, before) = (queue(1_000), definition.shadow_counts().next().unwrap().1.equal);
    let plan = plan(&definition, &percent(25.0));
    let included = |user: u64| {
        Rollout { percent: 25.0, ..Rollout::default() }
            .includes("NewLoader", Subject { key: user, region: "", app_version: 0 })
    };
    for user in 0..200 {
        let request = Arc::new(TinyRequest { user, ..TinyRequest::default() });
        Engine::new(&plan, request).shadows_on(&queue).run().await;
    }
    queue.drain(Instant::now() + ms(1_000)).await;
    let share = (0..200).filter(|&user| included(user)).count() as u64;
    assert_eq!(definition.shadow_counts().next().unwrap().1.equal - before, share, "by the hash of a roll-out");
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_or_without_room_in_it_a_shadow_does_not_run() {
    let recorder = Recorder::new();
    let definition = base().fake_shadow(Fake::value("NewLoader", New(1)).on(&recorder), equal);
    let plan = plan(&definition, &percent(100.0));
    Engine::new(&plan, Arc::default()).run().await;
    let closed = queue(1);
    closed.drain(Instant::now()).await;
    Engine::new(&plan, Arc::default()).shadows_on(&closed).run().await;
    let counts = definition.shadow_counts().next().unwrap();
    assert_eq!(counts, ("NewLoader", ShadowCounts { dropped: 1, ..ShadowCounts::default() }));
    assert!(recorder.started().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_shadow_reads_what_its_plan_has() {
    let shadow = Fake::new("NewLoader", |inputs: &FakeInputs<'_, Tiny>| {
        assert!(matches!(inputs.maybe::<u64>(), Maybe::Skipped(SkipReason::NotInPlan)));
        Ok(New(inputs.maybe::<Old>().done().map_or(0, |old| old.0)))
    });
    let shadow = shadow.if_written::<u64>().if_written::<Old>();
    let counts = shadowed(&base().fake_shadow(shadow, equal), &percent(100.0)).await;
    assert_eq!(counts, ShadowCounts { equal: 1, ..ShadowCounts::default() });
}

#[derive(Clone, Default)]
struct Exporter(Arc<Mutex<Vec<(&'static str, Shadowed)>>>);

impl Hook<Tiny> for Exporter {
    fn after_shadow(&self, _request: &TinyRequest, shadow: &'static str, shadowed: Shadowed) {
        self.0.lock().unwrap().push((shadow, shadowed));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_the_comparison_of_a_shadow() {
    let exporter = Exporter::default();
    let definition = base().fake_shadow(Fake::value("NewLoader", New(2)), equal).hook(exporter.clone());
    shadowed(&definition, &percent(100.0)).await;
    assert_eq!(*exporter.0.lock().unwrap(), [("NewLoader", Shadowed::Different)]);
}

#[tokio::test(start_paused = true)]
async fn a_datum_that_the_old_version_lacks_cannot_be_compared() {
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, Old>::error("Loader", TinyError("no")).stage(Stage::Loaders).after(ms(10)))
        .fake(Fake::value("End", Answer(1)))
        .fake_shadow(Fake::value("NewLoader", New(1)), equal)
        .answer::<Answer>();
    let queue = queue(8);
    Engine::new(&plan(&definition, &percent(100.0)), Arc::default()).shadows_on(&queue).run().await;
    queue.drain(Instant::now() + ms(100)).await;
    assert_eq!(definition.shadow_counts().next().unwrap().1.skipped, 1);
}

#[test]
fn a_shadow_has_no_readers_and_no_position_among_the_tasks() {
    let faults = |definition: Definition<Tiny, Answer>, conf: &PlanConf| {
        fault_lines(&Plan::compile(&definition, conf).unwrap_err())
    };
    let new = || Fake::value("NewLoader", New(1));
    let reader = base().fake(Fake::value("Reader", 1_u8).need::<New>()).fake_shadow(new(), equal);
    assert_eq!(faults(reader, &percent(1.0)), ["E: Reader: reads New, but no task with this Output is registered"]);
    let mut conf = percent(101.0);
    let task = conf.tasks.get_mut("NewLoader").unwrap();
    task.strength = Some(Strength::Strong);
    task.join_before = Some(Stage::Converters);
    task.depends_on = vec!["Loader".to_owned()];
    task.importance = Some(Importance::Low);
    task.timeout = Some(ms(0));
    let fields = ["strength", "depends_on", "join_before", "importance"];
    let mut expected: Vec<_> = fields.map(|field| format!("E: NewLoader: is a shadow, which has no {field}")).into();
    expected.push("E: NewLoader: timeout must be more than 0ms".to_owned());
    expected.push("E: NewLoader: rollout percent must be 0 to 100, found 101".to_owned());
    assert_eq!(faults(base().fake_shadow(new(), equal), &conf), expected);
    let wrong = base()
        .fake_shadow(Fake::value("One", New(1)).need::<u8>().page(), equal)
        .fake_shadow(Fake::value("Two", New(1)), |_: &Answer, _: &New| true)
        .fake_shadow(Fake::value("Loader", New(1)), |_: &u16, _: &New| true);
    let expected = [
        "E: Loader: is registered twice",
        "E: One: reads the list, but nothing contributes items",
        "E: One: reads u8, which no task produces",
        "E: Two: shadows Answer, which is the answer and leaves the engine",
        "E: Loader: shadows u16, which no task produces",
    ];
    assert_eq!(faults(wrong, &PlanConf::default()), expected);
}
