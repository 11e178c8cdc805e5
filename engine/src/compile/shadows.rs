//! Shadows in the plan: their inputs and their configuration.

use super::Compiler;
use crate::{
    Scene, TaskConf,
    by_node::NodeId,
    plan::{ResolvedRead, shadow_node::ShadowNode},
    reads::Mode,
    task_entry::Role,
};

impl<S: Scene> Compiler<'_, S> {
    /// The enabled shadows with a non-empty roll-out. All shadows are checked.
    pub(super) fn shadows(&mut self, answer: Option<NodeId>) -> Vec<ShadowNode<S>> {
        let mut shadows = Vec::new();
        for entry in &self.definition.shadows {
            let (datum, datum_name) = entry.old;
            let old = self.writers.get(&datum).copied();
            if old.is_none() {
                self.fault(Some(entry.name), format!("shadows {datum_name}, which no task produces"));
            } else if old == answer {
                let text = format!("shadows {datum_name}, which is the answer and leaves the engine");
                self.fault(Some(entry.name), text);
            }
            let has_list = self.entries.iter().any(|entry| entry.role == Role::Items);
            if (entry.reads.items || entry.reads.kept || entry.reads.page) && !has_list {
                self.fault(Some(entry.name), "reads the list, but nothing contributes items".into());
            }
            // a datum whose task is switched off or rolled out is not a fault: the shadow is then skipped
            let mut reads = Vec::with_capacity(entry.reads.data.len());
            for read in &entry.reads.data {
                match self.writers.get(&read.datum) {
                    Some(&writer) => reads.push(ResolvedRead { mode: read.mode, writer }),
                    None if read.mode == Mode::IfWritten => {}
                    None => self.fault(Some(entry.name), format!("reads {}, which no task produces", read.datum_name)),
                }
            }
            let conf = self.conf.tasks.get(entry.name);
            let rollout = conf.filter(|conf| conf.enabled != Some(false)).and_then(|conf| conf.rollout.clone());
            let (Some(old), Some(rollout)) = (old, rollout) else { continue };
            shadows.push(ShadowNode {
                name: entry.name,
                reads,
                inputs: self.inputs(&entry.reads),
                old,
                rollout,
                timeout: conf.and_then(|conf| conf.timeout).unwrap_or(self.conf.timeout),
                body: entry.body.clone(),
                counters: entry.counters.clone(),
            });
        }
        shadows
    }

    /// A shadow has no position in the plan, so settings about positions do not apply.
    pub(super) fn check_shadow(&mut self, name: &str, conf: &TaskConf) {
        let fields = [
            ("strength", conf.strength.is_some()),
            ("depends_on", !conf.depends_on.is_empty()),
            ("join_before", conf.join_before.is_some()),
            ("waits", conf.waits.is_some()),
            ("importance", conf.importance.is_some()),
        ];
        for (field, _) in fields.into_iter().filter(|(_, said)| *said) {
            self.fault(Some(name), format!("is a shadow, which has no {field}"));
        }
        if conf.timeout.is_some_and(|timeout| timeout.is_zero()) {
            self.fault(Some(name), "timeout must be more than 0ms".into());
        }
        self.check_rollout(name, conf);
    }
}
