//! Vouchers in answers: listed on products, and offered on their own.

use live_pack_dal::{
    FastStr,
    model::{ClaimTask, Voucher, VoucherDisplay, VoucherFunder, VoucherKind},
    money::NumberFormat,
    texts::{Arg, Language, Text, Texts},
};
use live_pack_idl::live_pack as wire;

use super::wire::wire_button;
use crate::{
    providers::RoomVouchers,
    request::LiveRequest,
    rules::{button::claim_button, voucher::VoucherState},
};

/// A voucher with its state for the viewer. Without `numbers` amounts are not formatted.
pub(super) fn wire_voucher(
    voucher: &Voucher,
    state: VoucherState,
    texts: &Texts,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> wire::Voucher {
    let plain = |amount| numbers.map_or_else(|| FastStr::from_string(amount_text(amount)), |n| n.plain(amount));
    wire::Voucher {
        voucher_id: voucher.voucher_id,
        title: voucher.title.clone(),
        kind: match voucher.kind {
            VoucherKind::AmountOff => wire::VoucherKind::AMOUNT_OFF,
            VoucherKind::PercentOff => wire::VoucherKind::PERCENT_OFF,
            VoucherKind::FreeShipping => wire::VoucherKind::FREE_SHIPPING,
        },
        funder: match voucher.funder {
            VoucherFunder::Seller => wire::VoucherFunder::SELLER,
            VoucherFunder::Platform => wire::VoucherFunder::PLATFORM,
        },
        display: match voucher.display {
            VoucherDisplay::Regular => wire::VoucherDisplay::REGULAR,
            VoucherDisplay::Live => wire::VoucherDisplay::LIVE,
            VoucherDisplay::CreatorExclusive => wire::VoucherDisplay::CREATOR_EXCLUSIVE,
            VoucherDisplay::Chat => wire::VoucherDisplay::CHAT,
            VoucherDisplay::PromoCode => wire::VoucherDisplay::PROMO_CODE,
            VoucherDisplay::Follower => wire::VoucherDisplay::FOLLOWER,
        },
        state: match state {
            VoucherState::Claimable => wire::VoucherState::CLAIMABLE,
            VoucherState::Claimed => wire::VoucherState::CLAIMED,
            VoucherState::Used => wire::VoucherState::USED,
            VoucherState::SoldOut => wire::VoucherState::SOLD_OUT,
            VoucherState::NotStarted => wire::VoucherState::NOT_STARTED,
            VoucherState::Expired => wire::VoucherState::EXPIRED,
            VoucherState::TaskRequired => wire::VoucherState::TASK_REQUIRED,
        },
        reduction: voucher.reduction.map(plain),
        percent: voucher.percent,
        max_discount: voucher.max_discount.map(plain),
        min_spend: plain(voucher.min_spend),
        currency: voucher.currency.clone(),
        claim_start_ms: voucher.claim_start_ms,
        claim_end_ms: voucher.claim_end_ms,
        use_end_ms: voucher.use_end_ms,
        use_days: voucher.use_days,
        task: match voucher.task {
            ClaimTask::NoTask => wire::LiveTask::NO_TASK,
            ClaimTask::WatchLive => wire::LiveTask::WATCH_LIVE,
            ClaimTask::FollowHost => wire::LiveTask::FOLLOW_HOST,
        },
        min_watch_seconds: voucher.min_watch_seconds,
        text: voucher_text(voucher, texts, language, numbers),
        button: None,
    }
}

/// A voucher offered on its own, with its CLAIM button.
pub(super) fn offered_voucher(
    voucher: &Voucher,
    vouchers: &RoomVouchers,
    request: &LiveRequest,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> wire::Voucher {
    let state = vouchers.state(voucher, request.now_ms);
    let button = claim_button(state, voucher.task, request.viewer.is_guest());
    let target = match state {
        VoucherState::TaskRequired => format!("livepack://follow?room={}", request.room_id),
        _ => format!("livepack://voucher/{}/claim?room={}", voucher.voucher_id, request.room_id),
    };
    let drawn = wire_button(button, &request.resident.texts, language, &FastStr::from_string(target));
    let text = claim_text(state, voucher, request, language);
    let drawn = wire::Button { text, ..drawn };
    wire::Voucher { button: Some(drawn), ..wire_voucher(voucher, state, &request.resident.texts, language, numbers) }
}

/// The text of a CLAIM button: the effect of a tap, the open task, or the reason that there is nothing to do.
fn claim_text(state: VoucherState, voucher: &Voucher, request: &LiveRequest, language: Language) -> FastStr {
    let texts = &request.resident.texts;
    let text = match (state, voucher.task) {
        (VoucherState::TaskRequired, ClaimTask::WatchLive) => {
            let time = texts.countdown(language, i64::from(voucher.min_watch_seconds).saturating_mul(1_000));
            return texts.format(language, Text::WatchToClaim, 0, &[(Arg::Time, &time)]);
        }
        (VoucherState::TaskRequired, ClaimTask::FollowHost | ClaimTask::NoTask) => Text::FollowToClaim,
        (VoucherState::Claimable, _) => Text::Claim,
        (VoucherState::Claimed, _) => Text::Claimed,
        (VoucherState::Used, _) => Text::VoucherUsed,
        (VoucherState::SoldOut, _) => Text::VoucherGone,
        (VoucherState::NotStarted, _) => Text::NotStarted,
        (VoucherState::Expired, _) => Text::VoucherExpired,
    };
    texts.get(language, text)
}

/// The reduction by a voucher as a short text.
pub(super) fn voucher_text(
    voucher: &Voucher,
    texts: &Texts,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> FastStr {
    let price = |amount| numbers.map_or_else(|| FastStr::from_string(amount_text(amount)), |n| n.price(amount));
    match voucher.kind {
        VoucherKind::AmountOff => voucher
            .reduction
            .map_or(FastStr::empty(), |off| texts.format(language, Text::OffAmount, 0, &[(Arg::Amount, &price(off))])),
        VoucherKind::PercentOff => voucher.percent.map_or(FastStr::empty(), |off| {
            let percent = numbers.map_or_else(|| FastStr::from_string(format!("{off}%")), |n| n.percent(off));
            texts.format(language, Text::OffPercent, 0, &[(Arg::Percent, &percent)])
        }),
        VoucherKind::FreeShipping => texts.get(language, Text::FreeShipping),
    }
}

/// The reduction and the minimum spend of a voucher as a short text.
pub(super) fn voucher_offer(
    voucher: &Voucher,
    request: &LiveRequest,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> FastStr {
    let text = voucher_text(voucher, &request.resident.texts, language, numbers);
    let (Some(numbers), true) = (numbers, voucher.min_spend > live_pack_dal::Decimal::ZERO) else { return text };
    let (texts, min) = (&request.resident.texts, numbers.price(voucher.min_spend));
    match (voucher.kind, voucher.reduction, voucher.percent) {
        (VoucherKind::AmountOff, Some(off), _) => {
            texts.format(language, Text::OffOver, 0, &[(Arg::Amount, &numbers.price(off)), (Arg::Min, &min)])
        }
        (VoucherKind::PercentOff, _, Some(off)) => {
            let percent = numbers.percent(off);
            texts.format(language, Text::OffPercentOver, 0, &[(Arg::Percent, &percent), (Arg::Min, &min)])
        }
        _ => text,
    }
}

fn amount_text(amount: live_pack_dal::Decimal) -> String {
    amount.to_string()
}
