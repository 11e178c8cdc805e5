//! D6, promotion delivery: vouchers of a room, banners, and a user's claims.

use std::sync::Arc;

use ahash::AHashMap;
use live_pack_idl::promotion_delivery as wire;

use super::{
    Wiring,
    answer::{as_a_whole, by_key},
    convert::{Malformed, amount, limited, optional_amount, regions},
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{
        BannerKind, BannerMaterial, ClaimState, ClaimTask, Claims, Platform, Voucher, VoucherDisplay, VoucherFunder,
        VoucherKind,
    },
};

by_key!(wire::MGetRoomVouchersResponse);
as_a_whole!(wire::GetBannersResponse, wire::GetClaimStateResponse);

/// The client of D6.
#[derive(Debug)]
pub struct PromotionDeliveryClient {
    routes: Arc<Routes<wire::PromotionDeliveryServiceClient>>,
    vouchers: Method,
    materials: Method,
    claim_states: Method,
}

impl PromotionDeliveryClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::PromotionDelivery, |to| {
                to.tuned(wire::PromotionDeliveryServiceClientBuilder::new(Downstream::PromotionDelivery.name())).build()
            }),
            vouchers: wiring.method(DownstreamMethod::MGetRoomVouchers),
            materials: wiring.method(DownstreamMethod::GetBanners),
            claim_states: wiring.method(DownstreamMethod::GetClaimState),
        }
    }

    /// The vouchers of rooms in the viewer's region, aligned with `room_ids`; a room without any is an empty list. A voucher
    /// of a kind this version does not know is left out.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a room that failed alone, or has a malformed voucher, is [`Lookup::Failed`].
    pub async fn room_vouchers(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Vec<Voucher>>>>, Error> {
        let request =
            || wire::MGetRoomVouchersRequest { room_ids: distinct(room_ids), region: region(call), base: base(call) };
        let answer =
            self.vouchers
                .run(call, room_ids, &self.routes, request, |to, request| async move {
                    to.m_get_room_vouchers(request).await
                })
                .await?;
        Ok(self.vouchers.align(call, room_ids, answer.rooms, &answer.failed, |_, wire| {
            let vouchers = wire.vouchers.into_iter().filter_map(|voucher| self.voucher(voucher));
            Ok(Some(Arc::new(vouchers.collect::<Result<_, _>>()?)))
        }))
    }

    /// The viewer's claims of vouchers; a voucher without an answer is named as failed. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn claims(&self, call: &Call, voucher_ids: &[i64]) -> Result<Claims, Error> {
        let request = || wire::GetClaimStateRequest {
            user_id: call.viewer.user_id,
            voucher_ids: distinct(voucher_ids),
            base: base(call),
        };
        let answer =
            self.claim_states
                .run(call, voucher_ids, &self.routes, request, |to, request| async move {
                    to.get_claim_state(request).await
                })
                .await?;
        let states = answer.states.iter().map(|(id, wire)| Ok((*id, claim_state(*wire)?)));
        let states: AHashMap<_, _> =
            states.collect::<Result<_, _>>().map_err(|malformed| self.claim_states.unreadable(call, malformed))?;
        // each voucher has a state: one without an answer failed
        let failed: Vec<_> = distinct(voucher_ids).into_iter().filter(|id| !states.contains_key(id)).collect();
        self.claim_states.keys_failed(call, failed.len());
        Ok(Claims { states, failed, is_new_user: answer.is_new_user, follows_host: answer.follows_host })
    }

    /// The banners booked for a room in the viewer's region, in no order.
    ///
    /// # Errors
    ///
    /// The call failed, or a banner is malformed.
    pub async fn banners(&self, call: &Call, room_id: i64) -> Result<Arc<Vec<BannerMaterial>>, Error> {
        let request = || wire::GetBannersRequest { room_id, region: region(call), base: base(call) };
        let answer = self
            .materials
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_banners(request).await })
            .await?;
        let banners = answer.banners.into_iter().map(banner).collect::<Result<_, _>>();
        banners.map(Arc::new).map_err(|malformed| self.materials.unreadable(call, malformed))
    }

    fn voucher(&self, wire: wire::Voucher) -> Option<Result<Voucher, Malformed>> {
        let Some((kind, funder, display, task)) = kinds(&wire) else {
            self.vouchers.dropped();
            return None;
        };
        Some(voucher(wire, kind, funder, display, task))
    }
}

fn kinds(wire: &wire::Voucher) -> Option<(VoucherKind, VoucherFunder, VoucherDisplay, ClaimTask)> {
    let kind = match wire.kind {
        wire::VoucherKind::AMOUNT_OFF => VoucherKind::AmountOff,
        wire::VoucherKind::PERCENT_OFF => VoucherKind::PercentOff,
        wire::VoucherKind::FREE_SHIPPING => VoucherKind::FreeShipping,
        _ => return None,
    };
    let funder = match wire.funder {
        wire::VoucherFunder::SELLER => VoucherFunder::Seller,
        wire::VoucherFunder::PLATFORM => VoucherFunder::Platform,
        _ => return None,
    };
    let display = match wire.display {
        wire::VoucherDisplay::REGULAR => VoucherDisplay::Regular,
        wire::VoucherDisplay::LIVE => VoucherDisplay::Live,
        wire::VoucherDisplay::CREATOR_EXCLUSIVE => VoucherDisplay::CreatorExclusive,
        wire::VoucherDisplay::CHAT => VoucherDisplay::Chat,
        wire::VoucherDisplay::PROMO_CODE => VoucherDisplay::PromoCode,
        wire::VoucherDisplay::FOLLOWER => VoucherDisplay::Follower,
        _ => return None,
    };
    let task = match wire.task {
        wire::ClaimTask::NO_TASK => ClaimTask::NoTask,
        wire::ClaimTask::WATCH_LIVE => ClaimTask::WatchLive,
        wire::ClaimTask::FOLLOW_HOST => ClaimTask::FollowHost,
        _ => return None,
    };
    Some((kind, funder, display, task))
}

fn voucher(
    wire: wire::Voucher,
    kind: VoucherKind,
    funder: VoucherFunder,
    display: VoucherDisplay,
    task: ClaimTask,
) -> Result<Voucher, Malformed> {
    if wire.percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
        return Err(Malformed("percent"));
    }
    Ok(Voucher {
        voucher_id: wire.voucher_id,
        title: wire.title,
        kind,
        funder,
        display,
        reduction: optional_amount(wire.reduction.as_ref(), "reduction")?,
        percent: wire.percent,
        max_discount: optional_amount(wire.max_discount.as_ref(), "max_discount")?,
        min_spend: amount(&wire.min_spend, "min_spend")?,
        currency: wire.currency,
        claim_start_ms: wire.claim_start_ms,
        claim_end_ms: wire.claim_end_ms,
        use_end_ms: wire.use_end_ms,
        use_days: wire.use_days,
        task,
        min_watch_seconds: wire.min_watch_seconds.max(0),
        stock_left: limited(wire.stock_left),
        seller_id: wire.seller_id,
        product_ids: wire.product_ids,
        regions: regions(&wire.regions, "regions")?,
        new_users_only: wire.new_users_only,
    })
}

const fn claim_state(wire: wire::ClaimState) -> Result<ClaimState, Malformed> {
    match wire {
        wire::ClaimState::NOT_CLAIMED => Ok(ClaimState::NotClaimed),
        wire::ClaimState::CLAIMED => Ok(ClaimState::Claimed),
        wire::ClaimState::USED => Ok(ClaimState::Used),
        // "not claimed" would offer it again
        _ => Err(Malformed("claim state")),
    }
}

fn banner(wire: wire::BannerMaterial) -> Result<BannerMaterial, Malformed> {
    Ok(BannerMaterial {
        banner_id: wire.banner_id,
        kind: match wire.kind {
            wire::BannerKind::CAMPAIGN => BannerKind::Campaign,
            wire::BannerKind::VOUCHER => BannerKind::Voucher,
            wire::BannerKind::AUCTION => BannerKind::Auction,
            wire::BannerKind::CREATOR_SHOP => BannerKind::CreatorShop,
            _ => BannerKind::Unknown,
        },
        title: wire.title,
        sub_title: wire.sub_title,
        image_uri: wire.image_uri,
        schema: wire.schema,
        start_ms: wire.start_ms,
        end_ms: wire.end_ms,
        priority: wire.priority,
        regions: regions(&wire.regions, "regions")?,
        // an unknown platform stays in the list: an empty list would mean all
        platforms: wire.platforms.into_iter().map(platform).collect(),
        min_app_version: wire.min_app_version,
        daily_cap: wire.daily_cap.max(0),
        countdown_end_ms: wire.countdown_end_ms,
        voucher_ids: wire.voucher_ids,
    })
}

const fn platform(wire: i32) -> Platform {
    match wire {
        1 => Platform::Ios,
        2 => Platform::Android,
        3 => Platform::Web,
        _ => Platform::Unknown,
    }
}
