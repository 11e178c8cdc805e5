//! The plans of all methods: engines and configuration, compiled together off the request path.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_dal::config::{
    Conf, EffectiveTask, EngineMode, Fault, JoinBefore, Key, Name, Rollout as RolloutConf, TaskStrength,
};
use live_pack_engine::{Definition, Mode, Plan, PlanConf, Rollout, Scene, Stage, Strength, TaskConf};
use live_pack_entities::scene::{AuctionScene, BagScene};

use crate::engines::{live_bag_auction_engine, live_bag_products_engine, live_bag_tab_engine, pin_card_data_engine};

/// The engines of `GetLiveBagData`.
#[derive(Debug)]
pub struct GetLiveBagDataPlans {
    /// Strong: the page.
    pub products: Arc<Plan<BagScene>>,
    /// Weak: the auctions.
    pub auction: Arc<Plan<AuctionScene>>,
    /// Weak: the pinned card.
    pub pin: Arc<Plan<BagScene>>,
    /// Weak: the tabs.
    pub tab: Arc<Plan<BagScene>>,
}

/// The plans of all methods, as one configuration makes them.
#[derive(Debug)]
pub struct Plans {
    /// `GetLiveBagData`.
    pub get_live_bag_data: GetLiveBagDataPlans,
}

/// Every method and the engines it runs.
const ENGINES: [(&str, &[&str]); 1] =
    [("GetLiveBagData", &["LiveBagProductsEngine", "LiveBagAuctionEngine", "PinCardDataEngine", "LiveBagTabEngine"])];

impl Plans {
    /// Compiles every plan.
    ///
    /// # Errors
    /// All faults of all plans, and entries that name a method or an engine there is not.
    pub fn compile(conf: &Conf) -> Result<Self, Vec<Fault>> {
        let mut compiler = Compiler { conf, faults: strangers(conf) };
        let method = "GetLiveBagData";
        let products = compiler.plan(method, &live_bag_products_engine());
        let auction = compiler.plan(method, &live_bag_auction_engine());
        let pin = compiler.plan(method, &pin_card_data_engine());
        let tab = compiler.plan(method, &live_bag_tab_engine());
        match (products, auction, pin, tab) {
            (Some(products), Some(auction), Some(pin), Some(tab)) if compiler.faults.is_empty() => {
                Ok(Self { get_live_bag_data: GetLiveBagDataPlans { products, auction, pin, tab } })
            }
            _ => Err(compiler.faults),
        }
    }

    /// The effective plan of `engine` in `method`, as text; `None`: there is no such pair.
    #[must_use]
    pub fn explain(&self, method: &str, engine: &str) -> Option<String> {
        let bag = &self.get_live_bag_data;
        match (method, engine) {
            ("GetLiveBagData", "LiveBagProductsEngine") => Some(bag.products.explain()),
            ("GetLiveBagData", "LiveBagAuctionEngine") => Some(bag.auction.explain()),
            ("GetLiveBagData", "PinCardDataEngine") => Some(bag.pin.explain()),
            ("GetLiveBagData", "LiveBagTabEngine") => Some(bag.tab.explain()),
            _ => None,
        }
    }

    /// Every method and the engines it runs.
    pub fn engines() -> impl Iterator<Item = (&'static str, &'static str)> {
        ENGINES.iter().flat_map(|(method, engines)| engines.iter().map(move |engine| (*method, *engine)))
    }
}

/// Entries of configuration that no engine would ever read.
fn strangers(conf: &Conf) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, entry) in conf.engines.entries.iter().enumerate() {
        let is_method = Plans::engines().any(|(method, _)| entry.method.covers(method));
        let is_engine =
            Plans::engines().any(|(method, engine)| entry.method.covers(method) && entry.engine.covers(engine));
        if let (Name::Only(method), false) = (&entry.method, is_method) {
            let known: Vec<_> = ENGINES.iter().map(|(method, _)| *method).collect();
            let rule = format!("must be * or a method that runs engines, one of {}", known.join(", "));
            faults.push(Fault::new(Key::Engine, format!("engines[{index}].method"), rule, method.as_str()));
        } else if let (Name::Only(engine), false) = (&entry.engine, is_engine) {
            let mut known: Vec<_> = Plans::engines().map(|(_, engine)| engine).collect();
            known.sort_unstable();
            known.dedup();
            let rule = format!("must be * or an engine, one of {}", known.join(", "));
            faults.push(Fault::new(Key::Engine, format!("engines[{index}].engine"), rule, engine.as_str()));
        } else if entry.engine == Name::Any {
            // an entry for every engine may name a task that only some have, but not one that none has
            for task in entry.tasks.keys().filter(|task| !has_task(task)) {
                let path = format!("engines[{index}].tasks.{task}");
                faults.push(Fault::new(Key::Engine, path, "must be a task of some engine".to_owned(), task.as_str()));
            }
        }
    }
    faults
}

/// Whether any engine has the task.
fn has_task(name: &str) -> bool {
    live_bag_products_engine().task_names().any(|task| task == name)
        || live_bag_auction_engine().task_names().any(|task| task == name)
        || pin_card_data_engine().task_names().any(|task| task == name)
        || live_bag_tab_engine().task_names().any(|task| task == name)
}

struct Compiler<'a> {
    conf: &'a Conf,
    faults: Vec<Fault>,
}

impl Compiler<'_> {
    fn plan<S: Scene>(&mut self, method: &str, definition: &Definition<S>) -> Option<Arc<Plan<S>>> {
        let effective = self.conf.engines.effective(method, definition.engine());
        // an entry for every engine may name a task that only some have
        let particular =
            |name: &str, task: &EffectiveTask| names_engine(task) || definition.task_names().any(|t| t == name);
        let tasks: BTreeMap<String, TaskConf> = effective
            .tasks
            .iter()
            .filter(|(name, task)| particular(name, task))
            .map(|(name, task)| (name.to_string(), task_conf(task)))
            .collect();
        let mode = match effective.mode.as_ref().map(|said| said.value) {
            Some(EngineMode::Dag) => Mode::Dag,
            Some(EngineMode::Staged) | None => Mode::Staged,
        };
        let conf = PlanConf { mode, timeout: effective.timeout(), reserve: effective.reserve(), tasks };
        match Plan::compile(definition, &conf) {
            Ok(plan) => Some(Arc::new(plan)),
            Err(faults) => {
                self.faults.extend(faults.into_iter().map(|fault| {
                    let engine = format!("{method}/{}", definition.engine());
                    let path = fault.task.as_ref().map_or(engine.clone(), |task| format!("{engine}.tasks.{task}"));
                    Fault { key: Key::Engine.name().into(), path, rule: fault.text, found: String::new() }
                }));
                None
            }
        }
    }
}

/// Whether an entry that names its engine says anything of the task.
fn names_engine(task: &EffectiveTask) -> bool {
    let named = |origin: &live_pack_dal::config::Origin| origin.engine != Name::Any;
    task.enabled.as_ref().is_some_and(|said| named(&said.origin))
        || task.timeout.as_ref().is_some_and(|said| named(&said.origin))
        || task.strength.as_ref().is_some_and(|said| named(&said.origin))
        || task.depends_on.as_ref().is_some_and(|said| named(&said.origin))
        || task.join_before.as_ref().is_some_and(|said| named(&said.origin))
        || task.rollout.as_ref().is_some_and(|said| named(&said.origin))
}

fn task_conf(task: &EffectiveTask) -> TaskConf {
    TaskConf {
        enabled: task.enabled.as_ref().map(|said| said.value),
        timeout: task.timeout.as_ref().map(|said| said.value),
        strength: task.strength.as_ref().map(|said| match said.value {
            TaskStrength::Strong => Strength::Strong,
            TaskStrength::Weak => Strength::Weak,
        }),
        depends_on: task.depends_on.iter().flat_map(|said| said.value.iter().map(ToString::to_string)).collect(),
        join_before: task.join_before.as_ref().map(|said| match said.value {
            JoinBefore::Filters => Stage::Filters,
            JoinBefore::Sorters => Stage::Sorters,
            JoinBefore::Loaders => Stage::Loaders,
            JoinBefore::Converters => Stage::Converters,
        }),
        rollout: task.rollout.as_ref().map(|said| rollout(&said.value)),
    }
}

fn rollout(conf: &RolloutConf) -> Rollout {
    Rollout {
        percent: conf.percent.as_f64(),
        regions: conf.regions.iter().map(ToString::to_string).collect(),
        min_app_version: conf.app_versions.min,
        max_app_version: conf.app_versions.max,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_plan_compiles_with_what_is_built_in_and_explains_itself() {
        let plans = Plans::compile(&Conf::default()).unwrap();
        for (method, engine) in Plans::engines() {
            assert!(plans.explain(method, engine).unwrap().starts_with(engine), "{method}/{engine}");
        }
        assert_eq!(plans.explain("GetLiveBagData", "NoEngine"), None);
    }
}
