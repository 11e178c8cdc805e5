//! Intervals and tests for shares, counts and quantiles. Each formula names its source; all intervals are of 95 %.

/// The 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A share of a number of trials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Successful trials.
    pub hits: f64,
    /// All trials.
    pub of: f64,
}

/// An estimate and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Share {
    /// The share, with the score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical
    /// inference", JASA 22 (1927): `(2np + z² ± z √(z² + 4np(1 − p))) / 2(n + z²)`. `None` without trials.
    #[must_use]
    pub fn estimate(self) -> Option<Estimate> {
        let Self { hits, of } = self;
        if of <= 0.0 {
            return None;
        }
        let (value, square) = (hits / of, Z * Z);
        let middle = 2.0f64.mul_add(hits, square);
        let half = Z * 4.0f64.mul_add(hits * (1.0 - value), square).sqrt();
        let end = |sum: f64| (sum / (2.0 * (of + square))).clamp(0.0, 1.0);
        Some(Estimate { value, low: end(middle - half), high: end(middle + half) })
    }

    /// `self − other`, with the interval of R. G. Newcombe, "Interval estimation for the difference between independent
    /// proportions: comparison of eleven methods", Statistics in Medicine 17 (1998), method 10.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Estimate> {
        let (one, two) = (self.estimate()?, other.estimate()?);
        let value = one.value - two.value;
        let down = (one.value - one.low).hypot(two.high - two.value);
        let up = (one.high - one.value).hypot(two.value - two.low);
        Some(Estimate { value, low: value - down, high: value + up })
    }
}

/// Chi-square of two counts against the expected shares, and its p-value with one degree of freedom: the check for a
/// sample ratio mismatch. `None` without counts or shares.
#[must_use]
pub fn sample_ratio(counts: [f64; 2], shares: [f64; 2]) -> Option<(f64, f64)> {
    let (all, whole) = (counts[0] + counts[1], shares[0] + shares[1]);
    if all <= 0.0 || shares.iter().any(|share| *share <= 0.0) {
        return None;
    }
    let part = |count: f64, share: f64| {
        let due = all * share / whole;
        (count - due) * (count - due) / due
    };
    let square = part(counts[0], shares[0]) + part(counts[1], shares[1]);
    Some((square, erfc((square / 2.0).sqrt())))
}

/// The complementary error function of a value of at least 0: `erfcc` of Press et al., Numerical Recipes, 2nd edition, 6.2.
/// Its relative error is below 1.2e-7.
fn erfc(x: f64) -> f64 {
    const TERMS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / 0.5f64.mul_add(x, 1.0);
    let sum = TERMS.iter().rev().fold(0.0f64, |sum, term| sum.mul_add(t, *term));
    t * (sum - x * x).exp()
}

/// A histogram: upper bounds with the number of values up to each, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Buckets(pub Vec<(f64, f64)>);

impl Buckets {
    /// A quantile, interpolated within its bucket, with the interval of its rank: `q ± z √(q(1 − q) / n)` (W. J. Conover,
    /// Practical Nonparametric Statistics, 3rd edition, 3.2). Its upper end is infinite if there are too few values.
    /// `None` without values.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Estimate> {
        let of = self.0.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
        let half = Z * (q * (1.0 - q) / of).sqrt();
        let at = |q: f64| self.at(q.clamp(0.0, 1.0) * of);
        // too few values: none of them bounds the quantile
        let high = if q + half >= 1.0 { f64::INFINITY } else { at(q + half) };
        Some(Estimate { value: at(q), low: at(q - half), high })
    }

    /// The value of a rank. The last bucket has no upper bound: its lower bound is used.
    fn at(&self, rank: f64) -> f64 {
        let (mut from, mut before) = (0.0, 0.0);
        for (bound, count) in &self.0 {
            if *count >= rank && *count > before {
                let into = (rank - before) / (count - before);
                return if bound.is_finite() { (bound - from).mul_add(into, from) } else { from };
            }
            if bound.is_finite() {
                from = *bound;
            }
            before = *count;
        }
        from
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn close(found: f64, due: f64, by: f64) -> bool {
        (found - due).abs() <= by
    }

    #[test]
    fn wilson_intervals_are_the_published_ones() {
        // R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
        for (hits, of, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let found = Share { hits, of }.estimate().unwrap();
            assert!(close(found.low, low, 5e-5) && close(found.high, high, 5e-5), "{hits}/{of}: {found:?}");
        }
        assert_eq!(Share { hits: 0.0, of: 0.0 }.estimate(), None);
    }

    #[test]
    fn newcombe_intervals_are_the_published_ones() {
        // R. G. Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10
        for (one, two, low, high) in [
            ((56.0, 70.0), (48.0, 80.0), 0.0524, 0.3339),
            ((9.0, 10.0), (3.0, 10.0), 0.1705, 0.8090),
            ((10.0, 10.0), (0.0, 20.0), 0.6791, 1.0),
        ] {
            let share = |(hits, of)| Share { hits, of };
            let found = share(one).minus(share(two)).unwrap();
            assert!(close(found.low, low, 5e-5) && close(found.high, high, 5e-5), "{one:?} {two:?}: {found:?}");
        }
    }

    #[test]
    fn the_sample_ratio_check_gives_the_published_values() {
        // R. Kohavi, D. Tang, Y. Xu, Trustworthy Online Controlled Experiments (2020), chapter 3: p = 1.8E-6
        let (_, p) = sample_ratio([821_588.0, 815_482.0], [50.0, 50.0]).unwrap();
        assert!(close(p, 1.8e-6, 5e-8), "{p}");
        // critical values of chi-square with one degree of freedom, NIST/SEMATECH e-Handbook, 1.3.6.7.4
        for (square, p) in [(2.706_f64, 0.1), (3.841, 0.05), (6.635, 0.01), (10.828, 0.001)] {
            assert!(close(erfc((square / 2.0).sqrt()), p, p / 500.0), "{square}");
        }
        let (square, _) = sample_ratio([30.0, 70.0], [1.0, 3.0]).unwrap();
        assert!(close(square, 25.0 / 25.0 + 25.0 / 75.0, 1e-12), "{square}");
        assert_eq!(sample_ratio([0.0, 0.0], [1.0, 1.0]), None);
    }

    #[test]
    fn a_quantile_lies_in_its_bucket_and_narrows_with_the_number_of_values() {
        let few = Buckets(vec![(0.001, 50.0), (0.002, 90.0), (0.01, 100.0), (f64::INFINITY, 100.0)]);
        let many = Buckets(few.0.iter().map(|(bound, count)| (*bound, count * 10_000.0)).collect());
        for (q, value) in [(0.5, 0.001), (0.7, 0.0015), (0.95, 0.006)] {
            let (few, many) = (few.quantile(q).unwrap(), many.quantile(q).unwrap());
            assert!(close(few.value, value, 1e-9) && close(many.value, value, 1e-9), "{few:?}");
            assert!(
                few.low < many.low && many.low <= value && value <= many.high && many.high < few.high,
                "{few:?} {many:?}"
            );
        }
        let fourteen = Buckets(vec![(0.1, 14.0), (f64::INFINITY, 14.0)]).quantile(0.95).unwrap();
        assert!(fourteen.high.is_infinite(), "{fourteen:?}");
        assert_eq!(Buckets::default().quantile(0.5), None);
        assert!(close(Buckets(vec![(0.1, 1.0), (f64::INFINITY, 9.0)]).quantile(0.9).unwrap().value, 0.1, 1e-9));
    }
}
