//! A surprise set in the answer.

use live_pack_dal::{PictureKind, model::SurprisePrize, texts::Text};
use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskError, TaskResult};
use live_pack_idl::live_pack::{GetSurpriseSetDetailResponse, SurpriseItem};

use super::{
    auction_drawing::{AuctionDrawing, AuctionInputs},
    wire::wire_picture,
};
use crate::{
    loaders::{PictureUrls, Texts},
    providers::SurpriseSetInfo,
    rules::odds::{odds, units_left},
    scene::{PrizeScene, Stop},
};

/// The answer.
#[derive(Debug)]
pub struct SurpriseSetDetail(pub GetSurpriseSetDetailResponse);

/// Draws the set: every prize with its mandatory quantities and odds, and the button to bid. If the room has no such
/// set, stops with [`Stop::SurpriseSetNotFound`]; only here, because the state of the room takes precedence.
#[derive(Debug)]
pub struct SurpriseSetConverter;

/// Inputs of [`SurpriseSetConverter`].
#[derive(Debug, Inputs)]
pub struct SurpriseSetInputs<'a> {
    page: Page<'a, PrizeScene>,
    auction: AuctionInputs<'a>,
    set: Maybe<'a, SurpriseSetInfo>,
    pictures: PictureUrls<'a>,
    texts: Texts<'a>,
}

impl Task<PrizeScene> for SurpriseSetConverter {
    type Output = SurpriseSetDetail;
    type Input<'a> = SurpriseSetInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<PrizeScene>,
        input: SurpriseSetInputs<'_>,
    ) -> TaskResult<PrizeScene, SurpriseSetDetail> {
        let set = input.set.done().and_then(|set| set.0.as_ref());
        let Some(set) = set else { return Err(TaskError::Stop(Stop::SurpriseSetNotFound)) };
        let request = cx.request();
        let drawing = AuctionDrawing::of(request, input.auction);
        let (language, auction) = (input.texts.language(request), &set.auction);
        let (numbers, all_left) = (drawing.numbers(auction), units_left(&set.prizes));
        let item = |prize: &SurprisePrize| SurpriseItem {
            product_id: prize.product_id,
            title: prize.title.clone(),
            cover: wire_picture(request, input.pictures, PictureKind::Auction, &prize.cover_uri),
            units: prize.units,
            units_left: prize.units_left,
            odds_percent: odds(prize.units_left, all_left).to_string().into(),
            value_text: numbers.zip(prize.value).map(|(numbers, value)| numbers.price(value)),
        };
        let bidder = drawing.bidder.copied().unwrap_or_default();
        let all_units: i64 = set.prizes.iter().map(|prize| i64::from(prize.units.max(0))).sum();
        let rules = &set.rules_text;
        Ok(SurpriseSetDetail(GetSurpriseSetDetailResponse {
            surprise_set_id: set.surprise_set_id,
            title: set.title.clone(),
            cover: wire_picture(request, input.pictures, PictureKind::Auction, &set.cover_uri),
            auction: drawing.info(auction),
            items: input.page.items().map(item).collect(),
            units_total: i32::try_from(all_units).unwrap_or(i32::MAX),
            units_left: i32::try_from(all_left).unwrap_or(i32::MAX),
            rules_text: if rules.is_empty() {
                request.resident.texts.get(language, Text::SurpriseRules)
            } else {
                rules.clone()
            },
            buttons: vec![drawing.button(auction)],
            labels: drawing.labels(auction),
            terms_signed: bidder.terms_signed,
            has_address: bidder.has_address,
            has_payment: bidder.has_payment,
            ..GetSurpriseSetDetailResponse::default()
        }))
    }
}
