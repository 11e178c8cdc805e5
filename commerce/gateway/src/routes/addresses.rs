//! Addresses.

use std::ops::RangeInclusive;

use live_pack_shop::{
    Refusal,
    identity::{self, AddressPatch, Caller, ChangeAddress, CreateAddress, DeleteAddress, ListAddresses, ReadAddress},
};
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{self, Object, Reader},
    input::{Body, Input},
    json::Json,
    problem::Problem,
};

/// Length of a name and of a city, in characters.
const NAME: RangeInclusive<usize> = 1..=100;
/// Length of a telephone number, in characters.
const PHONE: RangeInclusive<usize> = 1..=32;
/// Length of a line, in characters.
const LINE: RangeInclusive<usize> = 1..=200;
/// Length of a postcode, in characters.
const POSTCODE: RangeInclusive<usize> = 1..=20;

/// A new address.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAddress {
    /// Name of the recipient.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    name: String,
    /// Telephone number.
    #[schema(min_length = 1, max_length = 32, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    phone: String,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    region: String,
    /// City.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    city: String,
    /// Street and number.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    line1: String,
    /// Second line.
    #[schema(nullable = false, min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    line2: Option<String>,
    /// Postcode.
    #[schema(min_length = 1, max_length = 20, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    postcode: String,
    /// Whether it becomes the default; an account has at most one.
    is_default: bool,
}

/// Changes of an address; missing fields stay unchanged.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressChange {
    /// Name of the recipient.
    #[schema(nullable = false, min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    name: Option<String>,
    /// Telephone number.
    #[schema(nullable = false, min_length = 1, max_length = 32, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(nullable = false, pattern = "^[A-Z]{2}$")]
    region: Option<String>,
    /// City.
    #[schema(nullable = false, min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    city: Option<String>,
    /// Street and number.
    #[schema(nullable = false, min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    line1: Option<String>,
    /// Second line; null removes it.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    line2: Option<Option<String>>,
    /// Postcode.
    #[schema(nullable = false, min_length = 1, max_length = 20, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    postcode: Option<String>,
    /// Whether it is the default.
    #[schema(nullable = false)]
    is_default: Option<bool>,
}

/// Reads a text with a length in this range.
fn text<'a>(length: RangeInclusive<usize>) -> impl FnOnce(&mut Reader, &str, &'a Json) -> Option<String> {
    move |reader, path, json| reader.text(path, json, length)
}

impl Body for NewAddress {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let name = reader.need(object, "name", text(NAME));
        let phone = reader.need(object, "phone", text(PHONE));
        let region = reader.need(object, "region", Reader::region);
        let city = reader.need(object, "city", text(NAME));
        let line1 = reader.need(object, "line1", text(LINE));
        let line2 = reader.maybe(object, "line2", text(LINE));
        let postcode = reader.need(object, "postcode", text(POSTCODE));
        let is_default = reader.need(object, "is_default", Reader::flag);
        Some(Self {
            name: name?,
            phone: phone?,
            region: region?,
            city: city?,
            line1: line1?,
            line2,
            postcode: postcode?,
            is_default: is_default?,
        })
    }
}

impl Body for AddressChange {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        Some(Self {
            name: reader.maybe(object, "name", text(NAME)),
            phone: reader.maybe(object, "phone", text(PHONE)),
            region: reader.maybe(object, "region", Reader::region),
            city: reader.maybe(object, "city", text(NAME)),
            line1: reader.maybe(object, "line1", text(LINE)),
            line2: reader.maybe(object, "line2", |reader, path, json| match json {
                Json::Null => Some(None),
                json => reader.text(path, json, LINE).map(Some),
            }),
            postcode: reader.maybe(object, "postcode", text(POSTCODE)),
            is_default: reader.maybe(object, "is_default", Reader::flag),
        })
    }
}

fn address_id(input: &Input) -> Result<i64, Refusal> {
    fields::id(&input.parameter).ok_or(Refusal::AddressNotFound)
}

/// `POST /v1/addresses`
pub(crate) async fn create(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let NewAddress { name, phone, region, city, line1, line2, postcode, is_default } = input.body()?;
    let address = identity::NewAddress { name, phone, region, city, line1, line2, postcode, is_default };
    Answer::json(&app.shop().run(CreateAddress { account_id: caller.account_id, address }).await?)
}

/// `GET /v1/addresses`
pub(crate) async fn list(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let mut query = input.query();
    let page = query.page();
    let page = query.finish(page)?;
    let list = ListAddresses { account_id: caller.account_id, after: page.token, page_size: page.size };
    Answer::json(&app.shop().run(list).await?)
}

/// `GET /v1/addresses/{id}`
pub(crate) async fn read(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let read = ReadAddress { account_id: caller.account_id, address_id: address_id(&input)? };
    Answer::json(&app.shop().run(read).await?)
}

/// `PATCH /v1/addresses/{id}`
pub(crate) async fn change(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let AddressChange { name, phone, region, city, line1, line2, postcode, is_default } = input.body()?;
    let patch = AddressPatch { name, phone, region, city, line1, line2, postcode, is_default };
    let change = ChangeAddress { account_id: caller.account_id, address_id: address_id(&input)?, patch };
    Answer::json(&app.shop().run(change).await?)
}

/// `DELETE /v1/addresses/{id}`
pub(crate) async fn delete(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    app.shop().run(DeleteAddress { account_id: caller.account_id, address_id: address_id(&input)? }).await?;
    Ok(Answer::Empty)
}
