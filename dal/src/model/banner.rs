//! Banners above the bag.

use pilota::FastStr;

use super::{Platform, Region};

/// Subjects of a banner.
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
    /// Its subject.
    pub kind: BannerKind,
    /// The first line.
    pub title: FastStr,
    /// The second line.
    pub sub_title: FastStr,
    /// The picture.
    pub image_uri: FastStr,
    /// Target of a tap.
    pub schema: FastStr,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// Higher priorities come first.
    pub priority: i32,
    /// Regions it is shown in; empty: all.
    pub regions: Vec<Region>,
    /// Clients it is shown on; empty: all.
    pub platforms: Vec<Platform>,
    /// The oldest client that can show it; 0: any.
    pub min_app_version: i32,
    /// Daily impressions per viewer; 0: no limit.
    pub daily_cap: i32,
    /// End of its countdown; 0: none.
    pub countdown_end_ms: i64,
    /// The vouchers it shows.
    pub voucher_ids: Vec<i64>,
}
