//! Values that stand in for loads that fail or hang.

use super::*;
use crate::notes::Stale;

const MINUTE: Duration = Duration::from_mins(1);

fn with_stale(stale: Duration) -> CacheRules {
    CacheRules { stale, ..rules() }
}

/// A cache that has loaded these ids, all of which are over their lifetime.
async fn aged(stale: Duration, source: &Source, ids: &[i64]) -> Arc<TwoLevel<i64>> {
    let cache = cache(with_stale(stale));
    get(&cache, source, &call(SECOND), ids).await.unwrap();
    advance(15 * SECOND).await;
    cache
}

/// Stale and requested keys in a call's notes.
fn told(call: &Call) -> Vec<(usize, usize)> {
    call.notes.stale().into_iter().map(|Stale { stale, asked, .. }| (stale, asked)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_stale_value_stands_in_for_a_failure_and_for_nothing_else() {
    let source = Source::default();
    let cache = aged(MINUTE, &source, &[1]).await;
    source.down.store(1, SeqCst);
    let failing = call(SECOND);
    assert_eq!(get(&cache, &source, &failing, &[1]).await.unwrap(), [Lookup::Found(10)]);
    assert_eq!((source.asked().len(), told(&failing)), (2, vec![(1, 1)]), "a stale value is not fresh");
    let other = call(SECOND);
    assert!(get(&cache, &source, &other, &[1, 2]).await.is_err(), "2 was never there");
    assert!(told(&other).is_empty(), "nothing was served");
    source.down.store(0, SeqCst);
    let sound = call(SECOND);
    get(&cache, &source, &sound, &[1]).await.unwrap();
    assert!(told(&sound).is_empty());
    advance(80 * SECOND).await;
    source.down.store(1, SeqCst);
    assert!(get(&cache, &source, &call(SECOND), &[1]).await.is_err(), "too old to stand in");
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_fresh_and_stale_values_tells_how_many_are_stale() {
    let source = Source::default();
    let cache = aged(MINUTE, &source, &[1, 2]).await;
    get(&cache, &source, &call(SECOND), &[3]).await.unwrap();
    source.down.store(1, SeqCst);
    let call = call(SECOND);
    let found = get(&cache, &source, &call, &[1, 3, 2, 1]).await.unwrap();
    assert_eq!(found, [10, 30, 20, 10].map(Lookup::Found));
    assert_eq!(told(&call), [(2, 3)], "a key that was asked for twice counts once");
}

#[tokio::test(start_paused = true)]
async fn a_stale_value_also_stands_in_for_a_single_failed_key() {
    let cache = cache(with_stale(MINUTE));
    let keys = Keys::anywhere(&call(SECOND), &[]);
    cache.put(keys.key(13), Arc::new(5), cache.epoch());
    advance(15 * SECOND).await;
    let (source, call) = (Source::default(), call(SECOND));
    assert_eq!(get(&cache, &source, &call, &[1, 13]).await.unwrap(), [10, 5].map(Lookup::Found));
    assert_eq!((told(&call), noted(&call)), (vec![(1, 2)], vec![]), "it is stale and not failed");
}

#[tokio::test(start_paused = true)]
async fn a_missing_value_never_stands_in() {
    let source = Source::default();
    let cache = aged(MINUTE, &source, &[200]).await;
    source.down.store(1, SeqCst);
    assert!(get(&cache, &source, &call(SECOND), &[200]).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn all_calls_that_share_a_failed_load_note_their_stale_value() {
    let source = Source { slow: millis(5), ..Source::default() };
    let cache = aged(MINUTE, &source, &[1]).await;
    source.down.store(1, SeqCst);
    let (one, other) = (call(SECOND), call(SECOND));
    let (a, b) = tokio::join!(get(&cache, &source, &one, &[1]), get(&cache, &source, &other, &[1]));
    assert_eq!((a.unwrap(), b.unwrap()), (vec![Lookup::Found(10)], vec![Lookup::Found(10)]));
    assert_eq!((source.asked().len(), told(&one), told(&other)), (2, vec![(1, 1)], vec![(1, 1)]));
}

#[tokio::test(start_paused = true)]
async fn the_same_stale_value_is_noted_for_each_request_and_is_the_same_value() {
    let source = Source::default();
    let cache = aged(MINUTE, &source, &[1]).await;
    source.down.store(1, SeqCst);
    let mut found = Vec::new();
    for _ in 0..2 {
        let call = call(SECOND);
        let keys = Keys::anywhere(&call, &[1]);
        found.extend(cache.get_many(&call, &keys, source.load()).await.unwrap());
        assert_eq!(told(&call), [(1, 1)]);
    }
    let [Lookup::Found(one), Lookup::Found(other)] = &found[..] else { panic!("{found:?}") };
    assert!(Arc::ptr_eq(one, other), "a card that was drawn from it serves further");
}

/// Result and duration of a look-up of `ids` while every load takes `slow`. 1 and 2 have stale values.
async fn slowly(slow: Duration, time: Duration, ids: &[i64]) -> (Result<usize, ErrorKind>, Duration) {
    let cache = aged(MINUTE, &Source::default(), &[1, 2]).await;
    let (source, call, began) = (Source { slow, ..Source::default() }, call(time), Instant::now());
    let found = get(&cache, &source, &call, ids).await;
    (found.map(|_| told(&call).first().map_or(0, |told| told.0)).map_err(|error| error.kind), began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_hanging_load_is_abandoned_at_half_time_if_stale_values_suffice() {
    let hour = 60 * MINUTE;
    for (name, slow, ids, due, after) in [
        ("all are stale", hour, &[1, 2][..], Ok(2), 100),
        ("one is not there at all", hour, &[1, 3], Err(ErrorKind::Timeout), 200),
        ("it comes in time", millis(90), &[1, 2], Ok(0), 90),
        ("it would come in time, but too late for what comes after", millis(150), &[1, 2], Ok(2), 100),
        ("it comes in time for what is not there", millis(150), &[1, 3], Ok(0), 150),
    ] {
        let (found, took) = slowly(slow, millis(200), ids).await;
        assert_eq!(found, due, "{name}");
        assert!(took >= millis(after) && took <= millis(after + 2), "{name}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_that_all_calls_abandoned_has_ended() {
    let cache = aged(MINUTE, &Source::default(), &[1]).await;
    let source = Source { slow: 60 * MINUTE, ..Source::default() };
    let held = Arc::strong_count(&source.down);
    get(&cache, &source, &call(millis(200)), &[1]).await.unwrap();
    assert_eq!(Arc::strong_count(&source.down), held, "nothing of the load is left");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_stale_empties_nothing_and_applies_to_existing_values() {
    let source = Source::default();
    let cache = aged(Duration::ZERO, &source, &[1]).await;
    source.down.store(1, SeqCst);
    assert!(get(&cache, &source, &call(SECOND), &[1]).await.is_err());
    for (stale, due) in [(MINUTE, true), (Duration::ZERO, false), (60 * MINUTE, true)] {
        cache.set_rules(with_stale(stale));
        assert_eq!(get(&cache, &source, &call(SECOND), &[1]).await.is_ok(), due, "{stale:?}");
    }
    source.down.store(0, SeqCst);
    get(&cache, &source, &call(SECOND), &[1]).await.unwrap();
    let asked = source.asked().len();
    cache.set_rules(with_stale(MINUTE));
    get(&cache, &source, &call(SECOND), &[1]).await.unwrap();
    assert_eq!(source.asked().len(), asked, "a fresh value stays as well");
}

#[test]
fn every_other_rule_that_values_are_kept_by_empties_the_cache() {
    let base = rules();
    for (name, rules, shares) in [
        ("the same", base.clone(), true),
        ("stale", CacheRules { stale: MINUTE, ..base.clone() }, true),
        ("redis", CacheRules { redis_ttl: Some(SECOND), ..base.clone() }, true),
        ("lifetime", CacheRules { local_ttl: SECOND, ..base.clone() }, false),
        ("of missing values", CacheRules { negative_ttl: 2 * SECOND, ..base.clone() }, false),
        ("size", CacheRules { local_entries: 1, ..base.clone() }, false),
        ("generation", CacheRules { generation: 1, ..base.clone() }, false),
        ("switched off", CacheRules { enabled: false, ..base.clone() }, false),
    ] {
        assert_eq!(base.shares_store(&rules), shares, "{name}");
    }
}
