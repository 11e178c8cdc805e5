//! Whether the viewer may bid.

use live_pack_dal::model::{BannerKind, BidderState};
use live_pack_engine::{Context, Importance, NeedRun, Reads, Stage, Task, TaskResult};

use crate::{
    providers::{AuctionList, BannerMaterials},
    scene::{Ask as _, LiveScene},
};

/// What the viewer has done to be allowed to bid.
#[derive(Debug)]
pub struct Bidder(pub BidderState);

/// Asks D7 `GetBidderState`. A guest has done nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BidderStateLoader {
    /// For an engine whose page is about auctions.
    ForThePage,
    /// For a screen that may hold auctions.
    ForTheScreen,
    /// For a room that may have auctions.
    ForTheAuctions,
    /// For a page of banners, of which one may be about an auction.
    ForTheBanners,
}

impl<S: LiveScene> Task<S> for BidderStateLoader {
    type Output = Bidder;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        match self {
            Self::ForThePage => Reads::none().page(),
            // the page holds products: a screen with nothing but auctions leaves it empty
            Self::ForTheScreen => Reads::none(),
            Self::ForTheAuctions => Reads::none().maybe::<AuctionList>(),
            Self::ForTheBanners => Reads::none().page().maybe::<BannerMaterials>(),
        }
    }

    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        let request = cx.request();
        match self {
            _ if request.viewer.is_guest() => NeedRun::Skip("guest"),
            Self::ForTheScreen if request.query.refresh.auction_ids.is_empty() => {
                NeedRun::Skip("no_auction_on_the_screen")
            }
            Self::ForTheAuctions if cx.maybe::<AuctionList>().done().is_none_or(|list| list.0.is_empty()) => {
                NeedRun::Skip("no_auction_in_the_room")
            }
            Self::ForTheBanners if !shows_an_auction(cx) => NeedRun::Skip("no_auction_on_a_banner"),
            Self::ForThePage | Self::ForTheScreen | Self::ForTheAuctions | Self::ForTheBanners => NeedRun::Run,
        }
    }

    fn importance(&self) -> Importance {
        Importance::High
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, Bidder> {
        let request = cx.request();
        Ok(Bidder(request.resident.dal.bidder_state(&cx.call(), request.room_id).await?))
    }
}

fn shows_an_auction<S: LiveScene>(cx: &Context<S>) -> bool {
    let Some(BannerMaterials(booked)) = cx.maybe::<BannerMaterials>().done() else { return false };
    let mut of_auctions = booked.iter().filter(|banner| banner.kind == BannerKind::Auction);
    of_auctions.any(|banner| cx.list().page().any(|item| S::item_id(item) == banner.banner_id))
}
