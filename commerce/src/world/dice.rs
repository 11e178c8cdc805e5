//! Randomness as a pure function of the seed: the same request always gets the same answer.

/// The subject of a draw, so that two draws for one id get different numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    Room = 1,
    Product,
    Seller,
    Creator,
    Voucher,
    Banner,
    Auction,
    Pin,
    User,
    Cart,
    Claim,
    Limit,
}

/// A small generator (`SplitMix64`), implemented here so that no library upgrade changes the world.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

fn scramble(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Dice {
    /// The dice for one id and one topic in the world of `seed`.
    pub(crate) fn of(seed: u64, topic: Topic, id: i64) -> Self {
        let state = scramble(seed ^ scramble(id.cast_unsigned() ^ scramble(topic as u64)));
        Self { state }
    }

    /// The dice for a pair of ids, such as a user and a product.
    pub(crate) fn of_pair(seed: u64, topic: Topic, first: i64, second: i64) -> Self {
        let state = Self::of(seed, topic, first).state ^ scramble(second.cast_unsigned());
        Self { state: scramble(state) }
    }

    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.state)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        let bits = u32::try_from(self.roll() >> 32).unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    /// True in `share` of all draws.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// An integer from `low` to `high`, both included; `low` if the range is empty.
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1).max(1);
        let offset = i64::try_from(self.roll() >> 1).unwrap_or_default() % width;
        low.saturating_add(offset)
    }

    /// An element of a list; the default of the type if the list is empty.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let last = i64::try_from(list.len()).unwrap_or_default() - 1;
        let index = usize::try_from(self.range(0, last)).unwrap_or_default();
        list.get(index).copied().unwrap_or_default()
    }

    /// A standard normal number (Box–Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A log-normal number with the given median.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_draw_gets_the_same_number_and_another_topic_another_one() {
        let first = Dice::of(7, Topic::Product, 1001).roll();
        assert_eq!(first, Dice::of(7, Topic::Product, 1001).roll());
        assert_ne!(first, Dice::of(7, Topic::Room, 1001).roll());
        assert_ne!(first, Dice::of(8, Topic::Product, 1001).roll());
    }

    #[test]
    fn draws_keep_their_bounds_and_distributions() {
        let mut dice = Dice::of(1, Topic::Room, 1);
        let mut sum = 0.0;
        for _ in 0..10_000 {
            assert!((3..=9).contains(&dice.range(3, 9)));
            let unit = dice.unit();
            assert!((0.0..1.0).contains(&unit));
            sum += unit;
        }
        assert!((sum / 10_000.0 - 0.5).abs() < 0.02);
        assert_eq!(dice.range(5, 4), 5);
        assert_eq!(dice.pick::<i32>(&[]), 0);
    }
}
