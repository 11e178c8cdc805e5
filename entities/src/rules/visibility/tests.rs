//! Cases of visibility.

use super::*;
use crate::rules::fixtures::region as named;
use ProductStatus as P;
use Rejection as R;

struct Case {
    name: &'static str,
    status: ProductStatus,
    regions: &'static [&'static str],
    age_class: AgeClass,
    min_app_version: i32,
    minor: bool,
    app_version: i32,
    gate: bool,
    place: StockPlace,
    expected: Option<Rejection>,
}

/// An adult in the US with a new client, and a product for all viewers.
const GOOD: Case = Case {
    name: "a good product",
    status: P::Activate,
    regions: &["US", "GB"],
    age_class: AgeClass::General,
    min_app_version: 0,
    minor: false,
    app_version: 340_502,
    gate: true,
    place: StockPlace::Keep,
    expected: None,
};

const CASES: &[Case] = &[
    GOOD,
    Case { name: "frozen", status: P::Freeze, expected: Some(R::Frozen), ..GOOD },
    Case {
        name: "taken down by the platform",
        status: P::PlatformDeactivated,
        expected: Some(R::PlatformDeactivated),
        ..GOOD
    },
    Case { name: "deleted", status: P::Deleted, expected: Some(R::Deleted), ..GOOD },
    Case { name: "a draft", status: P::Draft, expected: Some(R::NotOnSale), ..GOOD },
    Case { name: "under review", status: P::Pending, expected: Some(R::NotOnSale), ..GOOD },
    Case { name: "failed review", status: P::Failed, expected: Some(R::NotOnSale), ..GOOD },
    Case { name: "taken down by the seller", status: P::SellerDeactivated, expected: Some(R::NotOnSale), ..GOOD },
    Case { name: "a status of a later release", status: P::Unknown, expected: Some(R::NotOnSale), ..GOOD },
    Case { name: "sold in the viewer's region only", regions: &["US"], ..GOOD },
    Case { name: "sold elsewhere", regions: &["GB", "DE"], expected: Some(R::Region), ..GOOD },
    Case { name: "sold nowhere", regions: &[], expected: Some(R::Region), ..GOOD },
    Case { name: "an adult before a product for adults", age_class: AgeClass::Adult, ..GOOD },
    Case { name: "a minor before a product for everybody", minor: true, ..GOOD },
    Case {
        name: "a minor before a product for adults",
        age_class: AgeClass::Adult,
        minor: true,
        expected: Some(R::AgeGate),
        ..GOOD
    },
    Case { name: "the gate is off", age_class: AgeClass::Adult, minor: true, gate: false, ..GOOD },
    Case { name: "exactly the oldest client", min_app_version: 340_502, ..GOOD },
    Case { name: "one older", min_app_version: 340_503, expected: Some(R::AppVersion), ..GOOD },
    Case { name: "a client that does not say its version", min_app_version: 340_503, app_version: 0, ..GOOD },
    Case { name: "the oldest client of all, where any will do", app_version: 1, ..GOOD },
    Case { name: "sold out and sinking", place: StockPlace::Sink, ..GOOD },
    Case { name: "sold out and hidden", place: StockPlace::Hide, expected: Some(R::SoldOut), ..GOOD },
    Case {
        name: "the status decides before the region",
        status: P::Freeze,
        regions: &[],
        expected: Some(R::Frozen),
        ..GOOD
    },
    Case {
        name: "the region decides before the age",
        regions: &[],
        age_class: AgeClass::Adult,
        minor: true,
        expected: Some(R::Region),
        ..GOOD
    },
    Case {
        name: "the age decides before the client",
        age_class: AgeClass::Adult,
        minor: true,
        min_app_version: i32::MAX,
        expected: Some(R::AgeGate),
        ..GOOD
    },
    Case {
        name: "the client decides before the stock",
        min_app_version: i32::MAX,
        place: StockPlace::Hide,
        expected: Some(R::AppVersion),
        ..GOOD
    },
];

fn decide(case: &Case) -> Option<Rejection> {
    let product = ProductLite {
        status: case.status,
        sale_regions: case.regions.iter().map(|text| named(text)).collect(),
        stock: 10,
        age_class: case.age_class,
        seller_id: 7,
        min_app_version: case.min_app_version,
        flash_sale_only: false,
        listed_ms: 0,
    };
    let viewer = Onlooker { region: Region::US, minor: case.minor, app_version: case.app_version };
    rejection(&product, viewer, &AgeGate { enabled: case.gate }, case.place)
}

#[test]
fn a_product_is_rejected_for_the_first_reason_that_applies() {
    for case in CASES {
        assert_eq!(decide(case), case.expected, "{}", case.name);
    }
}

#[test]
fn every_reason_has_a_code_and_a_case() {
    for (reason, code) in [
        (R::Frozen, "frozen"),
        (R::PlatformDeactivated, "platform_deactivated"),
        (R::Deleted, "deleted"),
        (R::NotOnSale, "not_on_sale"),
        (R::Region, "region"),
        (R::AgeGate, "age_gate"),
        (R::AppVersion, "app_version"),
        (R::SoldOut, "sold_out"),
    ] {
        assert_eq!(reason.code(), code);
        assert!(CASES.iter().any(|case| case.expected == Some(reason)), "no case for {code}");
    }
}

#[test]
fn the_single_filters_agree_with_all_of_them() {
    for (status, by_ban, by_shelf) in [
        (P::Unknown, None, Some(R::NotOnSale)),
        (P::Draft, None, Some(R::NotOnSale)),
        (P::Pending, None, Some(R::NotOnSale)),
        (P::Failed, None, Some(R::NotOnSale)),
        (P::Activate, None, None),
        (P::SellerDeactivated, None, Some(R::NotOnSale)),
        (P::PlatformDeactivated, Some(R::PlatformDeactivated), Some(R::NotOnSale)),
        (P::Freeze, Some(R::Frozen), Some(R::NotOnSale)),
        (P::Deleted, Some(R::Deleted), Some(R::NotOnSale)),
    ] {
        assert_eq!((banned(status), offline(status)), (by_ban, by_shelf), "{status:?}");
    }
}
