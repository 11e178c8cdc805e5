//! Compiles a definition and its configuration into a plan.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_dal::config::{EffectiveTask, EngineConf, Fault, Key, Name, Said};
use live_pack_engine::{Definition, Origins, Plan, PlanConf, Scene, Shedding, TaskConf};

use crate::engine_states::{CountShadows, EngineStates};

mod branches;

static NO_ENTRIES: EngineConf = EngineConf { entries: Vec::new(), overlay: None };

/// Compiles the plans one by one and collects all their faults.
pub(crate) struct Compiler<'a> {
    engines: &'a EngineConf,
    states: &'a EngineStates,
    /// The branches of the flows, with their methods.
    branches: BTreeSet<(String, &'static str)>,
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Compiler<'a> {
    pub(crate) const fn new(engines: &'a EngineConf, states: &'a EngineStates) -> Self {
        Self { engines, states, branches: BTreeSet::new(), faults: Vec::new() }
    }

    /// A compiler that ignores all entries of the configuration.
    pub(super) const fn without_entries(&self) -> Compiler<'a> {
        Compiler::new(&NO_ENTRIES, self.states)
    }

    /// The plan of an engine in a method; `None` if it has faults, which are collected.
    pub(crate) fn plan<S: Scene, A>(&mut self, method: &str, definition: Definition<S, A>) -> Option<Plan<S, A>> {
        let definition = if definition.shadow_counts().next().is_some() {
            definition.hook(CountShadows(self.states.shadows.clone()))
        } else {
            definition
        };
        let effective = self.engines.effective(method, definition.engine());
        // unknown tasks belong to other engines, or are reported elsewhere
        let own: BTreeSet<&str> = definition.task_names().collect();
        let tasks: BTreeMap<String, TaskConf> = effective
            .tasks
            .iter()
            .filter(|(name, _)| own.contains(name.as_str()))
            .map(|(name, task)| (name.to_string(), task_conf(task)))
            .collect();
        let mode = effective.mode.as_ref().map(|said| said.value).unwrap_or_default();
        let origins = origins([
            ("mode", origin(&effective.mode)),
            ("timeout", origin(&effective.timeout)),
            ("reserve", origin(&effective.reserve)),
            ("waits", origin(&effective.waits)),
            ("shedding", origin(&effective.shed)),
        ]);
        let (timeout, reserve) = (effective.timeout(), effective.reserve());
        let shedding = effective.shed.as_ref().map(|said| Shedding {
            policy: said.value,
            pressure: self.states.pressures.of(&format!("{method}/{}", definition.engine())),
        });
        let conf = PlanConf {
            mode,
            timeout,
            reserve,
            waits: value(&effective.waits),
            tasks,
            shedding,
            origins,
            ..PlanConf::default()
        };
        match Plan::compile(&definition, &conf) {
            Ok(plan) => Some(plan),
            Err(faults) => {
                for fault in faults {
                    let engine = definition.engine();
                    let path = self.entry(method, engine, fault.task.as_deref());
                    let task = fault.task.map_or_else(String::new, |task| format!("{task} "));
                    let rule = format!("{method}/{engine}: {task}{}", fault.text);
                    self.faults.push(Fault { key: Key::Engine.name().into(), path, rule, found: String::new() });
                }
                None
            }
        }
    }
}

impl Compiler<'_> {
    /// The path of the most specific entry that configures a task of an engine, or the engine.
    fn entry(&self, method: &str, engine: &str, task: Option<&str>) -> String {
        let entries = self.engines.strongest().iter().enumerate().filter(|(_, entry)| {
            let says = task.is_none_or(|task| entry.tasks.contains_key(task));
            says && entry.method.covers(method) && entry.engine.covers(engine)
        });
        let particular = entries.max_by_key(|(_, entry)| (entry.method != Name::Any, entry.engine != Name::Any));
        match (particular, task) {
            (Some((index, _)), Some(task)) => format!("engines[{index}].tasks.{task}"),
            (Some((index, _)), None) => format!("engines[{index}]"),
            (None, _) => "engines".to_owned(),
        }
    }
}

fn value<T: Clone>(said: &Option<Said<T>>) -> Option<T> {
    said.as_ref().map(|said| said.value.clone())
}

/// The entry that a value comes from.
fn origin<T>(said: &Option<Said<T>>) -> Option<String> {
    said.as_ref().map(|said| said.origin.to_string())
}

fn origins<const N: usize>(fields: [(&'static str, Option<String>); N]) -> Origins {
    fields.into_iter().filter_map(|(field, origin)| Some((field, origin?))).collect()
}

fn task_conf(task: &EffectiveTask) -> TaskConf {
    TaskConf {
        enabled: value(&task.enabled),
        timeout: value(&task.timeout),
        strength: value(&task.strength),
        depends_on: task.depends_on.iter().flat_map(|said| said.value.iter().map(ToString::to_string)).collect(),
        join_before: value(&task.join_before),
        rollout: value(&task.rollout),
        waits: value(&task.waits),
        importance: value(&task.importance),
        origins: origins([
            ("enabled", origin(&task.enabled)),
            ("timeout", origin(&task.timeout)),
            ("strength", origin(&task.strength)),
            ("depends_on", origin(&task.depends_on)),
            ("join_before", origin(&task.join_before)),
            ("rollout", origin(&task.rollout)),
            ("importance", origin(&task.importance)),
            ("waits", origin(&task.waits)),
        ]),
    }
}
