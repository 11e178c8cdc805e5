//! Choice of an instance (power of two choices): two are drawn at random by weight, and the one with the lower cost is
//! taken.
//!
//! cost = latency × (1 + calls under way ÷ relative weight). The second is taken only if its cost is at least a fifth
//! lower, so that instances of about equal speed share the calls by weight and not by noise.

mod peer;
#[cfg(test)]
mod tests;

use std::{cell::Cell, net::SocketAddr, sync::Arc};

use tokio::time::Instant;

pub use self::peer::PeerStatus;
pub(crate) use self::peer::{Outcome, Peer};

/// Maximum number of draws before the instances are tried in order.
const DRAWS: usize = 4;

/// The instances of one route, with their weights.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    peers: Vec<Arc<Peer>>,
    /// Sums of the weights up to and including each instance.
    sums: Vec<u64>,
}

impl Balance {
    /// Instances with weights of at least 1.
    pub(crate) fn new(members: impl IntoIterator<Item = (Arc<Peer>, u32)>) -> Self {
        let mut balance = Self::default();
        let mut sum = 0;
        for (peer, weight) in members {
            sum += u64::from(weight.max(1));
            balance.peers.push(peer);
            balance.sums.push(sum);
        }
        balance
    }

    /// The instances.
    pub(crate) fn peers(&self) -> &[Arc<Peer>] {
        &self.peers
    }

    /// Whether no instance can be reached.
    pub(crate) fn is_down(&self) -> bool {
        !self.peers.iter().any(|peer| peer.is_reachable())
    }

    /// The index of the instance for a call; `None`: there is none. Unreachable instances are skipped as long as another
    /// one can be reached, ejected ones as long as they are at most half of the set.
    pub(crate) fn choose(&self, now: Instant, dice: &mut Dice) -> Option<usize> {
        if self.peers.len() < 2 {
            return if self.peers.is_empty() { None } else { Some(0) };
        }
        let first = self.draw(now, dice, None)?;
        let Some(second) = self.draw(now, dice, Some(first)) else { return Some(first) };
        Some(if self.is_better(now, second, first) { second } else { first })
    }

    /// The index of a usable instance at another address than `not`; `None`: there is none.
    pub(crate) fn choose_other(&self, now: Instant, dice: &mut Dice, not: SocketAddr) -> Option<usize> {
        // an instance that has left the list meanwhile has no index, and any other one is good
        let not = self.peers.iter().position(|peer| peer.address == not).unwrap_or(self.peers.len());
        self.draw(now, dice, Some(not))
    }

    /// A usable instance other than `not`. Without one, and without `not`: any.
    fn draw(&self, now: Instant, dice: &mut Dice, not: Option<usize>) -> Option<usize> {
        for _ in 0..DRAWS {
            let drawn = self.weighted(dice);
            let Some(peer) = self.peers.get(drawn).filter(|_| Some(drawn) != not) else { continue };
            let share = peer.share(now);
            if self.is_usable(now, peer) && (share == 1000 || dice.below(1000) < share) {
                return Some(drawn);
            }
        }
        // rare: most instances are out, or one has nearly all of the weight
        let start = usize::try_from(dice.below(self.peers.len() as u64)).unwrap_or_default();
        let mut order = (0..self.peers.len()).map(|step| (start + step) % self.peers.len());
        let usable = |at: &usize| Some(*at) != not && self.peers.get(*at).is_some_and(|peer| self.is_usable(now, peer));
        order.clone().find(usable).or_else(|| if not.is_none() { order.next() } else { None })
    }

    fn weighted(&self, dice: &mut Dice) -> usize {
        let at = dice.below(self.sums.last().copied().unwrap_or_default());
        self.sums.partition_point(|sum| *sum <= at)
    }

    fn is_usable(&self, now: Instant, peer: &Peer) -> bool {
        if !peer.is_reachable() {
            return self.is_down();
        }
        !peer.is_ejected(now) || self.too_many_ejected(now)
    }

    fn too_many_ejected(&self, now: Instant) -> bool {
        self.peers.iter().filter(|peer| peer.is_ejected(now)).count() * 2 > self.peers.len()
    }

    /// Whether the cost of `a` is at least a fifth below that of `b`.
    fn is_better(&self, now: Instant, a: usize, b: usize) -> bool {
        let (Some(first), Some(second)) = (self.peers.get(a), self.peers.get(b)) else { return false };
        // both may be drawn where too many are ejected
        match (first.is_ejected(now), second.is_ejected(now)) {
            (false, true) => return true,
            (true, false) => return false,
            _ => {}
        }
        let latencies = (first.latency(now), second.latency(now));
        // an instance without a measurement is compared by its load alone
        let (this, that) = if latencies.0 == 0 || latencies.1 == 0 { (1, 1) } else { latencies };
        let cost = |latency: u64, peer: &Peer, at: usize| {
            let weight = u128::from(self.weight(at).max(1));
            u128::from(latency) * (weight * self.peers.len() as u128 + u128::from(peer.load()) * self.total()) / weight
        };
        cost(this, first, a) * 5 <= cost(that, second, b) * 4
    }

    fn total(&self) -> u128 {
        self.sums.last().copied().unwrap_or_default().into()
    }

    /// The weight of an instance.
    pub(crate) fn weight(&self, at: usize) -> u64 {
        let sum = |at: usize| self.sums.get(at).copied().unwrap_or_default();
        sum(at) - at.checked_sub(1).map_or(0, sum)
    }
}

/// A small random number generator (xorshift64*); good enough for a choice, and without a lock.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

thread_local! {
    static DICE: Cell<u64> = Cell::new(seed());
}

fn seed() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0_u8) | 1
}

impl Dice {
    /// A generator that always gives the same numbers.
    #[cfg(test)]
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Runs `with` with the generator of this thread.
    pub(crate) fn of_thread<T>(with: impl FnOnce(&mut Self) -> T) -> T {
        DICE.with(|state| {
            let mut dice = Self(state.get());
            let result = with(&mut dice);
            state.set(dice.0);
            result
        })
    }

    /// A number below `bound`; 0 if `bound` is 0.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d);
        u64::try_from((u128::from(drawn) * u128::from(bound)) >> 64).unwrap_or_default()
    }
}
