//! The names of the caches and their initial rules.

use std::time::Duration;

use super::CacheRules;

/// The caches, as `CacheConf` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named as the question it answers")]
pub enum CacheName {
    Room,
    RoomStats,
    Creator,
    Showcase,
    Bag,
    Preview,
    BagSummary,
    BagStatus,
    BagWindows,
    Minor,
    Model,
    Detail,
    Price,
    Promotion,
    RoomVouchers,
    Banners,
    RoomAuctions,
    Seller,
    GuestBuyable,
    Pin,
    FlashStock,
}

impl CacheName {
    /// All caches.
    pub const ALL: [Self; 21] = [
        Self::Room,
        Self::RoomStats,
        Self::Creator,
        Self::Showcase,
        Self::Bag,
        Self::Preview,
        Self::BagSummary,
        Self::BagStatus,
        Self::BagWindows,
        Self::Minor,
        Self::Model,
        Self::Detail,
        Self::Price,
        Self::Promotion,
        Self::RoomVouchers,
        Self::Banners,
        Self::RoomAuctions,
        Self::Seller,
        Self::GuestBuyable,
        Self::Pin,
        Self::FlashStock,
    ];

    /// The stable name, in configuration, metrics and Redis.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::RoomStats => "room_stats",
            Self::Creator => "creator",
            Self::Showcase => "showcase",
            Self::Bag => "bag",
            Self::Preview => "preview",
            Self::BagSummary => "bag_summary",
            Self::BagStatus => "bag_status",
            Self::BagWindows => "bag_windows",
            Self::Minor => "minor",
            Self::Model => "model",
            Self::Detail => "detail",
            Self::Price => "price",
            Self::Promotion => "promotion",
            Self::RoomVouchers => "room_vouchers",
            Self::Banners => "banners",
            Self::RoomAuctions => "room_auctions",
            Self::Seller => "seller",
            Self::GuestBuyable => "guest_buyable",
            Self::Pin => "pin",
            Self::FlashStock => "flash_stock",
        }
    }

    /// The cache with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cache| cache.name() == name)
    }

    /// The initial rules. Data that change while viewers watch are kept for a second or two; data that many requests
    /// share and people edit are kept longer, and in Redis too.
    #[must_use]
    pub const fn defaults(self) -> CacheRules {
        const fn millis(millis: u64) -> Duration {
            Duration::from_millis(millis)
        }
        let rules = match self {
            Self::Room | Self::BagSummary | Self::Promotion => CacheRules::local(millis(1_000), 20_000),
            Self::Bag | Self::BagStatus | Self::BagWindows => CacheRules::local(millis(1_000), 2_000),
            Self::RoomStats | Self::RoomVouchers | Self::Banners => CacheRules::local(millis(2_000), 5_000),
            Self::GuestBuyable => CacheRules::local(millis(2_000), 50_000),
            Self::Creator | Self::Showcase => CacheRules::local(millis(5_000), 10_000),
            Self::RoomAuctions => CacheRules::local(millis(500), 5_000),
            Self::FlashStock => CacheRules::local(millis(500), 20_000),
            Self::Minor => CacheRules::local(millis(60_000), 100_000),
            Self::Model | Self::Detail => CacheRules::local(millis(30_000), 50_000).with_redis(millis(300_000)),
            Self::Price => CacheRules::local(millis(5_000), 50_000).with_redis(millis(30_000)),
            Self::Seller => CacheRules::local(millis(60_000), 20_000).with_redis(millis(600_000)),
            Self::Preview => CacheRules::local(millis(5_000), 5_000).with_redis(millis(5_000)),
            Self::Pin => CacheRules::local(millis(1_000), 10_000).with_redis(millis(5_000)),
        };
        rules.with_stale(self.stale())
    }

    /// The initial time for which a value stands in for a failed load: long for content, short for what changes during a
    /// broadcast, zero for what decides whether something may be bought.
    const fn stale(self) -> Duration {
        match self {
            Self::Model | Self::Detail | Self::Seller | Self::Banners => Duration::from_mins(10),
            Self::Room
            | Self::RoomStats
            | Self::Creator
            | Self::Showcase
            | Self::Bag
            | Self::Preview
            | Self::BagSummary
            | Self::BagWindows
            | Self::Price
            | Self::Promotion
            | Self::RoomVouchers
            | Self::Pin => Duration::from_secs(30),
            // the status of a line says whether it is on sale, and how much of it is left
            Self::BagStatus | Self::Minor | Self::RoomAuctions | Self::GuestBuyable | Self::FlashStock => {
                Duration::ZERO
            }
        }
    }
}
