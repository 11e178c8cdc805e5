//! The handlers of the endpoints, one module per resource.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod cart;
pub(crate) mod orders;
pub(crate) mod probes;
pub(crate) mod products;
pub(crate) mod quotes;
pub(crate) mod sessions;
