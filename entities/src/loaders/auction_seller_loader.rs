//! The shop behind the auction in a slot of a feed.

use std::sync::Arc;

use live_pack_dal::{
    DownstreamMethod, Error, Lookup,
    config::FcpComponent,
    model::{Auction, Seller},
};
use live_pack_engine::{Context, Inputs, Maybe, NeedRun, Stage, Task, TaskResult};

use crate::{
    providers::{AuctionList, FcpSlot},
    request::LiveRequest,
    rules::fcp::running_auction,
    scene::{Ask as _, LiveScene},
};

/// The seller of the running auction; `None`: unknown to D12.
#[derive(Debug)]
pub struct AuctionSeller(pub Option<Arc<Seller>>);

/// Calls D12 `MGetSeller` for one seller. Registered as `SellerLoader`.
#[derive(Debug)]
pub struct AuctionSellerLoader;

/// The slot in the feed and the auctions that it may show.
#[derive(Debug, Inputs)]
pub struct AuctionSellerInputs<'a> {
    slot: &'a FcpSlot,
    auctions: Maybe<'a, AuctionList>,
}

impl AuctionSellerInputs<'_> {
    fn auction(&self, request: &LiveRequest) -> Option<&Auction> {
        let auctions = self.auctions.done().filter(|_| self.slot.wants(FcpComponent::Auction))?;
        running_auction(&auctions.0, request.viewer.app_version, request.now_ms)
    }
}

impl<S: LiveScene> Task<S> for AuctionSellerLoader {
    type Output = AuctionSeller;
    type Input<'a> = AuctionSellerInputs<'a>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<S>, input: &AuctionSellerInputs<'_>) -> NeedRun {
        match input.auction(cx.request()) {
            Some(_) => NeedRun::Run,
            None => NeedRun::Skip("no_auction_to_show"),
        }
    }

    async fn run(&self, cx: &Context<S>, input: AuctionSellerInputs<'_>) -> TaskResult<S, AuctionSeller> {
        let request = cx.request();
        let Some(auction) = input.auction(request) else { return Ok(AuctionSeller(None)) };
        let found = request.resident.dal.sellers(&cx.call(), &[auction.seller_id]).await?;
        match found.into_iter().next() {
            Some(Lookup::Found(seller)) => Ok(AuctionSeller(Some(seller))),
            Some(Lookup::Missing) | None => Ok(AuctionSeller(None)),
            Some(Lookup::Failed) => Err(Error::key(DownstreamMethod::MGetSeller).into()),
        }
    }
}
