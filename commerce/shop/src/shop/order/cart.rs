//! Changes of carts.

use live_pack_shop_store::trade::cart::CartRow;

use super::{Outcome, working::Working};
use crate::refusal::Refusal;

/// Maximum number of lines in a cart, equal to the maximum number of items in a quote.
pub const MOST_LINES: usize = 100;

impl Working {
    /// Sets the quantity of a line; 0 removes it.
    pub(super) fn set_cart_line(&mut self, row: &CartRow) -> Outcome {
        let skus = self.carts.entry(row.account_id).or_default();
        if row.quantity == 0 {
            skus.remove(&row.sku_id);
            self.writes.cart.remove(row.account_id, row.sku_id);
            return Outcome::Done;
        }
        if skus.len() >= MOST_LINES && !skus.contains(&row.sku_id) {
            return Outcome::Refused(Refusal::CartFull(MOST_LINES));
        }
        skus.insert(row.sku_id);
        self.writes.cart.set(row.clone());
        Outcome::Done
    }

    /// Removes all lines of a cart.
    pub(super) fn clear_cart(&mut self, account_id: i64) -> Outcome {
        self.carts.remove(&account_id);
        self.writes.cart.clear(account_id);
        Outcome::Done
    }

    /// Removes a line that has become part of an order.
    pub(super) fn bought(&mut self, account_id: i64, sku_id: i64) {
        if let Some(skus) = self.carts.get_mut(&account_id) {
            skus.remove(&sku_id);
        }
        self.writes.cart.remove(account_id, sku_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(sku_id: i64, quantity: i64) -> CartRow {
        CartRow { account_id: 1, sku_id, seller_id: 1, product_id: 1, quantity, added_ms: 0 }
    }

    fn skus(rows: &[CartRow]) -> Vec<(i64, i64)> {
        rows.iter().map(|row| (row.sku_id, row.quantity)).collect()
    }

    #[test]
    fn changes_in_one_batch_have_the_effect_of_separate_changes() {
        let mut working = Working::default();
        working.set_cart_line(&row(1, 1));
        working.set_cart_line(&row(2, 1));
        working.set_cart_line(&row(2, 5));
        working.bought(1, 1);
        assert_eq!(skus(&working.writes.cart.set_lines()), [(2, 5)]);
        assert_eq!(working.writes.cart.removed().len(), 1);
        working.clear_cart(1);
        working.set_cart_line(&row(3, 1));
        working.set_cart_line(&row(4, 0));
        assert_eq!(working.writes.cart.cleared().len(), 1);
        assert_eq!(skus(&working.writes.cart.set_lines()), [(3, 1)]);
        assert_eq!(working.writes.cart.removed()[0].sku_id, 4);
    }

    #[test]
    fn a_full_cart_accepts_changes_but_no_new_line() {
        let mut working = Working::default();
        for sku_id in 1..=100 {
            assert_eq!(working.set_cart_line(&row(sku_id, 1)), Outcome::Done);
        }
        assert_eq!(working.set_cart_line(&row(101, 1)), Outcome::Refused(Refusal::CartFull(100)));
        assert_eq!(working.set_cart_line(&row(100, 7)), Outcome::Done);
        assert_eq!(working.set_cart_line(&row(50, 0)), Outcome::Done);
        assert_eq!(working.set_cart_line(&row(101, 1)), Outcome::Done);
    }
}
