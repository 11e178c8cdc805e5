//! Labels with their texts.

use live_pack_dal::{
    FastStr,
    experiment::Experiment,
    money::NumberFormat,
    texts::{Arg, Language, Text},
};
use live_pack_idl::live_pack::Label as WireLabel;

use super::{voucher_drawing::voucher_text, wire::wire_label};
use crate::{
    item::BagItem,
    request::LiveRequest,
    rules::{
        atmosphere::AtmosphereFact,
        label::{self, Candidates, Label},
        voucher::BestVouchers,
    },
};

/// Draws the labels of a page.
pub(super) struct LabelDrawing<'a> {
    pub(super) request: &'a LiveRequest,
    pub(super) language: Language,
    /// The number format; `None`: the room names no configured region.
    pub(super) numbers: Option<&'a NumberFormat>,
    /// Maximum number of labels on a card.
    pub(super) max: usize,
}

impl LabelDrawing<'_> {
    /// The labels of a card, by priority, without repeated texts.
    pub(super) fn draw(&self, candidates: &Candidates<'_>, best: &BestVouchers<'_>, item: &BagItem) -> Vec<WireLabel> {
        let v2 = self.request.groups.is_on(Experiment::AtmosphereV2);
        let ranked = label::ranked(candidates, v2).into_iter().map(|label| (label, self.text(label, best, item)));
        let shown = label::distinct(ranked, self.max);
        shown.into_iter().map(|(label, text)| wire_label(label, text, self.request)).collect()
    }

    fn text(&self, label: Label, best: &BestVouchers<'_>, item: &BagItem) -> FastStr {
        let (texts, language) = (&self.request.resident.texts, self.language);
        match label {
            Label::Voucher => {
                let worth = [best.seller, best.platform].into_iter().flatten().max_by_key(|worth| worth.value);
                worth
                    .map_or(FastStr::empty(), |worth| voucher_text(worth.voucher, self.request, language, self.numbers))
            }
            Label::Atmosphere(AtmosphereFact::LowStock) => {
                let left = item.lite.map_or(0, |lite| lite.stock);
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
