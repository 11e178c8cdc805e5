//! `TabConf`, `BannerConf` and `PollConf`: the parts of a page around the products.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, check::Check, keyed::Keyed, span::RawSpan};

/// `TabConf`. ALL is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabRules {
    /// The tab of running and preheating flash sales.
    pub flash_sale: bool,
    /// The tab of auctions.
    pub auction: bool,
    /// The tab of products that a claimable voucher applies to.
    pub voucher: bool,
    /// Whether FLASH_SALE has a red dot while a flash sale runs.
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
    /// Maximum number of banners above the bag.
    pub top_max: usize,
    /// Daily impressions per viewer of a banner whose booking sets no cap; 0: no limit.
    pub default_daily_cap: i32,
    /// Whether frequency caps are applied.
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
    /// Refresh interval of a client, unless a flash sale starts or ends sooner.
    pub interval: Duration,
}

impl PollRules {
    /// The shortest interval, even if a flash sale starts or ends sooner.
    pub const MIN: Duration = Duration::from_secs(1);
    /// The longest interval.
    pub const MAX: Duration = Duration::from_secs(30);
}

impl Default for PollRules {
    fn default() -> Self {
        Self { interval: Duration::from_secs(10) }
    }
}

/// The optional tabs. ALL is always there.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawTabs {
    /// Whether the FLASH_SALE tab may be shown.
    flash_sale: bool,
    /// Whether the AUCTION tab may be shown.
    auction: bool,
    /// Whether the VOUCHER tab may be shown.
    voucher: bool,
    /// Whether FLASH_SALE has a red dot while a flash sale runs.
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

/// Maximum number and daily caps of banners.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawBanners {
    /// Maximum number of banners above the bag: 0 to 3.
    top_max: usize,
    /// Daily impressions per viewer of a banner whose booking sets no cap: 0 (no limit) to 1000.
    default_daily_cap: i32,
    /// Whether frequency caps are applied.
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

/// Poll interval of clients.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawPoll {
    /// Refresh interval of a client, unless a flash sale starts or ends sooner: 1s to 30s.
    interval: RawSpan,
}

impl Default for RawPoll {
    fn default() -> Self {
        Self { interval: RawSpan::of(PollRules::default().interval) }
    }
}

impl Keyed for PollRules {
    const KEY: Key = Key::Poll;
    type Raw = RawPoll;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self { interval: check.span("interval", &raw.interval, Self::MIN..=Self::MAX) }
    }
}
