//! The raw form of `RegionConf`, and its checks; the checked type is [`RegionConf`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use super::{Key, check::Check, keyed::Keyed};
use crate::{
    model::{Region, RouteGroup},
    region::{RegionConf, RegionRules, SHIPPED},
};

/// Regions, their language, currency and route group.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawRegions {
    /// Region of a viewer whose region is unknown; one of `regions`.
    default: String,
    /// By region. A table here replaces the built-in one.
    regions: BTreeMap<String, RawRegion>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawRegion {
    /// The language of texts if a request names none (BCP 47).
    language: String,
    /// ISO 4217.
    currency: String,
    /// Decimals of an amount: 0 to 3.
    decimals: u8,
    /// Replaces the currency symbol of the viewer's locale, such as `S$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
    /// Route group of calls for viewers in the region.
    route_group: RouteGroup,
}

impl Default for RawRegions {
    fn default() -> Self {
        let row = |&(region, language, currency, decimals, route_group): &(&str, &str, &str, u8, RouteGroup)| {
            let (language, currency) = (language.to_owned(), currency.to_owned());
            (region.to_owned(), RawRegion { language, currency, decimals, symbol: None, route_group })
        };
        Self { default: Region::US.to_string(), regions: SHIPPED.iter().map(row).collect() }
    }
}

impl Keyed for RegionConf {
    const KEY: Key = Key::Region;
    type Raw = RawRegions;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let default = check.region("default", &raw.default);
        let mut table = BTreeMap::new();
        for (name, row) in raw.regions {
            let at = format!("regions.{name}");
            let region = check.region(&at, &name);
            let rules = row.checked(&at, region.unwrap_or(Region::US), check);
            if let Some(region) = region {
                table.insert(region, rules);
            }
        }
        if default.is_some_and(|default| !table.contains_key(&default)) {
            check.fail("default", "must be one of the regions", &raw.default);
        }
        Self::new(default.unwrap_or(Region::US), table)
    }
}

impl RawRegion {
    fn checked(self, at: &str, region: Region, check: &mut Check<'_>) -> RegionRules {
        if self.language.is_empty() || self.language.parse::<LanguageIdentifier>().is_err() {
            check.fail(format_args!("{at}.language"), "must be a language of BCP 47", &self.language);
        }
        if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            check.fail(format_args!("{at}.currency"), "must be three capital letters of ISO 4217", &self.currency);
        }
        if let Some(symbol) = &self.symbol
            && !(1..=8).contains(&symbol.chars().count())
        {
            check.fail(format_args!("{at}.symbol"), "must have 1 to 8 characters", symbol);
        }
        RegionRules {
            locale: crate::region::locale(&self.language, region),
            language: self.language.into(),
            currency: self.currency.into(),
            decimals: check.within(format_args!("{at}.decimals"), self.decimals, 0..=3),
            symbol: self.symbol.map(Into::into),
            route_group: self.route_group,
        }
    }
}
