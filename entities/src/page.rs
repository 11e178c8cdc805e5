//! The cuts: which part of the ordered list is the page.

use std::ops::Range;

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, Cut};

use crate::{
    item::BagItem,
    request::BagTab,
    rules::paging,
    scene::{AuctionScene, BagScene},
};

/// The page of products that was asked for.
#[derive(Debug)]
pub struct BagPage;

impl Cut<BagScene> for BagPage {
    fn range(&self, cx: &Context<BagScene>, len: usize) -> Range<usize> {
        let query = &cx.request().query.bag;
        paging::page(len, query.cursor, query.count).range
    }

    /// Products the client has already, and those nobody knows anything of, leave a gap: the cursor does not move.
    fn shows(&self, cx: &Context<BagScene>, item: &BagItem) -> bool {
        item.lite.is_some() && !cx.request().query.bag.exclude_ids.contains(&item.product_id)
    }
}

/// The page of auctions: as asked for on the AUCTION tab, all of them beside the first page of another.
#[derive(Debug)]
pub struct AuctionPage;

impl Cut<AuctionScene> for AuctionPage {
    fn range(&self, cx: &Context<AuctionScene>, len: usize) -> Range<usize> {
        let query = &cx.request().query.bag;
        match query.tab {
            BagTab::Auction => paging::page(len, query.cursor, query.count).range,
            BagTab::All | BagTab::FlashSale | BagTab::Voucher => 0..len,
        }
    }

    fn shows(&self, cx: &Context<AuctionScene>, auction: &Auction) -> bool {
        !cx.request().query.bag.exclude_ids.contains(&auction.auction_id)
    }
}
