//! Quotes.

use live_pack_shop::{
    identity::Caller,
    quote::{LARGEST_QUANTITY, NewQuote, Source},
};
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{Object, Reader},
    input::{Body, Input},
    json::Json,
    problem::Problem,
    schemas::Id,
};

/// Maximum number of items and of vouchers.
const MOST_ITEMS: usize = 100;

/// A request for a quote: either `items` or `from_cart`.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteRequest {
    /// Items; repeated SKUs are summed.
    #[schema(nullable = false, min_items = 1, max_items = 100)]
    items: Option<Vec<QuoteItem>>,
    /// Whether to use the lines of the cart as items.
    #[expect(dead_code, reason = "checked while it is read: without items it is true")]
    #[schema(nullable = false)]
    from_cart: Option<bool>,
    /// Delivery address.
    #[schema(value_type = Id)]
    address_id: i64,
    /// Codes of vouchers.
    #[schema(nullable = false, max_items = 100)]
    voucher_codes: Option<Vec<String>>,
    /// Room in which the items were seen.
    #[expect(dead_code, reason = "only validated until rooms have their own prices")]
    #[schema(value_type = Option<Id>, nullable = false)]
    room_id: Option<i64>,
}

/// An item of a quote.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteItem {
    /// SKU.
    #[schema(value_type = Id)]
    sku_id: i64,
    /// Units.
    #[schema(minimum = 1, maximum = 9999)]
    quantity: i64,
}

impl Body for QuoteRequest {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let (has_items, has_from_cart) = (object.has("items"), object.has("from_cart"));
        let items = reader.maybe(object, "items", items);
        let from_cart = reader.maybe(object, "from_cart", Reader::flag);
        if has_items && from_cart == Some(true) {
            reader.fault("from_cart", "either items or from_cart", "both");
        }
        if !has_items && from_cart != Some(true) && (from_cart.is_some() || !has_from_cart) {
            reader.fault("items", "a required field, unless from_cart is true", "nothing");
        }
        let address_id = reader.need(object, "address_id", Reader::id);
        let voucher_codes = reader.maybe(object, "voucher_codes", voucher_codes);
        let room_id = reader.maybe(object, "room_id", Reader::id);
        Some(Self { items, from_cart, address_id: address_id?, voucher_codes, room_id })
    }
}

fn items(reader: &mut Reader, path: &str, json: &Json) -> Option<Vec<QuoteItem>> {
    let list = reader.list(path, json, 1..=MOST_ITEMS)?;
    let mut items = Vec::with_capacity(list.len());
    for (number, item) in list.iter().enumerate() {
        let Some(mut object) = reader.object(&format!("{path}[{number}]"), item) else { continue };
        let sku_id = reader.need(&mut object, "sku_id", Reader::id);
        let quantity =
            reader.need(&mut object, "quantity", |reader, path, json| reader.integer(path, json, 1..=LARGEST_QUANTITY));
        reader.no_more(object);
        items.extend(sku_id.zip(quantity).map(|(sku_id, quantity)| QuoteItem { sku_id, quantity }));
    }
    Some(items)
}

fn voucher_codes(reader: &mut Reader, path: &str, json: &Json) -> Option<Vec<String>> {
    let codes = reader.list(path, json, 0..=MOST_ITEMS)?;
    let code = |(number, json): (usize, &Json)| reader.text(&format!("{path}[{number}]"), json, 1..=64);
    Some(codes.iter().enumerate().filter_map(code).collect())
}

/// `POST /v1/quotes`
pub(crate) async fn create(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let QuoteRequest { items, address_id, voucher_codes, .. } = input.body()?;
    let source = items.map_or(Source::Cart, |items| {
        Source::Items(items.into_iter().map(|item| (item.sku_id, item.quantity)).collect())
    });
    let voucher_codes = voucher_codes.unwrap_or_default();
    let new = NewQuote { account_id: caller.account_id, source, address_id, voucher_codes };
    Answer::json(&app.shop().run(new).await?)
}
