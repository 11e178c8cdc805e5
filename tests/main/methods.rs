//! The fifteen methods, each with its request in tables.

use serde_json::{Value, json};

/// The viewer of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) user_id: i64,
    pub(crate) region: &'static str,
    pub(crate) language: &'static str,
}

/// A guest in the US.
pub(crate) const GUEST: Viewer = Viewer { user_id: 0, region: "US", language: "en" };
/// The adult in the US with a cart and a claimed voucher.
pub(crate) const BUYER: Viewer = Viewer { user_id: 101, ..GUEST };

/// A method of the contract.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// The room with the most data for the method.
    pub(crate) home: i64,
    /// The part of the request about a room; methods for one room may omit it.
    of_room: fn(i64) -> Value,
}

const fn method(name: &'static str, home: i64, of_room: fn(i64) -> Value) -> Method {
    Method { name, home, of_room }
}

/// All methods, in the order of the contract.
static METHODS: [Method; 15] = [
    method("MGetRoomLiteData", 1001, |room| json!({ "rooms": [{ "room_id": room }, { "room_id": 2001 }] })),
    method("GetRoomFullData", 1001, |_| json!({})),
    method("GetPinCardData", 1001, |_| json!({})),
    method("GetLiveBagData", 1001, |_| json!({ "page": { "count": 5 } })),
    method("GetLiveBagPreviewData", 1001, |_| json!({})),
    method("GetLiveBagAssemble", 1001, |_| json!({ "page": { "count": 5 }, "highlight_count": 3 })),
    method("GetLiveBagRefresh", 1001, |room| {
        let products: Vec<i64> = (1..=5).map(|item| room * 1_000 + item).collect();
        json!({ "product_ids": products, "auction_ids": [room * 100 + 51, room * 100 + 52], "reason": "POLL" })
    }),
    method("GetPreviewPinCardData", 1001, |_| json!({})),
    method("GetLiveBagTab", 1001, |_| json!({})),
    method("GetLiveBagTopBanner", 1007, |_| json!({})),
    method("GetLiveBagPromotionBanner", 1001, |_| json!({})),
    method("GetLiveBagCreatorShopInfo", 1001, |_| json!({ "highlight_count": 3 })),
    method("GetLiveRoomCommonInfo", 1001, |_| json!({})),
    method("GetSurpriseSetDetail", 1006, |_| json!({ "surprise_set_id": 5_001 })),
    method("MGetFcpEcomComponent", 1001, |room| {
        let strip = json!({ "room": { "room_id": room }, "scene": "strip", "component_keys": ["ecom_product_strip", "ecom_bag_entry"] });
        json!({ "slots": [{ "room": { "room_id": room } }, strip] })
    }),
];

/// All methods.
pub(crate) fn all() -> impl Iterator<Item = &'static Method> {
    METHODS.iter()
}

/// The method of this name.
pub(crate) fn named(name: &str) -> &'static Method {
    all().find(|method| method.name == name).unwrap_or_else(|| panic!("no method {name}"))
}

impl Method {
    /// The request about a room.
    pub(crate) fn request(&self, room_id: i64, viewer: Viewer) -> Value {
        let mut request = (self.of_room)(room_id);
        if !self.is_batch() {
            request["room"] = json!({ "room_id": room_id });
        }
        request["user"] = json!({
            "user_id": viewer.user_id, "device_id": "a device", "region": viewer.region, "language": viewer.language,
            "app_version": 350_000,
        });
        request
    }

    /// The request about the room with the most data for the method.
    pub(crate) fn at_home(&self, viewer: Viewer) -> Value {
        self.request(self.home, viewer)
    }

    /// Its position in the contract, from 1.
    pub(crate) fn number(&self) -> usize {
        METHODS.iter().position(|method| method.name == self.name).unwrap() + 1
    }

    /// Whether a request may name several rooms.
    pub(crate) fn is_batch(&self) -> bool {
        self.name.starts_with('M')
    }
}
