//! Quotes.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use live_pack_shop::{
    Refusal,
    quote::{self, LARGEST_QUANTITY, NewQuote, Source},
};

use crate::{
    app::App,
    call::{self, Call},
    fields::Reader,
    json::Json,
    problem::Problem,
};

/// Largest number of items and of vouchers.
const MOST_ITEMS: usize = 100;

/// `POST /v1/quotes`
pub(super) async fn create(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (caller, json) = Call::authenticate(&app, request).await?.json().await?;
    let new = read(caller.account_id, &json)?;
    call::json(StatusCode::CREATED, &quote::create(app.shop(), &new).await?)
}

fn read(account_id: i64, json: &Json) -> Result<NewQuote, Refusal> {
    let mut reader = Reader::default();
    let read = reader.object("", json).and_then(|mut object| {
        let address = reader.required(&mut object, "address_id");
        let (items, from_cart) = (object.take("items"), object.take("from_cart"));
        let (vouchers, room) = (object.take("voucher_codes"), object.take("room_id"));
        reader.no_more(object);
        let address_id = address.and_then(|(path, json)| reader.id(&path, json));
        let source = source(&mut reader, items, from_cart);
        if let Some((path, json)) = room {
            // Activity prices of a room come with the promotions; until then the id is only checked.
            let _ = reader.id(&path, json);
        }
        let voucher_codes = voucher_codes(&mut reader, vouchers);
        Some(NewQuote { account_id, source: source?, address_id: address_id?, voucher_codes })
    });
    reader.finish(read)
}

fn source(reader: &mut Reader, items: Option<(String, &Json)>, from_cart: Option<(String, &Json)>) -> Option<Source> {
    let from_cart = match from_cart {
        Some((path, json)) => Some((reader.flag(&path, json)?, path)),
        None => None,
    };
    match (items, from_cart) {
        (Some((path, json)), None | Some((false, _))) => source_items(reader, &path, json),
        (None, Some((true, _))) => Some(Source::Cart),
        (Some(_), Some((true, path))) => {
            reader.fault(&path, "either items or from_cart", "both");
            None
        }
        (None, _) => {
            reader.fault("items", "a required field, unless from_cart is true", "nothing");
            None
        }
    }
}

fn source_items(reader: &mut Reader, path: &str, json: &Json) -> Option<Source> {
    let list = reader.list(path, json, 1..=MOST_ITEMS)?;
    let mut items = Vec::with_capacity(list.len());
    for (number, item) in list.iter().enumerate() {
        let Some(mut object) = reader.object(&format!("{path}[{number}]"), item) else { continue };
        let (sku, quantity) = (reader.required(&mut object, "sku_id"), reader.required(&mut object, "quantity"));
        reader.no_more(object);
        let sku_id = sku.and_then(|(path, json)| reader.id(&path, json));
        let quantity = quantity.and_then(|(path, json)| reader.integer(&path, json, 1..=LARGEST_QUANTITY));
        items.extend(sku_id.zip(quantity));
    }
    Some(Source::Items(items))
}

fn voucher_codes(reader: &mut Reader, field: Option<(String, &Json)>) -> Vec<String> {
    let Some((path, json)) = field else { return Vec::new() };
    let codes = reader.list(&path, json, 0..=MOST_ITEMS).unwrap_or_default();
    let code = |(number, json): (usize, &Json)| reader.text(&format!("{path}[{number}]"), json, 1..=64);
    codes.iter().enumerate().filter_map(code).collect()
}
