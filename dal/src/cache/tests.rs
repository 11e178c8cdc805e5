//! The cache under a paused clock.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod forgetting;
mod stale;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::time::{Instant, advance, sleep};

use super::{CacheMetrics, CacheRules, Keys, Load, TwoLevel, rules::jittered};
use crate::{
    Call, DownstreamMethod, Error, ErrorKind, Lookup, Origin,
    notes::Extent,
    testing::{call, millis},
};

const SECOND: Duration = Duration::from_secs(1);

const ORIGIN: Origin = Origin::Rpc(DownstreamMethod::MGetProductPrice);

/// A downstream service that answers an id with ten times the id, knows none above 100, and fails for 13 only.
#[derive(Clone, Default)]
struct Source {
    asked: Arc<std::sync::Mutex<Vec<Vec<i64>>>>,
    down: Arc<AtomicUsize>,
    slow: Duration,
    /// Number of answers to drop, from the front.
    forgets: usize,
}

impl Source {
    fn load(&self) -> impl Fn(&Call) -> Load<i64> + use<> {
        let source = self.clone();
        move |call: &Call| {
            let (source, deadline) = (source.clone(), call.deadline);
            Box::new(move |ids| Box::pin(source.answer(ids, deadline)))
        }
    }

    async fn answer(self, ids: Vec<i64>, deadline: Instant) -> Result<Vec<Lookup<Arc<i64>>>, Error> {
        self.asked.lock().unwrap().push(ids.clone());
        if tokio::time::timeout_at(deadline, sleep(self.slow)).await.is_err() {
            return Err(error(ErrorKind::Timeout));
        }
        if self.down.load(SeqCst) > 0 {
            return Err(error(ErrorKind::Unreachable));
        }
        let answer = |id| match id {
            13 => Lookup::Failed,
            id if id > 100 => Lookup::Missing,
            id => Lookup::Found(Arc::new(id * 10)),
        };
        Ok(ids.into_iter().skip(self.forgets).map(answer).collect())
    }

    fn asked(&self) -> Vec<Vec<i64>> {
        self.asked.lock().unwrap().clone()
    }
}

fn error(kind: ErrorKind) -> Error {
    Error { origin: ORIGIN, kind, detail: "".into() }
}

fn rules() -> CacheRules {
    CacheRules { local_ttl: 10 * SECOND, negative_ttl: SECOND, ..CacheRules::local(SECOND, 1000) }
}

fn cache(rules: CacheRules) -> Arc<TwoLevel<i64>> {
    let family = live_pack_metrics::CACHE_KEYS.create().unwrap();
    Arc::new(TwoLevel::local(ORIGIN, rules, CacheMetrics::new(&family, "test")))
}

async fn get(cache: &TwoLevel<i64>, source: &Source, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<i64>>, Error> {
    let found = cache.get_many(call, &Keys::anywhere(call, ids), source.load()).await?;
    let plain = |found: Lookup<Arc<i64>>| match found {
        Lookup::Found(value) => Lookup::Found(*value),
        Lookup::Missing => Lookup::Missing,
        Lookup::Failed => Lookup::Failed,
    };
    Ok(found.into_iter().map(plain).collect())
}

#[tokio::test(start_paused = true)]
async fn only_uncached_keys_are_loaded_in_one_call_and_aligned() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(SECOND));
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    let found = get(&cache, &source, &call, &[3, 1, 200, 3, 13]).await.unwrap();
    assert_eq!(found, [Lookup::Found(30), Lookup::Found(10), Lookup::Missing, Lookup::Found(30), Lookup::Failed]);
    assert_eq!(source.asked(), [vec![1, 2], vec![3, 200, 13]]);
}

#[tokio::test(start_paused = true)]
async fn missing_values_have_their_own_lifetime_and_failed_ones_are_not_kept() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(60 * SECOND));
    let ids = [1, 200, 13];
    for (wait, asked) in [(0, vec![1, 200, 13]), (0, vec![13]), (1200, vec![200, 13])] {
        advance(millis(wait)).await;
        get(&cache, &source, &call, &ids).await.unwrap();
        assert_eq!(source.asked().last(), Some(&asked));
    }
}

#[tokio::test(start_paused = true)]
async fn a_warm_page_makes_no_call_until_its_first_value_expires() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(60 * SECOND));
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    for _ in 0..3 {
        assert_eq!(get(&cache, &source, &call, &[2, 1]).await.unwrap(), [Lookup::Found(20), Lookup::Found(10)]);
    }
    assert_eq!(source.asked().len(), 1);
    advance(12 * SECOND).await;
    get(&cache, &source, &call, &[2, 1]).await.unwrap();
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn concurrent_loads_of_one_key_are_joined() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let call = call(SECOND);
    let (a, b, c) = tokio::join!(
        get(&cache, &source, &call, &[1, 2]),
        get(&cache, &source, &call, &[2, 3]),
        get(&cache, &source, &call, &[1, 3]),
    );
    assert_eq!(a.unwrap(), [Lookup::Found(10), Lookup::Found(20)]);
    assert_eq!(b.unwrap(), [Lookup::Found(20), Lookup::Found(30)]);
    assert_eq!(c.unwrap(), [Lookup::Found(10), Lookup::Found(30)]);
    assert_eq!(source.asked(), [vec![1, 2], vec![3]]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_of_a_cold_key_are_one_load() {
    let cache = cache(rules());
    let source = Source { slow: millis(5), ..Source::default() };
    let call = call(SECOND);
    let all = (0..1000).map(|_| get(&cache, &source, &call, &[1]));
    assert!(futures_util::future::join_all(all).await.into_iter().all(|found| found.unwrap() == [Lookup::Found(10)]));
    assert_eq!(source.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_load_survives_its_initiator() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let call = call(SECOND);
    let (leader_cache, leader_source, leader_call) = (Arc::clone(&cache), source.clone(), call.clone());
    let leader = tokio::spawn(async move { get(&leader_cache, &leader_source, &leader_call, &[1]).await });
    sleep(millis(5)).await;
    let (cache_2, source_2, call_2) = (Arc::clone(&cache), source.clone(), call.clone());
    let waiter = tokio::spawn(async move { get(&cache_2, &source_2, &call_2, &[1]).await });
    sleep(millis(5)).await;
    leader.abort();
    assert_eq!(waiter.await.unwrap().unwrap(), [Lookup::Found(10)]);
    assert_eq!(source.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_load_does_not_block_the_next() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let call = call(SECOND);
    assert!(tokio::time::timeout(millis(5), get(&cache, &source, &call, &[1])).await.is_err());
    assert_eq!(get(&cache, &source, &call, &[1]).await.unwrap(), [Lookup::Found(10)]);
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_joined_failure_is_shared() {
    let cache = cache(rules());
    let source = Source { slow: millis(5), ..Source::default() };
    source.down.store(1, SeqCst);
    let call = call(SECOND);
    let (a, b) = tokio::join!(get(&cache, &source, &call, &[1]), get(&cache, &source, &call, &[1]));
    assert_eq!((a.unwrap_err().kind, b.unwrap_err().kind), (ErrorKind::Unreachable, ErrorKind::Unreachable));
    assert_eq!(source.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_joined_a_load_without_time_loads_again_with_its_own() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let (hurried, patient) = (call(millis(10)), call(SECOND));
    let (a, b) = tokio::join!(get(&cache, &source, &hurried, &[1]), get(&cache, &source, &patient, &[1]));
    assert_eq!(a.unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(b.unwrap(), [Lookup::Found(10)]);
}

#[tokio::test(start_paused = true)]
async fn a_joining_call_waits_no_longer_than_its_own_deadline() {
    let cache = cache(rules());
    let source = Source { slow: millis(500), ..Source::default() };
    let (patient, hurried) = (call(SECOND), call(millis(10)));
    let began = Instant::now();
    let late = async {
        let answer = get(&cache, &source, &hurried, &[1]).await;
        (answer.unwrap_err().kind, began.elapsed())
    };
    let (_, (kind, waited)) = tokio::join!(get(&cache, &source, &patient, &[1]), late);
    assert_eq!(kind, ErrorKind::Timeout);
    assert!(waited <= millis(12), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn cached_keys_do_not_hide_a_failed_call() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(SECOND));
    get(&cache, &source, &call, &[1]).await.unwrap();
    source.down.store(1, SeqCst);
    assert!(get(&cache, &source, &call, &[1, 2]).await.is_err());
    assert_eq!(get(&cache, &source, &call, &[1]).await.unwrap(), [Lookup::Found(10)]);
}

/// Failed and requested keys in a call's notes.
fn noted(call: &Call) -> Vec<(usize, usize)> {
    let keys = |loss: crate::notes::Loss| match loss.extent {
        Extent::Keys { failed, asked } => (failed, asked),
        Extent::Call(error) => panic!("{error}"),
    };
    call.notes.losses_of("").into_iter().map(keys).collect()
}

#[tokio::test(start_paused = true)]
async fn a_load_whose_keys_all_failed_is_a_failed_call_unless_others_were_cached() {
    let (cache, source) = (cache(rules()), Source::default());
    let alone = call(SECOND);
    assert_eq!(get(&cache, &source, &alone, &[13]).await.unwrap_err().kind, ErrorKind::Key);
    let one = cache.get(&alone, Keys::anywhere(&alone, &[]).key(13), source.load()).await;
    assert_eq!(one.unwrap_err().kind, ErrorKind::Key, "a batch of one");
    assert!(noted(&alone).is_empty());
    get(&cache, &source, &alone, &[1, 2]).await.unwrap();
    let with_known = call(SECOND);
    let found = get(&cache, &source, &with_known, &[1, 13, 2]).await.unwrap();
    assert_eq!(found, [Lookup::Found(10), Lookup::Failed, Lookup::Found(20)]);
    assert_eq!(noted(&with_known), [(1, 3)]);
    assert_eq!(source.asked().last(), Some(&vec![13]));
}

#[tokio::test(start_paused = true)]
async fn all_calls_that_share_a_load_note_its_failed_keys() {
    let cache = cache(rules());
    let source = Source { slow: millis(5), ..Source::default() };
    let (one, other) = (call(SECOND), call(SECOND));
    let (a, b) = tokio::join!(get(&cache, &source, &one, &[1, 13]), get(&cache, &source, &other, &[1, 13]));
    assert_eq!(a.unwrap(), b.unwrap());
    assert_eq!((source.asked().len(), noted(&one), noted(&other)), (1, vec![(1, 2)], vec![(1, 2)]));
}

#[tokio::test(start_paused = true)]
async fn a_short_load_is_a_failed_call_and_nothing_of_it_is_kept() {
    for enabled in [true, false] {
        let cache = cache(CacheRules { enabled, ..rules() });
        let call = call(SECOND);
        let source = Source { forgets: 1, ..Source::default() };
        assert_eq!(get(&cache, &source, &call, &[1, 2, 200]).await.unwrap_err().kind, ErrorKind::BadResponse);
        let whole = Source { forgets: 0, ..source };
        assert_eq!(get(&cache, &whole, &call, &[1, 2]).await.unwrap(), [Lookup::Found(10), Lookup::Found(20)]);
        assert_eq!(whole.asked().last(), Some(&vec![1, 2]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_generation_empties_the_cache_and_the_same_rules_do_not() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(SECOND));
    get(&cache, &source, &call, &[1]).await.unwrap();
    cache.set_rules(rules());
    get(&cache, &source, &call, &[1]).await.unwrap();
    assert_eq!(source.asked().len(), 1);
    cache.set_rules(CacheRules { generation: 1, ..rules() });
    get(&cache, &source, &call, &[1]).await.unwrap();
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn values_loaded_for_an_old_generation_do_not_reach_the_new_one() {
    let cache = cache(rules());
    let source = Source { slow: millis(20), ..Source::default() };
    let call = call(SECOND);
    let change = async {
        sleep(millis(5)).await;
        cache.set_rules(CacheRules { generation: 1, ..rules() });
    };
    let (old, ()) = tokio::join!(get(&cache, &source, &call, &[1]), change);
    old.unwrap();
    get(&cache, &source, &call, &[1]).await.unwrap();
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn off_means_every_look_up_is_a_call() {
    let (cache, source, call) = (cache(CacheRules { enabled: false, ..rules() }), Source::default(), call(SECOND));
    for _ in 0..2 {
        assert_eq!(get(&cache, &source, &call, &[1, 1]).await.unwrap(), [Lookup::Found(10), Lookup::Found(10)]);
    }
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fresh_call_skips_the_local_level_and_fills_it() {
    let (cache, source, mut call) = (cache(rules()), Source::default(), call(SECOND));
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    call.fresh = true;
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    call.fresh = false;
    get(&cache, &source, &call, &[1, 2]).await.unwrap();
    assert_eq!(source.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn other_regions_and_rooms_are_other_keys() {
    let (cache, source, call) = (cache(rules()), Source::default(), call(SECOND));
    for keys in [Keys::anywhere(&call, &[1]), Keys::regional(&call, &[1]), Keys::anywhere(&call, &[1]).within(9)] {
        cache.get_many(&call, &keys, source.load()).await.unwrap();
    }
    assert_eq!(source.asked().len(), 3);
}

#[test]
fn times_are_jittered_by_a_tenth_at_most() {
    let all: Vec<_> = (0..1000).map(|seed| jittered(millis(1000), seed)).collect();
    assert_eq!(all.iter().min(), Some(&millis(900)));
    assert_eq!(all.iter().max(), Some(&millis(1100)));
}

#[tokio::test]
async fn warm_pages_make_no_calls_in_any_order() {
    let cache = cache(CacheRules::local(3600 * SECOND, 50_000));
    let (source, call) = (Source::default(), call(3600 * SECOND));
    let pages: Vec<Vec<i64>> = (0..50).map(|page| (0..20).map(|at| 14 + (page * 7 + at) % 80).collect()).collect();
    let load = source.load();
    let mut asked = Vec::new();
    for _round in 0..4 {
        for page in &pages {
            let found = cache.get_many(&call, &Keys::regional(&call, page), &load).await.unwrap();
            assert_eq!(found.len(), 20);
        }
        asked.push(source.asked().len());
    }
    assert!(asked[0] <= pages.len(), "a page is asked for once");
    assert!(asked.iter().all(|so_far| *so_far == asked[0]), "a warm page asked again: {asked:?}");
}
