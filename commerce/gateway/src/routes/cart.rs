//! The cart.

use live_pack_shop::{
    Refusal,
    cart::{ClearCart, LARGEST_LINE, ReadCart, SetCartLine},
    identity::Caller,
};
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{self, Object, Reader},
    input::{Body, Input},
    problem::Problem,
};

/// A quantity.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CartQuantity {
    /// Units; 0 removes the line.
    #[schema(minimum = 0, maximum = 99)]
    quantity: i64,
}

impl Body for CartQuantity {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let read = |reader: &mut Reader, path: &str, json| reader.integer(path, json, 0..=LARGEST_LINE);
        Some(Self { quantity: reader.need(object, "quantity", read)? })
    }
}

/// `GET /v1/cart`
pub(crate) async fn read(app: App, caller: Caller, _: Input) -> Result<Answer, Problem> {
    Answer::json(&app.shop().run(ReadCart { account_id: caller.account_id }).await?)
}

/// `PUT /v1/cart/items/{sku_id}`
pub(crate) async fn set(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let CartQuantity { quantity } = input.body()?;
    let sku_id = fields::id(&input.parameter).ok_or_else(|| Refusal::SkuNotFound(input.parameter.clone()))?;
    Answer::json(&app.shop().run(SetCartLine { account_id: caller.account_id, sku_id, quantity }).await?)
}

/// `DELETE /v1/cart`
pub(crate) async fn clear(app: App, caller: Caller, _: Input) -> Result<Answer, Problem> {
    app.shop().run(ClearCart { account_id: caller.account_id }).await?;
    Ok(Answer::Empty)
}
