//! Labels: chooses the labels of a card from the candidates.

use smallvec::SmallVec;

use super::atmosphere::AtmosphereFact;

#[cfg(test)]
mod tests;

/// A label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// A flash sale.
    FlashSale,
    /// Whether a voucher applies.
    Voucher,
    /// Whether delivery is free.
    FreeShipping,
    /// Whether it comes with a gift.
    Gift,
    /// Cash on delivery.
    Cod,
    /// An atmosphere fact.
    Atmosphere(AtmosphereFact),
    /// Whether a brand's own shop sells it.
    OfficialShop,
    /// The auction sells one of several pieces, drawn at random.
    SurpriseSet,
}

/// The subject of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// The product among others.
    Atmosphere,
    /// The price.
    Promotion,
    /// The seller.
    Service,
    /// The delivery.
    Shipping,
    /// The payment.
    Payment,
    /// A gift.
    Gift,
    /// The product itself.
    Product,
}

impl Label {
    /// The stable key of the label for clients and reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FlashSale => "flash_sale",
            Self::Voucher => "voucher",
            Self::FreeShipping => "free_shipping",
            Self::Gift => "gift",
            Self::Cod => "cod",
            Self::Atmosphere(AtmosphereFact::BestSeller) => "atmosphere.best_seller",
            Self::Atmosphere(AtmosphereFact::Lowest30d) => "atmosphere.lowest_30d",
            Self::Atmosphere(AtmosphereFact::LowStock) => "atmosphere.low_stock",
            Self::Atmosphere(AtmosphereFact::New) => "atmosphere.new",
            Self::OfficialShop => "official_shop",
            Self::SurpriseSet => "surprise_set",
        }
    }

    /// Its subject.
    #[must_use]
    pub const fn kind(self) -> LabelKind {
        match self {
            Self::FlashSale | Self::Voucher => LabelKind::Promotion,
            Self::FreeShipping => LabelKind::Shipping,
            Self::Gift => LabelKind::Gift,
            Self::Cod => LabelKind::Payment,
            Self::Atmosphere(_) => LabelKind::Atmosphere,
            Self::OfficialShop => LabelKind::Service,
            Self::SurpriseSet => LabelKind::Product,
        }
    }

    /// 8 to 1; the higher comes first.
    #[must_use]
    pub const fn priority(self) -> i32 {
        match self {
            Self::SurpriseSet => 8,
            Self::FlashSale => 7,
            Self::Voucher => 6,
            Self::FreeShipping => 5,
            Self::Gift => 4,
            Self::Cod => 3,
            Self::Atmosphere(_) => 2,
            Self::OfficialShop => 1,
        }
    }
}

/// The candidates for labels on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Candidates<'a> {
    /// Whether a flash sale runs or preheats.
    pub flash_sale: bool,
    /// Whether a voucher applies.
    pub voucher: bool,
    /// Whether delivery is free.
    pub free_shipping: bool,
    /// Whether it comes with a gift.
    pub gift: bool,
    /// Whether the viewer may pay on delivery.
    pub cod: bool,
    /// Atmosphere facts, in order ([`super::atmosphere::facts`]).
    pub atmosphere: &'a [AtmosphereFact],
    /// Whether a brand's own shop sells it.
    pub official_shop: bool,
}

/// The possible labels of a card, by priority.
///
/// At most `atmosphere_places` atmosphere labels are taken: one, or as many as the arm of experiment `atmosphere_v2`
/// says. The priority does not change, so a flash sale, a voucher and free shipping still leave no place for
/// any of them.
#[must_use]
pub fn ranked(candidates: &Candidates<'_>, atmosphere_places: usize) -> SmallVec<[Label; 8]> {
    let before = [
        (Label::FlashSale, candidates.flash_sale),
        (Label::Voucher, candidates.voucher),
        (Label::FreeShipping, candidates.free_shipping),
        (Label::Gift, candidates.gift),
        (Label::Cod, candidates.cod),
    ];
    let remarkable = candidates.atmosphere.iter().take(atmosphere_places);
    let holding = |(label, holds): (Label, bool)| holds.then_some(label);
    before
        .into_iter()
        .filter_map(holding)
        .chain(remarkable.map(|fact| Label::Atmosphere(*fact)))
        .chain(holding((Label::OfficialShop, candidates.official_shop)))
        .collect()
}

/// The first `max` labels with non-empty, distinct texts. Two labels may have the same text, such as a
/// voucher for free shipping and free shipping itself; the second one's place then goes to the next label.
pub fn distinct<T: AsRef<str>>(labels: impl IntoIterator<Item = (Label, T)>, max: usize) -> SmallVec<[(Label, T); 3]> {
    let mut shown = SmallVec::<[(Label, T); 3]>::new();
    for (label, text) in labels {
        if shown.len() == max {
            break;
        }
        let said = shown.iter().any(|(_, other)| other.as_ref() == text.as_ref());
        if !said && !text.as_ref().is_empty() {
            shown.push((label, text));
        }
    }
    shown
}
