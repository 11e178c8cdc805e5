//! Whether a product is shown in a bag, and the stable reason if it is not.
//!
//! One function per filter, so that a filter needs only a line, and [`rejection`], which applies all of them.

use live_pack_dal::{
    config::AgeGate,
    model::{AgeClass, ProductLite, ProductStatus, Region},
};

use super::stock::StockPlace;

#[cfg(test)]
mod tests;

/// Reasons why a product is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// Frozen by the platform.
    Frozen,
    /// Taken down by the platform.
    PlatformDeactivated,
    /// Deleted.
    Deleted,
    /// Not on sale for any other reason.
    NotOnSale,
    /// Not sold in the viewer's region.
    Region,
    /// The viewer is a minor, the product for adults.
    AgeGate,
    /// The client is too old for it.
    AppVersion,
    /// Sold out, where sold-out products are hidden.
    SoldOut,
}

impl Rejection {
    /// The reason in records and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::PlatformDeactivated => "platform_deactivated",
            Self::Deleted => "deleted",
            Self::NotOnSale => "not_on_sale",
            Self::Region => "region",
            Self::AgeGate => "age_gate",
            Self::AppVersion => "app_version",
            Self::SoldOut => "sold_out",
        }
    }
}

/// The properties of the viewer that visibility depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Onlooker {
    /// The viewer's region.
    pub region: Region,
    /// Whether the client or the account says that the viewer is a minor.
    pub minor: bool,
    /// The version of the client; 0: not stated.
    pub app_version: i32,
}

/// Rejects products that are frozen, taken down by the platform, or deleted.
#[must_use]
pub const fn banned(status: ProductStatus) -> Option<Rejection> {
    match status {
        ProductStatus::Freeze => Some(Rejection::Frozen),
        ProductStatus::PlatformDeactivated => Some(Rejection::PlatformDeactivated),
        ProductStatus::Deleted => Some(Rejection::Deleted),
        ProductStatus::Unknown
        | ProductStatus::Draft
        | ProductStatus::Pending
        | ProductStatus::Failed
        | ProductStatus::Activate
        | ProductStatus::SellerDeactivated => None,
    }
}

/// Rejects every status but ACTIVATE. With an unknown status the product may not be on sale.
#[must_use]
pub const fn offline(status: ProductStatus) -> Option<Rejection> {
    match status {
        ProductStatus::Activate => None,
        _ => Some(Rejection::NotOnSale),
    }
}

/// Rejects products that are not sold in the viewer's region. A product that names no region is sold nowhere.
#[must_use]
pub fn region(sale_regions: &[Region], viewer: Region) -> Option<Rejection> {
    (!sale_regions.contains(&viewer)).then_some(Rejection::Region)
}

/// Rejects a product for adults for a minor, if the gate is on.
#[must_use]
pub fn age_gate(age_class: AgeClass, minor: bool, gate: &AgeGate) -> Option<Rejection> {
    if gate.enabled && minor { for_adults(age_class) } else { None }
}

/// Rejects a product for adults.
#[must_use]
pub fn for_adults(age_class: AgeClass) -> Option<Rejection> {
    (age_class == AgeClass::Adult).then_some(Rejection::AgeGate)
}

/// Whether a client is too old: it states a version below the minimum. 0 means "not stated" or "any".
#[must_use]
pub const fn is_app_too_old(app_version: i32, min_app_version: i32) -> bool {
    app_version > 0 && app_version < min_app_version
}

/// Rejects a product that needs a newer client.
#[must_use]
pub fn app_version(app_version: i32, min_app_version: i32) -> Option<Rejection> {
    is_app_too_old(app_version, min_app_version).then_some(Rejection::AppVersion)
}

/// Rejects a sold-out product if the policy hides it.
#[must_use]
pub fn stock(place: StockPlace) -> Option<Rejection> {
    (place == StockPlace::Hide).then_some(Rejection::SoldOut)
}

/// The first reason to leave a product out, in the order of the filters; `None`: it stays.
#[must_use]
pub fn rejection(product: &ProductLite, viewer: Onlooker, gate: &AgeGate, place: StockPlace) -> Option<Rejection> {
    banned(product.status)
        .or_else(|| offline(product.status))
        .or_else(|| region(&product.sale_regions, viewer.region))
        .or_else(|| age_gate(product.age_class, viewer.minor, gate))
        .or_else(|| app_version(viewer.app_version, product.min_app_version))
        .or_else(|| stock(place))
}
