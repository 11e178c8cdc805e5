//! From a definition and the configuration to a plan.

use std::collections::BTreeMap;

use live_pack_dal::config::{
    Conf, EffectiveTask, EngineMode, Fault, Importance as ImportanceConf, JoinBefore, Key, Name,
    Rollout as RolloutConf, Said, Shed, TaskStrength,
};
use live_pack_engine::{
    Definition, Importance, Mode, Origins, Plan, PlanConf, Rollout, Scene, ShedPolicy, Shedding, Stage, Strength,
    TaskConf,
};

use crate::engine_states::{CountShadows, EngineStates};

/// Compiles one plan after the other, and gathers the faults of all.
pub(super) struct Compiler<'a> {
    conf: &'a Conf,
    states: &'a EngineStates,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Compiler<'a> {
    pub(super) const fn new(conf: &'a Conf, states: &'a EngineStates) -> Self {
        Self { conf, states, faults: Vec::new() }
    }

    /// The plan of an engine in a method; `None`: its faults were noted.
    pub(super) fn plan<S: Scene, A>(&mut self, method: &str, definition: Definition<S, A>) -> Option<Plan<S, A>> {
        let definition = if definition.shadow_counts().next().is_some() {
            definition.hook(CountShadows(self.states.shadows.clone()))
        } else {
            definition
        };
        let effective = self.conf.engines.effective(method, definition.engine());
        // an entry for every engine may name a task that only some have; one that names this engine may not
        let named = |name: &str| {
            let mut entries = self.conf.engines.entries.iter();
            entries.any(|entry| {
                entry.engine != Name::Any
                    && entry.engine.covers(definition.engine())
                    && entry.method.covers(method)
                    && entry.tasks.keys().any(|task| task == name)
            })
        };
        let particular = |name: &str| named(name) || definition.task_names().any(|task| task == name);
        let tasks: BTreeMap<String, TaskConf> = effective
            .tasks
            .iter()
            .filter(|(name, _)| particular(name))
            .map(|(name, task)| (name.to_string(), task_conf(task)))
            .collect();
        let mode = match effective.mode.as_ref().map(|said| said.value) {
            Some(EngineMode::Dag) => Mode::Dag,
            Some(EngineMode::Staged) | None => Mode::Staged,
        };
        let origins = origins([
            ("mode", origin(&effective.mode)),
            ("timeout", origin(&effective.timeout)),
            ("reserve", origin(&effective.reserve)),
            ("shedding", origin(&effective.shed)),
        ]);
        let (timeout, reserve) = (effective.timeout(), effective.reserve());
        let shedding = effective.shed.as_ref().map(|said| Shedding {
            policy: shed_policy(&said.value),
            pressure: self.states.pressures.of(&format!("{method}/{}", definition.engine())),
        });
        let conf = PlanConf { mode, timeout, reserve, tasks, shedding, origins, ..PlanConf::default() };
        match Plan::compile(&definition, &conf) {
            Ok(plan) => Some(plan),
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

fn shed_policy(shed: &Shed) -> ShedPolicy {
    ShedPolicy {
        target: shed.target,
        tolerated_percent: shed.tolerated.as_f64(),
        window: shed.window,
        min_engines: shed.min_engines,
        calm_windows: shed.calm_windows,
    }
}

/// Which entry said it.
fn origin<T>(said: &Option<Said<T>>) -> Option<String> {
    said.as_ref().map(|said| said.origin.to_string())
}

fn origins<const N: usize>(fields: [(&'static str, Option<String>); N]) -> Origins {
    fields.into_iter().filter_map(|(field, origin)| Some((field, origin?))).collect()
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
        importance: task.importance.as_ref().map(|said| match said.value {
            ImportanceConf::Low => Importance::Low,
            ImportanceConf::Normal => Importance::Normal,
            ImportanceConf::High => Importance::High,
        }),
        origins: origins([
            ("enabled", origin(&task.enabled)),
            ("timeout", origin(&task.timeout)),
            ("strength", origin(&task.strength)),
            ("depends_on", origin(&task.depends_on)),
            ("join_before", origin(&task.join_before)),
            ("rollout", origin(&task.rollout)),
            ("importance", origin(&task.importance)),
        ]),
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
