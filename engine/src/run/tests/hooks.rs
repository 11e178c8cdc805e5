//! Hooks see every task and the end, and cannot change anything.

use std::sync::{Arc, Mutex};

use super::{BOTH_MODES, in_mode, ms};
use crate::{
    test_util::{Fake, Tiny, TinyError, TinyRequest, plan},
    *,
};

#[derive(Clone)]
struct A;
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;

/// Records its calls.
#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Vec<String>>>);

impl Watcher {
    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Hook<Tiny> for Watcher {
    fn before_task(&self, _request: &TinyRequest, task: &'static str) {
        self.0.lock().unwrap().push(format!("{task} starts"));
    }

    fn after_task(&self, _request: &TinyRequest, task: &TaskRecord<'_, TinyError>) {
        self.0.lock().unwrap().push(format!("{} {:?} at {}", task.name, task.outcome, task.end_ns / 1_000_000));
    }

    fn after_engine(&self, request: &TinyRequest, record: &Record<Tiny>) {
        self.0.lock().unwrap().push(format!("{} ended for {}", record.engine(), request.user));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_every_start_every_outcome_and_the_end() {
    let watcher = Watcher::default();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, B>::skip("Skips", "why").stage(Stage::Loaders))
        .fake(Fake::value("Late", C).stage(Stage::Loaders).after(ms(20)))
        .fake(Fake::value("End", A).need::<C>())
        .hook(watcher.clone())
        .answer::<A>();
    for mode in BOTH_MODES {
        let request = TinyRequest { user: 7, ..TinyRequest::default() };
        Engine::new(&plan(&definition, &in_mode(mode)), request.into()).run().await;
        let expected = [
            "Skips starts",
            "Skips Skipped(NotNeeded(\"why\")) at 0",
            "Late starts",
            "Late Done at 20",
            "End starts",
            "End Done at 20",
            "E ended for 7",
        ];
        assert_eq!(watcher.seen(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_tasks_cancelled_by_the_end_of_the_engine() {
    let watcher = Watcher::default();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, B>::hang("Hangs").stage(Stage::Loaders))
        .fake(Fake::<_, C>::error("Strong", TinyError("no")).stage(Stage::Loaders).strong().after(ms(5)))
        .fake(Fake::value("End", A).maybe::<B>())
        .hook(watcher.clone())
        .answer::<A>();
    Engine::new(&plan(&definition, &PlanConf::default()), Arc::default()).run().await;
    let expected = [
        "Hangs starts",
        "Strong starts",
        "Strong Failed(Error(TinyError(\"no\"))) at 5",
        "Hangs Cancelled at 5",
        "End Cancelled at 0",
        "E ended for 0",
    ];
    assert_eq!(watcher.seen(), expected);
}

/// Panics in every call.
struct Clumsy;

impl Hook<Tiny> for Clumsy {
    fn before_task(&self, _request: &TinyRequest, _task: &'static str) {
        panic!("before");
    }

    fn after_engine(&self, _request: &TinyRequest, _record: &Record<Tiny>) {
        panic!("end");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_hook_is_caught_and_counted() {
    let watcher = Watcher::default();
    let definition =
        Definition::<Tiny>::new("E").fake(Fake::value("End", A)).hook(Clumsy).hook(watcher.clone()).answer::<A>();
    let plan = plan(&definition, &PlanConf::default());
    let (answer, _) = Engine::new(&plan, Arc::default()).run().await.into_answer();
    assert!(answer.is_ok());
    assert_eq!((plan.hook_panics(), definition.hook_panics()), (2, 2), "the count outlives plans");
    assert_eq!(watcher.seen().len(), 3, "the next hook is still called");
}
