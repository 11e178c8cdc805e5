//! Banners above the bag.

use pilota::FastStr;

use super::{Platform, Region};

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BannerKind {
    /// Anything else.
    #[default]
    Unknown,
    /// A campaign.
    Campaign,
    /// A voucher.
    Voucher,
    /// An auction.
    Auction,
    /// The creator's shop.
    CreatorShop,
}

/// A banner as it was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BannerMaterial {
    /// Its id.
    pub banner_id: i64,
    /// What it is about.
    pub kind: BannerKind,
    /// The first line.
    pub title: FastStr,
    /// The second line.
    pub sub_title: FastStr,
    /// The picture.
    pub image_uri: FastStr,
    /// Where a tap leads.
    pub schema: FastStr,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// Higher stands first.
    pub priority: i32,
    /// Where; empty: everywhere.
    pub regions: Vec<Region>,
    /// On which clients; empty: all.
    pub platforms: Vec<Platform>,
    /// The oldest client that can show it; 0: any.
    pub min_app_version: i32,
    /// How often a day one viewer sees it; 0: no limit.
    pub daily_cap: i32,
    /// What it counts down to; 0: nothing.
    pub countdown_end_ms: i64,
    /// The vouchers it shows.
    pub voucher_ids: Vec<i64>,
}
