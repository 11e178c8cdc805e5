//! The screen of a client that refreshes: the first page of the bag.

use std::time::Duration;

use live_pack_idl::{
    json::{Data, message},
    schema::{Method, Schema},
};
use serde_json::{Value, json};

use super::{CallError, SEQUENCE, frame, method, request::Fields};
use crate::cli::{outcome::Outcome, target::Route, wire::Connection};

/// The method that returns the screen.
const BAG: &str = "GetLiveBagData";

/// Fills in the products on the screen, if the request of `asked` requires them and leaves them out, with the first
/// page of the bag of the only room. If the server refuses the bag, the request stays unchanged, so that the call
/// itself is refused.
///
/// # Errors
/// The server cannot be called.
pub async fn fill(
    schema: &Schema,
    asked: &Method,
    json: &mut Value,
    fields: &Fields,
    route: &Route,
    limit: Duration,
) -> Result<(), CallError> {
    let takes = |name: &str| schema.structure(&asked.request).is_some_and(|it| it.field(name).is_some());
    let (Value::Object(request), [_]) = (json, fields.room.as_slice()) else { return Ok(()) };
    if !takes("known_bag_version") || request.contains_key("product_ids") {
        return Ok(());
    }
    let bag = method(schema, BAG)?;
    let viewer = Fields { count: None, cursor: None, tab: None, ..fields.clone() };
    let frame = frame(schema, bag, json!({}), &viewer)?;
    let mut connection = Connection::open(route, limit).await?;
    let answer = message::answer(schema, bag, connection.exchange(&frame).await?, SEQUENCE)?;
    if !Outcome::of(&answer).is_ok() {
        return Ok(());
    }
    let auction = |card: &Data<'_>| card.get("auction").map(|auction| auction.int("auction_id"));
    let products: Vec<i64> = answer.list("products").iter().map(|card| card.int("product_id")).collect();
    let auctions: Vec<i64> = answer.list("auctions").iter().filter_map(auction).collect();
    for (name, value) in [
        ("product_ids", json!(products)),
        ("auction_ids", json!(auctions)),
        ("known_bag_version", json!(answer.int("bag_version"))),
    ] {
        request.entry(name).or_insert(value);
    }
    Ok(())
}
