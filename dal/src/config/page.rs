//! `TabConf`, `BannerConf` and `PollConf`: what stands around the products.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, check::Check, keyed::Keyed, span::Span};

/// `TabConf`. ALL is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabRules {
    /// The tab of running and preheating flash sales.
    pub flash_sale: bool,
    /// The tab of auctions.
    pub auction: bool,
    /// The tab of products some claimable voucher applies to.
    pub voucher: bool,
    /// A red dot on FLASH_SALE while one runs.
    pub flash_sale_red_dot: bool,
}

impl Default for TabRules {
    fn default() -> Self {
        Self { flash_sale: true, auction: true, voucher: true, flash_sale_red_dot: true }
    }
}

/// `BannerConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BannerRules {
    /// Most banners above the bag.
    pub top_max: usize,
    /// How often a day one viewer sees a banner whose booking says nothing; 0: no limit.
    pub default_daily_cap: i32,
    /// Whether frequency caps are applied at all.
    pub caps: bool,
}

impl Default for BannerRules {
    fn default() -> Self {
        Self { top_max: 3, default_daily_cap: 0, caps: true }
    }
}

/// `PollConf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollRules {
    /// How often a client refreshes, where no flash sale starts or ends sooner.
    pub interval: Duration,
}

impl PollRules {
    /// Never sooner, whatever starts or ends.
    pub const MIN: Duration = Duration::from_secs(1);
    /// Never later.
    pub const MAX: Duration = Duration::from_secs(30);
}

impl Default for PollRules {
    fn default() -> Self {
        Self { interval: Duration::from_secs(10) }
    }
}

/// Which tabs there may be. ALL is always there.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawTabs {
    /// Whether there may be FLASH_SALE.
    flash_sale: bool,
    /// Whether there may be AUCTION.
    auction: bool,
    /// Whether there may be VOUCHER.
    voucher: bool,
    /// Whether FLASH_SALE has a red dot while one runs.
    flash_sale_red_dot: bool,
}

impl Default for RawTabs {
    fn default() -> Self {
        let TabRules { flash_sale, auction, voucher, flash_sale_red_dot } = TabRules::default();
        Self { flash_sale, auction, voucher, flash_sale_red_dot }
    }
}

impl Keyed for TabRules {
    const KEY: Key = Key::Tab;
    type Raw = RawTabs;

    fn checked(raw: Self::Raw, _: &mut Check<'_>) -> Self {
        let RawTabs { flash_sale, auction, voucher, flash_sale_red_dot } = raw;
        Self { flash_sale, auction, voucher, flash_sale_red_dot }
    }
}

/// How many banners, how often.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawBanners {
    /// Most banners above the bag: 0 to 3.
    top_max: usize,
    /// How often a day one viewer sees a banner whose booking says nothing: 0 (no limit) to 1000.
    default_daily_cap: i32,
    /// Whether frequency caps are applied at all.
    caps: bool,
}

impl Default for RawBanners {
    fn default() -> Self {
        let BannerRules { top_max, default_daily_cap, caps } = BannerRules::default();
        Self { top_max, default_daily_cap, caps }
    }
}

impl Keyed for BannerRules {
    const KEY: Key = Key::Banner;
    type Raw = RawBanners;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            top_max: check.within("top_max", raw.top_max, 0..=3),
            default_daily_cap: check.within("default_daily_cap", raw.default_daily_cap, 0..=1_000),
            caps: raw.caps,
        }
    }
}

/// How often clients poll.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawPoll {
    /// How often a client refreshes, where no flash sale starts or ends sooner: 1s to 30s.
    interval: Span,
}

impl Default for RawPoll {
    fn default() -> Self {
        Self { interval: Span::of(PollRules::default().interval) }
    }
}

impl Keyed for PollRules {
    const KEY: Key = Key::Poll;
    type Raw = RawPoll;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self { interval: check.span("interval", &raw.interval, Self::MIN..=Self::MAX) }
    }
}
