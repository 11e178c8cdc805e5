//! A reload storm: plans are swapped under load, no request fails, and none sees parts of two plans.

use std::sync::{
    Arc, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::ms;
use crate::{
    test_util::{Fake, FakeInputs, Tiny, outcome_of, plan},
    *,
};

#[derive(Clone, Debug, PartialEq)]
struct Answer(bool);
#[derive(Clone)]
struct Odd;
#[derive(Clone)]
struct Even;

fn definition() -> Definition<Tiny, Answer> {
    Definition::<Tiny>::new("E")
        .fake(Fake::value("Odd", Odd).stage(Stage::Loaders).after(ms(1)))
        .fake(Fake::value("Even", Even).stage(Stage::Loaders).after(ms(2)))
        .fake(
            Fake::new("End", |inputs: &FakeInputs<'_, Tiny>| Ok(Answer(inputs.maybe::<Odd>().done().is_some())))
                .maybe::<Odd>()
                .maybe::<Even>(),
        )
        .answer::<Answer>()
}

/// In odd versions `Even` is switched off and the mode is staged, in even versions the reverse.
fn conf(version: u32) -> PlanConf {
    let odd = version % 2 == 1;
    let off = TaskConf { enabled: Some(false), ..TaskConf::default() };
    PlanConf {
        mode: if odd { Mode::Staged } else { Mode::Dag },
        tasks: [((if odd { "Even" } else { "Odd" }).to_owned(), off)].into(),
        version: version.to_string(),
        ..PlanConf::default()
    }
}

fn assert_whole(answer: &Result<Answer, EngineErrorOf<Tiny>>, record: &Record<Tiny>) {
    let odd = record.version().parse::<u32>().unwrap() % 2 == 1;
    let off = Some(Outcome::Skipped(SkipReason::SwitchedOff));
    let (runs, skipped) = if odd { ("Odd", "Even") } else { ("Even", "Odd") };
    assert_eq!(answer, &Ok(Answer(odd)));
    assert_eq!((outcome_of(record, runs), outcome_of(record, skipped)), (Some(Outcome::Done), off));
    assert_eq!(record.to_json()["mode"], if odd { "staged" } else { "dag" });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_swaps_per_second_under_load_fail_no_request_and_mix_no_plans() {
    let definition = definition();
    let current = Arc::new(RwLock::new(plan(&definition, &conf(0))));
    let (stop, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (current, stop, served) = (Arc::clone(&current), Arc::clone(&stop), Arc::clone(&served));
        load.spawn(async move {
            let mut seen = std::collections::BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                let plan = current.read().unwrap().clone();
                let (answer, record) = Engine::new(&plan, Arc::default()).run().await.into_answer();
                assert_whole(&answer, &record);
                seen.insert(record.version().to_owned());
                served.fetch_add(1, Ordering::Relaxed);
            }
            seen
        });
    }
    for version in 1..=15 {
        tokio::time::sleep(ms(100)).await;
        // a faulty configuration keeps the old plan
        let mut faulty = conf(version);
        faulty.reserve = faulty.timeout;
        assert!(Plan::compile(&definition, &faulty).is_err());
        *current.write().unwrap() = plan(&definition, &conf(version));
    }
    // the last version is also served
    let before = served.load(Ordering::Relaxed);
    while served.load(Ordering::Relaxed) < before + 32 {
        tokio::time::sleep(ms(1)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let seen: std::collections::BTreeSet<_> = load.join_all().await.into_iter().flatten().collect();
    assert!(seen.contains("15") && seen.len() > 1, "{seen:?}");
}
