//! The table of all keys: the type of each.

use super::{
    AbConf, AgeGate, AuctionRules, BannerRules, ButtonConf, CacheConf, CallerConf, DegradeConf, DownstreamConf,
    EngineConf, EntryRules, FcpConf, FlashSaleRules, Key, LabelRules, LogConf, OverloadRules, PollRules, RateConf,
    StockPolicy, TabRules, keyed::Ops, selling::AtmosphereConf,
};
use crate::{mock::MockRules, region::RegionConf};

/// The operations of a key.
pub(super) const fn ops(key: Key) -> Ops {
    match key {
        Key::Engine => Ops::of::<EngineConf>(),
        Key::Entry => Ops::of::<EntryRules>(),
        Key::FlashSale => Ops::of::<FlashSaleRules>(),
        Key::BuyButton => Ops::of::<ButtonConf>(),
        Key::Region => Ops::of::<RegionConf>(),
        Key::Cache => Ops::of::<CacheConf>(),
        Key::StockPolicy => Ops::of::<StockPolicy>(),
        Key::Label => Ops::of::<LabelRules>(),
        Key::Atmosphere => Ops::of::<AtmosphereConf>(),
        Key::Tab => Ops::of::<TabRules>(),
        Key::Banner => Ops::of::<BannerRules>(),
        Key::Poll => Ops::of::<PollRules>(),
        Key::Auction => Ops::of::<AuctionRules>(),
        Key::AgeGate => Ops::of::<AgeGate>(),
        Key::FcpComponent => Ops::of::<FcpConf>(),
        Key::Ab => Ops::of::<AbConf>(),
        Key::Callers => Ops::of::<CallerConf>(),
        Key::Rates => Ops::of::<RateConf>(),
        Key::Overload => Ops::of::<OverloadRules>(),
        Key::Downstream => Ops::of::<DownstreamConf>(),
        Key::Degrade => Ops::of::<DegradeConf>(),
        Key::Log => Ops::of::<LogConf>(),
        Key::Mock => Ops::of::<MockRules>(),
    }
}
