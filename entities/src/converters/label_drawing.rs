//! Labels with their texts.

use live_pack_dal::{
    FastStr,
    money::NumberFormat,
    texts::{Arg, Language, Text},
};
use live_pack_idl::live_pack::Label as WireLabel;

use super::{kit::Kit, voucher_drawing::voucher_text, wire::wire_label};
use crate::rules::{
    atmosphere::AtmosphereFact,
    label::{self, Candidates, Label},
    voucher::BestVouchers,
};

/// Draws the labels of a page.
pub(super) struct LabelDrawing<'a> {
    pub(super) kit: Kit<'a>,
    pub(super) language: Language,
    /// The number format; `None`: the room names no configured region.
    pub(super) numbers: Option<&'a NumberFormat>,
    /// Maximum number of atmosphere labels on a card.
    pub(super) atmosphere_places: usize,
    /// Maximum number of labels on a card.
    pub(super) max: usize,
}

impl LabelDrawing<'_> {
    /// The labels of a card, by priority, without repeated texts. `stock`: units over all SKUs, if known.
    pub(super) fn draw(
        &self,
        candidates: &Candidates<'_>,
        best: &BestVouchers<'_>,
        stock: Option<i32>,
    ) -> Vec<WireLabel> {
        let ranked = label::ranked(candidates, self.atmosphere_places).into_iter();
        let shown = label::distinct(ranked.map(|label| (label, self.text(label, best, stock))), self.max);
        shown.into_iter().map(|(label, text)| wire_label(label, text, self.kit)).collect()
    }

    fn text(&self, label: Label, best: &BestVouchers<'_>, stock: Option<i32>) -> FastStr {
        let (texts, language) = (self.kit.texts, self.language);
        match label {
            Label::Voucher => {
                let worth = [best.seller, best.platform].into_iter().flatten().max_by_key(|worth| worth.value);
                worth.map_or(FastStr::empty(), |worth| voucher_text(worth.voucher, texts, language, self.numbers))
            }
            Label::Atmosphere(AtmosphereFact::LowStock) => {
                let left = stock.unwrap_or(0);
                let count = FastStr::from_string(left.to_string());
                texts.format(language, Text::OnlyNLeft, left.into(), &[(Arg::Count, &count)])
            }
            Label::FlashSale => texts.get(language, Text::FlashSale),
            Label::FreeShipping => texts.get(language, Text::FreeShipping),
            Label::Gift => texts.get(language, Text::FreeGift),
            Label::Cod => texts.get(language, Text::Cod),
            Label::OfficialShop => texts.get(language, Text::OfficialShop),
            Label::SurpriseSet => texts.get(language, Text::SurpriseSet),
            Label::Atmosphere(AtmosphereFact::BestSeller) => texts.get(language, Text::BestSeller),
            Label::Atmosphere(AtmosphereFact::Lowest30d) => texts.get(language, Text::Lowest30d),
            Label::Atmosphere(AtmosphereFact::New) => texts.get(language, Text::NewIn),
        }
    }
}
