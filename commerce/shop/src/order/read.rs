//! Orders as their buyer reads them.

use std::collections::HashMap;

use live_pack_shop_store::{
    Database,
    trade::orders::{self, HistoryRow, LineRow, OrderId, OrderKey, OrderRow, RouteRow},
};

use super::view::order_view;
use crate::{
    answer::{OrderListView, OrderView},
    refusal::{Refusal, UseCaseError},
};

/// An order of an account.
///
/// # Errors
/// Not found when it belongs to somebody else.
pub async fn by_id(trade: &Database, account_id: i64, order_id: i64) -> Result<OrderView, UseCaseError> {
    let routes: Vec<RouteRow> = trade.read_for(&orders::ROUTES, &[OrderId { order_id }]).await?;
    let own: Vec<_> = routes.into_iter().filter(|route| route.account_id == account_id).collect();
    let found = views(trade, &own).await?.pop();
    found.ok_or(UseCaseError::Refused(Refusal::NotFound("order")))
}

/// Orders of an account, newest first, older than `before`.
///
/// # Errors
/// When the store fails.
pub async fn list(
    trade: &Database,
    account_id: i64,
    before: Option<i64>,
    page_size: i64,
) -> Result<OrderListView, UseCaseError> {
    let params = [account_id.into(), before.unwrap_or(i64::MAX).into(), (page_size + 1).into()];
    let mut routes: Vec<RouteRow> = trade.read(&orders::LIST, &params).await?;
    let more = i64::try_from(routes.len()).is_ok_and(|found| found > page_size);
    if more {
        routes.pop();
    }
    let next_page_token = if more { routes.last().map(|route| route.order_id.to_string()) } else { None };
    Ok(OrderListView { items: views(trade, &routes).await?, next_page_token })
}

/// The orders of the routes, in their order.
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
        // The order was read first: entries that came since would show a state that its version does not have yet.
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
