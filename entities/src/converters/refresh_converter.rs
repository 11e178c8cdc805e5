//! The refreshed state of the client's screen.

use std::collections::HashSet;

use live_pack_dal::{Lookup, model::Auction};
use live_pack_engine::{Context, Inputs, Maybe, Own, Page, Row, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{CardFields, GetLiveBagRefreshResponse, PinCard, ProductCard};

use super::{
    Cards,
    auction_drawing::{AuctionDrawing, AuctionInputs},
    pin_card_converter::envelope,
};
use crate::{
    item::BagItem,
    loaders::{ProductModels, ScreenAuctions},
    providers::{FlashWindows, PopCard, ProductList, ProductStatuses},
    request::LiveRequest,
    rules::flash_sale::{next_edge, next_poll_ms},
    scene::BagScene,
};

/// The answer without its envelope.
#[derive(Debug)]
pub struct Refreshed(pub GetLiveBagRefreshResponse);

/// Reports changed and removed cards, and the next poll. A refreshed card contains labels, price, flash sale, buttons,
/// stock, units in the cart and the pinned state; the client keeps the rest.
#[derive(Debug)]
pub struct RefreshConverter;

/// Inputs of [`RefreshConverter`].
#[derive(Debug, Inputs)]
pub struct RefreshInputs<'a> {
    page: Page<'a, BagScene>,
    bag: &'a ProductList,
    statuses: &'a ProductStatuses,
    cards: Own<Cards>,
    models: Maybe<'a, ProductModels>,
    windows: Maybe<'a, FlashWindows>,
    pop: Maybe<'a, PopCard>,
    auctions: Maybe<'a, ScreenAuctions>,
    of_auctions: AuctionInputs<'a>,
}

impl Task<BagScene> for RefreshConverter {
    type Output = Refreshed;
    type Input<'a> = RefreshInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: RefreshInputs<'_>) -> TaskResult<BagScene, Refreshed> {
        let request = cx.request();
        let asked = &request.query.refresh;
        let bag = &input.bag.0;
        let unknown = unknown(&input);
        let Own(Cards(drawn)) = input.cards;
        let pin = pin(request, input.pop, &drawn);
        let most_labels = request.conf.labels.bag_max;
        let products: Vec<ProductCard> = drawn.into_iter().map(|card| refreshed(card, most_labels)).collect();
        let kept: HashSet<i64> = products
            .iter()
            .map(|card| card.drawn().product_id)
            .chain(unknown)
            .chain(bag.failed.iter().copied())
            .collect();
        let removed_ids = asked.product_ids.iter().copied().filter(|id| !kept.contains(id)).collect();
        let auctions = input.auctions.done().map_or(&[][..], |auctions| &auctions.0);
        let drawing = AuctionDrawing::of(request, input.of_auctions);
        Ok(Refreshed(GetLiveBagRefreshResponse {
            pin,
            removed_ids,
            need_full_reload: asked.known_version > 0 && asked.known_version != bag.version,
            bag_version: bag.version,
            next_poll_ms: next_poll(request, input.windows),
            auctions: auctions.iter().map(|auction| refreshed_auction(&drawing, auction)).collect(),
            products,
            ..GetLiveBagRefreshResponse::default()
        }))
    }
}

/// The refreshed fields of a card, with at most this many labels.
fn refreshed(card: ProductCard, most_labels: usize) -> ProductCard {
    let mut card = card.into_fields();
    card.labels.truncate(most_labels);
    CardFields {
        product_id: card.product_id,
        refreshed_labels: Some(card.labels),
        price: card.price,
        flash_sale: card.flash_sale,
        buttons: card.buttons,
        stock: card.stock,
        in_cart_count: card.in_cart_count,
        is_pinned: card.is_pinned,
        ..CardFields::default()
    }
    .into()
}

fn refreshed_auction(drawing: &AuctionDrawing<'_>, auction: &Auction) -> ProductCard {
    CardFields {
        product_id: auction.product_id,
        refreshed_labels: Some(drawing.labels(auction)),
        buttons: vec![drawing.button(auction)],
        auction: Some(drawing.info(auction)),
        ..CardFields::default()
    }
    .into()
}

/// Products whose status or model is not available right now: no reason to remove them from the screen.
fn unknown(input: &RefreshInputs<'_>) -> Vec<i64> {
    let lines = input.bag.0.entries.iter().zip(&*input.statuses.0.products);
    let no_status = lines.filter(|(_, lite)| lite.is_failed()).map(|(entry, _)| entry.product_id);
    let models = input.models.done();
    let failed = |row: &Row<'_, BagItem>| models.is_some_and(|models| models.0.of(*row).is_failed());
    no_status.chain(input.page.rows().filter(failed).map(|row| row.item.product_id)).collect()
}

/// The pin for the client: its id, and its card if it is on the screen.
fn pin(request: &LiveRequest, pop: Maybe<'_, PopCard>, drawn: &[ProductCard]) -> Option<PinCard> {
    let pop = pop.done()?;
    let product = pop.product_id().and_then(|id| drawn.iter().find(|card| card.drawn().product_id == id));
    let product = product.map(|card| refreshed(card.clone(), request.conf.labels.pin_max));
    Some(PinCard { product, ..envelope(&pop.0?) })
}

/// Milliseconds until the next poll.
fn next_poll(request: &LiveRequest, windows: Maybe<'_, FlashWindows>) -> i32 {
    let setting = i64::try_from(request.conf.poll.interval.as_millis()).unwrap_or(i64::MAX);
    let all = windows.done().map_or(&[][..], |windows| &windows.0);
    let windows = all.iter().filter_map(Lookup::found).flatten();
    let edge = next_edge(windows, &request.conf.flash_sale, request.now_ms);
    i32::try_from(next_poll_ms(setting, edge, request.now_ms)).unwrap_or(i32::MAX)
}
