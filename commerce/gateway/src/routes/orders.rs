//! Orders.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};
use live_pack_shop::{
    Refusal, UseCaseError,
    order::{self, Cancel, Keyed, Place, Readdress, TradeRequest},
};
use live_pack_shop_store::trade::keys::KeyId;

use crate::{
    app::App,
    call::{self, Call},
    fields::{self, Reader},
    json::Json,
    problem::Problem,
};

/// Orders per page, unless the query says otherwise.
const PAGE: i64 = 20;
/// Largest page.
const LARGEST_PAGE: i64 = 100;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// An order id of a path; another text names no order.
fn order_id(text: &str) -> Result<i64, Refusal> {
    fields::id(text).ok_or(Refusal::NotFound("order"))
}

async fn commit(app: &App, request: TradeRequest) -> Result<order::Outcome, Problem> {
    app.shop().committer().commit(request).await.map_err(|error| UseCaseError::from(error).into())
}

/// `POST /v1/orders`
pub(super) async fn place(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (_, id, json) = Call::authenticate(&app, request).await?.keyed_json().await?;
    let place = read_place(id, &json)?;
    call::once(&app, place.keyed.clone(), async |_| commit(&app, TradeRequest::Place(place)).await).await
}

fn read_place(id: KeyId, json: &Json) -> Result<Place, Refusal> {
    let mut reader = Reader::default();
    let read = reader.object("", json).and_then(|mut object| {
        let (quote, total) = (reader.required(&mut object, "quote_id"), reader.required(&mut object, "total"));
        reader.no_more(object);
        let quote_id = quote.and_then(|(path, json)| reader.id(&path, json));
        let total = total.and_then(|(path, json)| reader.money(&path, json));
        Some((quote_id?, total?))
    });
    let (quote_id, total) = reader.finish(read)?;
    let currency = total.currency.code();
    let keyed = Keyed::new(id, &[&quote_id.to_string(), &total.minor.to_string(), currency]);
    Ok(Place { keyed, quote_id, total })
}

/// `GET /v1/orders`
pub(super) async fn list(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let call = Call::authenticate(&app, request).await?;
    let (page_size, before) = read_page(call.query())?;
    let orders = order::list(app.shop().trade(), call.caller.account_id, before, page_size).await?;
    call::json(StatusCode::OK, &orders)
}

fn read_page(query: &str) -> Result<(i64, Option<i64>), Refusal> {
    let mut reader = Reader::default();
    let (mut page_size, mut before) = (PAGE, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "page_size" => match value.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size)) {
                Some(size) => page_size = size,
                None => reader.fault("page_size", format!("a whole number from 1 to {LARGEST_PAGE}"), value),
            },
            "page_token" => match fields::id(&value) {
                Some(token) => before = Some(token),
                None => reader.fault("page_token", "the next_page_token of an answer", value),
            },
            other => reader.fault(other, "no parameter of this name", value),
        }
    }
    reader.finish(Some((page_size, before)))
}

/// `GET /v1/orders/{id}`
pub(super) async fn by_id(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let call = Call::authenticate(&app, request).await?;
    let order = order::by_id(app.shop().trade(), call.caller.account_id, order_id(&id)?).await?;
    call::json(StatusCode::OK, &order)
}

/// `POST /v1/orders/{id}/cancel`
pub(super) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (_, key, json) = Call::authenticate(&app, request).await?.keyed_json().await?;
    let mut reader = Reader::default();
    let read = reader.object("", &json).and_then(|mut object| {
        let reason = reader.required(&mut object, "reason");
        reader.no_more(object);
        reason.and_then(|(path, json)| reader.text(&path, json, 1..=LONGEST_REASON))
    });
    let reason = reader.finish(read)?;
    let cancel = Cancel { keyed: Keyed::new(key, &[&reason]), order_id: order_id(&id)?, reason };
    call::once(&app, cancel.keyed.clone(), async |_| commit(&app, TradeRequest::Cancel(cancel)).await).await
}

/// `PATCH /v1/orders/{id}`
pub(super) async fn readdress(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (caller, key, json) = Call::authenticate(&app, request).await?.keyed_json().await?;
    let mut reader = Reader::default();
    let read = reader.object("", &json).and_then(|mut object| {
        let address = reader.required(&mut object, "address_id");
        reader.no_more(object);
        address.and_then(|(path, json)| reader.id(&path, json))
    });
    let address_id = reader.finish(read)?;
    let keyed = Keyed::new(key, &[&address_id.to_string()]);
    let address = app.shop().delivery_address(caller.account_id, address_id).await?;
    let change = Readdress { keyed, order_id: order_id(&id)?, address };
    call::once(&app, change.keyed.clone(), async |_| commit(&app, TradeRequest::Readdress(change)).await).await
}
