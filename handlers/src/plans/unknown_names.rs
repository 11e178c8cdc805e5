//! Names in entries of the configuration that do not belong to any method, engine or task.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_dal::config::{EngineConf, EngineEntry, Fault, Key, Name};

use super::MethodPlans;

/// The subject of an entry.
#[derive(Clone)]
enum Subject {
    /// An engine with these tasks.
    Engine(BTreeSet<&'static str>),
    /// A flow, which has no tasks and no timeout of its own.
    Flow,
}

impl Subject {
    fn tasks(&self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::Engine(tasks) => Some(tasks.iter().copied()),
            Self::Flow => None,
        }
        .into_iter()
        .flatten()
    }
}

/// The names that an entry may use: every method, its engines and flows, and their tasks.
struct KnownNames(BTreeMap<(&'static str, &'static str), Subject>);

impl KnownNames {
    fn gather(methods: &[MethodPlans]) -> Self {
        let mut known = BTreeMap::new();
        for method in methods {
            (method.engines)(&mut |engine, tasks| {
                drop(known.insert((method.name, engine), Subject::Engine(tasks.collect())));
            });
            (method.flows)(&mut |flow| drop(known.insert((method.name, flow), Subject::Flow)));
        }
        Self(known)
    }

    /// The engines and flows that an entry applies to.
    fn covered(&self, entry: &EngineEntry) -> impl Iterator<Item = (&'static str, &Subject)> {
        self.0.iter().filter_map(|((method, name), subject)| {
            (entry.method.covers(method) && entry.engine.covers(name)).then_some((*name, subject))
        })
    }
}

/// The faults of entries that name an unknown method, engine or task, or that set an engine-only field for a flow.
pub(crate) fn unknown_names(engines: &EngineConf, methods: &[MethodPlans]) -> Vec<Fault> {
    let known = KnownNames::gather(methods);
    let mut faults = Vec::new();
    for (index, entry) in engines.strongest().iter().enumerate() {
        let at = |part: &str| format!("engines[{index}].{part}");
        if let Name::Only(method) = &entry.method
            && methods.iter().all(|known| known.name != method.as_str())
        {
            let rule = format!("must be * or a method, {}", one_of(methods.iter().map(|method| method.name), method));
            faults.push(Fault::new(Key::Engine, at("method"), rule, method.as_str()));
            continue;
        }
        let covered: BTreeMap<_, _> = known.covered(entry).collect();
        if let (Name::Only(engine), true) = (&entry.engine, covered.is_empty()) {
            let every = EngineEntry { engine: Name::Any, ..entry.clone() };
            let engines: BTreeSet<_> = known.covered(&every).map(|(engine, _)| engine).collect();
            let rule = format!("must be * or an engine, {}", one_of(engines, engine));
            faults.push(Fault::new(Key::Engine, at("engine"), rule, engine.as_str()));
            continue;
        }
        if let Name::Only(name) = &entry.engine
            && covered.values().all(|subject| matches!(subject, Subject::Flow))
        {
            let rule = format!("must not be set: {name} is a flow, and its engines have their own");
            let fault = |field| Fault {
                key: Key::Engine.name().into(),
                path: at(field),
                rule: rule.clone(),
                found: String::new(),
            };
            faults.extend(of_engines(entry).map(fault));
            continue;
        }
        // an entry for several engines may name a task that only some of them have, but not one that none has
        let tasks: BTreeSet<_> = covered.values().flat_map(|subject| subject.tasks()).collect();
        for task in entry.tasks.keys().filter(|task| !tasks.contains(task.as_str())) {
            let rule = match &entry.engine {
                Name::Any => format!("must be a task of some engine{}", near(tasks.iter().copied(), task)),
                Name::Only(engine) => format!("must be a task of {engine}, {}", one_of(tasks.iter().copied(), task)),
            };
            faults.push(Fault::new(Key::Engine, at(&format!("tasks.{task}")), rule, task.as_str()));
        }
    }
    faults
}

/// The engine-only fields of an entry.
fn of_engines(entry: &EngineEntry) -> impl Iterator<Item = &'static str> {
    let EngineEntry { method: _, engine: _, enabled: _, strength: _, mode, waits, timeout, reserve, shed, tasks } =
        entry;
    [
        ("mode", mode.is_some()),
        ("waits", waits.is_some()),
        ("timeout", timeout.is_some()),
        ("reserve", reserve.is_some()),
        ("shed", shed.is_some()),
        ("tasks", !tasks.is_empty()),
    ]
    .into_iter()
    .filter_map(|(field, is_set)| is_set.then_some(field))
}

/// The known names, with the one nearest to `found`.
fn one_of(known: impl IntoIterator<Item = &'static str>, found: &str) -> String {
    let known: Vec<_> = known.into_iter().collect();
    format!("one of {}{}", known.join(", "), near(known.iter().copied(), found))
}

/// The known name with the smallest edit distance, if that is small.
fn near(known: impl Iterator<Item = &'static str>, found: &str) -> String {
    let edits = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &found.to_lowercase());
    let nearest = known.map(|name| (edits(name), name)).min();
    let nearest = nearest.filter(|(edits, name)| *edits <= name.len() / 3);
    nearest.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"))
}
