//! Entries of configuration that no engine reads.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_dal::config::{Conf, EngineEntry, Fault, Key, Name};

use super::METHODS;

/// The names that an entry may use: every method, its engines, and their tasks.
struct Known(BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>>);

impl Known {
    fn gather() -> Self {
        let mut known = BTreeMap::new();
        for (method, engines) in METHODS {
            engines(&mut |engine, tasks| drop(known.insert((*method, engine), tasks.collect())));
        }
        Self(known)
    }

    /// The engines that an entry is for.
    fn covered(&self, entry: &EngineEntry) -> impl Iterator<Item = (&'static str, &BTreeSet<&'static str>)> {
        self.0.iter().filter_map(|((method, engine), tasks)| {
            (entry.method.covers(method) && entry.engine.covers(engine)).then_some((*engine, tasks))
        })
    }
}

/// The entries that name an unknown method, engine or task.
pub(super) fn strangers(conf: &Conf) -> Vec<Fault> {
    let known = Known::gather();
    let mut faults = Vec::new();
    for (index, entry) in conf.engines.entries.iter().enumerate() {
        let at = |part: &str| format!("engines[{index}].{part}");
        if let Name::Only(method) = &entry.method
            && METHODS.iter().all(|(known, _)| *known != method.as_str())
        {
            let methods: Vec<_> = METHODS.iter().map(|(method, _)| *method).collect();
            let rule = format!("must be * or a method, one of {}", methods.join(", "));
            faults.push(Fault::new(Key::Engine, at("method"), rule, method.as_str()));
            continue;
        }
        let covered: BTreeMap<_, _> = known.covered(entry).collect();
        if let (Name::Only(engine), true) = (&entry.engine, covered.is_empty()) {
            let every = EngineEntry { engine: Name::Any, ..entry.clone() };
            let engines: BTreeSet<_> = known.covered(&every).map(|(engine, _)| engine).collect();
            let rule = format!("must be * or an engine, one of {}", engines.into_iter().collect::<Vec<_>>().join(", "));
            faults.push(Fault::new(Key::Engine, at("engine"), rule, engine.as_str()));
            continue;
        }
        // an entry for several engines may name a task that only some have, but not one that none has
        for task in entry.tasks.keys().filter(|task| covered.values().all(|tasks| !tasks.contains(task.as_str()))) {
            let tasks: BTreeSet<_> = covered.values().flat_map(|tasks| tasks.iter().copied()).collect();
            let rule = format!("must be a task of {}", of(&entry.engine, &tasks));
            faults.push(Fault::new(Key::Engine, at(&format!("tasks.{task}")), rule, task.as_str()));
        }
    }
    faults
}

/// The engine and its tasks, or a note that there are many.
fn of(engine: &Name, tasks: &BTreeSet<&str>) -> String {
    match engine {
        Name::Any => "some engine".to_owned(),
        Name::Only(engine) => {
            format!("{engine}, one of {}", tasks.iter().copied().collect::<Vec<_>>().join(", "))
        }
    }
}
