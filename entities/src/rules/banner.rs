//! Banners above the bag: eligibility, order, frequency caps, and valid links.

use std::cmp::Reverse;

use live_pack_dal::{
    config::BannerRules,
    model::{BannerKind, BannerMaterial, BidderState, Platform, Viewer},
};

use super::visibility::is_app_too_old;

#[cfg(test)]
mod tests;

/// Reasons why a banner is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BannerRejection {
    /// Its time has not begun.
    NotStarted,
    /// Its time is over.
    Over,
    /// Not booked for the viewer's region.
    Region,
    /// Not booked for the viewer's client.
    Platform,
    /// The client is too old for it.
    AppVersion,
    /// The viewer has reached the daily cap.
    Capped,
}

impl BannerRejection {
    /// The reason in records and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Over => "over",
            Self::Region => "region",
            Self::Platform => "platform",
            Self::AppVersion => "app_version",
            Self::Capped => "capped",
        }
    }
}

/// The first reason not to show a banner now, regardless of its cap; `None`: it may be shown. The end of its period is
/// exclusive. A client of unknown platform gets no banner that is booked for specific
/// platforms.
#[must_use]
pub fn rejection(banner: &BannerMaterial, viewer: &Viewer, now_ms: i64) -> Option<BannerRejection> {
    let on_platform = viewer.platform != Platform::Unknown && banner.platforms.contains(&viewer.platform);
    [
        (now_ms < banner.start_ms, BannerRejection::NotStarted),
        (now_ms >= banner.end_ms, BannerRejection::Over),
        (!(banner.regions.is_empty() || banner.regions.contains(&viewer.region)), BannerRejection::Region),
        (!(banner.platforms.is_empty() || on_platform), BannerRejection::Platform),
        (is_app_too_old(viewer.app_version, banner.min_app_version), BannerRejection::AppVersion),
    ]
    .into_iter()
    .find_map(|(holds, rejection)| holds.then_some(rejection))
}

/// Daily impressions per viewer: the booking's cap, else the setting; `None`: not limited.
#[must_use]
pub fn daily_cap(banner: &BannerMaterial, rules: &BannerRules) -> Option<u32> {
    let said = if banner.daily_cap > 0 { banner.daily_cap } else { rules.default_daily_cap };
    u32::try_from(said).ok().filter(|cap| rules.caps && *cap > 0)
}

/// The sort key of a banner: highest priority, then earliest start, then lower id.
#[must_use]
pub const fn order(banner: &BannerMaterial) -> (Reverse<i32>, i64, i64) {
    (Reverse(banner.priority), banner.start_ms, banner.banner_id)
}

/// The obstacle between the viewer and a banner's auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caveat {
    /// The viewer is a minor.
    AgeRestricted,
    /// Terms, address or payment are missing.
    NotQualified,
}

/// The warning on a banner before the viewer follows it. Only for auctions; `bidder` is `None` for a guest or if it is not
/// available, and then there is no warning.
#[must_use]
pub fn caveat(kind: BannerKind, claims_minor: bool, bidder: Option<&BidderState>) -> Option<Caveat> {
    if kind != BannerKind::Auction {
        None
    } else if claims_minor || bidder.is_some_and(|bidder| bidder.is_minor) {
        Some(Caveat::AgeRestricted)
    } else {
        let unfit = bidder.is_some_and(|bidder| !super::bidder::is_qualified(Some(bidder)));
        unfit.then_some(Caveat::NotQualified)
    }
}

/// Longer links may be truncated in transit.
const LONGEST_LINK: usize = 2_048;

/// Whether a client may follow a link: `livepack://` or `https://` (in lower case, as clients compare them), a host,
/// and nothing that hides its target: no control characters or white space, no backslash, no user info before the host.
#[must_use]
pub fn is_valid_link(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("livepack://").or_else(|| link.strip_prefix("https://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let in_host = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_');
    link.len() <= LONGEST_LINK
        && host.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && host.chars().all(in_host)
        && port.parse::<u16>().is_ok()
        && !link.contains(|sign: char| sign.is_control() || sign.is_whitespace() || sign == '\\')
}
