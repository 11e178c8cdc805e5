//! The keys of hot configuration.

use std::fmt;

use crate::files;

/// A key: one JSON file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Modes, timeouts, switches, strengths, dependencies and roll-outs of engines and tasks.
    Engine,
    /// Regions and clients with an entrance to the bag and the creator's shop.
    Entry,
    /// Thresholds of flash sales.
    FlashSale,
    /// Buttons per region.
    BuyButton,
    /// Regions, their language, currency and route group.
    Region,
    /// Caches.
    Cache,
    /// Treatment of sold-out products.
    StockPolicy,
    /// Maximum number and style of labels on a card.
    Label,
    /// Thresholds for atmosphere labels and the sold text.
    Atmosphere,
    /// The optional tabs.
    Tab,
    /// Maximum number and daily caps of banners.
    Banner,
    /// Poll interval of clients.
    Poll,
    /// Regions and clients that show auctions.
    Auction,
    /// Whether restricted products are hidden from minors.
    AgeGate,
    /// The components of a feed.
    FcpComponent,
    /// Experiments.
    Ab,
    /// The callers, the importance of each, and the methods it may call.
    Callers,
    /// Request rate limits.
    Rates,
    /// Load shedding at admission.
    Overload,
    /// Instances of downstream services.
    Downstream,
    /// Features switched off by hand.
    Degrade,
    /// Levels and shares of logs, records and traces; followed users and rooms.
    Log,
    /// Mock answers of downstream services, outside production.
    Mock,
}

impl Key {
    /// All keys, in the order of the documentation.
    pub const ALL: [Self; 23] = [
        Self::Engine,
        Self::Entry,
        Self::FlashSale,
        Self::BuyButton,
        Self::Region,
        Self::Cache,
        Self::StockPolicy,
        Self::Label,
        Self::Atmosphere,
        Self::Tab,
        Self::Banner,
        Self::Poll,
        Self::Auction,
        Self::AgeGate,
        Self::FcpComponent,
        Self::Ab,
        Self::Callers,
        Self::Rates,
        Self::Overload,
        Self::Downstream,
        Self::Degrade,
        Self::Log,
        Self::Mock,
    ];

    /// The name, which is that of the file without `.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "LivePackEngineConf",
            Self::Entry => "LiveBagEntryConfig",
            Self::FlashSale => "FlashSaleAllConfigs",
            Self::BuyButton => "BuyButtonConfig",
            Self::Region => "RegionConf",
            Self::Cache => "CacheConf",
            Self::StockPolicy => "StockPolicyConf",
            Self::Label => "LabelConf",
            Self::Atmosphere => "AtmosphereConf",
            Self::Tab => "TabConf",
            Self::Banner => "BannerConf",
            Self::Poll => "PollConf",
            Self::Auction => "AuctionConf",
            Self::AgeGate => "AgeGateConf",
            Self::FcpComponent => "FcpComponentConf",
            Self::Ab => "AbConf",
            Self::Callers => "CallerConf",
            Self::Rates => "RateLimitConf",
            Self::Overload => "OverloadConf",
            Self::Downstream => "DownstreamConf",
            Self::Degrade => "DegradeConf",
            Self::Log => "LogConf",
            Self::Mock => "livePackDownstreamRpcMock",
        }
    }

    /// Maximum size of its file in bytes.
    #[must_use]
    pub const fn most_bytes(self) -> u64 {
        match self {
            // recorded pages
            Self::Mock => 16 * files::MOST,
            _ => files::MOST,
        }
    }

    /// The key of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.name().into()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
