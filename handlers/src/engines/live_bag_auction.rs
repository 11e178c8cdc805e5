//! The auctions of the bag.

use live_pack_engine::{Definition, WhenEmpty, high, low};
use live_pack_entities::{
    converters::{AuctionCards, AuctionListConverter},
    filters::{AuctionVersionFilter, RoomStatusFilter},
    loaders::{BidderStateLoader, OnThePage, SellerLoader},
    page::AuctionPage,
    providers::{AuctionItems, AuctionListProvider, CreatorProvider, RoomInfoProvider},
    scene::AuctionScene,
    sorters::AuctionSorter,
};

/// `LiveBagAuctionEngine`.
#[must_use]
pub fn live_bag_auction_engine() -> Definition<AuctionScene, AuctionCards> {
    Definition::new("LiveBagAuctionEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .task(AuctionListProvider)
        .items(AuctionItems)
        .filter(RoomStatusFilter)
        .filter(AuctionVersionFilter)
        .sorter(AuctionSorter)
        .cut(AuctionPage)
        .when_empty(WhenEmpty::SkipLoaders)
        .task(high(BidderStateLoader(OnThePage)))
        .task(low(SellerLoader))
        .strong(AuctionListConverter)
        .answer::<AuctionCards>()
}
