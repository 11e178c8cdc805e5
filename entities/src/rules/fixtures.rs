//! Values for the tests of the rules: all have defaults, and a test names only the values that it needs.

#![allow(clippy::unwrap_used, reason = "tests")]

use live_pack_dal::{
    Decimal,
    model::{
        Activity, ActivityKind, Auction, AuctionStatus, BannerKind, BannerMaterial, BidderState, Buyable, ClaimTask,
        FlashWindow, Region, Sku, SkuPrice, SurprisePrize, Voucher, VoucherDisplay, VoucherFunder, VoucherKind,
    },
};

use super::flash_sale::{CurrentSale, FlashState};

/// An amount.
pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A region.
pub(crate) fn region(text: &str) -> Region {
    text.parse().unwrap()
}

/// An SKU with this price.
pub(crate) fn sku_price(sku_id: i64, retail: &str) -> SkuPrice {
    SkuPrice { sku_id, retail: dec(retail), reference: None, lowest_30d: None }
}

/// An SKU with this stock.
pub(crate) fn sku(sku_id: i64, stock: i32) -> Sku {
    Sku { sku_id, name: "size".into(), stock }
}

/// An activity that runs from 1 000 to 2 000, not limited.
pub(crate) fn activity(activity_id: i64, kind: ActivityKind, prices: &[(i64, &str)]) -> Activity {
    Activity {
        activity_id,
        kind,
        start_ms: 1_000,
        end_ms: 2_000,
        stock_total: None,
        stock_left: None,
        limit_per_user: None,
        prices: prices.iter().map(|(sku_id, price)| (*sku_id, dec(price))).collect(),
        title: "deal".into(),
    }
}

/// The window of a flash sale of the broadcast, not limited.
pub(crate) const fn window(start_ms: i64, end_ms: i64) -> FlashWindow {
    FlashWindow { promotion_id: 1, kind: ActivityKind::LiveFlashSale, start_ms, end_ms, stock_left: None }
}

/// A sale that counts.
pub(crate) const fn sale_at(state: FlashState, window: FlashWindow) -> CurrentSale {
    CurrentSale { window, state }
}

/// An answer of the trade chain without objections.
pub(crate) const fn buyable() -> Buyable {
    Buyable { buyable: true, reasons: Vec::new(), limit_left: None, deliverable: true, cod: false }
}

/// An adult bidder.
pub(crate) const fn bidder(terms_signed: bool, has_address: bool, has_payment: bool) -> BidderState {
    BidderState { terms_signed, has_address, has_payment, is_minor: false }
}

/// A prize with this many units left.
pub(crate) fn prize(units_left: i32) -> SurprisePrize {
    SurprisePrize {
        product_id: 1,
        title: "prize".into(),
        cover_uri: "cover".into(),
        units: 10,
        units_left,
        value: None,
    }
}

/// An auction with this status from 1 000 to 2 000.
pub(crate) fn auction(status: AuctionStatus) -> Auction {
    Auction {
        auction_id: 1,
        product_id: 1,
        title: "auction".into(),
        cover_uri: "cover".into(),
        status,
        currency: "USD".into(),
        starting_bid: Decimal::ONE,
        current_bid: Decimal::ZERO,
        min_increment: Decimal::ONE,
        bid_count: 0,
        start_ms: 1_000,
        end_ms: 2_000,
        extension_seconds: 5,
        leader_id: 0,
        leader_name: "".into(),
        surprise_set_id: None,
        units_left: None,
        item_no: 1,
        min_app_version: 0,
        seller_id: 7,
    }
}

/// A campaign's banner from 1 000 to 2 000 for all viewers, without a cap.
pub(crate) fn banner(banner_id: i64) -> BannerMaterial {
    BannerMaterial {
        banner_id,
        kind: BannerKind::Campaign,
        title: "banner".into(),
        sub_title: "".into(),
        image_uri: "image".into(),
        schema: "livepack://campaign/1".into(),
        start_ms: 1_000,
        end_ms: 2_000,
        priority: 10,
        regions: Vec::new(),
        platforms: Vec::new(),
        min_app_version: 0,
        daily_cap: 0,
        countdown_end_ms: 0,
        voucher_ids: Vec::new(),
    }
}

/// A seller's voucher for anything: 5 off, claimable from 1 000 to 2 000.
pub(crate) fn voucher(voucher_id: i64) -> Voucher {
    Voucher {
        voucher_id,
        title: "voucher".into(),
        kind: VoucherKind::AmountOff,
        funder: VoucherFunder::Seller,
        display: VoucherDisplay::Regular,
        reduction: Some(dec("5")),
        percent: None,
        max_discount: None,
        min_spend: Decimal::ZERO,
        currency: "USD".into(),
        claim_start_ms: 1_000,
        claim_end_ms: 2_000,
        use_end_ms: None,
        use_days: None,
        task: ClaimTask::NoTask,
        min_watch_seconds: 0,
        stock_left: None,
        seller_id: 0,
        product_ids: Vec::new(),
        regions: Vec::new(),
        new_users_only: false,
    }
}
