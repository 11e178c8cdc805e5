//! The viewer of a request: identity, client and region. Computed once per request.

use std::{fmt, str::FromStr};

use pilota::FastStr;

/// A region: ISO 3166-1 alpha-2, upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region([u8; 2]);

impl Region {
    /// The United States.
    pub const US: Self = Self(*b"US");

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // two ASCII letters by construction, so this never falls back
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Not two letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a region is two letters of ISO 3166-1, found {0:?}")]
pub struct MalformedRegion(pub String);

impl FromStr for Region {
    type Err = MalformedRegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            &[a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(MalformedRegion(text.chars().take(16).collect())),
        }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Platform {
    /// Not stated.
    #[default]
    Unknown,
    /// An iPhone or iPad.
    Ios,
    /// An Android phone.
    Android,
    /// A browser.
    Web,
}

/// Regions that are served from the same place. Sent with every downstream call.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum RouteGroup {
    /// The United States.
    Us,
    /// GB, DE, FR, IT, ES, IE.
    Eu,
    /// ID, VN, TH, MY, PH, SG.
    Sea,
    /// Japan.
    Jp,
    /// BR, MX.
    Latam,
}

impl RouteGroup {
    /// All route groups.
    pub const ALL: [Self; 5] = [Self::Us, Self::Eu, Self::Sea, Self::Jp, Self::Latam];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Eu => "EU",
            Self::Sea => "SEA",
            Self::Jp => "JP",
            Self::Latam => "LATAM",
        }
    }
}

/// The viewer of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The account; 0: a guest.
    pub user_id: i64,
    /// The device.
    pub device_id: FastStr,
    /// The client.
    pub platform: Platform,
    /// Its version, such as 340502; 0: not stated.
    pub app_version: i32,
    /// The region in which the viewer shops; decides the products sold and delivered.
    pub region: Region,
    /// Whether the region is known by carrier or address alone, which records must not show.
    pub is_region_private: bool,
    /// Route group of downstream calls.
    pub route_group: RouteGroup,
    /// The language of texts, as the request names it (BCP 47), or the region's own.
    pub language: FastStr,
    /// The language with the viewer's region; decides the format of numbers.
    pub locale: FastStr,
    /// Whether the client claims that the viewer is a minor.
    pub claims_minor: bool,
}

impl Viewer {
    /// Whether the viewer is not logged in. Nothing personal is fetched for a guest.
    #[must_use]
    pub const fn is_guest(&self) -> bool {
        self.user_id == 0
    }

    /// Hash key of stable buckets: the user, or the device of a guest.
    #[must_use]
    pub fn bucket_key(&self) -> BucketKey<'_> {
        if self.is_guest() { BucketKey::Device(&self.device_id) } else { BucketKey::User(self.user_id) }
    }
}

/// The owner of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketKey<'a> {
    /// An account.
    User(i64),
    /// The device of a guest.
    Device(&'a str),
}
