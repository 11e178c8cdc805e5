//! Entries of configuration that no engine would ever read.

use std::collections::BTreeSet;

use live_pack_dal::config::{Conf, Fault, Key, Name};

use super::METHODS;

/// What an entry may name.
struct Known {
    /// Every method and the engines it runs.
    engines: BTreeSet<(&'static str, &'static str)>,
    /// The tasks of all engines.
    tasks: BTreeSet<&'static str>,
}

impl Known {
    fn gather() -> Self {
        let mut known = Self { engines: BTreeSet::new(), tasks: BTreeSet::new() };
        for (method, engines) in METHODS {
            engines(&mut |engine, tasks| {
                known.engines.insert((method, engine));
                known.tasks.extend(tasks);
            });
        }
        known
    }
}

/// The entries that name a method, an engine or a task there is not.
pub(super) fn strangers(conf: &Conf) -> Vec<Fault> {
    let known = Known::gather();
    let mut faults = Vec::new();
    for (index, entry) in conf.engines.entries.iter().enumerate() {
        let is_method = known.engines.iter().any(|(method, _)| entry.method.covers(method));
        let is_engine =
            known.engines.iter().any(|(method, engine)| entry.method.covers(method) && entry.engine.covers(engine));
        if let (Name::Only(method), false) = (&entry.method, is_method) {
            let methods: Vec<_> = METHODS.iter().map(|(method, _)| *method).collect();
            let rule = format!("must be * or a method, one of {}", methods.join(", "));
            faults.push(Fault::new(Key::Engine, format!("engines[{index}].method"), rule, method.as_str()));
        } else if let (Name::Only(engine), false) = (&entry.engine, is_engine) {
            let of_method = known.engines.iter().filter(|(method, _)| entry.method.covers(method));
            let engines: BTreeSet<_> = of_method.map(|(_, engine)| *engine).collect();
            let rule = format!("must be * or an engine, one of {}", engines.into_iter().collect::<Vec<_>>().join(", "));
            faults.push(Fault::new(Key::Engine, format!("engines[{index}].engine"), rule, engine.as_str()));
        } else if entry.engine == Name::Any {
            // an entry for every engine may name a task that only some have, but not one that none has
            for task in entry.tasks.keys().filter(|task| !known.tasks.contains(&***task)) {
                let path = format!("engines[{index}].tasks.{task}");
                faults.push(Fault::new(Key::Engine, path, "must be a task of some engine".to_owned(), task.as_str()));
            }
        }
    }
    faults
}
