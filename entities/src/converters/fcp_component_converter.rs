//! The components of a slot in a feed.

use std::collections::BTreeMap;

use live_pack_dal::{
    FastStr,
    config::{FcpComponent, Feature},
    model::{Auction, BagSummary, Voucher},
    texts::Text,
};
use live_pack_engine::{Context, Inputs, Maybe, Own, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{self as wire, CardKind, ProductCard};

use super::{
    Cards, PagePrices,
    auction_drawing::{AuctionDrawing, AuctionInputs},
    bag_count::{BagCountInputs, bag_count},
    room_lite_converter::{entry_text, wire_room_lite},
    voucher_drawing::offered_voucher,
};
use crate::{
    item::BagItem,
    loaders::{AuctionSeller, Texts},
    providers::{AuctionList, FcpSlot, RoomVouchers},
    request::LiveRequest,
    rules::{
        fcp::{self, SlotFacts, running_auction},
        flash_sale::FlashState,
        room::verdict,
        room_lite::{RoomFacts, RoomGoods, goods},
        voucher,
    },
    scene::BagScene,
};

/// The schema version of the components.
const SCHEMA_VERSION: i32 = 1;

/// At most one main component, and a strip of products if wanted.
#[derive(Debug)]
pub struct FcpComponents(pub Vec<wire::FcpComponent>);

/// Chooses and draws the components.
#[derive(Debug)]
pub struct FcpComponentConverter;

/// Inputs of [`FcpComponentConverter`].
#[derive(Debug, Inputs)]
pub struct FcpInputs<'a> {
    cards: Own<Cards>,
    room: FcpRoomInputs<'a>,
}

/// All inputs except the cards.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct FcpRoomInputs<'a> {
    page: Page<'a, BagScene>,
    slot: &'a FcpSlot,
    prices: &'a PagePrices,
    of_auctions: AuctionInputs<'a>,
    count: BagCountInputs<'a>,
    vouchers: Maybe<'a, RoomVouchers>,
    auctions: Maybe<'a, AuctionList>,
    auction_seller: Maybe<'a, AuctionSeller>,
    texts: Texts<'a>,
}

impl Task<BagScene> for FcpComponentConverter {
    type Output = FcpComponents;
    type Input<'a> = FcpInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: FcpInputs<'_>) -> TaskResult<BagScene, FcpComponents> {
        let slot = input.room.slot;
        let Own(Cards(mut cards)) = input.cards;
        let found = Found::of(cx.request(), input.room);
        let main = fcp::main(&slot.wanted, &found.facts(&cards));
        let mut components = Vec::with_capacity(2);
        if let Some(main) = main {
            components.push(found.main(main, &mut cards));
        }
        let strip = slot.wants(FcpComponent::ProductStrip) && !cards.is_empty();
        if strip && found.goods.has_bag {
            cards.truncate(slot.scene.strip_count);
            let component = found.component(FcpComponent::ProductStrip, Text::BagTitle);
            components.push(wire::FcpComponent { strip: cards, ..component });
        }
        Ok(FcpComponents(components))
    }
}

/// The goods of the room for the feed.
struct Found<'a> {
    request: &'a LiveRequest,
    input: FcpRoomInputs<'a>,
    auction: Option<&'a Auction>,
    pinned: Option<&'a BagItem>,
    voucher: Option<(&'a RoomVouchers, &'a Voucher)>,
    goods: RoomGoods,
}

impl<'a> Found<'a> {
    fn of(request: &'a LiveRequest, input: FcpRoomInputs<'a>) -> Self {
        let (viewer, now_ms) = (&request.viewer, request.now_ms);
        let AuctionInputs { room, creator, .. } = input.of_auctions;
        let auctions = input.auctions.done().map(|list| list.0.as_slice());
        let vouchers = input.vouchers.done();
        let on_sale = |item: &BagItem| item.sale.is_some_and(|sale| sale.state.is_running_or_preheating());
        let summary = BagSummary {
            count: bag_count(request, input.count),
            has_flash_sale: input.page.ordered().any(on_sale),
            bag_version: input.count.bag.0.version,
        };
        let goods = goods(&RoomFacts {
            verdict: verdict(room.0.state, creator.permission()),
            may_enter: request.conf.entry.bag.lets_in(viewer.region, viewer.app_version),
            summary: Some(&summary),
            flash_sales: request.conf.degrade.is_on(Feature::FlashSale),
            vouchers: vouchers.map(|vouchers| vouchers.vouchers.as_slice()),
            auctions,
            pin: input.count.pop.done().and_then(|pop| pop.0.as_ref()),
            region: viewer.region,
            app_version: viewer.app_version,
            now_ms,
        });
        let claimable = |all: &'a RoomVouchers| {
            let tappable = all.shown(request).filter(|(_, state)| state.is_claimable());
            let best = tappable.min_by_key(|(voucher, state)| voucher::order(voucher, *state, None));
            best.map(|(voucher, _)| (all, voucher))
        };
        Self {
            request,
            input,
            auction: running_auction(auctions.unwrap_or_default(), viewer.app_version, now_ms),
            pinned: input.page.items().find(|item| item.is_pinned),
            voucher: vouchers.and_then(claimable),
            goods,
        }
    }

    /// The product whose running flash sale is shown on its card, which it is not if another activity sets the price.
    fn flash_sale(&self, cards: &[ProductCard]) -> Option<&'a BagItem> {
        let running = |item: &&BagItem| item.sale.is_some_and(|sale| sale.state == FlashState::Ongoing);
        let shown = |item: &&BagItem| {
            let sale = card(cards, item).and_then(|card| card.drawn().flash_sale.as_ref());
            sale.is_some_and(|sale| sale.status == wire::FlashSaleStatus::ONGOING)
        };
        self.input.page.items().filter(running).find(shown)
    }

    /// A product counts only if its card could be drawn.
    fn facts(&self, cards: &[ProductCard]) -> SlotFacts {
        let open = self.goods != RoomGoods::default();
        SlotFacts {
            auction: open && self.auction.is_some(),
            flash_sale: open && self.flash_sale(cards).is_some(),
            pin_card: open && self.pinned.is_some_and(|item| card(cards, item).is_some()),
            voucher: open && self.voucher.is_some(),
            bag_entry: self.goods.has_bag,
        }
    }

    /// The main component; a product in it is removed from the cards.
    fn main(&self, main: FcpComponent, cards: &mut Vec<ProductCard>) -> wire::FcpComponent {
        let on_sale = self.flash_sale(cards);
        let mut take = |item: Option<&BagItem>| {
            let index =
                cards.iter().position(|card| item.is_some_and(|item| item.product_id == card.drawn().product_id))?;
            Some(cards.remove(index))
        };
        match main {
            FcpComponent::Auction => {
                let drawing = AuctionDrawing::of(self.request, self.input.of_auctions);
                let kind = self.auction.map_or(CardKind::AUCTION, |auction| match auction.surprise_set_id {
                    Some(_) => CardKind::SURPRISE_SET,
                    None => CardKind::AUCTION,
                });
                let seller = self.input.auction_seller.done().and_then(|seller| seller.0.as_deref());
                let product = self.auction.map(|auction| drawing.card(auction, seller));
                let until = self.auction.map(|auction| auction.end_ms);
                let component = self.component(main, Text::BidNow);
                let bid =
                    product.as_ref().and_then(|card| Some(card.drawn().auction.as_ref()?.current_bid_text.clone()));
                let text = bid.filter(|text| !text.is_empty()).unwrap_or_else(|| component.text.clone());
                self.until(wire::FcpComponent { kind, product, text, ..component }, until)
            }
            FcpComponent::FlashSale => {
                let product = take(on_sale);
                let until = product.as_ref().and_then(|card| Some(card.drawn().flash_sale.as_ref()?.end_ms));
                let component = self.component(main, Text::FlashSale);
                self.until(wire::FcpComponent { kind: CardKind::PRODUCT, product, ..component }, until)
            }
            FcpComponent::PinCard => {
                let pin = self.input.count.pop.done().and_then(|pop| pop.0);
                let until = pin.map(|pin| pin.expire_ms).filter(|expire| *expire > 0);
                let product = take(self.pinned);
                let component = self.component(main, Text::FeaturedNow);
                self.until(wire::FcpComponent { kind: CardKind::PRODUCT, product, ..component }, until)
            }
            FcpComponent::Voucher => {
                let numbers = self.input.prices.numbers.as_ref();
                let language = self.input.texts.language(self.request);
                let voucher =
                    self.voucher.map(|(all, voucher)| offered_voucher(voucher, all, self.request, language, numbers));
                let until = self.voucher.map(|(_, voucher)| voucher.claim_end_ms);
                let text = voucher.as_ref().map(|voucher| voucher.text.clone()).unwrap_or_default();
                let component = self.component(main, Text::Claim);
                self.until(wire::FcpComponent { kind: CardKind::VOUCHER, voucher, text, ..component }, until)
            }
            FcpComponent::BagEntry | FcpComponent::ProductStrip => {
                let text = entry_text(self.request, self.input.texts, self.goods.has_bag, self.goods.bag_count);
                let AuctionInputs { room, creator, .. } = self.input.of_auctions;
                let lite = wire_room_lite(self.request, &room.0, creator.permission(), &self.goods, text.clone());
                wire::FcpComponent { room: Some(lite), text, ..self.component(main, Text::BagTitle) }
            }
        }
    }

    /// A component without its content.
    fn component(&self, component: FcpComponent, text: Text) -> wire::FcpComponent {
        let request = self.request;
        let kept = i64::try_from(self.input.slot.scene.expire.as_millis()).unwrap_or(i64::MAX);
        let track =
            [("component", FastStr::from_static_str(component.key())), ("scene", request.query.slot.scene.clone())];
        wire::FcpComponent {
            component_key: FastStr::from_static_str(component.key()),
            room_id: request.room_id,
            priority: fcp::priority(component),
            text: request.resident.texts.get(self.input.texts.language(request), text),
            expire_ms: request.now_ms.saturating_add(kept),
            track: BTreeMap::from(track.map(|(key, value)| (FastStr::from_static_str(key), value))),
            schema_version: SCHEMA_VERSION,
            ..wire::FcpComponent::default()
        }
    }

    /// Limits the expiry of a component to the end of its content.
    fn until(&self, component: wire::FcpComponent, end_ms: Option<i64>) -> wire::FcpComponent {
        let expire_ms = component.expire_ms.min(end_ms.unwrap_or(i64::MAX));
        wire::FcpComponent { expire_ms, ..component }
    }
}

fn card<'a>(cards: &'a [ProductCard], item: &BagItem) -> Option<&'a ProductCard> {
    cards.iter().find(|card| card.drawn().product_id == item.product_id)
}
