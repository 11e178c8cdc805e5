//! The rooms as they are told without opening them.

use std::collections::BTreeMap;

use live_pack_dal::{
    FastStr, Lookup, PictureKind,
    config::Feature,
    model::{Permission, Room},
    texts::{Arg, Text},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{EcPermission, RoomLite};

use super::{
    pin_card_converter::wire_card_kind,
    wire::{picture, wire_room_status},
};
use crate::{
    item::RoomItem,
    loaders::CardTexts,
    providers::rooms::{Auctions, BagSummaries, Creators, Pins, Rooms, Vouchers},
    request::LiveRequest,
    rules::{
        room::{RoomVerdict, verdict},
        room_lite::{RoomFacts, RoomGoods, goods, permission},
    },
    scene::{LiveScene, RoomScene},
};

/// The rooms that there are, and those that there are not.
#[derive(Debug)]
pub struct RoomLites {
    /// By their ids.
    pub rooms: BTreeMap<i64, RoomLite>,
    /// In the order in which they were asked for.
    pub missing: Vec<i64>,
}

/// Draws the rooms.
#[derive(Debug)]
pub struct RoomLiteConverter;

impl SyncTask<RoomScene> for RoomLiteConverter {
    type Output = RoomLites;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        RoomDrawing::reads().need::<Rooms>()
    }

    fn strength(&self, _cx: &Context<RoomScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<RoomScene>) -> TaskResult<RoomScene, RoomLites> {
        let drawing = RoomDrawing::of(cx);
        let rooms = cx.need::<Rooms>()?.0.iter();
        let missing = cx.request().rooms().iter().zip(rooms).filter(|(_, room)| matches!(room, Lookup::Missing));
        Ok(RoomLites {
            rooms: cx.list().page().map(|item| (item.room.room_id, drawing.lite(item))).collect(),
            missing: missing.map(|(id, _)| *id).collect(),
        })
    }
}

/// What all rooms of a request are drawn from.
pub(super) struct RoomDrawing<'a> {
    cx: &'a Context<RoomScene>,
    creators: Option<&'a Creators>,
    summaries: Option<&'a BagSummaries>,
    pins: Option<&'a Pins>,
    vouchers: Option<&'a Vouchers>,
    auctions: Option<&'a Auctions>,
}

impl<'a> RoomDrawing<'a> {
    /// What a task reads that draws rooms.
    pub(super) fn reads() -> Reads {
        Reads::none()
            .page()
            .maybe::<Creators>()
            .maybe::<BagSummaries>()
            .maybe::<Pins>()
            .maybe::<Vouchers>()
            .maybe::<Auctions>()
            .maybe::<CardTexts>()
    }

    pub(super) fn of(cx: &'a Context<RoomScene>) -> Self {
        Self {
            cx,
            creators: cx.maybe().done(),
            summaries: cx.maybe().done(),
            pins: cx.maybe().done(),
            vouchers: cx.maybe().done(),
            auctions: cx.maybe().done(),
        }
    }

    /// What the creator of a room may sell.
    fn permission(&self, item: &RoomItem) -> Permission {
        permission(self.creators.and_then(|creators| creators.0.get(item.index)), |creator| creator.permission)
    }

    /// Whether a room sells.
    pub(super) fn verdict(&self, item: &RoomItem) -> RoomVerdict {
        verdict(item.room.state, self.permission(item))
    }

    pub(super) fn lite(&self, item: &RoomItem) -> RoomLite {
        let request = self.cx.request();
        let (viewer, index) = (&request.viewer, item.index);
        let goods = goods(&RoomFacts {
            verdict: self.verdict(item),
            may_enter: request.conf.entry.bag.lets_in(viewer.region, viewer.app_version),
            summary: self.summaries.and_then(|all| all.0.get(index)?.found()).map(AsRef::as_ref),
            flash_sales: request.conf.degrade.is_on(Feature::FlashSale),
            vouchers: self.vouchers.and_then(|all| all.0.get(index)?.found()).map(|of| of.as_slice()),
            auctions: self.auctions.and_then(|all| all.0.get(index)?.found()).map(|of| of.as_slice()),
            pin: self.pins.and_then(|all| all.0.get(index)?.as_ref()),
            region: viewer.region,
            app_version: viewer.app_version,
            now_ms: request.now_ms,
        });
        let text = entry_text(self.cx, goods.has_bag, goods.bag_count);
        wire_room_lite(request, &item.room, self.permission(item), &goods, text)
    }
}

/// A room with what it sells.
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
        entry_icon: has_icon.then(|| picture(request, PictureKind::Icon, icon)),
    }
}

/// What the entrance to the bag says.
pub(super) fn entry_text<S: LiveScene>(cx: &Context<S>, has_bag: bool, count: i32) -> FastStr {
    let (texts, language) = (&cx.request().resident.texts, CardTexts::language(cx));
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
