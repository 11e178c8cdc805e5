//! The order of a bag: pinned, the host's top products, flash sales, in stock before sold out, number in the bag, id.
//!
//! Each sorter of the engine returns one `i64` key, the lower first, and the first sorter with different keys decides.
//! Number and id are the last two keys.

use super::{
    flash_sale::{CurrentSale, NOT_IN_FLASH_SALE, sort_key},
    stock::StockPlace,
};

/// The pinned product comes first.
#[must_use]
pub const fn pinned_key(is_pinned: bool) -> i64 {
    if is_pinned { 0 } else { 1 }
}

/// Top products in the host's order (1, 2 …), then all others (0).
#[must_use]
pub fn top_key(top_rank: i32) -> i64 {
    if top_rank > 0 { i64::from(top_rank) } else { i64::MAX }
}

/// Flash sales: running by end, then preheating by start, then the rest. All are equal without `flash_sale_first`,
/// which needs the experiment and the setting.
#[must_use]
pub fn flash_key(sale: Option<&CurrentSale>, flash_sale_first: bool) -> i64 {
    if flash_sale_first { sort_key(sale) } else { NOT_IN_FLASH_SALE }
}

/// In stock before sold out, if sold-out products sink.
#[must_use]
pub const fn stock_key(place: StockPlace) -> i64 {
    match place {
        StockPlace::Keep => 0,
        StockPlace::Sink | StockPlace::Hide => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{flash_key, pinned_key, stock_key, top_key};
    use crate::rules::{
        fixtures::{sale_at, window},
        flash_sale::{CurrentSale, FlashState as F},
        stock::StockPlace as P,
    };

    struct Line {
        pinned: bool,
        top: i32,
        sale: Option<CurrentSale>,
        place: P,
        item_no: i32,
        id: i64,
    }

    const PLAIN: Line = Line { pinned: false, top: 0, sale: None, place: P::Keep, item_no: 5, id: 50 };

    /// The keys in the order of the sorters.
    fn order(line: &Line, flash_first: bool) -> [i64; 6] {
        [
            pinned_key(line.pinned),
            top_key(line.top),
            flash_key(line.sale.as_ref(), flash_first),
            stock_key(line.place),
            line.item_no.into(),
            line.id,
        ]
    }

    #[test]
    fn the_first_comes_before_the_second() {
        let sale = |state, start, end| Some(sale_at(state, window(start, end)));
        let cases = [
            ("pinned before top", Line { pinned: true, ..PLAIN }, Line { top: 1, ..PLAIN }),
            ("pinned though sold out", Line { pinned: true, place: P::Sink, ..PLAIN }, PLAIN),
            ("top in the host's order", Line { top: 1, item_no: 9, ..PLAIN }, Line { top: 2, item_no: 1, ..PLAIN }),
            ("top before the rest", Line { top: 7, item_no: 9, ..PLAIN }, Line { item_no: 1, ..PLAIN }),
            ("top before flash sale", Line { top: 1, ..PLAIN }, Line { sale: sale(F::Ongoing, 0, 10), ..PLAIN }),
            ("flash sale before the rest", Line { sale: sale(F::Ongoing, 0, 10), item_no: 9, ..PLAIN }, PLAIN),
            ("preheating before the rest", Line { sale: sale(F::Preheat, 5, 10), item_no: 9, ..PLAIN }, PLAIN),
            (
                "running before preheating",
                Line { sale: sale(F::Ongoing, 0, 99), ..PLAIN },
                Line { sale: sale(F::Preheat, 5, 10), ..PLAIN },
            ),
            (
                "running by end",
                Line { sale: sale(F::Ongoing, 9, 20), id: 60, ..PLAIN },
                Line { sale: sale(F::Ongoing, 0, 30), ..PLAIN },
            ),
            (
                "preheating by start",
                Line { sale: sale(F::Preheat, 5, 90), id: 60, ..PLAIN },
                Line { sale: sale(F::Preheat, 6, 10), ..PLAIN },
            ),
            (
                "a sold-out sale lifts nothing",
                Line { item_no: 4, ..PLAIN },
                Line { sale: sale(F::SoldOut, 0, 10), ..PLAIN },
            ),
            ("an ended sale lifts nothing", Line { item_no: 4, ..PLAIN }, Line { sale: sale(F::Ended, 0, 1), ..PLAIN }),
            (
                "a sold-out product in a flash sale before the rest",
                Line { sale: sale(F::Ongoing, 0, 10), place: P::Sink, ..PLAIN },
                PLAIN,
            ),
            ("in stock before sold out", Line { item_no: 9, ..PLAIN }, Line { place: P::Sink, item_no: 1, ..PLAIN }),
            ("kept in place by policy", Line { place: P::Keep, item_no: 4, ..PLAIN }, PLAIN),
            ("by number", Line { item_no: 4, id: 99, ..PLAIN }, PLAIN),
            ("by product id", Line { id: 49, ..PLAIN }, PLAIN),
        ];
        for (name, first, second) in &cases {
            assert!(order(first, true) < order(second, true), "{name}");
        }
    }

    #[test]
    fn without_the_experiment_flash_sales_are_ordered_by_number() {
        let sale = Line { sale: Some(sale_at(F::Ongoing, window(0, 10))), item_no: 9, ..PLAIN };
        assert!(order(&PLAIN, false) < order(&sale, false));
        assert!(order(&PLAIN, true) > order(&sale, true));
    }

    #[test]
    fn keys_distinguish_only_their_own_property() {
        for (name, got, expected) in [
            ("pinned", pinned_key(true), 0),
            ("not pinned", pinned_key(false), 1),
            ("top", top_key(3), 3),
            ("not top", top_key(0), i64::MAX),
            ("a rank below zero is none", top_key(-1), i64::MAX),
            ("kept", stock_key(P::Keep), 0),
            ("sunk", stock_key(P::Sink), 1),
            ("hidden, but not filtered", stock_key(P::Hide), 1),
            ("no sale", flash_key(None, true), i64::MAX),
        ] {
            assert_eq!(got, expected, "{name}");
        }
    }
}
