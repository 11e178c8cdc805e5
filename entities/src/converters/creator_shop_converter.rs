//! The creator's shop in the answer.

use live_pack_dal::{FastStr, PictureKind, model::Creator, texts::Text};
use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{CreatorShop, Image};

use super::{
    Cards,
    kit::Kit,
    wire::{picture, wire_label},
};
use crate::{
    filters::ShopEntryFilter,
    loaders::{Sellers, Texts},
    providers::{CreatorInfo, RoomInfo},
    request::LiveRequest,
    rules::{label::Label, shop::approved},
    scene::BagScene,
};

/// The shop; without an entrance it has no text, link or highlights.
#[derive(Debug)]
pub struct ShopInfo(pub CreatorShop);

/// Draws the shop: its name, or else the creator's; its seller's rating and badge. No downstream service provides a
/// shop's sales, so `sold_text` stays empty.
#[derive(Debug)]
pub struct CreatorShopConverter;

/// Inputs of [`CreatorShopConverter`].
#[derive(Debug, Inputs)]
pub struct ShopInputs<'a> {
    // an edge only: the rules about the room have been applied when the list is cut
    _page: Page<'a, BagScene>,
    room: &'a RoomInfo,
    creator: &'a CreatorInfo,
    sellers: Maybe<'a, Sellers>,
    texts: Texts<'a>,
    cards: Maybe<'a, Cards>,
}

impl Task<BagScene> for CreatorShopConverter {
    type Output = ShopInfo;
    type Input<'a> = ShopInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: ShopInputs<'_>) -> TaskResult<BagScene, ShopInfo> {
        let request = cx.request();
        let (texts, language) = (&request.resident.texts, input.texts.language(request));
        let (room, info) = (&input.room.0, input.creator);
        let creator = info.0.as_deref();
        let shop = approved(creator.and_then(|creator| creator.shop.as_ref()));
        let seller = input.sellers.done().and_then(|sellers| sellers.own_shop.as_deref());
        let show_entry = ShopEntryFilter::reason(request, info).is_none();
        let official = shop.is_some_and(|shop| shop.official) || seller.is_some_and(|seller| seller.official);
        let link = || FastStr::from_string(format!("livepack://shop/{}?room={}", room.anchor_id, request.room_id));
        let badge = || wire_label(Label::OfficialShop, texts.get(language, Text::OfficialShop), Kit::of(request));
        Ok(ShopInfo(CreatorShop {
            creator_id: room.anchor_id,
            name: shop.map(|shop| &shop.name).or(creator.map(|creator| &creator.name)).cloned().unwrap_or_default(),
            avatar: creator.and_then(|creator| avatar(request, creator)),
            show_entry,
            entry_text: if show_entry { texts.get(language, Text::VisitShop) } else { FastStr::empty() },
            product_count: creator.map_or(0, |creator| creator.showcase_count.max(0)),
            sold_text: FastStr::empty(),
            rating: seller.map_or(0.0, |seller| seller.rating),
            official,
            schema: if show_entry { link() } else { FastStr::empty() },
            labels: official.then(badge).into_iter().collect(),
            highlights: input.cards.done().map(|cards| cards.0.clone()).unwrap_or_default(),
        }))
    }
}

fn avatar(request: &LiveRequest, creator: &Creator) -> Option<Image> {
    let uri = &creator.avatar_uri;
    (!uri.is_empty()).then(|| picture(Kit::of(request), PictureKind::Avatar, uri))
}
