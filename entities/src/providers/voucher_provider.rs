//! The vouchers of a room, and the viewer's claims.

use std::sync::Arc;

use live_pack_dal::{
    Call, DownstreamMethod, Error, Lookup,
    config::Feature,
    model::{Claims, PinKind, Region, Voucher},
};
use live_pack_engine::{Context, Maybe, NeedRun, Stage, Task, TaskResult};

use super::PopCard;
use crate::{
    item::BagItem,
    questions::{ClaimsOf, Source, VouchersOf},
    request::{BagTab, LiveRequest},
    rules::voucher,
    scene::{Ask as _, LiveScene},
};

/// The vouchers of a room with their state for the viewer.
#[derive(Debug, Clone)]
pub struct RoomVouchers {
    /// As issued, without those whose claim is unknown.
    pub vouchers: Arc<Vec<Voucher>>,
    /// The viewer's claims; `None` for a guest.
    pub claims: Option<Arc<Claims>>,
}

impl RoomVouchers {
    /// The state of a voucher for the viewer.
    #[must_use]
    pub fn state(&self, voucher: &Voucher, now_ms: i64) -> voucher::VoucherState {
        voucher::state(voucher, self.claims.as_deref(), now_ms)
    }

    /// The vouchers that may be shown to the viewer, each with its state.
    pub fn shown(&self, request: &LiveRequest) -> impl Iterator<Item = (&Voucher, voucher::VoucherState)> {
        self.shown_at(request.viewer.region, request.now_ms)
            .filter_map(|(index, state)| Some((self.vouchers.get(index)?, state)))
    }

    /// Like [`Self::shown`], as indices.
    pub fn shown_at(&self, region: Region, now_ms: i64) -> impl Iterator<Item = (usize, voucher::VoucherState)> {
        self.vouchers.iter().enumerate().filter_map(move |(index, voucher)| {
            let state = self.state(voucher, now_ms);
            voucher::rejection(voucher, state, self.claims.as_deref(), region).is_none().then_some((index, state))
        })
    }

    /// Indices of the vouchers that can be claimed with one tap.
    #[must_use]
    pub fn claimable_at(&self, request: &LiveRequest) -> Vec<usize> {
        let shown = self.shown_at(request.viewer.region, request.now_ms);
        shown.filter(|(_, state)| state.is_claimable()).map(|(index, _)| index).collect()
    }

    /// The vouchers that can be claimed with one tap.
    #[must_use]
    pub fn claimable(&self, request: &LiveRequest) -> Claimable<'_> {
        let vouchers = self.shown(request).filter(|(_, state)| state.is_claimable()).map(|(voucher, _)| voucher);
        Claimable { vouchers: vouchers.collect(), region: request.viewer.region }
    }
}

/// The vouchers that can be claimed with one tap: the basis of the VOUCHER tab.
#[derive(Debug)]
pub struct Claimable<'a> {
    vouchers: Vec<&'a Voucher>,
    region: Region,
}

impl Claimable<'_> {
    /// Whether any of them applies to a product.
    #[must_use]
    pub fn applies_to(&self, item: &BagItem) -> bool {
        let seller = item.lite.map_or(0, |lite| lite.seller_id);
        self.vouchers.iter().any(|voucher| voucher::applies_to(voucher, item.product_id, seller, self.region))
    }
}

/// Calls D6 `MGetRoomVouchers` and `GetClaimState`, once per request. Needed if vouchers affect the list itself:
/// for the VOUCHER tab and its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherProvider {
    /// For a list that depends on vouchers only on the VOUCHER tab.
    OnVoucherTab,
    /// Always.
    Always,
}

impl<S: LiveScene> Task<S> for VoucherProvider {
    type Output = RoomVouchers;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        match self {
            Self::OnVoucherTab if cx.request().query.bag.tab != BagTab::Voucher => NeedRun::Skip("not_the_voucher_tab"),
            Self::OnVoucherTab | Self::Always => cx.request().need(Feature::Voucher),
        }
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, RoomVouchers> {
        let request = cx.request();
        Ok(room_vouchers(request, cx.early_call()).await?)
    }
}

/// Like [`VoucherProvider`], if a voucher is pinned. Registered under that name.
#[derive(Debug)]
pub struct PinnedVoucherProvider;

impl<S: LiveScene> Task<S> for PinnedVoucherProvider {
    type Output = RoomVouchers;
    type Input<'a> = Maybe<'a, PopCard>;
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, pop: &Maybe<'_, PopCard>) -> NeedRun {
        let pinned = pop.done().and_then(|pop| pop.0);
        if pinned.is_some_and(|pin| pin.kind == PinKind::Voucher) {
            cx.request().need(Feature::Voucher)
        } else {
            NeedRun::Skip("no_voucher_is_pinned")
        }
    }

    async fn run(&self, cx: &Context<S>, _pop: Maybe<'_, PopCard>) -> TaskResult<S, RoomVouchers> {
        let request = cx.request();
        Ok(room_vouchers(request, cx.early_call()).await?)
    }
}

/// The vouchers of the request's room and the viewer's claims: fetched once per request, with the `call` of the first
/// caller. Vouchers with an unknown claim are left out.
///
/// # Errors
/// The failure of D6.
pub async fn room_vouchers(request: &LiveRequest, call: Call) -> Result<RoomVouchers, Error> {
    let vouchers = issued_vouchers(request, call.clone()).await?;
    if request.viewer.is_guest() || vouchers.is_empty() {
        return Ok(RoomVouchers { vouchers, claims: None });
    }
    let source = Source { resident: Arc::clone(&request.resident), call };
    let claims = request.shared.ask(ClaimsOf(request.room_id), (source, Arc::clone(&vouchers))).await?;
    if claims.failed.is_empty() {
        return Ok(RoomVouchers { vouchers, claims: Some(claims) });
    }
    // the viewer may already have claimed these, so they must not be offered
    let known = vouchers.iter().filter(|voucher| !claims.failed.contains(&voucher.voucher_id)).cloned().collect();
    Ok(RoomVouchers { vouchers: Arc::new(known), claims: Some(claims) })
}

/// The vouchers of the request's room, for any viewer: fetched once per request, with the `call` of the first caller.
///
/// # Errors
/// The failure of D6.
pub async fn issued_vouchers(request: &LiveRequest, call: Call) -> Result<Arc<Vec<Voucher>>, Error> {
    match request.ask(VouchersOf(request.room_id), call).await? {
        Lookup::Found(vouchers) => Ok(vouchers),
        Lookup::Missing => Ok(Arc::default()),
        Lookup::Failed => Err(Error::key(DownstreamMethod::MGetRoomVouchers)),
    }
}
