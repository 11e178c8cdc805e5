//! The checked configuration of all keys, as requests read it.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    AbConf, AgeGate, Atmosphere, AuctionRules, BannerRules, ButtonConf, CacheConf, CallerConf, DegradeConf,
    DownstreamConf, EngineConf, EntryRules, Environment, FcpConf, FlashSaleRules, Key, LabelRules, LogConf,
    OverloadRules, PollRules, RateConf, SoldTextRules, StockPolicy, TabRules,
    keyed::{Keyed, read},
    parse::Findings,
    selling::AtmosphereConf,
};
use crate::{mock::MockRules, region::RegionConf};

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
    /// `DownstreamConf`.
    pub downstreams: DownstreamConf,
    /// `DegradeConf`.
    pub degrade: DegradeConf,
    /// `LogConf`.
    pub logs: LogConf,
    /// `livePackDownstreamRpcMock`.
    pub mock: MockRules,
}

/// The texts of the files that exist; a key without one has its defaults.
pub(super) type Texts = BTreeMap<Key, Arc<str>>;

impl Conf {
    /// Reads every key. If there is a fault, the value must only be used to find further faults.
    pub(super) fn load(texts: &Texts, environment: Environment) -> (Self, Findings) {
        fn of<K: Keyed>(texts: &Texts, environment: Environment, findings: &mut Findings) -> K {
            read(texts.get(&K::KEY).map(AsRef::as_ref), environment, findings)
        }
        let mut findings = Findings::default();
        let (f, env) = (&mut findings, environment);
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
            downstreams: of(texts, env, f),
            degrade: of(texts, env, f),
            logs: of(texts, env, f),
            mock: of(texts, env, f),
        };
        // a caller whose entry is at fault may be missing
        if findings.faults.iter().all(|fault| fault.key != Key::Callers.name()) {
            let mut faults = Vec::new();
            conf.rates.check_callers(&conf.callers, &mut faults);
            findings.add_new(faults);
        }
        (conf, findings)
    }
}

impl Default for Conf {
    /// The configuration without any file.
    fn default() -> Self {
        Self::load(&Texts::new(), Environment::default()).0
    }
}
