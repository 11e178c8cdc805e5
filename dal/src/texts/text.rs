//! The keys of all texts, so that none can be misspelt, and the arguments of each.

/// A text; the first line of each is its English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Text {
    /// Shopping bag
    BagTitle,
    /// Nothing here yet
    BagEmpty,
    /// {count} products
    BagCount,
    /// Buy now
    BuyNow,
    /// Add to cart
    AddToCart,
    /// Remind me
    RemindMe,
    /// Bid now
    BidNow,
    /// View
    View,
    /// Claim
    Claim,
    /// Claimed
    Claimed,
    /// Sold out
    SoldOut,
    /// No longer available
    OffShelf,
    /// Not deliverable to your region
    NotDeliverable,
    /// Not started yet
    NotStarted,
    /// Sale ended
    SaleEnded,
    /// Purchase limit reached
    LimitReached,
    /// Not available for your age
    AgeRestricted,
    /// Your account cannot buy this
    UserRestricted,
    /// The LIVE has ended
    RoomEnded,
    /// Shopping is not available in this LIVE
    EcBanned,
    /// This is your own product
    OwnProduct,
    /// Update the app to continue
    AppTooOld,
    /// Complete your details to bid
    AuctionNotQualified,
    /// Your cart is full
    CartFull,
    /// Not available
    Unavailable,
    /// Starts in {time}
    StartsIn,
    /// Ends in {time}
    EndsIn,
    /// {days}d {hours}h
    CountdownDh,
    /// {hours}h {minutes}m {seconds}s
    CountdownHms,
    /// {minutes}m {seconds}s
    CountdownMs,
    /// {seconds}s
    CountdownS,
    /// {count} sold
    SoldN,
    /// {count} sold in this LIVE
    SoldInLive,
    /// Only {count} left
    OnlyNLeft,
    /// Almost gone
    AlmostGone,
    /// Flash sale
    FlashSale,
    /// Free shipping
    FreeShipping,
    /// Free gift
    FreeGift,
    /// Cash on delivery
    Cod,
    /// {percent} off
    OffPercent,
    /// {amount} off
    OffAmount,
    /// {amount} off over {min}
    OffOver,
    /// {percent} off over {min}
    OffPercentOver,
    /// Follow to claim
    FollowToClaim,
    /// Watch {time} to claim
    WatchToClaim,
    /// All claimed
    VoucherGone,
    /// Expired
    VoucherExpired,
    /// Used
    VoucherUsed,
    /// {count} more vouchers
    VoucherMore,
    /// All
    TabAll,
    /// Flash sale
    TabFlash,
    /// Auctions
    TabAuction,
    /// Vouchers
    TabVoucher,
    /// For you
    TabRecommend,
    /// Lowest price in 30 days
    Lowest30d,
    /// Best seller
    BestSeller,
    /// New
    NewIn,
    /// Official shop
    OfficialShop,
    /// Visit shop
    VisitShop,
    /// Featured now
    FeaturedNow,
    /// From {price}
    FromPrice,
    /// Current bid: {amount}
    CurrentBid,
    /// Starting bid: {amount}
    StartingBid,
    /// Sold
    AuctionSold,
    /// Unsold
    AuctionUnsold,
    /// Cancelled
    AuctionCancelled,
    /// Time extended
    AuctionExtended,
    /// Pay now
    AuctionPayNow,
    /// You are leading
    Leading,
    /// Surprise set
    SurpriseSet,
    /// The winner gets one item of the set, drawn at random. The …
    SurpriseRules,
}

impl Text {
    /// All texts, in the order of the files.
    pub const ALL: [Self; 71] = [
        Self::BagTitle,
        Self::BagEmpty,
        Self::BagCount,
        Self::BuyNow,
        Self::AddToCart,
        Self::RemindMe,
        Self::BidNow,
        Self::View,
        Self::Claim,
        Self::Claimed,
        Self::SoldOut,
        Self::OffShelf,
        Self::NotDeliverable,
        Self::NotStarted,
        Self::SaleEnded,
        Self::LimitReached,
        Self::AgeRestricted,
        Self::UserRestricted,
        Self::RoomEnded,
        Self::EcBanned,
        Self::OwnProduct,
        Self::AppTooOld,
        Self::AuctionNotQualified,
        Self::CartFull,
        Self::Unavailable,
        Self::StartsIn,
        Self::EndsIn,
        Self::CountdownDh,
        Self::CountdownHms,
        Self::CountdownMs,
        Self::CountdownS,
        Self::SoldN,
        Self::SoldInLive,
        Self::OnlyNLeft,
        Self::AlmostGone,
        Self::FlashSale,
        Self::FreeShipping,
        Self::FreeGift,
        Self::Cod,
        Self::OffPercent,
        Self::OffAmount,
        Self::OffOver,
        Self::OffPercentOver,
        Self::FollowToClaim,
        Self::WatchToClaim,
        Self::VoucherGone,
        Self::VoucherExpired,
        Self::VoucherUsed,
        Self::VoucherMore,
        Self::TabAll,
        Self::TabFlash,
        Self::TabAuction,
        Self::TabVoucher,
        Self::TabRecommend,
        Self::Lowest30d,
        Self::BestSeller,
        Self::NewIn,
        Self::OfficialShop,
        Self::VisitShop,
        Self::FeaturedNow,
        Self::FromPrice,
        Self::CurrentBid,
        Self::StartingBid,
        Self::AuctionSold,
        Self::AuctionUnsold,
        Self::AuctionCancelled,
        Self::AuctionExtended,
        Self::AuctionPayNow,
        Self::Leading,
        Self::SurpriseSet,
        Self::SurpriseRules,
    ];

    /// The key in the files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::BagTitle => "bag_title",
            Self::BagEmpty => "bag_empty",
            Self::BagCount => "bag_count",
            Self::BuyNow => "buy_now",
            Self::AddToCart => "add_to_cart",
            Self::RemindMe => "remind_me",
            Self::BidNow => "bid_now",
            Self::View => "view",
            Self::Claim => "claim",
            Self::Claimed => "claimed",
            Self::SoldOut => "sold_out",
            Self::OffShelf => "off_shelf",
            Self::NotDeliverable => "not_deliverable",
            Self::NotStarted => "not_started",
            Self::SaleEnded => "sale_ended",
            Self::LimitReached => "limit_reached",
            Self::AgeRestricted => "age_restricted",
            Self::UserRestricted => "user_restricted",
            Self::RoomEnded => "room_ended",
            Self::EcBanned => "ec_banned",
            Self::OwnProduct => "own_product",
            Self::AppTooOld => "app_too_old",
            Self::AuctionNotQualified => "auction_not_qualified",
            Self::CartFull => "cart_full",
            Self::Unavailable => "unavailable",
            Self::StartsIn => "starts_in",
            Self::EndsIn => "ends_in",
            Self::CountdownDh => "countdown_dh",
            Self::CountdownHms => "countdown_hms",
            Self::CountdownMs => "countdown_ms",
            Self::CountdownS => "countdown_s",
            Self::SoldN => "sold_n",
            Self::SoldInLive => "sold_in_live",
            Self::OnlyNLeft => "only_n_left",
            Self::AlmostGone => "almost_gone",
            Self::FlashSale => "flash_sale",
            Self::FreeShipping => "free_shipping",
            Self::FreeGift => "free_gift",
            Self::Cod => "cod",
            Self::OffPercent => "off_percent",
            Self::OffAmount => "off_amount",
            Self::OffOver => "off_over",
            Self::OffPercentOver => "off_percent_over",
            Self::FollowToClaim => "follow_to_claim",
            Self::WatchToClaim => "watch_to_claim",
            Self::VoucherGone => "voucher_gone",
            Self::VoucherExpired => "voucher_expired",
            Self::VoucherUsed => "voucher_used",
            Self::VoucherMore => "voucher_more",
            Self::TabAll => "tab_all",
            Self::TabFlash => "tab_flash",
            Self::TabAuction => "tab_auction",
            Self::TabVoucher => "tab_voucher",
            Self::TabRecommend => "tab_recommend",
            Self::Lowest30d => "lowest_30d",
            Self::BestSeller => "best_seller",
            Self::NewIn => "new_in",
            Self::OfficialShop => "official_shop",
            Self::VisitShop => "visit_shop",
            Self::FeaturedNow => "featured_now",
            Self::FromPrice => "from_price",
            Self::CurrentBid => "current_bid",
            Self::StartingBid => "starting_bid",
            Self::AuctionSold => "auction_sold",
            Self::AuctionUnsold => "auction_unsold",
            Self::AuctionCancelled => "auction_cancelled",
            Self::AuctionExtended => "auction_extended",
            Self::AuctionPayNow => "auction_pay_now",
            Self::Leading => "leading",
            Self::SurpriseSet => "surprise_set",
            Self::SurpriseRules => "surprise_rules",
        }
    }

    /// Its arguments; empty: a plain text.
    #[must_use]
    pub const fn args(self) -> &'static [Arg] {
        match self {
            Self::BagCount | Self::SoldN | Self::SoldInLive | Self::OnlyNLeft | Self::VoucherMore => &[Arg::Count],
            Self::StartsIn | Self::EndsIn | Self::WatchToClaim => &[Arg::Time],
            Self::CountdownDh => &[Arg::Days, Arg::Hours],
            Self::CountdownHms => &[Arg::Hours, Arg::Minutes, Arg::Seconds],
            Self::CountdownMs => &[Arg::Minutes, Arg::Seconds],
            Self::CountdownS => &[Arg::Seconds],
            Self::OffPercent => &[Arg::Percent],
            Self::OffAmount | Self::CurrentBid | Self::StartingBid => &[Arg::Amount],
            Self::OffOver => &[Arg::Amount, Arg::Min],
            Self::OffPercentOver => &[Arg::Percent, Arg::Min],
            Self::FromPrice => &[Arg::Price],
            _ => &[],
        }
    }
}

/// An argument of a text, always as formatted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arg {
    /// The number that selects the plural, in the format of the locale.
    Count,
    /// A duration, as from [`super::Texts::countdown`].
    Time,
    /// A percent with its sign.
    Percent,
    /// An amount of money.
    Amount,
    /// The minimum amount of money.
    Min,
    /// A price.
    Price,
    /// Days.
    Days,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// Seconds.
    Seconds,
}

impl Arg {
    /// All arguments.
    pub const ALL: [Self; 10] = [
        Self::Count,
        Self::Time,
        Self::Percent,
        Self::Amount,
        Self::Min,
        Self::Price,
        Self::Days,
        Self::Hours,
        Self::Minutes,
        Self::Seconds,
    ];

    /// The name in the files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Time => "time",
            Self::Percent => "percent",
            Self::Amount => "amount",
            Self::Min => "min",
            Self::Price => "price",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
        }
    }
}
