//! OpenAPI schemas of ids and amounts, which are parsed into plain numbers.

use live_pack_shop::money::Currency;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        schema::{AdditionalProperties, OneOfBuilder, Schema, SchemaType, Type},
    },
};

/// Ids: decimal strings without leading zeros, below 2^63.
pub(crate) const ID_PATTERN: &str = "^([1-9][0-9]{0,17}|[1-8][0-9]{18})$";

/// A string schema.
pub(crate) fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

/// An id.
pub(crate) struct Id;

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        string().pattern(Some(ID_PATTERN)).description(Some("An id: a decimal string")).into()
    }
}

impl ToSchema for Id {}

/// An amount of a request.
pub(crate) struct Amount;

fn amounts(decimals: u32, pattern: &str) -> ObjectBuilder {
    let codes = Currency::all().filter(|currency| currency.decimals() == decimals).map(Currency::code);
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .property("amount", string().pattern(Some(pattern)))
        .property("currency", string().enum_values(Some(codes)))
        .required("amount")
        .required("currency")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(amounts(2, r"^[0-9]{1,15}(\.[0-9]{1,2})?$"))
            .item(amounts(0, "^[0-9]{1,15}$"))
            .description(Some("An amount: a string with at most the currency's decimals, and an ISO 4217 code"))
            .into()
    }
}

impl ToSchema for Amount {}
