//! Rooms in lists, without opening them.

use std::collections::BTreeMap;

use live_pack_dal::{
    FastStr, Lookup, PictureKind,
    config::Feature,
    model::{Permission, Room},
    texts::{Arg, Text},
};
use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{EcPermission, RoomLite};

use super::{
    kit::Kit,
    pin_card_converter::wire_card_kind,
    wire::{picture, wire_room_status},
};
use crate::{
    item::RoomItem,
    loaders::Texts,
    providers::rooms::{Auctions, BagSummaries, Creators, Pins, Rooms, Vouchers},
    request::LiveRequest,
    rules::{
        room::{RoomVerdict, verdict},
        room_lite::{RoomFacts, RoomGoods, goods, permission},
    },
    scene::RoomScene,
};

/// The existing and the missing rooms.
#[derive(Debug)]
pub struct RoomLites {
    /// By their ids.
    pub rooms: BTreeMap<i64, RoomLite>,
    /// In the order of the request.
    pub missing: Vec<i64>,
}

/// Draws the rooms.
#[derive(Debug)]
pub struct RoomLiteConverter;

impl Task<RoomScene> for RoomLiteConverter {
    type Output = RoomLites;
    type Input<'a> = (RoomInputs<'a>, &'a Rooms);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<RoomScene>,
        (input, Rooms(rooms)): (RoomInputs<'_>, &Rooms),
    ) -> TaskResult<RoomScene, RoomLites> {
        let request = cx.request();
        let drawing = RoomDrawing { request, input };
        let missing = request.rooms().iter().zip(rooms.iter()).filter(|(_, room)| matches!(room, Lookup::Missing));
        Ok(RoomLites {
            rooms: input.page.items().map(|item| (item.room.room_id, drawing.lite(item))).collect(),
            missing: missing.map(|(id, _)| *id).collect(),
        })
    }
}

/// Inputs of the rooms of a request.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct RoomInputs<'a> {
    pub(super) page: Page<'a, RoomScene>,
    creators: Maybe<'a, Creators>,
    summaries: Maybe<'a, BagSummaries>,
    pins: Maybe<'a, Pins>,
    vouchers: Maybe<'a, Vouchers>,
    auctions: Maybe<'a, Auctions>,
    pub(super) texts: Texts<'a>,
}

/// Draws the rooms of a request.
pub(super) struct RoomDrawing<'a> {
    pub(super) request: &'a LiveRequest,
    pub(super) input: RoomInputs<'a>,
}

impl RoomDrawing<'_> {
    /// The permission of a room's creator.
    fn permission(&self, item: &RoomItem) -> Permission {
        permission(self.input.creators.done().map(|creators| creators.0.of(item)), |creator| creator.permission)
    }

    /// Whether a room sells.
    pub(super) fn verdict(&self, item: &RoomItem) -> RoomVerdict {
        verdict(item.room.state, self.permission(item))
    }

    pub(super) fn lite(&self, item: &RoomItem) -> RoomLite {
        let (request, input) = (self.request, &self.input);
        let viewer = &request.viewer;
        let goods = goods(&RoomFacts {
            verdict: self.verdict(item),
            may_enter: request.conf.entry.bag.lets_in(viewer.region, viewer.app_version),
            summary: input.summaries.done().and_then(|all| all.0.of(item).found()).map(AsRef::as_ref),
            flash_sales: request.conf.degrade.is_on(Feature::FlashSale),
            vouchers: input.vouchers.done().and_then(|all| all.0.of(item).found()).map(|of| of.as_slice()),
            auctions: input.auctions.done().and_then(|all| all.0.of(item).found()).map(|of| of.as_slice()),
            pin: input.pins.done().and_then(|all| all.0.of(item).as_ref()),
            region: viewer.region,
            app_version: viewer.app_version,
            now_ms: request.now_ms,
        });
        let text = entry_text(request, input.texts, goods.has_bag, goods.bag_count);
        wire_room_lite(request, &item.room, self.permission(item), &goods, text)
    }
}

/// A room and its goods.
pub(super) fn wire_room_lite(
    request: &LiveRequest,
    room: &Room,
    permission: Permission,
    goods: &RoomGoods,
    entry_text: FastStr,
) -> RoomLite {
    let icon = &request.conf.entry.icon;
    let has_icon = goods.has_bag && !icon.is_empty();
    RoomLite {
        room_id: room.room_id,
        anchor_id: room.anchor_id,
        status: wire_room_status(room.state),
        permission: wire_permission(permission),
        has_bag: goods.has_bag,
        bag_count: goods.bag_count,
        has_flash_sale: goods.has_flash_sale,
        has_voucher: goods.has_voucher,
        has_auction: goods.has_auction,
        pinned_kind: wire_card_kind(goods.pinned),
        pinned_product_id: goods.pinned_product_id,
        entry_text,
        entry_icon: has_icon.then(|| picture(Kit::of(request), PictureKind::Icon, icon)),
    }
}

/// The text on the entrance to the bag.
pub(super) fn entry_text(request: &LiveRequest, texts: Texts<'_>, has_bag: bool, count: i32) -> FastStr {
    let (texts, language) = (&request.resident.texts, texts.language(request));
    match (has_bag, count) {
        (false, _) => FastStr::empty(),
        (true, 0) => texts.get(language, Text::BagTitle),
        (true, count) => {
            let shown = FastStr::from_string(count.to_string());
            texts.format(language, Text::BagCount, count.into(), &[(Arg::Count, &shown)])
        }
    }
}

const fn wire_permission(permission: Permission) -> EcPermission {
    match permission {
        Permission::None => EcPermission::NONE,
        Permission::Normal => EcPermission::NORMAL,
        Permission::Limited => EcPermission::LIMITED,
        Permission::Banned => EcPermission::BANNED,
    }
}
