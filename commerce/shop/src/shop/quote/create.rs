//! Creates a quote: offers, limits, stock, prices.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_shop_store::{
    catalog::{self, OfferRow, SkuId, TaxRow},
    identity::addresses::{self, AddressRow},
    trade::{
        cart::{self, CartRow},
        limits::{self, LimitKey, LimitRow},
        quotes::QuoteRow,
        stock::{self, StockKey, StockRow},
    },
};

use super::{HOLDS_MS, LARGEST_QUANTITY};
use crate::{
    Shop, UseCase,
    answer::{DeliveryView, QuoteView},
    money::Currency,
    order::{TradeRequest, quote_view},
    pricing::{Item, Priced, TooLarge, price, sum},
    refusal::{Fault, Refusal, UseCaseError},
};

/// The items of a quote.
#[derive(Debug, Clone)]
pub enum Source {
    /// SKUs with their units; a SKU may occur several times.
    Items(Vec<(i64, i64)>),
    /// The lines of the buyer's cart.
    Cart,
}

/// Creates and stores a quote.
///
/// Checks in this order: address, empty cart, SKUs, quantities, currency, delivery, vouchers, limits, stock.
#[derive(Debug, Clone)]
pub struct NewQuote {
    /// Buyer.
    pub account_id: i64,
    /// Items.
    pub source: Source,
    /// Delivery address.
    pub address_id: i64,
    /// Codes of vouchers.
    pub voucher_codes: Vec<String>,
}

impl UseCase for NewQuote {
    const NAME: &'static str = "quotes.create";
    type Answer = QuoteView;

    async fn run(self, shop: &Shop) -> Result<QuoteView, UseCaseError> {
        create(shop, &self).await
    }
}

async fn create(shop: &Shop, request: &NewQuote) -> Result<QuoteView, UseCaseError> {
    let address = address(shop, request).await?;
    let quantities = quantities(shop, request).await?;
    let offers = offers(shop, &quantities).await?;
    let currency = currency(&offers)?;
    deliverable(&offers, &address.region)?;
    if let Some(code) = request.voucher_codes.first() {
        return Err(Refusal::VoucherInvalid(code.clone()).into());
    }
    within_limits(shop, request.account_id, &offers, &quantities).await?;
    in_stock(shop, &offers, &quantities).await?;
    let rates: Vec<TaxRow> = shop.catalog().read(&catalog::TAXES, &[address.region.as_str().into()]).await?;
    let rates: BTreeMap<_, _> = rates.into_iter().map(|rate| (rate.tax_class, rate.basis_points)).collect();
    let mut items = Vec::with_capacity(offers.len());
    for offer in offers {
        let quantity = quantities.get(&offer.sku_id).copied().unwrap_or_default();
        items.push(Item { offer, quantity, line_id: shop.ids().next()? });
    }
    // Vouchers are not implemented yet, so no order has a discount.
    let orders = price(items, &BTreeMap::new(), &rates).map_err(too_large)?;
    let total = sum(&orders.iter().map(|order| order.total).collect::<Vec<_>>()).map_err(too_large)?;
    let from_cart = matches!(request.source, Source::Cart);
    store(shop, request.account_id, &Priced { orders, currency, total, address, from_cart }).await
}

async fn store(shop: &Shop, account_id: i64, priced: &Priced) -> Result<QuoteView, UseCaseError> {
    let created_ms = shop.clock().now_ms();
    let row = QuoteRow {
        account_id,
        quote_id: shop.ids().next()?,
        created_ms,
        expires_ms: created_ms + HOLDS_MS,
        used: 0,
        body: serde_json::to_string(priced).map_err(|source| UseCaseError::Json { what: "quote", source })?,
    };
    let view = quote_view(row.quote_id, row.expires_ms, priced);
    shop.committer().commit(TradeRequest::Quote(row)).await?;
    Ok(view)
}

fn too_large(_: TooLarge) -> UseCaseError {
    let fault = Fault {
        field: "items".to_owned(),
        rule: "amounts below 92,233,720,368,547,758.08".to_owned(),
        found: "an amount that is too large".to_owned(),
    };
    Refusal::Invalid(vec![fault]).into()
}

async fn address(shop: &Shop, request: &NewQuote) -> Result<DeliveryView, UseCaseError> {
    shop.delivery_address(request.account_id, request.address_id).await?.ok_or(Refusal::AddressNotFound.into())
}

/// Units by SKU; repeated SKUs are summed.
async fn quantities(shop: &Shop, request: &NewQuote) -> Result<BTreeMap<i64, i64>, UseCaseError> {
    let items = match &request.source {
        Source::Items(items) => items.clone(),
        Source::Cart => {
            let lines: Vec<CartRow> = shop.trade().read(&cart::READ, &[request.account_id.into()]).await?;
            if lines.is_empty() {
                return Err(Refusal::CartEmpty.into());
            }
            lines.into_iter().map(|line| (line.sku_id, line.quantity)).collect()
        }
    };
    let mut quantities = BTreeMap::new();
    for (sku_id, quantity) in items {
        *quantities.entry(sku_id).or_insert(0) += quantity;
    }
    let over = |(sku_id, quantity): (&i64, &i64)| {
        (*quantity > LARGEST_QUANTITY).then(|| Fault {
            field: "items".to_owned(),
            rule: format!("1 to {LARGEST_QUANTITY} units of a SKU"),
            found: format!("{quantity} units of SKU {sku_id} in all"),
        })
    };
    let faults: Vec<_> = quantities.iter().filter_map(over).collect();
    if faults.is_empty() { Ok(quantities) } else { Err(Refusal::Invalid(faults).into()) }
}

/// Offers of all SKUs, by SKU.
async fn offers(shop: &Shop, quantities: &BTreeMap<i64, i64>) -> Result<Vec<OfferRow>, UseCaseError> {
    let ids: Vec<_> = quantities.keys().map(|&sku_id| SkuId { sku_id }).collect();
    let mut offers: Vec<OfferRow> = shop.catalog().read_for(&catalog::OFFERS, &ids).await?;
    offers.sort_by_key(|offer| offer.sku_id);
    let known: BTreeSet<_> = offers.iter().map(|offer| offer.sku_id).collect();
    let unknown: Vec<_> = quantities.keys().filter(|id| !known.contains(id)).map(ToString::to_string).collect();
    if unknown.is_empty() { Ok(offers) } else { Err(Refusal::SkuNotFound(unknown.join(", ")).into()) }
}

fn currency(offers: &[OfferRow]) -> Result<Currency, UseCaseError> {
    let codes: BTreeSet<_> = offers.iter().map(|offer| offer.currency.as_str()).collect();
    let mut codes = codes.into_iter();
    let (Some(code), rest) = (codes.next(), codes.collect::<Vec<_>>()) else {
        return Err(Refusal::CartEmpty.into());
    };
    if !rest.is_empty() {
        return Err(Refusal::CurrencyMixed(format!("{code}, {}", rest.join(", "))).into());
    }
    let unknown = || live_pack_shop_store::StoreError::Corrupt { what: "currency", found: code.to_owned() };
    Ok(Currency::of(code).ok_or_else(unknown)?)
}

fn deliverable(offers: &[OfferRow], region: &str) -> Result<(), Refusal> {
    let sold = |offer: &&OfferRow| offer.sale_regions == "*" || offer.sale_regions.contains(&format!(",{region},"));
    let not: BTreeSet<_> = offers.iter().filter(|offer| !sold(offer)).map(|offer| offer.product_id).collect();
    if not.is_empty() { Ok(()) } else { Err(Refusal::NotDeliverable(join(not))) }
}

fn join(ids: impl IntoIterator<Item = i64>) -> String {
    ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
}

async fn within_limits(
    shop: &Shop,
    account_id: i64,
    offers: &[OfferRow],
    quantities: &BTreeMap<i64, i64>,
) -> Result<(), UseCaseError> {
    let mut wanted: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for offer in offers {
        if let Some(limit) = offer.buyer_limit {
            let units = quantities.get(&offer.sku_id).copied().unwrap_or_default();
            wanted.entry(offer.product_id).or_insert((0, limit)).0 += units;
        }
    }
    let keys: Vec<_> = wanted.keys().map(|&product_id| LimitKey { account_id, product_id }).collect();
    let held: Vec<LimitRow> = shop.trade().read_for(&limits::READ, &keys).await?;
    for row in held {
        if let Some(wanted) = wanted.get_mut(&row.product_id) {
            wanted.0 += row.used;
        }
    }
    let over: Vec<_> =
        wanted.into_iter().filter(|(_, (units, limit))| units > limit).map(|(product, _)| product).collect();
    if over.is_empty() { Ok(()) } else { Err(Refusal::LimitExceeded(join(over)).into()) }
}

async fn in_stock(shop: &Shop, offers: &[OfferRow], quantities: &BTreeMap<i64, i64>) -> Result<(), UseCaseError> {
    let keys: Vec<_> =
        offers.iter().map(|offer| StockKey { seller_id: offer.seller_id, sku_id: offer.sku_id }).collect();
    let rows: Vec<StockRow> = shop.trade().read_for(&stock::READ, &keys).await?;
    let available: BTreeMap<_, _> = rows.into_iter().map(|row| (row.sku_id, row.on_hand - row.reserved)).collect();
    let short = |&(sku_id, quantity): &(&i64, &i64)| available.get(sku_id).copied().unwrap_or(0) < *quantity;
    let short: Vec<_> = quantities.iter().filter(short).map(|(&sku_id, _)| sku_id).collect();
    if short.is_empty() { Ok(()) } else { Err(Refusal::OutOfStock(join(short)).into()) }
}

impl Shop {
    /// An address of an account in the format that orders keep.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn delivery_address(
        &self,
        account_id: i64,
        address_id: i64,
    ) -> Result<Option<DeliveryView>, UseCaseError> {
        let found: Vec<AddressRow> =
            self.identity().read(&addresses::BY_ID, &[account_id.into(), address_id.into()]).await?;
        Ok(found.into_iter().next().map(|row| DeliveryView {
            name: row.name,
            phone: row.phone,
            region: row.region,
            city: row.city,
            line1: row.line1,
            line2: row.line2,
            postcode: row.postcode,
        }))
    }
}
