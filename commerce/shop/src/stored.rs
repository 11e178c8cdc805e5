//! Values inside stored rows: JSON documents and currencies.

use live_pack_shop_store::StoreError;
use serde::{Serialize, de::DeserializeOwned};

use crate::money::Currency;

/// A document as JSON, to be stored.
pub(crate) fn text<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt { what, found: error.to_string() })
}

/// A stored JSON document.
pub(crate) fn parsed<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt { what, found: error.to_string() })
}

/// A stored currency.
pub(crate) fn currency(code: &str) -> Result<Currency, StoreError> {
    Currency::of(code).ok_or_else(|| StoreError::Corrupt { what: "currency", found: code.to_owned() })
}
