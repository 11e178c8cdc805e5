//! The plans of all methods, for display.

use std::collections::BTreeSet;

use live_pack_dal::Downstream;
use live_pack_entities::asks;

use super::{METHODS, Plans};
use crate::plans::AnyPlan;

impl Plans {
    /// The effective plan of the engine or flow with this name in `method`, as text; `None` if there is none.
    #[must_use]
    pub fn explain(&self, method: &str, name: &str) -> Option<String> {
        self.plan(method, name).map(AnyPlan::explain)
    }

    /// The downstream services called by strong tasks of enabled engines, in numerical order. A task that
    /// is strong in some requests counts.
    #[must_use]
    pub fn strong_downstreams(&self) -> Vec<Downstream> {
        let mut asked = BTreeSet::new();
        for plan in Self::engines().into_iter().filter_map(|(method, engine)| self.plan(method, engine)) {
            for task in plan.may_be_strong() {
                asked.extend(asks::of(task));
            }
        }
        asked.into_iter().collect()
    }

    /// Every method with its engines.
    #[must_use]
    pub fn engines() -> Vec<(&'static str, &'static str)> {
        let mut all = Vec::new();
        for method in METHODS {
            (method.engines)(&mut |engine, _| all.push((method.name, engine)));
        }
        all
    }

    /// Every method with several engines, and the flows that compose them.
    #[must_use]
    pub fn flows() -> Vec<(&'static str, &'static str)> {
        let mut all = Vec::new();
        for method in METHODS {
            (method.flows)(&mut |flow| all.push((method.name, flow)));
        }
        all
    }
}

#[cfg(test)]
mod tests;
