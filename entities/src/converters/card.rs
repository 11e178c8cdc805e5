//! A product card as a pure function of its inputs, so that it can be cached.
//!
//! [`CardInputs`] contains everything that a card depends on except the instant, and is its key in the memory.
//! [`drawing`] has no other input: neither the context of a task nor the request.

mod drawing;

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use live_pack_dal::{
    FastStr, Images, NumberFormat, Same,
    config::Conf,
    experiment::{Experiment, Groups, Param},
    memory::{Made, MemoryName, Pure},
    model::{ProductDetail, ProductModel, ProductPrice, ProductPromotions, Region, RouteGroup, Seller, Voucher},
    texts::{Arg, Language, Text, Texts},
};
use live_pack_idl::{
    card::{EncodedCard, Live},
    live_pack::{FlashSale, FlashSaleStatus, ProductCard},
};
use smallvec::SmallVec;

use super::kit::Kit;
use crate::{
    item::BagItem,
    providers::RoomVouchers,
    request::LiveRequest,
    rules::{atmosphere::AtmosphereFact, button::Buttons, flash_sale, voucher::VoucherState},
};

/// The kind of place for a card, which decides its number of labels and its name in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CardPlace {
    Bag,
    Pin,
    /// On a screen, where a product may be in the bag and on the pinned card.
    Screen,
    /// Among the highlights of the creator's shop.
    Shop,
}

/// The inputs shared by all cards of a page: the class of the viewer, the room, the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CardClass {
    texts: Same<Texts>,
    images: Same<Images>,
    conf: Same<Conf>,
    room_id: i64,
    region: Region,
    route_group: RouteGroup,
    language: Language,
    /// `None`: the room names no configured region.
    numbers: Option<NumberFormat>,
    /// Maximum number of atmosphere labels on a card.
    atmosphere_places: usize,
    price_range_style: bool,
    place: CardPlace,
    /// Whether pictures have URLs.
    urls: bool,
    /// The vouchers that may be shown; `None`: not available.
    vouchers: Option<CardVouchers>,
}

/// Vouchers with their state for the viewer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct CardVouchers {
    all: Same<Vec<Voucher>>,
    /// Index and state of those that may be shown.
    shown: Vec<(usize, VoucherState)>,
}

/// Maximum number of atmosphere labels on a card.
fn atmosphere_places(groups: &Groups) -> usize {
    let places = if groups.is_on(Experiment::AtmosphereV2) { groups.param(Param::AtmospherePlaces) } else { 1 };
    usize::try_from(places).unwrap_or(1)
}

impl CardClass {
    /// The class of a request's cards.
    pub(super) fn of(
        request: &LiveRequest,
        place: CardPlace,
        language: Language,
        numbers: Option<&NumberFormat>,
        urls: bool,
        vouchers: Option<&RoomVouchers>,
    ) -> Self {
        let vouchers = vouchers.map(|vouchers| CardVouchers {
            all: Same::of(&vouchers.vouchers),
            shown: vouchers.shown_at(request.viewer.region, request.now_ms).collect(),
        });
        Self {
            texts: Same::of(&request.resident.texts),
            images: Same::of(&request.resident.images),
            conf: Same::of(&request.conf),
            room_id: request.room_id,
            region: request.viewer.region,
            route_group: request.viewer.route_group,
            language,
            numbers: numbers.cloned(),
            atmosphere_places: atmosphere_places(&request.groups),
            price_range_style: request.groups.is_on(Experiment::PriceRangeStyle),
            place,
            urls,
            vouchers,
        }
    }

    fn kit(&self) -> Kit<'_> {
        Kit { texts: &self.texts, images: &self.images, labels: &self.conf.labels, route_group: self.route_group }
    }

    /// The vouchers that may be shown to the viewer, each with its state.
    fn shown(&self) -> impl Iterator<Item = (&Voucher, VoucherState)> {
        let vouchers = self.vouchers.iter();
        vouchers.flat_map(|it| it.shown.iter().filter_map(|(index, state)| Some((it.all.get(*index)?, *state))))
    }

    fn most_labels(&self) -> usize {
        let labels = &self.conf.labels;
        match self.place {
            CardPlace::Bag | CardPlace::Shop => labels.bag_max,
            CardPlace::Pin => labels.pin_max,
            CardPlace::Screen => labels.bag_max.max(labels.pin_max),
        }
    }
}

/// A class that is hashed once for all cards of a page.
#[derive(Debug, Clone)]
pub(super) struct SharedClass {
    class: Arc<CardClass>,
    hash: u64,
}

impl SharedClass {
    pub(super) fn of(class: CardClass) -> Self {
        // the hasher needs no secret, because we fill the table, not callers
        let mut hasher = ahash::AHasher::default();
        class.hash(&mut hasher);
        Self { hash: hasher.finish(), class: Arc::new(class) }
    }
}

impl PartialEq for SharedClass {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && (Arc::ptr_eq(&self.class, &other.class) || self.class == other.class)
    }
}

impl Eq for SharedClass {}

impl Hash for SharedClass {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Everything that a card depends on except the instant. Data that failed, are missing or were switched off are `None`,
/// as for the drawing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CardInputs {
    pub(super) product: CardProduct,
    pub(super) class: SharedClass,
    pub(super) model: Same<ProductModel>,
    pub(super) price: Option<Same<ProductPrice>>,
    pub(super) detail: Option<Same<ProductDetail>>,
    pub(super) promotions: Option<Same<ProductPromotions>>,
    pub(super) seller: Option<Same<Seller>>,
    /// The live counters of the activities that have one: (activity, units left).
    pub(super) live: SmallVec<[(i64, i32); 2]>,
    pub(super) buttons: Buttons,
    pub(super) atmosphere: SmallVec<[AtmosphereFact; 4]>,
    /// Whether delivery is free.
    pub(super) free_delivery: bool,
    /// Whether the trade chain allows the viewer to pay on delivery.
    pub(super) may_pay_on_delivery: bool,
}

/// The part of a [`BagItem`] that its card depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CardProduct {
    product_id: i64,
    item_no: i32,
    is_pinned: bool,
    is_top: bool,
    stock: Option<i32>,
}

impl From<&BagItem> for CardProduct {
    fn from(item: &BagItem) -> Self {
        Self {
            product_id: item.product_id,
            item_no: item.item_no,
            is_pinned: item.is_pinned,
            is_top: item.top_rank > 0,
            stock: item.lite.map(|lite| lite.stock),
        }
    }
}

/// A drawn and encoded card, for all viewers with the same inputs.
#[derive(Debug)]
pub(super) struct Card {
    encoded: Arc<EncodedCard>,
}

impl Card {
    /// The card in an answer.
    pub(super) fn at(&self, now_ms: i64, in_cart_count: i32, texts: &Texts, language: Language) -> ProductCard {
        let sale = self.encoded.fields().flash_sale.as_ref();
        let countdown_text = sale.map(|sale| countdown(sale, now_ms, texts, language)).unwrap_or_default();
        ProductCard::encoded(Arc::clone(&self.encoded), Live { server_now_ms: now_ms, countdown_text, in_cart_count })
    }
}

impl Pure for CardInputs {
    type Output = Arc<Card>;
    const MEMORY: MemoryName = MemoryName::Cards;

    fn compute(&self, now_ms: i64) -> Made<Arc<Card>> {
        let valid = self.promotions.as_ref().map_or(i64::MIN..i64::MAX, |promotions| {
            flash_sale::steady(&promotions.activities, &self.class.class.conf.flash_sale, now_ms)
        });
        let encoded = Arc::new(EncodedCard::new(drawing::draw(self, now_ms)));
        Made { valid, bytes: encoded.memory() + KEPT_ALIVE, value: Arc::new(Card { encoded }) }
    }
}

/// Memory that a card alone may keep alive through its inputs, in bytes: model, price, detail and promotions of a product
/// with two variations.
const KEPT_ALIVE: usize = 1_536;

/// "Starts in" or "ends in" with the time left now; the client counts down from there.
fn countdown(sale: &FlashSale, now_ms: i64, texts: &Texts, language: Language) -> FastStr {
    let left = |until: i64| texts.countdown(language, until.saturating_sub(now_ms));
    match sale.status {
        FlashSaleStatus::PREHEAT => texts.format(language, Text::StartsIn, 0, &[(Arg::Time, &left(sale.start_ms))]),
        FlashSaleStatus::ONGOING => texts.format(language, Text::EndsIn, 0, &[(Arg::Time, &left(sale.end_ms))]),
        FlashSaleStatus::ENDED => texts.get(language, Text::SaleEnded),
        _ => FastStr::empty(),
    }
}

#[cfg(test)]
mod tests;
