//! Stock: its state on a card, and the place of a sold-out product.

use live_pack_dal::config::{Atmosphere, StockPolicy};

/// The state of a product's stock on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StockState {
    /// Not available.
    Unknown,
    /// Enough.
    InStock,
    /// Few are left.
    LowStock,
    /// None is left.
    SoldOut,
}

/// The treatment of a sold-out product in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StockPlace {
    /// It keeps its place.
    Keep,
    /// It comes after products in stock.
    Sink,
    /// It is left out.
    Hide,
}

/// The facts besides the stock that decide the place of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceFacts {
    /// Whether no unit is left.
    pub sold_out: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The policy of the configuration or of the interface.
    pub policy: StockPolicy,
    /// The experiment `sold_out_sink`; an answer that is the same for all viewers passes `true`.
    pub sold_out_sink: bool,
}

/// The state of the stock: 0 is SOLD_OUT, up to the configured number is LOW_STOCK.
#[must_use]
pub fn state(stock: Option<i32>, rules: &Atmosphere) -> StockState {
    match stock {
        None => StockState::Unknown,
        Some(..=0) => StockState::SoldOut,
        Some(left) if left <= rules.low_stock_up_to => StockState::LowStock,
        Some(_) => StockState::InStock,
    }
}

/// The treatment of a product: the policy decides, except that a pinned product is never dropped for stock (it comes first
/// anyway), and that with the experiment off sold-out products keep their place under any policy.
#[must_use]
pub const fn place(facts: PlaceFacts) -> StockPlace {
    if !facts.sold_out || facts.pinned || !facts.sold_out_sink {
        return StockPlace::Keep;
    }
    match facts.policy {
        StockPolicy::Sink => StockPlace::Sink,
        StockPolicy::Hide => StockPlace::Hide,
        StockPolicy::Keep => StockPlace::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::{Atmosphere, PlaceFacts, StockPlace as P, StockPolicy as Policy, StockState as S, place, state};

    const STATES: &[(&str, Option<i32>, S)] = &[
        ("unavailable", None, S::Unknown),
        ("oversold", Some(-1), S::SoldOut),
        ("none", Some(0), S::SoldOut),
        ("the last one", Some(1), S::LowStock),
        ("exactly ten", Some(10), S::LowStock),
        ("eleven", Some(11), S::InStock),
        ("plenty", Some(i32::MAX), S::InStock),
    ];

    /// name, sold out, pinned, policy, experiment on, place
    const PLACES: &[(&str, bool, bool, Policy, bool, P)] = &[
        ("in stock, sink", false, false, Policy::Sink, true, P::Keep),
        ("in stock, hide", false, false, Policy::Hide, true, P::Keep),
        ("in stock, keep", false, false, Policy::Keep, true, P::Keep),
        ("sold out, sink", true, false, Policy::Sink, true, P::Sink),
        ("sold out, hide", true, false, Policy::Hide, true, P::Hide),
        ("sold out, keep", true, false, Policy::Keep, true, P::Keep),
        ("sold out and pinned, sink", true, true, Policy::Sink, true, P::Keep),
        ("sold out and pinned, hide", true, true, Policy::Hide, true, P::Keep),
        ("sold out and pinned, keep", true, true, Policy::Keep, true, P::Keep),
        ("experiment off, sink", true, false, Policy::Sink, false, P::Keep),
        ("experiment off, hide", true, false, Policy::Hide, false, P::Keep),
        ("experiment off, pinned", true, true, Policy::Hide, false, P::Keep),
    ];

    #[test]
    fn stock_is_low_up_to_ten_and_sold_out_at_zero() {
        for (name, stock, expected) in STATES {
            assert_eq!(state(*stock, &Atmosphere::default()), *expected, "{name}");
        }
    }

    #[test]
    fn without_a_low_threshold_one_left_is_in_stock() {
        let rules = Atmosphere { low_stock_up_to: 0, ..Atmosphere::default() };
        assert_eq!(state(Some(1), &rules), S::InStock);
        assert_eq!(state(Some(0), &rules), S::SoldOut);
    }

    #[test]
    fn policy_decides_the_place_unless_pinned_or_out_of_the_experiment() {
        for &(name, sold_out, pinned, policy, sold_out_sink, expected) in PLACES {
            assert_eq!(place(PlaceFacts { sold_out, pinned, policy, sold_out_sink }), expected, "{name}");
        }
    }

    #[test]
    fn every_state_and_place_has_a_case() {
        for wanted in [S::Unknown, S::InStock, S::LowStock, S::SoldOut] {
            assert!(STATES.iter().any(|case| case.2 == wanted), "{wanted:?}");
        }
        for wanted in [P::Keep, P::Sink, P::Hide] {
            assert!(PLACES.iter().any(|case| case.5 == wanted), "{wanted:?}");
        }
    }
}
