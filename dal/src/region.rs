//! Regions, and the language and locale of a viewer.

use std::collections::BTreeMap;

use pilota::FastStr;

use crate::{
    model::{MalformedRegion, Region, RouteGroup},
    tag::LanguageTag,
};

/// The built-in regions: region, own language, currency, decimals, route group.
pub(crate) const SHIPPED: [(&str, &str, &str, u8, RouteGroup); 16] = [
    ("US", "en", "USD", 2, RouteGroup::Us),
    ("GB", "en", "GBP", 2, RouteGroup::Eu),
    ("ID", "id", "IDR", 0, RouteGroup::Sea),
    ("VN", "vi", "VND", 0, RouteGroup::Sea),
    ("TH", "th", "THB", 2, RouteGroup::Sea),
    ("MY", "ms", "MYR", 2, RouteGroup::Sea),
    ("PH", "fil", "PHP", 2, RouteGroup::Sea),
    ("SG", "en", "SGD", 2, RouteGroup::Sea),
    ("JP", "ja", "JPY", 0, RouteGroup::Jp),
    ("DE", "de", "EUR", 2, RouteGroup::Eu),
    ("FR", "fr", "EUR", 2, RouteGroup::Eu),
    ("ES", "es", "EUR", 2, RouteGroup::Eu),
    ("IT", "it", "EUR", 2, RouteGroup::Eu),
    ("IE", "en", "EUR", 2, RouteGroup::Eu),
    ("BR", "pt", "BRL", 2, RouteGroup::Latam),
    ("MX", "es", "MXN", 2, RouteGroup::Latam),
];

/// `RegionConf`: the served regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionConf {
    default: Region,
    table: BTreeMap<Region, RegionRules>,
}

/// The rules of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRules {
    /// Its own language (BCP 47).
    pub language: FastStr,
    /// That language with the region.
    pub locale: FastStr,
    /// ISO 4217.
    pub currency: FastStr,
    /// Decimals of an amount.
    pub decimals: u8,
    /// Replaces the currency symbol of the viewer's locale.
    pub symbol: Option<FastStr>,
    /// Route group of calls.
    pub route_group: RouteGroup,
}

/// Hints about a viewer's region, best first. Empty text is "unknown".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RegionHints<'a> {
    /// `UserContext.store_region`.
    pub store: Option<&'a str>,
    /// `UserContext.region`.
    pub request: &'a str,
    /// `UserContext.carrier_region`.
    pub carrier: Option<&'a str>,
    /// `UserContext.ip_region`.
    pub ip: Option<&'a str>,
    /// The region in the settings, used if nothing else is known; `None`: the default of `RegionConf`.
    pub settings: Option<Region>,
}

impl<'a> RegionHints<'a> {
    /// The field that decides, and its text; `None`: nothing is known.
    fn deciding(self) -> Option<(&'static str, &'a str)> {
        let fields = [
            ("store_region", self.store),
            ("region", Some(self.request)),
            ("carrier_region", self.carrier),
            ("ip_region", self.ip),
        ];
        fields.into_iter().find_map(|(field, hint)| Some((field, hint.filter(|text| !text.is_empty())?)))
    }

    /// Whether the region is known by carrier or address alone, which records must not show.
    #[must_use]
    pub fn is_private(self) -> bool {
        matches!(self.deciding(), Some(("carrier_region" | "ip_region", _)))
    }
}

/// Reasons that a viewer has no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// The deciding field is not a region.
    #[error("user.{field} must be two letters of ISO 3166-1, found {found:?}")]
    Malformed {
        /// The field of `UserContext`.
        field: &'static str,
        /// Its text, cut.
        found: String,
    },
    /// A region that is not served.
    #[error("region {0} is not served")]
    Unsupported(Region),
}

/// The language and locale of a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    /// The language of texts (BCP 47): the request's, or the region's own.
    pub language: FastStr,
    /// That language with the viewer's region; decides the format of numbers.
    pub locale: FastStr,
}

impl RegionConf {
    pub(crate) const fn new(default: Region, table: BTreeMap<Region, RegionRules>) -> Self {
        Self { default, table }
    }

    /// The region of a viewer: the first hint that is set decides, and the default if none is. Hints after the deciding
    /// one are not looked at.
    ///
    /// # Errors
    ///
    /// The deciding hint is malformed, or a region that is not served.
    pub fn resolve(&self, hints: RegionHints<'_>) -> Result<Region, RegionError> {
        let region = match hints.deciding() {
            Some((field, text)) => {
                text.parse().map_err(|MalformedRegion(found)| RegionError::Malformed { field, found })?
            }
            None => hints.settings.unwrap_or(self.default),
        };
        if self.table.contains_key(&region) { Ok(region) } else { Err(RegionError::Unsupported(region)) }
    }

    /// The rules of a region; `None`: it is not served.
    #[must_use]
    pub fn get(&self, region: Region) -> Option<&RegionRules> {
        self.table.get(&region)
    }

    /// Region of a viewer whose region is unknown.
    #[must_use]
    pub const fn default_region(&self) -> Region {
        self.default
    }

    /// Every served region, by its letters.
    pub fn iter(&self) -> impl Iterator<Item = (Region, &RegionRules)> {
        self.table.iter().map(|(region, rules)| (*region, rules))
    }

    /// Language and locale of a viewer in `region` whose client requests `language`. A text that names no language
    /// counts as absent: an unknown client still gets a page.
    #[must_use]
    pub fn speech(&self, region: Region, language: &str) -> Speech {
        let own = self.table.get(&region);
        let asked = match own {
            Some(own) if own.language == language => None,
            _ => LanguageTag::parse(language),
        };
        match asked {
            Some(tag) => Speech::of(&tag, region),
            None => own.map_or_else(
                || Speech { language: FastStr::from_static_str("en"), locale: locale("en", region) },
                |own| Speech { language: own.language.clone(), locale: own.locale.clone() },
            ),
        }
    }
}

impl Speech {
    fn of(tag: &LanguageTag, region: Region) -> Self {
        let [language, locale] = [tag.to_string(), tag.in_region(region).to_string()].map(FastStr::from_string);
        Self { language, locale }
    }
}

/// A language, less its own region and variants, in a region: `en-GB` in ID is `en-ID`.
pub(crate) fn locale(language: &str, region: Region) -> FastStr {
    match LanguageTag::parse(language) {
        Some(tag) => FastStr::from_string(tag.in_region(region).to_string()),
        None => FastStr::new(region.as_str()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::config::Conf;

    fn region(text: &str) -> Region {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_hint_that_is_set_decides() {
        let conf = Conf::default().regions;
        let hints =
            |store, request, carrier, ip| conf.resolve(RegionHints { store, request, carrier, ip, settings: None });
        assert_eq!(hints(Some("GB"), "ID", Some("VN"), Some("TH")), Ok(region("GB")));
        assert_eq!(hints(Some(""), "id", Some("VN"), Some("TH")), Ok(region("ID")));
        assert_eq!(hints(None, "", Some("VN"), Some("TH")), Ok(region("VN")));
        assert_eq!(hints(None, "", None, Some("TH")), Ok(region("TH")));
        assert_eq!(hints(None, "", Some(""), None), Ok(Region::US));
    }

    #[test]
    fn a_malformed_region_names_its_field_and_a_strange_one_is_not_served() {
        let conf = Conf::default().regions;
        let malformed = |field, found: &str| Err(RegionError::Malformed { field, found: found.into() });
        let hints = RegionHints { store: Some("USA"), request: "US", ..RegionHints::default() };
        assert_eq!(conf.resolve(hints), malformed("store_region", "USA"));
        assert_eq!(conf.resolve(RegionHints { request: "U1", ..RegionHints::default() }), malformed("region", "U1"));
        let hints = RegionHints { carrier: Some("?"), ..RegionHints::default() };
        assert_eq!(conf.resolve(hints), malformed("carrier_region", "?"));
        let hints = RegionHints { request: "GB", ip: Some("nonsense"), ..RegionHints::default() };
        assert_eq!(conf.resolve(hints), Ok(region("GB")));
        let hints = RegionHints { request: "ZZ", ..RegionHints::default() };
        assert_eq!(conf.resolve(hints), Err(RegionError::Unsupported(region("ZZ"))));
    }

    #[test]
    fn the_language_is_the_requests_and_the_locale_adds_the_viewers_region() {
        let conf = Conf::default().regions;
        let rows = [
            ("ID", "", "id", "id-ID"),
            ("ID", "en", "en", "en-ID"),
            ("ID", "en-GB", "en-GB", "en-ID"),
            ("US", "zh-Hant-TW", "zh-Hant-TW", "zh-Hant-US"),
            ("PH", "not a language", "fil", "fil-PH"),
            ("BR", "x", "pt", "pt-BR"),
            ("BR", "und", "pt", "pt-BR"),
            ("US", "ko", "ko", "ko-US"),
            ("US", "en-US-u-mu-celsius", "en-US", "en-US"),
            ("TH", "th-TH-u-ca-buddhist", "th-TH", "th-TH"),
            ("GB", "en-GB-oxendict-u-ca-gregory-cu-gbp-hc-h23-x-app", "en-GB", "en-GB"),
            ("ID", "in", "id", "id-ID"),
            ("PH", "tl", "fil", "fil-PH"),
            ("SG", "zh-TW", "zh-Hant-TW", "zh-Hant-SG"),
        ];
        for (at, asked, language, locale) in rows {
            let speech = conf.speech(region(at), asked);
            assert_eq!((speech.language.as_str(), speech.locale.as_str()), (language, locale), "{at} {asked:?}");
        }
    }

    #[test]
    fn every_region_of_the_route_groups_is_served() {
        let conf = Conf::default().regions;
        assert_eq!(conf.iter().count(), 16);
        let group = |at: &str| conf.get(region(at)).unwrap().route_group;
        assert!(["GB", "DE", "FR", "IT", "ES", "IE"].iter().all(|at| group(at) == RouteGroup::Eu));
        assert!(["ID", "VN", "TH", "MY", "PH", "SG"].iter().all(|at| group(at) == RouteGroup::Sea));
    }
}
