//! The keys of hot configuration, and the environments it is read in.

use std::fmt;

/// A key: one JSON file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Modes, timeouts, switches, strengths, dependencies and roll-outs of engines and tasks.
    Engine,
    /// Where the bag and the creator shop may be entered.
    Entry,
    /// Thresholds of flash sales.
    FlashSale,
    /// Buttons per region.
    BuyButton,
    /// Regions, their language, currency and route group.
    Region,
    /// Caches.
    Cache,
    /// What becomes of sold-out products.
    StockPolicy,
    /// How many labels a card has.
    Label,
    /// When atmosphere labels and the sold text are shown.
    Atmosphere,
    /// Which tabs there are.
    Tab,
    /// How many banners, how often.
    Banner,
    /// How often clients poll.
    Poll,
    /// Where auctions are shown.
    Auction,
    /// Whether minors are kept from restricted products.
    AgeGate,
    /// The components of a feed.
    FcpComponent,
    /// Experiments.
    Ab,
    /// Who calls, how important that is, and which methods it may ask for.
    Callers,
    /// How many requests are let in.
    Rates,
    /// When load is shed at the door.
    Overload,
    /// Features switched off by hand.
    Degrade,
    /// Canned answers of downstream services, outside production.
    Mock,
}

impl Key {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 21] = [
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
        Self::Degrade,
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
            Self::Degrade => "DegradeConf",
            Self::Mock => "livePackDownstreamRpcMock",
        }
    }

    /// The key of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the process runs: some configuration and some requests are refused in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine.
    #[default]
    Dev,
    /// A test environment.
    Test,
    /// Production.
    Prod,
}

impl Environment {
    /// Whether viewers are real.
    #[must_use]
    pub const fn is_prod(self) -> bool {
        matches!(self, Self::Prod)
    }
}
