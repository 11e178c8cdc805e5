//! Orders.

use live_pack_shop::{
    identity::Caller,
    money::Money,
    order::{Cancel, ChangeOrderAddress, Keyed, ListOrders, Place, ReadOrder},
};
use live_pack_shop_store::trade::keys::KeyId;
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{Object, Reader},
    input::{Body, Input},
    problem::Problem,
    run::once,
    schemas::{Amount, Id},
};

/// Maximum length of a reason, in characters.
const LONGEST_REASON: usize = 200;

/// An order for a quote.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRequest {
    /// The quote.
    #[schema(value_type = Id)]
    quote_id: i64,
    /// Total shown to the buyer.
    #[schema(value_type = Amount)]
    total: Money,
}

impl Body for OrderRequest {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let quote_id = reader.need(object, "quote_id", Reader::id);
        let total = reader.need(object, "total", Reader::money);
        Some(Self { quote_id: quote_id?, total: total? })
    }
}

/// The cancellation of an order.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelRequest {
    /// Reason, kept in the order's history.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    reason: String,
}

impl Body for CancelRequest {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let read = |reader: &mut Reader, path: &str, json| reader.text(path, json, 1..=LONGEST_REASON);
        Some(Self { reason: reader.need(object, "reason", read)? })
    }
}

/// A change of the delivery address.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderChange {
    /// One of the buyer's addresses, in the same region as the current one.
    #[schema(value_type = Id)]
    address_id: i64,
}

impl Body for OrderChange {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        Some(Self { address_id: reader.need(object, "address_id", Reader::id)? })
    }
}

/// `POST /v1/orders`
pub(crate) async fn place(app: App, _: Caller, key: KeyId, input: Input) -> Result<Answer, Problem> {
    let OrderRequest { quote_id, total } = input.body()?;
    let values = [quote_id.to_string(), total.minor.to_string(), total.currency.code().to_owned()];
    let keyed = Keyed::new(key.clone(), &values.each_ref().map(String::as_str));
    once(&app, &key, Place { keyed, quote_id, total }).await
}

/// `GET /v1/orders`
pub(crate) async fn list(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let mut query = input.query();
    let page = query.page();
    let page = query.finish(page)?;
    let list = ListOrders { account_id: caller.account_id, before: page.token, page_size: page.size };
    Answer::json(&app.shop().run(list).await?)
}

/// `GET /v1/orders/{id}`
pub(crate) async fn read(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let read = ReadOrder { account_id: caller.account_id, order_id: input.id("order")? };
    Answer::json(&app.shop().run(read).await?)
}

/// `POST /v1/orders/{id}/cancel`
pub(crate) async fn cancel(app: App, _: Caller, key: KeyId, input: Input) -> Result<Answer, Problem> {
    let CancelRequest { reason } = input.body()?;
    let keyed = Keyed::new(key.clone(), &[&reason]);
    once(&app, &key, Cancel { keyed, order_id: input.id("order")?, reason }).await
}

/// `PATCH /v1/orders/{id}`
pub(crate) async fn readdress(app: App, _: Caller, key: KeyId, input: Input) -> Result<Answer, Problem> {
    let OrderChange { address_id } = input.body()?;
    let keyed = Keyed::new(key.clone(), &[&address_id.to_string()]);
    once(&app, &key, ChangeOrderAddress { keyed, order_id: input.id("order")?, address_id }).await
}
