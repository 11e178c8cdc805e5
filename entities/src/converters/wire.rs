//! From the words of the rules to the words of the public interface.

use live_pack_dal::{
    FastStr,
    model::{AuctionStatus, ClaimTask, RoomState, Voucher, VoucherDisplay, VoucherFunder, VoucherKind},
    money::NumberFormat,
    texts::{Arg, Language, Text},
};
use live_pack_engine::Context;
use live_pack_idl::live_pack as wire;

use crate::{
    loaders::Pictures,
    providers::RoomVouchers,
    request::LiveRequest,
    rules::{
        button::{Button, ButtonKind, ButtonState, DisabledReason},
        flash_sale::FlashState,
        label::{Label, LabelKind},
        price::{PriceSource, PriceType},
        stock::StockState,
        voucher::VoucherState,
    },
    scene::LiveScene,
};

/// The state of a room.
#[must_use]
pub const fn wire_room_status(state: RoomState) -> wire::RoomStatus {
    match state {
        RoomState::Unknown => wire::RoomStatus::UNKNOWN,
        RoomState::Prepare => wire::RoomStatus::PREPARE,
        RoomState::Live => wire::RoomStatus::LIVE,
        RoomState::Pause => wire::RoomStatus::PAUSE,
        RoomState::Finish => wire::RoomStatus::FINISH,
        RoomState::Banned => wire::RoomStatus::BANNED,
    }
}

pub(super) const fn wire_price_type(price_type: PriceType) -> wire::PriceType {
    match price_type {
        PriceType::Fixed => wire::PriceType::FIXED,
        PriceType::Range => wire::PriceType::RANGE,
        PriceType::Discount => wire::PriceType::DISCOUNT,
    }
}

pub(super) const fn wire_price_source(source: PriceSource) -> wire::PriceSource {
    match source {
        PriceSource::Original => wire::PriceSource::ORIGINAL,
        PriceSource::ProductDiscount => wire::PriceSource::PRODUCT_DISCOUNT,
        PriceSource::FlashSale => wire::PriceSource::FLASH_SALE,
        PriceSource::Campaign => wire::PriceSource::CAMPAIGN,
        PriceSource::LiveFlashSale => wire::PriceSource::LIVE_FLASH_SALE,
        PriceSource::CreatorLiveFlashSale => wire::PriceSource::CREATOR_LIVE_FLASH_SALE,
    }
}

pub(super) const fn wire_flash_status(state: FlashState) -> wire::FlashSaleStatus {
    match state {
        FlashState::None => wire::FlashSaleStatus::NONE,
        FlashState::Preheat => wire::FlashSaleStatus::PREHEAT,
        FlashState::Ongoing => wire::FlashSaleStatus::ONGOING,
        FlashState::SoldOut => wire::FlashSaleStatus::SOLD_OUT,
        FlashState::Ended => wire::FlashSaleStatus::ENDED,
    }
}

pub(super) const fn wire_stock(stock: StockState) -> wire::StockState {
    match stock {
        StockState::Unknown => wire::StockState::UNKNOWN,
        StockState::InStock => wire::StockState::IN_STOCK,
        StockState::LowStock => wire::StockState::LOW_STOCK,
        StockState::SoldOut => wire::StockState::SOLD_OUT,
    }
}

pub(super) const fn wire_auction_status(status: AuctionStatus) -> wire::AuctionStatus {
    match status {
        AuctionStatus::Unknown => wire::AuctionStatus::UNKNOWN,
        AuctionStatus::NotStarted => wire::AuctionStatus::NOT_STARTED,
        AuctionStatus::Ongoing => wire::AuctionStatus::ONGOING,
        AuctionStatus::Extended => wire::AuctionStatus::EXTENDED,
        AuctionStatus::Sold => wire::AuctionStatus::SOLD,
        AuctionStatus::Unsold => wire::AuctionStatus::UNSOLD,
        AuctionStatus::Cancelled => wire::AuctionStatus::CANCELLED,
        AuctionStatus::PaymentPending => wire::AuctionStatus::PAYMENT_PENDING,
    }
}

/// A label with its text.
pub(super) fn wire_label(label: Label, text: FastStr) -> wire::Label {
    let kind = match label.kind() {
        LabelKind::Atmosphere => wire::LabelKind::ATMOSPHERE,
        LabelKind::Promotion => wire::LabelKind::PROMOTION,
        LabelKind::Service => wire::LabelKind::SERVICE,
        LabelKind::Shipping => wire::LabelKind::SHIPPING,
        LabelKind::Payment => wire::LabelKind::PAYMENT,
        LabelKind::Gift => wire::LabelKind::GIFT,
    };
    let code = FastStr::from_static_str(label.code());
    wire::Label { kind, text, priority: label.priority(), code, ..wire::Label::default() }
}

/// A button with its text and where it leads.
pub(super) fn wire_button(button: Button, request: &LiveRequest, language: Language, target: &FastStr) -> wire::Button {
    let (kind, own_text) = match button.kind {
        ButtonKind::BuyNow => (wire::ButtonType::BUY_NOW, Text::BuyNow),
        ButtonKind::AddToCart => (wire::ButtonType::ADD_TO_CART, Text::AddToCart),
        ButtonKind::RemindMe => (wire::ButtonType::REMIND_ME, Text::RemindMe),
        ButtonKind::Bid => (wire::ButtonType::BID, Text::BidNow),
        ButtonKind::View => (wire::ButtonType::VIEW, Text::View),
    };
    let (reason, text) = wire_reason(button.reason);
    let (state, schema) = match (button.state, button.reason) {
        (ButtonState::Disabled, _) => (wire::ButtonState::DISABLED, FastStr::empty()),
        (ButtonState::Enabled, DisabledReason::NeedLogin) => {
            (wire::ButtonState::ENABLED, FastStr::from_static_str("livepack://login"))
        }
        (ButtonState::Enabled, _) => (wire::ButtonState::ENABLED, target.clone()),
    };
    let text = if button.state == ButtonState::Disabled { text.unwrap_or(own_text) } else { own_text };
    wire::Button { kind, state, reason, text: request.resident.texts.get(language, text), schema }
}

/// The reason, and what a button says instead of its own text because of it.
const fn wire_reason(reason: DisabledReason) -> (wire::DisabledReason, Option<Text>) {
    match reason {
        DisabledReason::None => (wire::DisabledReason::NONE, None),
        DisabledReason::SoldOut => (wire::DisabledReason::SOLD_OUT, Some(Text::SoldOut)),
        DisabledReason::OffShelf => (wire::DisabledReason::OFF_SHELF, Some(Text::OffShelf)),
        DisabledReason::RegionNotDeliverable => {
            (wire::DisabledReason::REGION_NOT_DELIVERABLE, Some(Text::NotDeliverable))
        }
        DisabledReason::NotStarted => (wire::DisabledReason::NOT_STARTED, Some(Text::NotStarted)),
        DisabledReason::Ended => (wire::DisabledReason::ENDED, Some(Text::SaleEnded)),
        DisabledReason::PurchaseLimit => (wire::DisabledReason::PURCHASE_LIMIT, Some(Text::LimitReached)),
        DisabledReason::AgeRestricted => (wire::DisabledReason::AGE_RESTRICTED, Some(Text::AgeRestricted)),
        DisabledReason::UserRestricted => (wire::DisabledReason::USER_RESTRICTED, Some(Text::UserRestricted)),
        DisabledReason::RoomClosed => (wire::DisabledReason::ROOM_CLOSED, Some(Text::RoomEnded)),
        DisabledReason::EcBanned => (wire::DisabledReason::EC_BANNED, Some(Text::EcBanned)),
        DisabledReason::OwnProduct => (wire::DisabledReason::OWN_PRODUCT, Some(Text::OwnProduct)),
        DisabledReason::AppTooOld => (wire::DisabledReason::APP_TOO_OLD, Some(Text::AppTooOld)),
        DisabledReason::NeedLogin => (wire::DisabledReason::NEED_LOGIN, None),
        DisabledReason::AuctionNotQualified => {
            (wire::DisabledReason::AUCTION_NOT_QUALIFIED, Some(Text::AuctionNotQualified))
        }
        DisabledReason::CartFull => (wire::DisabledReason::CART_FULL, Some(Text::CartFull)),
        DisabledReason::Unknown => (wire::DisabledReason::UNKNOWN, Some(Text::Unavailable)),
    }
}

/// A picture that an item of the list names itself; `None`: it names none.
pub(super) fn wire_picture<S: LiveScene>(cx: &Context<S>, uri: &FastStr) -> Option<wire::Image> {
    let image = || wire::Image { uri: uri.clone(), urls: Pictures::urls(cx, uri), width: 0, height: 0 };
    (!uri.is_empty()).then(image)
}

/// A voucher as the viewer stands to it. Without `numbers` amounts are written as they are.
pub(super) fn wire_voucher(
    voucher: &Voucher,
    vouchers: &RoomVouchers,
    request: &LiveRequest,
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
        state: match vouchers.state(voucher, request.now_ms) {
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
        text: voucher_text(voucher, request, language, numbers),
        button: None,
    }
}

/// What a voucher takes off, in a few words.
pub(super) fn voucher_text(
    voucher: &Voucher,
    request: &LiveRequest,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> FastStr {
    let texts = &request.resident.texts;
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

/// What a voucher takes off and from which price on, in a few words.
pub(super) fn voucher_offer(
    voucher: &Voucher,
    request: &LiveRequest,
    language: Language,
    numbers: Option<&NumberFormat>,
) -> FastStr {
    let text = voucher_text(voucher, request, language, numbers);
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
