//! The configuration of branches: `enabled` and `strength` in an entry of an engine or a flow.

use std::collections::BTreeMap;

use live_pack_dal::config::{EffectiveEngine, Fault, Key};
use live_pack_engine::{
    Fault as FlowFault, Strength,
    flow::{BranchConf, Business, Flow, FlowDefinition},
};

use super::{super::MethodPlans, Compiler, origin, origins, value};

impl Compiler<'_> {
    /// The flow of a method with its configured branches; `None` if it has faults, which are collected.
    pub(in crate::plans) fn flow<K: Business>(
        &mut self,
        method: &str,
        definition: FlowDefinition<K>,
    ) -> Option<Flow<K>> {
        let names: Vec<_> = definition.branch_names().collect();
        let conf: BTreeMap<String, BranchConf> =
            names.iter().map(|name| ((*name).to_owned(), branch_conf(&self.engines.effective(method, name)))).collect();
        self.branches.extend(names.into_iter().map(|name| (method.to_owned(), name)));
        match definition.build_with(&conf) {
            Ok(flow) => Some(flow),
            Err(faults) => {
                let faults: Vec<_> = faults.iter().map(|fault| self.branch_fault(method, fault)).collect();
                self.faults.extend(faults);
                None
            }
        }
    }

    fn branch_fault(&self, method: &str, fault: &FlowFault) -> Fault {
        let branch = fault.task.as_deref().unwrap_or_default();
        let rule = format!("{method}/{}: {branch} {}", fault.engine, fault.text);
        let said = self.engines.effective(method, branch);
        let found = fault.field.and_then(|field| Some((field, switch(&said, field)?)));
        match found {
            Some((field, (entry, found))) => Fault::new(Key::Engine, format!("engines[{entry}].{field}"), rule, &found),
            // a programming error in the definition of the flow
            None => Fault { key: Key::Engine.name().into(), path: "engines".into(), rule, found: String::new() },
        }
    }

    /// Checks that no engine or flow that is the whole answer of a method is switched off or made weak. Called when the flows
    /// are compiled.
    pub(crate) fn check_alone(&mut self, method: &MethodPlans) {
        let mut names = Vec::new();
        (method.engines)(&mut |engine, _| names.push(engine));
        (method.flows)(&mut |flow| names.push(flow));
        for name in names.into_iter().filter(|name| !self.branches.contains(&(method.name.to_owned(), *name))) {
            let said = self.engines.effective(method.name, name);
            let off = said.enabled.as_ref().is_some_and(|said| !said.value).then_some(("enabled", "switched off"));
            let weak = said.strength.as_ref().is_some_and(|said| said.value == Strength::Weak);
            let weak = weak.then_some(("strength", "made weak"));
            for (field, what) in [off, weak].into_iter().flatten() {
                let Some((entry, found)) = switch(&said, field) else { continue };
                let rule = format!("{}: {name} is the whole answer and cannot be {what}", method.name);
                self.faults.push(Fault::new(Key::Engine, format!("engines[{entry}].{field}"), rule, &found));
            }
        }
    }
}

/// The entry and the value of a field.
fn switch(said: &EffectiveEngine, field: &str) -> Option<(usize, serde_json::Value)> {
    match field {
        "enabled" => said.enabled.as_ref().map(|said| (said.origin.entry, said.value.into())),
        _ => {
            let said = said.strength.as_ref()?;
            Some((said.origin.entry, said.value.name().into()))
        }
    }
}

fn branch_conf(said: &EffectiveEngine) -> BranchConf {
    BranchConf {
        enabled: value(&said.enabled),
        strength: value(&said.strength),
        origins: origins([("enabled", origin(&said.enabled)), ("strength", origin(&said.strength))]),
    }
}
