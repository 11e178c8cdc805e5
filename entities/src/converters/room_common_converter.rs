//! The room for viewers inside it, even after its end, so that the client can draw the end page.

use std::collections::BTreeMap;

use live_pack_dal::{
    FastStr,
    config::Feature,
    texts::{Arg, Text},
};
use live_pack_engine::{Context, Inputs, Maybe, Stage, Task, TaskError, TaskResult};
use live_pack_idl::live_pack::RoomCommon;

use super::{
    price_converter::numbers,
    room_lite_converter::{RoomDrawing, RoomInputs},
};
use crate::{
    loaders::{Bidder, LiveData, rooms::CartCount},
    request::LiveRequest,
    rules::sold,
    scene::{RoomScene, Stop},
};

/// The room of the request.
#[derive(Debug)]
pub struct RoomCommonInfo {
    /// The room on the wire.
    pub common: RoomCommon,
    /// The reason that it does not sell; `None`: it sells.
    pub stop: Option<Stop>,
}

/// Draws the room.
#[derive(Debug)]
pub struct RoomCommonConverter;

/// Inputs of [`RoomCommonConverter`].
#[derive(Debug, Inputs)]
pub struct RoomCommonInputs<'a> {
    room: RoomInputs<'a>,
    stats: Maybe<'a, LiveData>,
    cart: Maybe<'a, CartCount>,
    bidder: Maybe<'a, Bidder>,
}

impl Task<RoomScene> for RoomCommonConverter {
    type Output = RoomCommonInfo;
    type Input<'a> = RoomCommonInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<RoomScene>, input: RoomCommonInputs<'_>) -> TaskResult<RoomScene, RoomCommonInfo> {
        let request = cx.request();
        let drawing = RoomDrawing { request, input: input.room };
        // for a room that does not exist, the engine has already ended
        let item = input.room.page.items().next().ok_or(TaskError::Stop(Stop::RoomNotFound))?;
        let (room, viewer) = (&item.room, &request.viewer);
        let stats = input.stats.done().and_then(|stats| stats.0.as_ref());
        let sold_in_live = stats.map_or(0, |stats| stats.sold_in_live);
        let numbers = numbers(request, room);
        let told = sold::told(stats.map(|stats| stats.sold_in_live), &request.conf.sold_text);
        let sold_text = told.zip(numbers.as_ref()).map(|(sold, numbers)| {
            let short = numbers.compact_floor(sold);
            request.resident.texts.format(
                input.room.texts.language(request),
                Text::SoldInLive,
                sold,
                &[(Arg::Count, &short)],
            )
        });
        let common = RoomCommon {
            lite: drawing.lite(item),
            region: FastStr::from_string(viewer.region.as_str().to_owned()),
            currency: numbers.map(|numbers| numbers.currency().clone()).unwrap_or_default(),
            locale: viewer.locale.clone(),
            cart_count: input.cart.done().map_or(0, |cart| cart.0),
            viewer_count: stats.map_or(0, |stats| stats.viewer_count),
            sold_in_live,
            sold_in_live_text: sold_text.unwrap_or_default(),
            poll_interval_ms: i32::try_from(request.conf.poll.interval.as_millis()).unwrap_or(i32::MAX),
            switches: switches(request),
            server_now_ms: request.now_ms,
            auction_terms_signed: input.bidder.done().is_some_and(|bidder| bidder.0.terms_signed),
        };
        Ok(RoomCommonInfo { common, stop: Stop::of(drawing.verdict(item), room.state) })
    }
}

/// The enabled features, so that a client need not draw the disabled ones.
fn switches(request: &LiveRequest) -> BTreeMap<FastStr, bool> {
    let degrade = &request.conf.degrade;
    Feature::ALL.map(|feature| (FastStr::from_static_str(feature.name()), degrade.is_on(feature))).into()
}
