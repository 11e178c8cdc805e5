//! The pinned card in the answer.

use live_pack_dal::model::{Pin, PinKind};
use live_pack_engine::{Context, IfWritten, Inputs, Maybe, Own, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{CardKind, PinCard};

use super::{Cards, voucher_drawing::offered_voucher};
use crate::{
    loaders::Texts,
    providers::{PopCard, RoomInfo, RoomVouchers},
    request::LiveRequest,
    scene::BagScene,
};

/// The pinned card.
#[derive(Debug, Default)]
pub struct PinnedCard {
    /// The card; `None`: nothing is pinned, it may not be shown, or the client shows it already.
    pub card: Option<PinCard>,
    /// Whether the client shows it already.
    pub unchanged: bool,
}

/// Puts the card of the pinned product, or the pinned voucher, into the answer.
#[derive(Debug)]
pub struct PinCardConverter;

/// Inputs of [`PinCardConverter`].
#[derive(Debug, Inputs)]
pub struct PinInputs<'a> {
    pop: Maybe<'a, PopCard>,
    cards: Own<Cards>,
    vouchers: IfWritten<'a, RoomVouchers>,
    room: &'a RoomInfo,
    texts: Texts<'a>,
}

impl Task<BagScene> for PinCardConverter {
    type Output = PinnedCard;
    type Input<'a> = PinInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: PinInputs<'_>) -> TaskResult<BagScene, PinnedCard> {
        let request = cx.request();
        let Some(pop) = input.pop.done() else { return Ok(PinnedCard::default()) };
        let Some(pin) = pop.0 else { return Ok(PinnedCard::default()) };
        if pop.is_known(request) {
            return Ok(PinnedCard { card: None, unchanged: true });
        }
        let card = match pin.kind {
            PinKind::Product => {
                let Own(Cards(mut cards)) = input.cards;
                cards.pop().map(|card| PinCard { product: Some(card), ..envelope(&pin) })
            }
            PinKind::Voucher => voucher_card(request, &input, &pin),
            // the client draws an auction or a surprise set from the auctions of the bag
            PinKind::Auction | PinKind::SurpriseSet => Some(envelope(&pin)),
            PinKind::None => None,
        };
        Ok(PinnedCard { card, unchanged: false })
    }
}

/// A pinned card without its content.
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

/// The kind of card on the wire.
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
fn voucher_card(request: &LiveRequest, input: &PinInputs<'_>, pin: &Pin) -> Option<PinCard> {
    let vouchers = input.vouchers.done()?;
    let pinned = vouchers.vouchers.iter().find(|voucher| voucher.voucher_id == pin.target_id);
    let voucher = pinned.filter(|voucher| voucher.claim_end_ms > request.now_ms)?;
    let numbers = super::price_converter::numbers(request, &input.room.0);
    let language = input.texts.language(request);
    let voucher = offered_voucher(voucher, vouchers, request, language, numbers.as_ref());
    Some(PinCard { voucher: Some(voucher), ..envelope(pin) })
}
