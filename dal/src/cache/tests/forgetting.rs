//! Forgotten values: no look-up that begins afterwards returns them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tokio::task::JoinSet;

use super::*;
use crate::model::RouteGroup;

/// A call of another region and route group.
fn elsewhere(time: Duration) -> Call {
    let mut call = call(time);
    let viewer = Arc::make_mut(&mut call.viewer);
    (viewer.region, viewer.route_group) = ("DE".parse().unwrap(), RouteGroup::Eu);
    call
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_id_is_loaded_again_in_every_region_room_and_page_and_no_other() {
    let (cache, source) = (cache(CacheRules::local(3600 * SECOND, 1000)), Source::default());
    let ids = [1, 2];
    let (here, there) = (call(3600 * SECOND), elsewhere(3600 * SECOND));
    let places = [
        Keys::anywhere(&here, &ids),
        Keys::regional(&here, &ids),
        Keys::regional(&there, &ids),
        Keys::anywhere(&here, &ids).within(9),
        Keys::anywhere(&here, &ids).of_group(None),
    ];
    for _ in 0..2 {
        for keys in &places {
            cache.get_many(&here, keys, source.load()).await.unwrap();
        }
    }
    assert_eq!(source.asked().len(), places.len(), "the second round finds pages");
    cache.forget(1);
    for _ in 0..2 {
        for keys in &places {
            cache.get_many(&here, keys, source.load()).await.unwrap();
        }
    }
    let asked = source.asked();
    assert_eq!(asked[places.len()..], vec![vec![1]; places.len()], "once each, without the other id");
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_value_does_not_stand_in_and_is_not_peeked_at() {
    let rules = CacheRules { stale: 60 * SECOND, ..rules() };
    let (cache, source, call) = (cache(rules), Source::default(), call(SECOND));
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    cache.forget(1);
    let key = |id| Keys::anywhere(&call, &[]).key(id);
    assert_eq!((cache.peek(key(1)), cache.peek(key(2)).is_some()), (None, true));
    source.down.store(1, SeqCst);
    assert!(get(&cache, &source, &call, &[1]).await.is_err());
    cache.forget_all();
    assert!(get(&cache, &source, &call, &[2]).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_load_that_began_before_serves_its_own_look_up_and_leaves_nothing() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let call = call(SECOND);
    let later = async {
        sleep(millis(5)).await;
        cache.forget(1);
        // 2 joins the load that is under way, 1 does not
        get(&cache, &source, &call, &[1, 2]).await.unwrap()
    };
    let (before, after) = tokio::join!(get(&cache, &source, &call, &[1, 2]), later);
    assert_eq!(
        (before.unwrap(), after),
        (vec![Lookup::Found(10), Lookup::Found(20)], vec![Lookup::Found(10), Lookup::Found(20)])
    );
    assert_eq!(source.asked(), [vec![1, 2], vec![1]]);
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    assert_eq!(source.asked().len(), 2, "the second load of 1 was kept, and the first one of 2");
}

#[tokio::test(start_paused = true)]
async fn a_value_from_another_source_counts_from_before_it_was_asked() {
    let (cache, call) = (cache(rules()), call(SECOND));
    let key = Keys::anywhere(&call, &[]).key(1);
    let born = cache.epoch();
    cache.forget(1);
    cache.put(key, Arc::new(5), born);
    assert_eq!(cache.peek(key), None);
    cache.put(key, Arc::new(6), cache.epoch());
    assert_eq!(cache.peek(key), Some(Lookup::Found(Arc::new(6))));
}

#[tokio::test(start_paused = true)]
async fn a_new_value_has_a_new_identity_and_an_equal_one_keeps_the_old() {
    let (cache, call) = (cache(rules()), call(SECOND));
    let key = Keys::anywhere(&call, &[]).key(1);
    let get = |value: i64| {
        cache.forget(1);
        cache.put(key, Arc::new(value), cache.epoch());
        let Some(Lookup::Found(found)) = cache.peek(key) else { panic!("it was just put") };
        crate::Same(found)
    };
    let old = get(5);
    assert_ne!(get(6), old, "a card drawn from the old value is not found with the new one");
}

/// Present answers of the downstream service, by id. A load answers as of its beginning.
type Truth = Arc<std::sync::Mutex<BTreeMap<i64, i64>>>;

fn load(truth: &Truth, slow: Duration, fails: bool) -> impl Fn(&Call) -> Load<i64> + use<> {
    let truth = Arc::clone(truth);
    move |_: &Call| {
        let truth = Arc::clone(&truth);
        Box::new(move |ids| {
            let known = |id| truth.lock().unwrap().get(id).copied().unwrap_or_default();
            let answer: Vec<_> = ids.iter().map(|id| Lookup::Found(Arc::new(known(id)))).collect();
            Box::pin(async move {
                sleep(slow).await;
                if fails { Err(error(ErrorKind::Unreachable)) } else { Ok(answer) }
            })
        })
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Looks ids up, in the region of the number.
    Read {
        ids: Vec<i64>,
        region: usize,
        slow: u64,
        fails: bool,
        time: u64,
    },
    /// Changes the truth about an id, then forgets it.
    Change(i64),
    /// Changes the truth about all ids, then forgets all.
    ChangeAll,
    Wait(u64),
    Stale(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let ids = prop::collection::vec(0..4_i64, 1..4);
    prop_oneof![
        6 => (ids, 0..4_usize, 0..40_u64, prop::bool::weighted(0.2), 1..60_u64)
            .prop_map(|(ids, region, slow, fails, time)| Step::Read { ids, region, slow, fails, time }),
        3 => (0..4_i64).prop_map(Step::Change),
        1 => Just(Step::ChangeAll),
        3 => (0..30_u64).prop_map(Step::Wait),
        1 => (0..100_u64).prop_map(Step::Stale),
    ]
}

/// Runs the steps; reads continue while later steps are taken. Returns the number of values read.
async fn follow(steps: Vec<Step>) -> usize {
    let rules = |stale| CacheRules { stale: millis(stale), ..CacheRules::local(millis(25), 100) };
    let (cache, truth) = (cache(rules(50)), Truth::default());
    let mut reads = JoinSet::new();
    for step in steps {
        match step {
            Step::Read { ids, region, slow, fails, time } => {
                // the values that were true when everything forgotten so far was forgotten
                let least = truth.lock().unwrap().clone();
                let (cache, load) = (Arc::clone(&cache), load(&truth, millis(slow), fails));
                reads.spawn(async move {
                    let call = if region % 2 == 0 { call(millis(time)) } else { elsewhere(millis(time)) };
                    let keys = if region < 2 { Keys::anywhere(&call, &ids) } else { Keys::regional(&call, &ids) };
                    let Ok(found) = cache.get_many(&call, &keys, load).await else { return 0 };
                    for (id, value) in ids.iter().zip(&found) {
                        let Lookup::Found(value) = value else { panic!("{value:?}") };
                        let least = least.get(id).copied().unwrap_or_default();
                        assert!(**value >= least, "{id} was {least} when the look-up began, and it gave {value}");
                    }
                    found.len()
                });
                // it begins now
                tokio::task::yield_now().await;
            }
            Step::Change(id) => {
                *truth.lock().unwrap().entry(id).or_default() += 1;
                cache.forget(id);
            }
            Step::ChangeAll => {
                (0..4).for_each(|id| *truth.lock().unwrap().entry(id).or_default() += 1);
                cache.forget_all();
            }
            Step::Wait(time) => sleep(millis(time)).await,
            Step::Stale(stale) => cache.set_rules(rules(stale)),
        }
    }
    reads.join_all().await.into_iter().sum()
}

#[test]
fn no_look_up_after_a_forget_returns_a_value_loaded_before() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    let read = std::cell::Cell::new(0);
    proptest!(config, |(steps in prop::collection::vec(step(), 1..60))| {
        read.set(read.get() + runtime.block_on(follow(steps)));
    });
    assert!(read.get() > 1_000, "hardly anything was read: {}", read.get());
}
