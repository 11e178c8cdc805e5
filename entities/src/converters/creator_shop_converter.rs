//! The creator's shop as it is answered.

use live_pack_dal::{
    FastStr, Lookup, PictureKind,
    model::{Creator, Seller, Shop},
    texts::Text,
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{CreatorShop, Image, ProductCard};

use super::{
    Cards,
    wire::{picture, wire_label},
};
use crate::{
    filters::ShopEntryFilter,
    loaders::{CardTexts, Sellers},
    providers::{CreatorInfo, RoomInfo},
    rules::{label::Label, shop::approved},
    scene::BagScene,
};

/// The shop; without an entrance there is neither a text nor a link nor a highlight.
#[derive(Debug)]
pub struct ShopInfo(pub CreatorShop);

/// Draws the shop: its name, else the creator's; the rating and the badge of the seller behind it. No downstream service says
/// what a shop sold, so `sold_text` stays empty.
#[derive(Debug)]
pub struct CreatorShopConverter;

impl SyncTask<BagScene> for CreatorShopConverter {
    type Output = ShopInfo;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none()
            .page()
            .need::<RoomInfo>()
            .need::<CreatorInfo>()
            .maybe::<Sellers>()
            .maybe::<CardTexts>()
            .maybe::<Cards>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, ShopInfo> {
        let request = cx.request();
        let (texts, language) = (&request.resident.texts, CardTexts::language(cx));
        let (room, info) = (&cx.need::<RoomInfo>()?.0, cx.need::<CreatorInfo>()?);
        let creator = info.0.as_deref();
        let shop = approved(creator.and_then(|creator| creator.shop.as_ref()));
        let seller = shop.and_then(|shop| own_seller(cx, shop));
        let show_entry = ShopEntryFilter::reason(request, info).is_none();
        let official = shop.is_some_and(|shop| shop.official) || seller.is_some_and(|seller| seller.official);
        let link = || FastStr::from_string(format!("livepack://shop/{}?room={}", room.anchor_id, request.room_id));
        let badge = || wire_label(Label::OfficialShop, texts.get(language, Text::OfficialShop), request);
        Ok(ShopInfo(CreatorShop {
            creator_id: room.anchor_id,
            name: shop.map(|shop| &shop.name).or(creator.map(|creator| &creator.name)).cloned().unwrap_or_default(),
            avatar: creator.and_then(|creator| avatar(cx, creator)),
            show_entry,
            entry_text: if show_entry { texts.get(language, Text::VisitShop) } else { FastStr::empty() },
            product_count: creator.map_or(0, |creator| creator.showcase_count.max(0)),
            sold_text: FastStr::empty(),
            rating: seller.map_or(0.0, |seller| seller.rating),
            official,
            schema: if show_entry { link() } else { FastStr::empty() },
            labels: official.then(badge).into_iter().collect(),
            highlights: cx.maybe::<Cards>().done().map(|cards| placed(cards.0.take())).unwrap_or_default(),
        }))
    }
}

/// The seller behind the shop stands behind those of the page.
fn own_seller<'a>(cx: &'a Context<BagScene>, shop: &Shop) -> Option<&'a Seller> {
    let sellers = &cx.maybe::<Sellers>().done()?.0;
    let seller = sellers.get(cx.list().page_len()).and_then(Lookup::found)?;
    (seller.seller_id == shop.seller_id).then_some(seller)
}

/// Reports tell these cards from those of the bag.
fn placed(mut cards: Vec<ProductCard>) -> Vec<ProductCard> {
    let place = (FastStr::from_static_str("place"), FastStr::from_static_str("shop"));
    cards.iter_mut().for_each(|card| card.track.extend([place.clone()]));
    cards
}

fn avatar(cx: &Context<BagScene>, creator: &Creator) -> Option<Image> {
    let uri = &creator.avatar_uri;
    (!uri.is_empty()).then(|| picture(cx.request(), PictureKind::Avatar, uri))
}
