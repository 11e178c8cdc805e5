//! `LiveBagEntryConfig`: regions and clients with an entrance to the bag and the creator's shop.

use pilota::FastStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, check::Check, keyed::Keyed};
use crate::model::Region;

/// `LiveBagEntryConfig`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRules {
    /// The bag.
    pub bag: Gate,
    /// The creator's shop.
    pub creator_shop: Gate,
    /// URI of the picture on the entrance to the bag; empty: the client's own.
    pub icon: FastStr,
}

impl Default for EntryRules {
    fn default() -> Self {
        let icon = FastStr::from_static_str("img/i/bag.svg");
        Self { bag: Gate::default(), creator_shop: Gate::default(), icon }
    }
}

/// The condition for an entrance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Whether the entrance is open at all.
    pub enabled: bool,
    /// Regions with the entrance; empty: all.
    pub regions: Vec<Region>,
    /// The oldest client version; 0: any. A client that states no version (0) is admitted.
    pub min_app_version: i32,
}

impl Default for Gate {
    fn default() -> Self {
        Self { enabled: true, regions: Vec::new(), min_app_version: 0 }
    }
}

impl Gate {
    /// Whether a viewer in this region, with this client version, may enter.
    #[must_use]
    pub fn lets_in(&self, region: Region, app_version: i32) -> bool {
        self.enabled
            && (self.regions.is_empty() || self.regions.contains(&region))
            && (app_version == 0 || app_version >= self.min_app_version)
    }
}

/// Regions and clients with an entrance to the bag and the creator's shop.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawEntry {
    /// The bag.
    bag: RawGate,
    /// The creator's shop.
    creator_shop: RawGate,
    /// URI of the picture on the entrance to the bag; empty: the client's own.
    icon: String,
}

impl Default for RawEntry {
    fn default() -> Self {
        let EntryRules { icon, .. } = EntryRules::default();
        Self { bag: RawGate::default(), creator_shop: RawGate::default(), icon: icon.to_string() }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawGate {
    /// Whether the entrance is open at all.
    enabled: bool,
    /// Regions with the entrance; empty: all.
    regions: Vec<String>,
    /// The oldest client version, such as 340502; 0: any. A client that states no version is admitted.
    min_app_version: i32,
}

impl Default for RawGate {
    fn default() -> Self {
        let Gate { enabled, min_app_version, .. } = Gate::default();
        Self { enabled, regions: Vec::new(), min_app_version }
    }
}

impl Keyed for EntryRules {
    const KEY: Key = Key::Entry;
    type Raw = RawEntry;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            bag: gate("bag", raw.bag, check),
            creator_shop: gate("creator_shop", raw.creator_shop, check),
            icon: raw.icon.into(),
        }
    }
}

fn gate(at: &str, raw: RawGate, check: &mut Check<'_>) -> Gate {
    Gate {
        enabled: raw.enabled,
        regions: check.regions(format_args!("{at}.regions"), &raw.regions),
        min_app_version: check.within(format_args!("{at}.min_app_version"), raw.min_app_version, 0..=i32::MAX),
    }
}
