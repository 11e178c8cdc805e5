//! Answers in the format of the contract: ids are decimal strings, money and times are strings.

use serde::Serialize;
use utoipa::ToSchema;

use crate::money::Money;

/// An amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MoneyView {
    /// Decimal number with exactly the currency's decimals.
    #[schema(example = "12.34")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self { amount: money.to_string(), currency: money.currency.code().to_owned() }
    }
}

/// A line of a quote or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineView {
    /// The line.
    pub line_id: String,
    /// Product.
    pub product_id: String,
    /// SKU.
    pub sku_id: String,
    /// Units.
    pub quantity: i64,
    /// Price of a unit.
    pub unit_price: MoneyView,
    /// quantity × unit price.
    pub total: MoneyView,
}

/// The part of a quote that becomes the order of one seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuotedOrderView {
    /// Seller.
    pub seller_id: String,
    /// Lines.
    pub lines: Vec<LineView>,
    /// Sum of the lines.
    pub subtotal: MoneyView,
    /// Discounts.
    pub discount: MoneyView,
    /// Shipping.
    pub shipping: MoneyView,
    /// Tax.
    pub tax: MoneyView,
    /// subtotal − discount + shipping + tax.
    pub total: MoneyView,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteView {
    /// The quote.
    pub quote_id: String,
    /// One order per seller.
    pub orders: Vec<QuotedOrderView>,
    /// Sum of the orders.
    pub total: MoneyView,
    /// RFC 3339; the first instant at which it is no longer valid.
    pub expires_at: String,
}

/// An order just placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlacedOrderView {
    /// The order.
    pub order_id: String,
    /// Seller.
    pub seller_id: String,
    /// State.
    pub state: String,
    /// Version, 1.
    pub version: i64,
    /// Total.
    pub total: MoneyView,
    /// RFC 3339; an order still unpaid at this time is cancelled.
    pub pay_by: String,
}

/// The orders of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlacedView {
    /// One order per seller.
    pub orders: Vec<PlacedOrderView>,
    /// Null; payments are not implemented yet.
    #[schema(required)]
    pub payment_id: Option<String>,
    /// Null; payments are not implemented yet.
    #[schema(required)]
    pub pay_url: Option<String>,
}

/// An entry of an order's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryView {
    /// RFC 3339.
    pub at: String,
    /// State before; null for the first entry.
    #[schema(required)]
    pub from: Option<String>,
    /// State after.
    pub to: String,
    /// Role of the actor.
    pub by: String,
    /// Reason.
    pub reason: String,
}

/// The delivery address of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct DeliveryView {
    /// Name of the recipient.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// City.
    pub city: String,
    /// Street and number.
    pub line1: String,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line2: Option<String>,
    /// Postcode.
    pub postcode: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderView {
    /// The order.
    pub order_id: String,
    /// Seller.
    pub seller_id: String,
    /// State.
    pub state: String,
    /// Grows by one with each change.
    pub version: i64,
    /// Lines.
    pub lines: Vec<LineView>,
    /// Sum of the lines.
    pub subtotal: MoneyView,
    /// Discounts.
    pub discount: MoneyView,
    /// Shipping.
    pub shipping: MoneyView,
    /// Tax.
    pub tax: MoneyView,
    /// subtotal − discount + shipping + tax.
    pub total: MoneyView,
    /// Delivery address.
    pub address: DeliveryView,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; an order still unpaid at this time is cancelled.
    pub pay_by: String,
    /// Oldest entry first.
    pub history: Vec<HistoryView>,
}

/// A page of orders, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderListView {
    /// Orders.
    pub items: Vec<OrderView>,
    /// Token of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
