//! Converts stored orders and quotes into answers.

use live_pack_shop_store::{
    StoreError,
    trade::orders::{HistoryRow, LineRow, OrderRow},
};

use crate::{
    answer::{DeliveryView, HistoryView, LineView, OrderView, QuoteView, QuotedOrderView},
    clock::rfc3339,
    pricing::Priced,
    stored::currency,
};

/// A stored address.
pub(super) fn address(stored: &str) -> Result<DeliveryView, StoreError> {
    serde_json::from_str(stored).map_err(|error| StoreError::Corrupt { what: "address", found: error.to_string() })
}

/// An order in the format of the contract.
pub(super) fn order_view(row: &OrderRow, lines: &[LineRow], history: &[HistoryRow]) -> Result<OrderView, StoreError> {
    let currency = currency(&row.currency)?;
    let money = |minor: i64| currency.minor(minor).into();
    let line = |line: &LineRow| LineView {
        line_id: line.line_id.to_string(),
        product_id: line.product_id.to_string(),
        sku_id: line.sku_id.to_string(),
        quantity: line.quantity,
        unit_price: money(line.unit_price),
        total: money(line.total),
    };
    let entry = |entry: &HistoryRow| HistoryView {
        at: rfc3339(entry.at_ms),
        from: entry.from_state.clone(),
        to: entry.to_state.clone(),
        by: entry.actor.clone(),
        reason: entry.reason.clone(),
    };
    Ok(OrderView {
        order_id: row.order_id.to_string(),
        seller_id: row.seller_id.to_string(),
        state: row.state.clone(),
        version: row.version,
        lines: lines.iter().map(line).collect(),
        subtotal: money(row.subtotal),
        discount: money(row.discount),
        shipping: money(row.shipping),
        tax: money(row.tax),
        total: money(row.total),
        address: address(&row.address)?,
        created_at: rfc3339(row.created_ms),
        pay_by: rfc3339(row.pay_by_ms),
        history: history.iter().map(entry).collect(),
    })
}

/// A quote in the format of the contract.
#[must_use]
pub fn quote_view(quote_id: i64, expires_ms: i64, priced: &Priced) -> QuoteView {
    let money = |minor: i64| priced.currency.minor(minor).into();
    let orders = priced
        .orders
        .iter()
        .map(|order| QuotedOrderView {
            seller_id: order.seller_id.to_string(),
            lines: order
                .lines
                .iter()
                .map(|line| LineView {
                    line_id: line.line_id.to_string(),
                    product_id: line.product_id.to_string(),
                    sku_id: line.sku_id.to_string(),
                    quantity: line.quantity,
                    unit_price: money(line.unit_price),
                    total: money(line.total),
                })
                .collect(),
            subtotal: money(order.subtotal),
            discount: money(order.discount),
            shipping: money(order.shipping),
            tax: money(order.tax),
            total: money(order.total),
        })
        .collect();
    QuoteView { quote_id: quote_id.to_string(), orders, total: money(priced.total), expires_at: rfc3339(expires_ms) }
}
