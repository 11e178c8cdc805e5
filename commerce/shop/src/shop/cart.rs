//! The cart: SKUs and their quantities, with current price and stock.

use std::collections::{BTreeMap, HashMap};

use live_pack_shop_store::{
    catalog::{self, SkuCardRow, SkuId},
    trade::{
        cart::{self, CartRow},
        stock::StockKey,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

pub use crate::order::MOST_LINES;
use crate::{
    Shop, UseCase,
    answer::MoneyView,
    catalog::{available, shown},
    order::{Outcome, TradeRequest},
    refusal::{Refusal, UseCaseError},
    stored::{currency, parsed},
};

/// Maximum quantity of a line.
pub const LARGEST_LINE: i64 = 99;

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CartLineView {
    /// SKU.
    pub sku_id: String,
    /// Product.
    pub product_id: String,
    /// Seller.
    pub seller_id: String,
    /// Title of the product.
    pub title: String,
    /// Attributes such as colour and size.
    pub attributes: BTreeMap<String, String>,
    /// Units.
    pub quantity: i64,
    /// Current price of a unit.
    pub price: MoneyView,
    /// Units that can be bought, at most 999; 0 if the product is off the shelf.
    pub available: i64,
}

/// A cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CartView {
    /// Lines, oldest first.
    pub lines: Vec<CartLineView>,
    /// Number of lines.
    pub count: usize,
}

/// Reads a cart.
#[derive(Debug, Clone, Copy)]
pub struct ReadCart {
    /// Buyer.
    pub account_id: i64,
}

impl UseCase for ReadCart {
    const NAME: &'static str = "cart.read";
    type Answer = CartView;

    async fn run(self, shop: &Shop) -> Result<CartView, UseCaseError> {
        let rows: Vec<CartRow> = shop.trade().read(&cart::READ, &[self.account_id.into()]).await?;
        let ids: Vec<_> = rows.iter().map(|row| SkuId { sku_id: row.sku_id }).collect();
        let cards: Vec<SkuCardRow> = shop.catalog().read_for(&catalog::SKU_CARDS, &ids).await?;
        let cards: HashMap<_, _> = cards.into_iter().map(|card| (card.sku_id, card)).collect();
        let keys: Vec<_> = rows.iter().map(|row| StockKey { seller_id: row.seller_id, sku_id: row.sku_id }).collect();
        let available = available(shop, &keys).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            // A SKU that is no longer in the catalogue is left out.
            let Some(card) = cards.get(&row.sku_id) else { continue };
            let on_shelf = card.on_shelf == 1;
            lines.push(CartLineView {
                sku_id: row.sku_id.to_string(),
                product_id: row.product_id.to_string(),
                seller_id: row.seller_id.to_string(),
                title: card.title.clone(),
                attributes: parsed("attributes", &card.attributes)?,
                quantity: row.quantity,
                price: currency(&card.currency)?.minor(card.price).into(),
                available: shown(available.get(&row.sku_id).filter(|_| on_shelf)),
            });
        }
        Ok(CartView { count: lines.len(), lines })
    }
}

/// Commits a change of a cart, then reads the cart.
async fn change(shop: &Shop, account_id: i64, request: TradeRequest) -> Result<CartView, UseCaseError> {
    if let Outcome::Refused(refusal) = shop.committer().commit(request).await? {
        return Err(refusal.into());
    }
    let cart = shop.run(ReadCart { account_id }).await?;
    #[expect(clippy::cast_precision_loss, reason = "at most 100 lines")]
    shop.metrics().cart_items.observe(cart.count as f64);
    Ok(cart)
}

/// Sets the quantity of a SKU in a cart.
///
/// Refused for an unknown SKU, and for a new line in a full cart. The stock is not checked here but by the quote.
#[derive(Debug, Clone, Copy)]
pub struct SetCartLine {
    /// Buyer.
    pub account_id: i64,
    /// SKU.
    pub sku_id: i64,
    /// Units, up to [`LARGEST_LINE`]; 0 removes the line.
    pub quantity: i64,
}

impl UseCase for SetCartLine {
    const NAME: &'static str = "cart.set";
    type Answer = CartView;

    async fn run(self, shop: &Shop) -> Result<CartView, UseCaseError> {
        let cards: Vec<SkuCardRow> =
            shop.catalog().read_for(&catalog::SKU_CARDS, &[SkuId { sku_id: self.sku_id }]).await?;
        // A line whose product is off the shelf can be removed but not changed.
        let card = cards.into_iter().find(|card| card.on_shelf == 1 || self.quantity == 0);
        let card = card.ok_or_else(|| Refusal::SkuNotFound(self.sku_id.to_string()))?;
        let row = CartRow {
            account_id: self.account_id,
            sku_id: self.sku_id,
            seller_id: card.seller_id,
            product_id: card.product_id,
            quantity: self.quantity,
            added_ms: shop.clock().now_ms(),
        };
        change(shop, self.account_id, TradeRequest::SetCartLine(row)).await
    }
}

/// Removes all lines of a cart.
#[derive(Debug, Clone, Copy)]
pub struct ClearCart {
    /// Buyer.
    pub account_id: i64,
}

impl UseCase for ClearCart {
    const NAME: &'static str = "cart.clear";
    type Answer = ();

    async fn run(self, shop: &Shop) -> Result<(), UseCaseError> {
        change(shop, self.account_id, TradeRequest::ClearCart { account_id: self.account_id }).await.map(drop)
    }
}
