//! What became of what is on the client's screen.

use std::collections::HashSet;

use live_pack_dal::{Lookup, model::Auction};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{GetLiveBagRefreshResponse, PinCard, ProductCard};

use super::{Cards, auction_drawing::AuctionDrawing, pin_card_converter::envelope};
use crate::{
    loaders::{ProductModels, ScreenAuctions},
    providers::{FlashWindows, PopCard, ProductList, ProductStatuses},
    rules::flash_sale::{next_edge, next_poll_ms},
    scene::BagScene,
};

/// The answer, but for its envelope.
#[derive(Debug)]
pub struct Refreshed(pub GetLiveBagRefreshResponse);

/// Tells what changed, what went, and when to ask again. A card owns labels, price, flash sale, buttons, stock, units in the
/// cart and whether it is pinned; the client keeps the rest.
#[derive(Debug)]
pub struct RefreshConverter;

impl SyncTask<BagScene> for RefreshConverter {
    type Output = Refreshed;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        AuctionDrawing::reads()
            .page()
            .need::<ProductList>()
            .need::<ProductStatuses>()
            .need::<Cards>()
            .maybe::<ProductModels>()
            .maybe::<FlashWindows>()
            .maybe::<PopCard>()
            .maybe::<ScreenAuctions>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Refreshed> {
        let request = cx.request();
        let asked = &request.query.refresh;
        let bag = &cx.need::<ProductList>()?.0;
        let drawn: Vec<ProductCard> = cx.need::<Cards>()?.0.take();
        let pin = pin(cx, &drawn);
        let most_labels = request.conf.labels.bag_max;
        let products: Vec<ProductCard> = drawn.into_iter().map(|card| refreshed(card, most_labels)).collect();
        let kept: HashSet<i64> =
            products.iter().map(|card| card.product_id).chain(unknown(cx)?).chain(bag.failed.iter().copied()).collect();
        let removed_ids = asked.product_ids.iter().copied().filter(|id| !kept.contains(id)).collect();
        let auctions = cx.maybe::<ScreenAuctions>().done().map_or(&[][..], |auctions| &auctions.0);
        let drawing = AuctionDrawing::of(cx)?;
        Ok(Refreshed(GetLiveBagRefreshResponse {
            pin,
            removed_ids,
            need_full_reload: asked.known_version > 0 && asked.known_version != bag.version,
            bag_version: bag.version,
            next_poll_ms: next_poll(cx),
            auctions: auctions.iter().map(|auction| refreshed_auction(&drawing, auction)).collect(),
            products,
            ..GetLiveBagRefreshResponse::default()
        }))
    }
}

/// What a refreshed card owns, with at most so many labels.
fn refreshed(mut card: ProductCard, most_labels: usize) -> ProductCard {
    card.labels.truncate(most_labels);
    ProductCard {
        product_id: card.product_id,
        refreshed_labels: Some(card.labels),
        price: card.price,
        flash_sale: card.flash_sale,
        buttons: card.buttons,
        stock: card.stock,
        in_cart_count: card.in_cart_count,
        is_pinned: card.is_pinned,
        ..ProductCard::default()
    }
}

fn refreshed_auction(drawing: &AuctionDrawing<'_>, auction: &Auction) -> ProductCard {
    ProductCard {
        product_id: auction.product_id,
        refreshed_labels: Some(drawing.labels(auction)),
        buttons: vec![drawing.button(auction)],
        auction: Some(drawing.info(auction)),
        ..ProductCard::default()
    }
}

/// Products that somebody could not say anything of just now: no reason to take them off the screen.
fn unknown(cx: &Context<BagScene>) -> TaskResult<BagScene, Vec<i64>> {
    let entries = &cx.need::<ProductList>()?.0.entries;
    let statuses = cx.need::<ProductStatuses>()?.0.products.iter();
    let no_status =
        entries.iter().zip(statuses).filter(|(_, lite)| lite.is_failed()).map(|(entry, _)| entry.product_id);
    let models = ProductModels::of(cx.maybe()).iter();
    let no_model = cx.list().page().zip(models).filter(|(_, model)| model.is_failed()).map(|(item, _)| item.product_id);
    Ok(no_status.chain(no_model).collect())
}

/// The pin as the client should know it: which one, and its card as far as it is on the screen.
fn pin(cx: &Context<BagScene>, drawn: &[ProductCard]) -> Option<PinCard> {
    let pop = cx.maybe::<PopCard>().done()?;
    let product = pop.product_id().and_then(|id| drawn.iter().find(|card| card.product_id == id));
    let product = product.map(|card| refreshed(card.clone(), cx.request().conf.labels.pin_max));
    Some(PinCard { product, ..envelope(&pop.0?) })
}

/// In how many milliseconds to ask again.
fn next_poll(cx: &Context<BagScene>) -> i32 {
    let request = cx.request();
    let setting = i64::try_from(request.conf.poll.interval.as_millis()).unwrap_or(i64::MAX);
    let all = cx.maybe::<FlashWindows>().done().map_or(&[][..], |windows| &windows.0);
    let windows = all.iter().filter_map(Lookup::found).flatten();
    let edge = next_edge(windows, &request.conf.flash_sale, request.now_ms);
    i32::try_from(next_poll_ms(setting, edge, request.now_ms)).unwrap_or(i32::MAX)
}
