//! The content of a mock answer: JSON by the IDL, encoded once when the configuration is checked.

use std::collections::BTreeMap;

use live_pack_idl::{
    DownstreamMethod,
    json::{
        encode::{self, Fault},
        path::Path,
    },
};
use pilota::{
    Bytes,
    thrift::{Message, ThriftException, binary::TBinaryProtocol},
};
use serde_json::{Map, Value};

use crate::answer_form::AnswerForm;

/// The key that stands for every key without an entry of its own.
const EVERY_KEY: &str = "*";

/// The field that may be left out although the IDL requires it: a mock answer without a status is a good one.
const STATUS: &str = "BaseResp";

/// Wire types of the binary protocol.
const I64: u8 = 10;
const MAP: u8 = 13;
const LIST: u8 = 15;
const END: u8 = 0;

/// An answer, encoded except for the fields that depend on the requested keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The fields of the struct without its end.
    fields: Vec<u8>,
    batch: Option<Batch>,
}

/// The values of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Batch {
    field: i16,
    value_type: u8,
    values: BTreeMap<i64, Vec<u8>>,
    /// The value of every other key; `None`: they are missing.
    others: Option<Vec<u8>>,
    /// Number of the field with the failed keys, and the keys.
    failed: Option<(i16, Vec<i64>)>,
}

impl Content {
    /// Checks an answer against the IDL.
    ///
    /// # Errors
    ///
    /// Every fault, with its path below the answer.
    pub(crate) fn checked(method: DownstreamMethod, mut json: Map<String, Value>) -> Result<Self, Vec<Fault>> {
        let Some(form) = AnswerForm::of(method) else {
            return Err(vec![Fault { at: String::new(), what: format!("must be an answer of {method}") }]);
        };
        let mut faults = Vec::new();
        let batch = form.by_key().map(|(field, value)| {
            let mut batch = Batch {
                field: field.id,
                value_type: value.wire(),
                values: BTreeMap::new(),
                others: None,
                failed: form.failed().map(|failed| (failed.id, whole_numbers(json.get(&failed.name)))),
            };
            // anything but an object stays, and is a fault of the struct
            if let Some(Value::Object(entries)) = json.get_mut(&field.name) {
                for (key, value_json) in std::mem::take(entries) {
                    let above = Path::Field(&Path::Root, &field.name);
                    let at = Path::Key(&above, &key);
                    let encoded = encode::value(form.schema, value, &value_json, &at);
                    match (encoded, key.parse()) {
                        (Err(found), _) => faults.extend(found),
                        (Ok(bytes), _) if key == EVERY_KEY => batch.others = Some(bytes),
                        (Ok(bytes), Ok(number)) => drop(batch.values.insert(number, bytes)),
                        (Ok(_), Err(_)) => {
                            let what = format!("must have a whole number or {EVERY_KEY:?} as its key");
                            faults.push(Fault { at: at.to_string(), what });
                        }
                    }
                }
            }
            batch
        });
        json.entry(STATUS).or_insert_with(|| Map::new().into());
        match encode::structure(form.schema, form.structure, &json.into()) {
            Ok(mut fields) if faults.is_empty() => {
                fields.pop();
                Ok(Self { fields, batch })
            }
            found => Err(found.err().into_iter().flatten().chain(faults).collect()),
        }
    }

    /// The answer to a call with `keys`, which matter for batches only.
    ///
    /// # Errors
    ///
    /// The generated decoder refuses what the IDL allows.
    pub(crate) fn answer<R: Message>(&self, keys: &[i64]) -> Result<R, ThriftException> {
        let mut bytes = self.fields.clone();
        if let Some(batch) = &self.batch {
            batch.write(keys, &mut bytes);
        }
        bytes.push(END);
        R::decode(&mut TBinaryProtocol::new(&mut Bytes::from(bytes), true))
    }
}

impl Batch {
    /// Writes the fields that depend on `keys`. They follow empty fields of the same numbers, and replace them.
    fn write(&self, keys: &[i64], bytes: &mut Vec<u8>) {
        let mut asked: Vec<i64> = keys.to_vec();
        asked.sort_unstable();
        asked.dedup();
        let value = |key: &i64| Some((*key, self.values.get(key).or(self.others.as_ref())?));
        let found: Vec<_> = asked.iter().filter_map(value).collect();
        bytes.push(MAP);
        bytes.extend(self.field.to_be_bytes());
        bytes.extend([I64, self.value_type]);
        bytes.extend(length(found.len()));
        for (key, value) in found {
            bytes.extend(key.to_be_bytes());
            bytes.extend(value);
        }
        let Some((field, failed)) = &self.failed else { return };
        asked.retain(|key| failed.contains(key));
        bytes.push(LIST);
        bytes.extend(field.to_be_bytes());
        bytes.push(I64);
        bytes.extend(length(asked.len()));
        asked.iter().for_each(|key| bytes.extend(key.to_be_bytes()));
    }
}

/// The number of elements on the wire. A file of configuration holds fewer than the maximum.
fn length(elements: usize) -> [u8; 4] {
    i32::try_from(elements).unwrap_or(i32::MAX).to_be_bytes()
}

/// The whole numbers of a list; anything else is a fault of the struct.
fn whole_numbers(list: Option<&Value>) -> Vec<i64> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

    use live_pack_idl::{product_model, product_price, product_relation};
    use serde_json::json;

    use super::*;

    fn content(method: DownstreamMethod, json: Value) -> Result<Content, Vec<String>> {
        let Value::Object(json) = json else { panic!("{json} is not an object") };
        Content::checked(method, json).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_batch_answers_the_requested_keys_by_entry_or_by_the_entry_for_every_key() {
        let price = |currency: &str| json!({ "currency": currency, "skus": [{ "sku_id": 1, "retail": "9.99" }] });
        let json =
            json!({ "products": { "7": price("USD"), "8": price("EUR"), "*": price("JPY") }, "failed": [9, 10] });
        let content = content(DownstreamMethod::MGetProductPrice, json).unwrap();
        let answer: product_price::MGetProductPriceResponse = content.answer(&[9, 7, 7, 5]).unwrap();
        let mut found: Vec<_> = answer.products.iter().map(|(key, price)| (*key, price.currency.as_str())).collect();
        found.sort_unstable();
        assert_eq!(found, [(5, "JPY"), (7, "USD"), (9, "JPY")]);
        assert_eq!((answer.failed, answer.base_resp.status_code), (vec![9], 0));
    }

    #[test]
    fn fields_beside_the_batch_are_kept_and_a_key_without_an_entry_is_missing() {
        let json = json!({ "products": { "7": { "status": "ACTIVATE", "stock": 3 } }, "viewer_is_minor": true });
        let content = content(DownstreamMethod::MGetProductLite, json).unwrap();
        let answer: product_model::MGetProductLiteResponse = content.answer(&[7, 8]).unwrap();
        assert_eq!((answer.viewer_is_minor, answer.products.len(), answer.products[&7].stock), (true, 1, 3));
        assert!(content.answer::<product_model::MGetProductLiteResponse>(&[]).unwrap().products.is_empty());
    }

    #[test]
    fn an_answer_without_keys_is_returned_unchanged() {
        let json = json!({ "entries": [{ "product_id": 1, "item_no": 1 }], "bag_version": 4,
            "BaseResp": { "StatusCode": 7 } });
        let content = content(DownstreamMethod::GetRoomProducts, json).unwrap();
        let answer: product_relation::GetRoomProductsResponse = content.answer(&[]).unwrap();
        assert_eq!((answer.entries.len(), answer.bag_version, answer.base_resp.status_code), (1, 4, 7));
    }

    #[test]
    fn every_fault_has_its_path_below_the_answer() {
        let json = json!({ "products": { "7": { "currency": 1, "price": 2 }, "seven": {}, "*": { "skus": [{ "retail": 5 }] } },
            "failed": [1, "2"], "prices": {} });
        let faults = content(DownstreamMethod::MGetProductPrice, json).unwrap_err();
        for part in [
            "products[\"7\"].price: ProductPrice has no such field; it has currency, skus",
            "products[\"7\"].currency: must be text, not 1",
            "products[\"seven\"]: must have a whole number or \"*\" as its key",
            "products[\"*\"].skus[0].retail: must be text, not 5",
            "failed[1]: must be a whole number of 64 bits",
            "prices: MGetProductPriceResponse has no such field",
        ] {
            assert!(faults.iter().any(|fault| fault.starts_with(part)), "{part} is not among {faults:#?}");
        }
        let missing = content(DownstreamMethod::MGetProductModel, json!({ "products": { "*": { "title": "x" } } }));
        assert_eq!(missing.unwrap_err(), ["products[\"*\"].cover: is mandatory"]);
    }
}
