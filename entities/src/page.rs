//! The cuts: select the page from the ordered list.

use std::ops::Range;

use live_pack_dal::{config::FcpComponent, model::Auction};
use live_pack_engine::{Context, Cut};

use crate::{
    item::BagItem,
    providers::FcpSlot,
    request::BagTab,
    rules::paging,
    scene::{AuctionScene, BagScene, BannerScene},
};

/// The requested page of products.
#[derive(Debug)]
pub struct BagPage;

impl Cut<BagScene> for BagPage {
    type Input<'a> = ();

    fn range(&self, cx: &Context<BagScene>, (): &(), len: usize) -> Range<usize> {
        let query = &cx.request().query.bag;
        paging::page(len, query.cursor, query.count).range
    }

    /// Products that the client already has, and unknown ones, leave a gap: the cursor does not move.
    fn shows(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> bool {
        item.lite.is_some() && !cx.request().query.bag.exclude_ids.contains(&item.product_id)
    }
}

/// The first products in stock, as many as the preview requests.
#[derive(Debug)]
pub struct PreviewPage;

impl Cut<BagScene> for PreviewPage {
    type Input<'a> = ();

    fn range(&self, cx: &Context<BagScene>, (): &(), len: usize) -> Range<usize> {
        paging::page(len, 0, cx.request().query.preview_count).range
    }

    fn shows(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> bool {
        item.lite.is_some()
    }
}

/// All items that are left on the screen.
#[derive(Debug)]
pub struct ScreenPage;

impl Cut<BagScene> for ScreenPage {
    type Input<'a> = ();

    fn range(&self, _cx: &Context<BagScene>, (): &(), len: usize) -> Range<usize> {
        0..len
    }

    fn shows(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> bool {
        item.lite.is_some()
    }
}

/// The products for a slot in a feed: the one of its main component, and a strip.
#[derive(Debug)]
pub struct FcpPage;

impl Cut<BagScene> for FcpPage {
    type Input<'a> = &'a FcpSlot;

    fn range(&self, _cx: &Context<BagScene>, slot: &&FcpSlot, len: usize) -> Range<usize> {
        let main = usize::from(slot.wants(FcpComponent::FlashSale) || slot.wants(FcpComponent::PinCard));
        let strip = if slot.wants(FcpComponent::ProductStrip) { slot.scene.strip_count } else { 0 };
        0..(main + strip).min(len)
    }

    fn shows(&self, _cx: &Context<BagScene>, _slot: &&FcpSlot, item: &BagItem) -> bool {
        item.lite.is_some()
    }
}

/// The page of auctions: as requested on the AUCTION tab, all auctions with the first page of other tabs.
#[derive(Debug)]
pub struct AuctionPage;

impl Cut<AuctionScene> for AuctionPage {
    type Input<'a> = ();

    fn range(&self, cx: &Context<AuctionScene>, (): &(), len: usize) -> Range<usize> {
        let query = &cx.request().query.bag;
        match query.tab {
            BagTab::Auction => paging::page(len, query.cursor, query.count).range,
            BagTab::All | BagTab::FlashSale | BagTab::Voucher => 0..len,
        }
    }

    fn shows(&self, cx: &Context<AuctionScene>, (): &(), auction: &Auction) -> bool {
        !cx.request().query.bag.exclude_ids.contains(&auction.auction_id)
    }
}

/// The first banners, as many as configured.
#[derive(Debug)]
pub struct TopBannerPage;

impl Cut<BannerScene> for TopBannerPage {
    type Input<'a> = ();

    fn range(&self, cx: &Context<BannerScene>, (): &(), _len: usize) -> Range<usize> {
        0..cx.request().conf.banners.top_max
    }
}

/// As many highlights of a creator's shop as requested.
#[derive(Debug)]
pub struct HighlightPage;

impl Cut<BagScene> for HighlightPage {
    type Input<'a> = ();

    fn range(&self, cx: &Context<BagScene>, (): &(), _len: usize) -> Range<usize> {
        0..usize::try_from(cx.request().query.highlight_count).unwrap_or(0)
    }
}
