//! The pinned card as it is answered.

use live_pack_dal::model::{Pin, PinKind};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{CardKind, PinCard};

use super::{Cards, voucher_drawing::offered_voucher};
use crate::{
    loaders::CardTexts,
    providers::{PopCard, RoomInfo, RoomVouchers},
    scene::BagScene,
};

/// What the host explains at the moment.
#[derive(Debug, Default)]
pub struct PinnedCard {
    /// The pin; `None`: nothing is pinned, what is may not be shown, or the client shows it already.
    pub card: Option<PinCard>,
    /// The client shows it already.
    pub unchanged: bool,
}

/// Puts the card of the pinned product, or the pinned voucher, into the answer.
#[derive(Debug)]
pub struct PinCardConverter;

impl SyncTask<BagScene> for PinCardConverter {
    type Output = PinnedCard;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none()
            .maybe::<PopCard>()
            .if_written::<RoomVouchers>()
            .need::<RoomInfo>()
            .need::<Cards>()
            .maybe::<CardTexts>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, PinnedCard> {
        let Some(pop) = cx.maybe::<PopCard>().done() else { return Ok(PinnedCard::default()) };
        let Some(pin) = pop.0 else { return Ok(PinnedCard::default()) };
        if pop.is_known(cx.request()) {
            return Ok(PinnedCard { card: None, unchanged: true });
        }
        let card = match pin.kind {
            PinKind::Product => {
                cx.need::<Cards>()?.0.take().pop().map(|card| PinCard { product: Some(card), ..envelope(&pin) })
            }
            PinKind::Voucher => voucher_card(cx, &pin)?,
            // an auction or a surprise set is drawn by the client from the auctions of the bag
            PinKind::Auction | PinKind::SurpriseSet => Some(envelope(&pin)),
            PinKind::None => None,
        };
        Ok(PinnedCard { card, unchanged: false })
    }
}

/// All of a pinned card but what is on it.
pub(super) fn envelope(pin: &Pin) -> PinCard {
    PinCard {
        kind: wire_card_kind(pin.kind),
        pin_id: pin.pin_id,
        pinned_at_ms: pin.pinned_at_ms,
        expire_ms: pin.expire_ms,
        version: pin.version,
        ..PinCard::default()
    }
}

/// What kind of thing is pinned.
pub(super) const fn wire_card_kind(kind: PinKind) -> CardKind {
    match kind {
        PinKind::None => CardKind::NONE,
        PinKind::Product => CardKind::PRODUCT,
        PinKind::Voucher => CardKind::VOUCHER,
        PinKind::Auction => CardKind::AUCTION,
        PinKind::SurpriseSet => CardKind::SURPRISE_SET,
    }
}

/// A voucher that has expired is not shown.
fn voucher_card(cx: &Context<BagScene>, pin: &Pin) -> TaskResult<BagScene, Option<PinCard>> {
    let request = cx.request();
    let Some(vouchers) = cx.maybe::<RoomVouchers>().done() else { return Ok(None) };
    let pinned = vouchers.vouchers.iter().find(|voucher| voucher.voucher_id == pin.target_id);
    let Some(voucher) = pinned.filter(|voucher| voucher.claim_end_ms > request.now_ms) else { return Ok(None) };
    let numbers = super::price_converter::numbers(request, &cx.need::<RoomInfo>()?.0);
    let language = CardTexts::language(cx);
    let voucher = offered_voucher(voucher, vouchers, request, language, numbers.as_ref());
    Ok(Some(PinCard { voucher: Some(voucher), ..envelope(pin) }))
}
