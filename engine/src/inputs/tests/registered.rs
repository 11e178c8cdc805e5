//! Name, strength and importance, as set at registration.

use std::sync::Arc;

use crate::{
    test_util::{Fake, Tiny, TinyError, TinyRequest, outcome_of, plan},
    *,
};

struct Loader;

impl Task<Tiny> for Loader {
    type Output = u8;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, u8> {
        Err(TinyError("down").into())
    }
}

impl Filter<Tiny> for Loader {
    type Input<'a> = ();
}

fn base() -> Definition<Tiny, u64> {
    Definition::<Tiny>::new("E").fake(Fake::value("Answer", 1_u64)).answer::<u64>()
}

async fn fails(definition: Definition<Tiny, u64>, user: u64) -> bool {
    let request = Arc::new(TinyRequest { user, ..TinyRequest::default() });
    Engine::new(&plan(&definition, &PlanConf::default()), request).run().await.into_answer().0.is_err()
}

#[tokio::test(start_paused = true)]
async fn a_task_is_weak_unless_it_is_registered_as_strong() {
    assert!(!fails(base().task(Loader), 1).await);
    assert!(fails(base().strong(Loader), 1).await);
    assert!(fails(base().strong(named("Other", Loader)), 1).await);
    let strong_for_one = || base().strong_if(Loader, |request| request.user == 1);
    assert!(fails(strong_for_one(), 1).await);
    assert!(!fails(strong_for_one(), 2).await);
}

#[tokio::test(start_paused = true)]
async fn configuration_overrides_the_registration() {
    let weak = TaskConf { strength: Some(Strength::Weak), ..TaskConf::default() };
    let conf = PlanConf { tasks: [("Loader".to_owned(), weak)].into(), ..PlanConf::default() };
    let finished = Engine::new(&plan(&base().strong(Loader), &conf), Arc::default()).run().await;
    assert!(finished.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_task_has_the_name_it_was_registered_with() {
    let definition = base().task(named("CartLoader", Loader)).filter(named("CartFilter", Loader));
    assert_eq!(definition.task_names().collect::<Vec<_>>(), ["Answer", "CartLoader", "CartFilter"]);
    let finished = Engine::new(&plan(&definition, &PlanConf::default()), Arc::default()).run().await;
    assert!(outcome_of(&finished.record, "CartLoader").is_some());
    assert!(outcome_of(&finished.record, "Loader").is_none());
}

#[test]
fn a_task_has_the_importance_it_was_registered_with() {
    let importance = |definition: Definition<Tiny, u64>| {
        let plan = plan(&definition, &PlanConf::default()).explain_json();
        let task = plan["tasks"].as_array().and_then(|tasks| tasks.iter().find(|task| task["stage"] == "loaders"));
        task.map(|task| task["importance"]["value"].as_str().map(str::to_owned)).unwrap()
    };
    assert_eq!(importance(base().task(Loader)).as_deref(), Some("normal"));
    assert_eq!(importance(base().task(high(Loader))).as_deref(), Some("high"));
    assert_eq!(importance(base().strong(named("Other", Loader).low())).as_deref(), Some("low"));
}
