//! Whether the viewer may bid.

use live_pack_dal::model::{BannerKind, BidderState};
use live_pack_engine::{Context, Inputs, Maybe, NeedRun, Page, Scene, Stage, Task, TaskResult};

use crate::{
    providers::{AuctionList, BannerMaterials},
    request::LiveRequest,
    scene::{Ask as _, LiveScene},
};

/// The viewer's state as a bidder.
#[derive(Debug)]
pub struct Bidder(pub BidderState);

/// Calls D7 `GetBidderState` if the place `P` may show an auction. A guest has no state.
#[derive(Debug)]
pub struct BidderStateLoader<P>(pub P);

/// A place that may show an auction.
pub trait AuctionPlace<S: Scene>: Send + Sync + 'static {
    /// Inputs that decide whether it shows one.
    type Input<'a>: Inputs<'a, S>;

    /// The reason why it shows no auction; `None`: it may show one.
    fn why_none<'a>(&self, request: &'a LiveRequest, input: &Self::Input<'a>) -> Option<&'static str>;
}

/// A page that contains auctions.
#[derive(Debug)]
pub struct OnThePage;

/// A screen that may contain auctions. The page of its engine contains products: a screen with only auctions leaves it empty.
#[derive(Debug)]
pub struct OnTheScreen;

/// A room that may have auctions.
#[derive(Debug)]
pub struct InTheRoom;

/// A page of banners, one of which may be about an auction.
#[derive(Debug)]
pub struct OnBanners;

impl<S: LiveScene> AuctionPlace<S> for OnThePage {
    type Input<'a> = Page<'a, S>;

    fn why_none(&self, _request: &LiveRequest, _page: &Page<'_, S>) -> Option<&'static str> {
        None
    }
}

impl<S: LiveScene> AuctionPlace<S> for OnTheScreen {
    type Input<'a> = ();

    fn why_none(&self, request: &LiveRequest, (): &()) -> Option<&'static str> {
        request.query.refresh.auction_ids.is_empty().then_some("no_auction_on_the_screen")
    }
}

impl<S: LiveScene> AuctionPlace<S> for InTheRoom {
    type Input<'a> = Maybe<'a, AuctionList>;

    fn why_none(&self, _request: &LiveRequest, auctions: &Maybe<'_, AuctionList>) -> Option<&'static str> {
        auctions.done().is_none_or(|list| list.0.is_empty()).then_some("no_auction_in_the_room")
    }
}

impl<S: LiveScene> AuctionPlace<S> for OnBanners {
    type Input<'a> = (Page<'a, S>, Maybe<'a, BannerMaterials>);

    fn why_none(
        &self,
        _request: &LiveRequest,
        (page, booked): &(Page<'_, S>, Maybe<'_, BannerMaterials>),
    ) -> Option<&'static str> {
        let booked = booked.done().map_or(&[][..], |booked| &booked.0);
        let mut of_auctions = booked.iter().filter(|banner| banner.kind == BannerKind::Auction);
        let shown = of_auctions.any(|banner| page.items().any(|item| S::item_id(item) == banner.banner_id));
        (!shown).then_some("no_auction_on_a_banner")
    }
}

impl<S: LiveScene, P: AuctionPlace<S>> Task<S> for BidderStateLoader<P> {
    type Output = Bidder;
    type Input<'a> = P::Input<'a>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run<'a>(&self, cx: &'a Context<S>, input: &P::Input<'a>) -> NeedRun {
        let request = cx.request();
        if request.viewer.is_guest() {
            return NeedRun::Skip("guest");
        }
        self.0.why_none(request, input).map_or(NeedRun::Run, NeedRun::Skip)
    }

    async fn run<'a>(&'a self, cx: &'a Context<S>, _input: P::Input<'a>) -> TaskResult<S, Bidder> {
        let request = cx.request();
        Ok(Bidder(request.resident.dal.bidder_state(&cx.call(), request.room_id).await?))
    }
}
