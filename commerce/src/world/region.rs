//! The region of a room: its currency, price level and language.

use super::words::Words;

/// The sixteen regions that a product without restrictions is sold in.
pub(crate) const SALE_REGIONS: [&str; 16] =
    ["US", "GB", "ID", "VN", "TH", "MY", "PH", "SG", "JP", "DE", "FR", "ES", "IT", "IE", "BR", "MX"];

/// A region of rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Region {
    #[default]
    Us,
    Gb,
    Id,
    Vn,
    Th,
    My,
    Ph,
    Sg,
    Jp,
    De,
    Br,
    Mx,
}

impl Region {
    /// In the order of rooms 2001 to 2012 and of users 201 to 212.
    pub(crate) const ALL: [Self; 12] = [
        Self::Us,
        Self::Gb,
        Self::Id,
        Self::Vn,
        Self::Th,
        Self::My,
        Self::Ph,
        Self::Sg,
        Self::Jp,
        Self::De,
        Self::Br,
        Self::Mx,
    ];

    /// ISO 3166-1 alpha-2.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Gb => "GB",
            Self::Id => "ID",
            Self::Vn => "VN",
            Self::Th => "TH",
            Self::My => "MY",
            Self::Ph => "PH",
            Self::Sg => "SG",
            Self::Jp => "JP",
            Self::De => "DE",
            Self::Br => "BR",
            Self::Mx => "MX",
        }
    }

    /// ISO 4217.
    pub(crate) const fn currency(self) -> &'static str {
        match self {
            Self::Us => "USD",
            Self::Gb => "GBP",
            Self::Id => "IDR",
            Self::Vn => "VND",
            Self::Th => "THB",
            Self::My => "MYR",
            Self::Ph => "PHP",
            Self::Sg => "SGD",
            Self::Jp => "JPY",
            Self::De => "EUR",
            Self::Br => "BRL",
            Self::Mx => "MXN",
        }
    }

    /// Number of decimals in an amount of this currency.
    pub(crate) const fn decimals(self) -> u32 {
        match self {
            Self::Id | Self::Vn | Self::Jp => 0,
            _ => 2,
        }
    }

    /// The median price of a product, in whole units of the currency.
    pub(crate) const fn median(self) -> f64 {
        match self {
            Self::Us => 18.0,
            Self::Gb => 13.0,
            Self::Id => 59_000.0,
            Self::Vn => 129_000.0,
            Self::Th => 189.0,
            Self::My => 25.0,
            Self::Ph => 249.0,
            Self::Sg => 14.0,
            Self::Jp => 1_980.0,
            Self::De => 16.0,
            Self::Br => 59.0,
            Self::Mx => 229.0,
        }
    }

    /// Whether cash on delivery is common.
    pub(crate) const fn has_cod(self) -> bool {
        matches!(self, Self::Id | Self::Vn | Self::Th | Self::Ph | Self::My)
    }

    /// The words in names of rooms and products of the region.
    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::Us | Self::Gb | Self::Sg => &super::words::english::WORDS,
            Self::Id => &super::words::indonesian::WORDS,
            Self::Vn => &super::words::vietnamese::WORDS,
            Self::Th => &super::words::thai::WORDS,
            Self::My => &super::words::malay::WORDS,
            Self::Ph => &super::words::filipino::WORDS,
            Self::Jp => &super::words::japanese::WORDS,
            Self::De => &super::words::german::WORDS,
            Self::Br => &super::words::portuguese::WORDS,
            Self::Mx => &super::words::spanish::WORDS,
        }
    }
}

/// Whether a viewer in the region with this code may be offered cash on delivery.
pub(crate) fn offers_cod(code: &str) -> bool {
    Region::ALL.iter().any(|region| region.has_cod() && region.code() == code)
}
