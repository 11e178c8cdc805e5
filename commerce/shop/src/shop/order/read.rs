//! Orders as shown to their buyer.

use std::collections::HashMap;

use live_pack_shop_store::{
    Database,
    trade::orders::{self, HistoryRow, LineRow, OrderId, OrderKey, OrderRow, RouteRow},
};

use super::view::order_view;
use crate::{
    Shop, UseCase,
    answer::{OrderListView, OrderView},
    refusal::{Refusal, UseCaseError},
};

/// Reads an order of an account.
///
/// Refused if it belongs to another account.
#[derive(Debug, Clone, Copy)]
pub struct ReadOrder {
    /// Buyer.
    pub account_id: i64,
    /// The order.
    pub order_id: i64,
}

impl UseCase for ReadOrder {
    const NAME: &'static str = "orders.read";
    type Answer = OrderView;

    async fn run(self, shop: &Shop) -> Result<OrderView, UseCaseError> {
        let id = OrderId { order_id: self.order_id };
        let routes: Vec<RouteRow> = shop.trade().read_for(&orders::ROUTES, &[id]).await?;
        let own: Vec<_> = routes.into_iter().filter(|route| route.account_id == self.account_id).collect();
        let found = views(shop.trade(), &own).await?.pop();
        found.ok_or(UseCaseError::Refused(Refusal::NotFound("order")))
    }
}

/// Lists the orders of an account, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListOrders {
    /// Buyer.
    pub account_id: i64,
    /// Last order of the previous page.
    pub before: Option<i64>,
    /// Orders per page.
    pub page_size: i64,
}

impl UseCase for ListOrders {
    const NAME: &'static str = "orders.list";
    type Answer = OrderListView;

    async fn run(self, shop: &Shop) -> Result<OrderListView, UseCaseError> {
        let before = self.before.unwrap_or(i64::MAX);
        let params = [self.account_id.into(), before.into(), (self.page_size + 1).into()];
        let routes: Vec<RouteRow> = shop.trade().read(&orders::LIST, &params).await?;
        let (routes, next_page_token) = crate::page::cut(routes, self.page_size, |route| route.order_id);
        Ok(OrderListView { items: views(shop.trade(), &routes).await?, next_page_token })
    }
}

/// The orders of the routes, in the same order.
async fn views(trade: &Database, routes: &[RouteRow]) -> Result<Vec<OrderView>, UseCaseError> {
    let keys: Vec<_> =
        routes.iter().map(|route| OrderKey { seller_id: route.seller_id, order_id: route.order_id }).collect();
    let rows: Vec<OrderRow> = trade.read_for(&orders::READ, &keys).await?;
    let mut lines: HashMap<i64, Vec<LineRow>> = HashMap::new();
    for line in trade.read_for::<LineRow, _>(&orders::LINES, &keys).await? {
        lines.entry(line.order_id).or_default().push(line);
    }
    let mut history: HashMap<i64, Vec<HistoryRow>> = HashMap::new();
    for entry in trade.read_for::<HistoryRow, _>(&orders::HISTORY, &keys).await? {
        history.entry(entry.order_id).or_default().push(entry);
    }
    let mut views = HashMap::new();
    for row in &rows {
        let lines = lines.get(&row.order_id).map_or(&[][..], Vec::as_slice);
        // The order was read first, so later entries would show a state that its version does not have yet.
        let history: Vec<_> = history
            .get(&row.order_id)
            .into_iter()
            .flatten()
            .filter(|entry| entry.version <= row.version)
            .cloned()
            .collect();
        views.insert(row.order_id, order_view(row, lines, &history)?);
    }
    Ok(routes.iter().filter_map(|route| views.remove(&route.order_id)).collect())
}
