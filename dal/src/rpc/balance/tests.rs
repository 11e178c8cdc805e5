//! The choice of an instance, with a paused clock and a seeded generator.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]

use std::time::Duration;

use tokio::time::advance;

use super::*;

fn peer(at: u16, joins: bool) -> Arc<Peer> {
    Arc::new(Peer::new(([127, 0, 0, 1], at).into(), joins))
}

fn three() -> (Vec<Arc<Peer>>, Balance) {
    let peers: Vec<_> = (1..=3).map(|at| peer(at, false)).collect();
    let balance = Balance::new(peers.iter().map(|peer| (Arc::clone(peer), 100)));
    (peers, balance)
}

/// Makes calls one after another; each takes what `latency` says of its instance. Returns the calls of each.
async fn calls(balance: &Balance, dice: &mut Dice, count: usize, latency: impl Fn(usize) -> u64) -> Vec<usize> {
    let mut made = vec![0; balance.peers().len()];
    for _ in 0..count {
        let at = balance.choose(Instant::now(), dice).unwrap();
        let peer = &balance.peers()[at];
        peer.begin();
        let took = Duration::from_micros(latency(at));
        advance(took).await;
        peer.end(Instant::now(), took, Outcome::Answered);
        made[at] += 1;
    }
    made
}

fn fail(peer: &Peer, outcome: Outcome) {
    peer.begin();
    peer.end(Instant::now(), Duration::from_millis(1), outcome);
}

#[tokio::test(start_paused = true)]
async fn equal_instances_get_equal_shares() {
    let (_, balance) = three();
    let made = calls(&balance, &mut Dice::seeded(7), 9_000, |_| 5_000).await;
    assert!(made.iter().all(|count| (2_700..=3_300).contains(count)), "{made:?}");
}

#[tokio::test(start_paused = true)]
async fn weights_decide_the_shares() {
    let members = [(peer(1, false), 100), (peer(2, false), 300)];
    let balance = Balance::new(members);
    // two draws of different instances leave the choice to the first
    let made = calls(&balance, &mut Dice::seeded(7), 8_000, |_| 5_000).await;
    assert!((1_700..=2_300).contains(&made[0]), "{made:?}");
    assert_eq!((balance.weight(0), balance.weight(1)), (100, 300));
}

#[tokio::test(start_paused = true)]
async fn a_slow_instance_gets_hardly_any_calls_and_is_tried_again() {
    let (peers, balance) = three();
    let mut dice = Dice::seeded(7);
    let slow = |at: usize| if at == 0 { 50_000 } else { 5_000 };
    let made = calls(&balance, &mut dice, 3_000, slow).await;
    assert!((1..=4).contains(&made[0]), "{made:?}");
    let before = made[0];
    // half a minute later its measurement has faded
    let later = calls(&balance, &mut dice, 30_000, |_| 5_000).await;
    assert!(later[0] > 5_000, "{before} {later:?} {:?}", peers[0]);
}

#[tokio::test(start_paused = true)]
async fn calls_under_way_raise_the_cost_of_an_instance() {
    let (peers, balance) = three();
    calls(&balance, &mut Dice::seeded(7), 100, |_| 5_000).await;
    // a hanging instance answers nothing, so only its load can tell
    for _ in 0..20 {
        peers[1].begin();
    }
    let made = calls(&balance, &mut Dice::seeded(8), 1_000, |_| 5_000).await;
    assert_eq!(made[1], 0, "{made:?}");
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_fails_is_ejected_for_longer_each_time_until_it_answers() {
    let (peers, balance) = three();
    let ejected = || peers[0].status(Instant::now()).ejected_ms;
    for _ in 0..4 {
        fail(&peers[0], Outcome::Failed);
    }
    assert_eq!(ejected(), 0);
    for time in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        fail(&peers[0], Outcome::Failed);
        assert_eq!(ejected(), time);
        let at = balance.choose(Instant::now(), &mut Dice::seeded(time)).unwrap();
        assert_ne!(at, 0);
        advance(Duration::from_millis(time + 1)).await;
        assert!(!peers[0].is_ejected(Instant::now()));
    }
    peers[0].begin();
    peers[0].end(Instant::now(), Duration::from_millis(1), Outcome::Answered);
    for _ in 0..4 {
        fail(&peers[0], Outcome::Failed);
    }
    assert_eq!(ejected(), 0, "a success resets the count");
}

#[tokio::test(start_paused = true)]
async fn at_most_half_of_a_set_is_ejected() {
    let (peers, balance) = three();
    for peer in &peers {
        for _ in 0..5 {
            fail(peer, Outcome::Failed);
        }
    }
    // all three fail: all three are still tried
    let mut dice = Dice::seeded(7);
    let mut met = [0; 3];
    for _ in 0..300 {
        met[balance.choose(Instant::now(), &mut dice).unwrap()] += 1;
    }
    assert!(met.iter().all(|count| *count > 30), "{met:?}");
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_instance_is_skipped_while_another_can_be_reached() {
    let (peers, balance) = three();
    let mut dice = Dice::seeded(7);
    peers[0].set_reachable(false);
    peers[1].set_reachable(false);
    assert!((0..200).all(|_| balance.choose(Instant::now(), &mut dice) == Some(2)));
    assert!(!balance.is_down());
    peers[2].set_reachable(false);
    assert!(balance.is_down());
    let met: std::collections::BTreeSet<_> = (0..200).map(|_| balance.choose(Instant::now(), &mut dice)).collect();
    assert_eq!(met.len(), 3, "some are still tried");
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_joins_starts_slowly() {
    let members = [(peer(1, false), 100), (peer(2, true), 100)];
    let balance = Balance::new(members);
    let mut dice = Dice::seeded(7);
    let mut share = async |calls_made: usize| calls(&balance, &mut dice, calls_made, |_| 100).await[1];
    let first = share(1_000).await;
    assert!((30..=250).contains(&first), "{first}");
    advance(Duration::from_secs(10)).await;
    let whole = share(1_000).await;
    assert!((400..=600).contains(&whole), "{whole}");
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_call_shows_a_slow_instance() {
    let slow = peer(1, false);
    slow.begin();
    slow.abandon(Instant::now(), Duration::from_millis(40));
    assert_eq!((slow.load(), slow.status(Instant::now()).latency_us), (0, 40_000));
    // sooner than usual: it says nothing
    slow.begin();
    slow.abandon(Instant::now(), Duration::from_millis(1));
    assert_eq!(slow.status(Instant::now()).latency_us, 40_000);
    for _ in 0..5 {
        slow.begin();
        slow.abandon(Instant::now(), Duration::from_millis(200));
    }
    assert!(slow.is_ejected(Instant::now()));
}

#[tokio::test(start_paused = true)]
async fn an_instance_whose_calls_only_lose_against_hedges_counts_as_ever_slower() {
    let slow = peer(1, false);
    let latency = |slow: &Peer| slow.status(Instant::now()).latency_us;
    let lose = |slow: &Peer| {
        slow.begin();
        slow.lose(Instant::now(), Duration::from_millis(12));
        slow.abandon(Instant::now(), Duration::from_millis(12));
        latency(slow)
    };
    let answer = |slow: &Peer| {
        slow.begin();
        slow.end(Instant::now(), Duration::from_millis(4), Outcome::Answered);
        latency(slow)
    };
    answer(&slow);
    assert_eq!([lose(&slow), answer(&slow), lose(&slow)], [8_000, 7_000, 9_500], "accidents are averaged");
    assert_eq!([lose(&slow), lose(&slow), lose(&slow)], [24_000, 48_000, 96_000]);
    for _ in 0..20 {
        lose(&slow);
    }
    assert_eq!((latency(&slow), slow.load()), (1_000_000, 0));
}

#[test]
fn an_empty_set_gives_no_instance_and_a_single_one_is_always_chosen() {
    assert_eq!(Balance::default().choose(Instant::now(), &mut Dice::seeded(1)), None);
    let only = peer(1, false);
    let balance = Balance::new([(Arc::clone(&only), 1)]);
    only.set_reachable(false);
    assert_eq!(balance.choose(Instant::now(), &mut Dice::seeded(1)), Some(0));
}
