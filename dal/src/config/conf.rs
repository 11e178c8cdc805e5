//! All keys together: what a request reads.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    AbConf, AgeGate, Atmosphere, AuctionRules, BannerRules, ButtonConf, CacheConf, CallerConf, DegradeConf, EngineConf,
    EntryRules, Environment, Fault, FcpConf, FlashSaleRules, Key, LabelRules, MockConf, OverloadRules, PollRules,
    RateConf, SoldTextRules, StockPolicy, TabRules,
    keyed::{Keyed, read},
    selling::AtmosphereConf,
};
use crate::region::RegionConf;

/// The configuration, checked and immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Conf {
    /// `LivePackEngineConf`.
    pub engines: EngineConf,
    /// `LiveBagEntryConfig`.
    pub entry: EntryRules,
    /// `FlashSaleAllConfigs`.
    pub flash_sale: FlashSaleRules,
    /// `BuyButtonConfig`.
    pub buttons: ButtonConf,
    /// `RegionConf`.
    pub regions: RegionConf,
    /// `CacheConf`.
    pub caches: CacheConf,
    /// `StockPolicyConf`.
    pub stock_policy: StockPolicy,
    /// `LabelConf`.
    pub labels: LabelRules,
    /// `AtmosphereConf`, the labels.
    pub atmosphere: Atmosphere,
    /// `AtmosphereConf`, the units sold.
    pub sold_text: SoldTextRules,
    /// `TabConf`.
    pub tabs: TabRules,
    /// `BannerConf`.
    pub banners: BannerRules,
    /// `PollConf`.
    pub poll: PollRules,
    /// `AuctionConf`.
    pub auction: AuctionRules,
    /// `AgeGateConf`.
    pub age_gate: AgeGate,
    /// `FcpComponentConf`.
    pub fcp: FcpConf,
    /// `AbConf`.
    pub experiments: AbConf,
    /// `CallerConf`.
    pub callers: CallerConf,
    /// `RateLimitConf`.
    pub rates: RateConf,
    /// `OverloadConf`.
    pub overload: OverloadRules,
    /// `DegradeConf`.
    pub degrade: DegradeConf,
    /// `livePackDownstreamRpcMock`.
    pub mock: MockConf,
}

/// The texts of the files there are; a key without one has its defaults.
pub(super) type Texts = BTreeMap<Key, Arc<str>>;

impl Conf {
    /// Reads every key; the value is of use only where no fault was found.
    pub(super) fn load(texts: &Texts, environment: Environment) -> (Self, Vec<Fault>) {
        fn of<K: Keyed>(texts: &Texts, environment: Environment, faults: &mut Vec<Fault>) -> K {
            read(texts.get(&K::KEY).map(AsRef::as_ref), environment, faults)
        }
        let mut faults = Vec::new();
        let (f, env) = (&mut faults, environment);
        let AtmosphereConf { labels: atmosphere, sold_text } = of(texts, env, f);
        let conf = Self {
            engines: of(texts, env, f),
            entry: of(texts, env, f),
            flash_sale: of(texts, env, f),
            buttons: of(texts, env, f),
            regions: of(texts, env, f),
            caches: of(texts, env, f),
            stock_policy: of(texts, env, f),
            labels: of(texts, env, f),
            atmosphere,
            sold_text,
            tabs: of(texts, env, f),
            banners: of(texts, env, f),
            poll: of(texts, env, f),
            auction: of(texts, env, f),
            age_gate: of(texts, env, f),
            fcp: of(texts, env, f),
            experiments: of(texts, env, f),
            callers: of(texts, env, f),
            rates: of(texts, env, f),
            overload: of(texts, env, f),
            degrade: of(texts, env, f),
            mock: of(texts, env, f),
        };
        if faults.is_empty() {
            conf.rates.check_callers(&conf.callers, &mut faults);
        }
        (conf, faults)
    }
}

impl Default for Conf {
    /// What is served without any file.
    fn default() -> Self {
        Self::load(&Texts::new(), Environment::default()).0
    }
}
