//! Converts the types of the rules to those of the public interface.

use live_pack_dal::{
    FastStr, Images, PictureKind,
    model::{AuctionStatus, RoomState},
    texts::{Language, Text, Texts},
};
use live_pack_idl::live_pack as wire;

use super::kit::Kit;
use crate::{
    loaders::PictureUrls,
    request::LiveRequest,
    rules::{
        button::{Button, ButtonKind, ButtonState, DisabledReason},
        flash_sale::FlashState,
        label::{Label, LabelKind},
        price::{PriceSource, PriceType},
        stock::StockState,
    },
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

/// A label with its text, in the configured style.
pub(super) fn wire_label(label: Label, text: FastStr, kit: Kit<'_>) -> wire::Label {
    let kind = match label.kind() {
        LabelKind::Atmosphere => wire::LabelKind::ATMOSPHERE,
        LabelKind::Promotion => wire::LabelKind::PROMOTION,
        LabelKind::Service => wire::LabelKind::SERVICE,
        LabelKind::Shipping => wire::LabelKind::SHIPPING,
        LabelKind::Payment => wire::LabelKind::PAYMENT,
        LabelKind::Gift => wire::LabelKind::GIFT,
        LabelKind::Product => wire::LabelKind::PRODUCT,
    };
    let style = kit.labels.style(label.code()).cloned().unwrap_or_default();
    wire::Label {
        kind,
        text,
        priority: label.priority(),
        text_color: style.text_color,
        bg_color: style.bg_color,
        icon: style.icon.map(|uri| picture(kit, PictureKind::Icon, &uri)),
        code: FastStr::from_static_str(label.code()),
    }
}

/// A button with its text and its target.
pub(super) fn wire_button(button: Button, texts: &Texts, language: Language, target: &FastStr) -> wire::Button {
    let (kind, own_text) = match button.kind {
        ButtonKind::BuyNow => (wire::ButtonType::BUY_NOW, Text::BuyNow),
        ButtonKind::AddToCart => (wire::ButtonType::ADD_TO_CART, Text::AddToCart),
        ButtonKind::RemindMe => (wire::ButtonType::REMIND_ME, Text::RemindMe),
        ButtonKind::Bid => (wire::ButtonType::BID, Text::BidNow),
        ButtonKind::Claim => (wire::ButtonType::CLAIM, Text::Claim),
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
    wire::Button { kind, state, reason, text: texts.get(language, text), schema }
}

/// The reason, and the text that replaces a button's own.
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

/// A picture with the size in the settings; all fields are empty without a picture.
pub(super) fn picture(kit: Kit<'_>, kind: PictureKind, uri: &FastStr) -> wire::Image {
    sized(kit.images, kind, uri, kit.images.urls(kit.route_group, uri))
}

/// A picture named by an item of the list; `None`: it names none.
pub(super) fn wire_picture(
    request: &LiveRequest,
    pictures: PictureUrls<'_>,
    kind: PictureKind,
    uri: &FastStr,
) -> Option<wire::Image> {
    (!uri.is_empty()).then(|| sized(&request.resident.images, kind, uri, pictures.of(request, uri)))
}

fn sized(images: &Images, kind: PictureKind, uri: &FastStr, urls: Vec<FastStr>) -> wire::Image {
    if uri.is_empty() {
        return wire::Image::default();
    }
    let (width, height) = images.size(kind);
    wire::Image { uri: uri.clone(), urls, width, height }
}
