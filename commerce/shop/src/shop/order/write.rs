//! Set-based writes of a batch.

use live_pack_shop_store::{
    StoreError, Tx,
    trade::{cart, events, keys, limits, orders, quotes, reservations, stock, timers},
};

use super::working::Working;

impl Working {
    /// Writes the decisions of the batch. Guarded writes must change every row; the stock comes last, so that the hottest
    /// rows are locked for the shortest time before the commit.
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let writes = &self.writes;
        tx.run_rows(&quotes::INSERT, &writes.quotes).await?;
        tx.run_each(&quotes::USE, &writes.used_quotes).await?;
        tx.run_rows(&orders::INSERT, &writes.orders).await?;
        tx.run_rows(&orders::INSERT_LINES, &writes.lines).await?;
        tx.run_rows(&orders::INSERT_ROUTES, &writes.routes).await?;
        tx.run_rows(&reservations::INSERT, &writes.reservations).await?;
        // An order changed by several requests of the batch is written in as many steps, each guarded by its version.
        for step in steps(&writes.changed_orders, |change| change.order_id) {
            tx.run_each(&orders::CHANGE, &step).await?;
        }
        for step in steps(&writes.moved_reservations, |change| (change.order_id, change.sku_id)) {
            tx.run_each(&reservations::CHANGE, &step).await?;
        }
        tx.run_rows(&orders::INSERT_HISTORY, &writes.history).await?;
        tx.run_rows(&timers::INSERT, &writes.timers).await?;
        tx.run_rows(&events::INSERT, &writes.events).await?;
        tx.run_rows(&cart::CLEAR, &writes.cart.cleared()).await?;
        tx.run_rows(&cart::REMOVE, &writes.cart.removed()).await?;
        tx.run_rows(&cart::SET, &writes.cart.set_lines()).await?;
        tx.run_rows(&keys::INSERT, &writes.keys).await?;
        tx.run_each(&limits::SET, &self.limit_changes()).await?;
        tx.run_each(&stock::CHANGE, &self.stock_changes()).await
    }
}

/// Splits changes into groups without repeated keys; changes of one key keep their order.
fn steps<T: Clone, K: Eq + std::hash::Hash>(changes: &[T], key: impl Fn(&T) -> K) -> Vec<Vec<T>> {
    let mut seen = std::collections::HashMap::new();
    let mut steps: Vec<Vec<T>> = Vec::new();
    for change in changes {
        let count: &mut usize = seen.entry(key(change)).or_default();
        if *count == steps.len() {
            steps.push(Vec::new());
        }
        if let Some(step) = steps.get_mut(*count) {
            step.push(change.clone());
        }
        *count += 1;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_one_key_go_into_successive_steps() {
        let changes = [(1, 'a'), (2, 'b'), (1, 'c'), (1, 'd'), (2, 'e')];
        assert_eq!(
            steps(&changes, |change| change.0),
            [vec![(1, 'a'), (2, 'b')], vec![(1, 'c'), (2, 'e')], vec![(1, 'd')]]
        );
    }
}
