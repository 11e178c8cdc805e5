//! The effective plan as text and for programs: tasks, order and reasons.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{AnyPlan, Cause, Kind};
use crate::{Importance, Scene, Shedding, Stage, Strength, Waits, by_node::NodeId, conf::Origins};

impl<S: Scene> AnyPlan<S> {
    /// The effective plan as text: each task by stage with its switches, limits and dependencies.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = String::new();
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "{}: {:?} mode{}, timeout {:?}{}, with {:?} reserved for the converters{}; answers {}",
            self.engine,
            self.mode,
            from(&self.origins, "mode"),
            self.timeout,
            from(&self.origins, "timeout"),
            self.reserve,
            from(&self.origins, "reserve"),
            self.answer_name
        );
        if let Some(Shedding { policy, pressure }) = &self.shedding {
            let (percent, target, level) = (policy.tolerated_percent, policy.target, pressure.level());
            let from = from(&self.origins, "shedding");
            let _ = writeln!(text, "sheds when more than {percent} % take over {target:?}{from}; now at level {level}");
        }
        for stage in Stage::ALL {
            let mut nodes = self.nodes.iter().filter(|(_, node)| node.is_task() && node.stage == stage).peekable();
            if nodes.peek().is_some() {
                let _ = writeln!(text, "{stage}");
            }
            for (id, node) in nodes {
                let _ = write!(text, "  {}", node.name);
                for (field, value) in self.configured(id, node) {
                    let _ = write!(text, " [{value}{}]", from(&node.origins, field));
                }
                let waits: Vec<_> = node.predecessors.iter().filter_map(|edge| self.waits_for(node, edge)).collect();
                let _ = if waits.is_empty() { writeln!(text) } else { writeln!(text, " ← {}", waits.join(", ")) };
            }
        }
        for shadow in &self.shadows {
            let old = self.nodes[shadow.old].name;
            let _ = writeln!(
                text,
                "shadow {} of {old} [{} %] [timeout {:?}]",
                shadow.name, shadow.rollout.percent, shadow.timeout
            );
        }
        text
    }

    /// The effective plan as JSON. Each configurable value has its origin, `default` if it is not set.
    #[must_use]
    pub fn explain_json(&self) -> Value {
        let value = |origins: &Origins, field: &str, value: Value| json!({ "value": value, "from": origins.get(field).map_or("default", String::as_str) });
        let millis = |duration: std::time::Duration| json!(duration.as_secs_f64() * 1e3);
        let tasks = self.nodes.iter().filter(|(_, node)| node.is_task()).map(|(_, node)| {
            let of = |field: &str, found: Value| value(&node.origins, field, found);
            let edges = node.predecessors.iter().filter(|(_, cause)| *cause != Cause::Stage);
            let waits_for = edges.map(|&(before, cause)| {
                let cause = match cause {
                    Cause::Reads if self.needs(node, before) => "needs",
                    Cause::Reads => "reads",
                    Cause::List => "list",
                    Cause::Configured => "depends_on",
                    Cause::Stage => "stage",
                };
                json!({ "task": self.nodes[before].name, "why": cause })
            });
            json!({
                "task": node.name,
                "stage": node.stage.name(),
                "enabled": of("enabled", json!(node.enabled)),
                "timeout_ms": of("timeout", node.timeout.map_or(Value::Null, millis)),
                "strength": of("strength", json!(node.strength.map_or(node.registered.name(), Strength::name))),
                "rollout": of("rollout", node.rollout.as_ref().map_or(Value::Null, |rollout| json!({
                    "percent": rollout.percent, "regions": rollout.regions,
                    "min_app_version": rollout.min_app_version, "max_app_version": rollout.max_app_version,
                }))),
                "importance": of("importance", json!(node.importance)),
                "waits": of("waits", json!(node.waits)),
                "waits_for": waits_for.collect::<Vec<_>>(),
            })
        });
        let shadows = self.shadows.iter().map(|shadow| {
            json!({
                "task": shadow.name, "of": self.nodes[shadow.old].name, "percent": shadow.rollout.percent,
                "timeout_ms": millis(shadow.timeout),
            })
        });
        json!({
            "shadows": shadows.collect::<Vec<_>>(),
            "engine": self.engine,
            "answer": self.answer_name,
            "version": self.version,
            "mode": value(&self.origins, "mode", json!(self.mode)),
            "timeout_ms": value(&self.origins, "timeout", millis(self.timeout)),
            "reserve_ms": value(&self.origins, "reserve", millis(self.reserve)),
            "shedding": value(&self.origins, "shedding", self.shedding.as_ref().map_or(Value::Null, |shedding| json!({
                "target_ms": millis(shedding.policy.target), "tolerated_percent": shedding.policy.tolerated_percent,
                "window_ms": millis(shedding.policy.window), "min_engines": shedding.policy.min_engines,
                "calm_windows": shedding.policy.calm_windows, "level": shedding.pressure.level(),
            }))),
            "tasks": tasks.collect::<Vec<_>>(),
        })
    }

    /// The effective plan as a Mermaid diagram; a dashed arrow is an optional read, a solid one a need.
    #[must_use]
    pub fn explain_mermaid(&self) -> String {
        self.picture(|id| self.note(id)).to_mermaid()
    }

    /// The effective plan as a Graphviz diagram.
    #[must_use]
    pub fn explain_dot(&self) -> String {
        self.picture(|id| self.note(id)).to_dot(self.engine)
    }

    /// Registered and configured values of a task that differ from the defaults: field and text.
    fn configured(&self, id: NodeId, node: &super::Node<S>) -> Vec<(&'static str, String)> {
        let sheds = self.shedding.is_some() && node.needed_by.is_some() && node.importance != Importance::Normal;
        let registered = node.registered.name();
        let strength = match node.strength {
            Some(strength) => Some(format!("{} by configuration", strength.name())),
            None => (!self.is_rule(id) && registered != Strength::Weak.name()).then(|| registered.to_owned()),
        };
        let told = [
            ("enabled", (!node.enabled).then(|| "switched off".to_owned())),
            ("strength", strength),
            ("timeout", node.timeout.map(|timeout| format!("timeout {timeout:?}"))),
            ("rollout", node.rollout.as_ref().map(|rollout| format!("rolled out to {} %", rollout.percent))),
            ("waits", (node.waits == Waits::InPlace).then(|| "waits in place".to_owned())),
            ("importance", sheds.then(|| format!("{} importance", node.importance.name()))),
        ];
        told.into_iter().filter_map(|(field, told)| Some((field, told?))).collect()
    }

    /// Whether it is a contribution, a filter or a sorter, which are always strong.
    pub(crate) fn is_rule(&self, id: NodeId) -> bool {
        [&self.contributions, &self.filters, &self.sorters].iter().any(|rules| rules.contains(&id))
    }

    fn needs(&self, node: &super::Node<S>, writer: NodeId) -> bool {
        node.reads.iter().any(|read| read.writer == writer && read.mode.is_needed())
    }

    fn waits_for(&self, node: &super::Node<S>, (before, cause): &(NodeId, Cause)) -> Option<String> {
        let name = self.nodes[*before].name;
        match cause {
            Cause::Reads => {
                Some(if self.needs(node, *before) { format!("needs {name}") } else { format!("reads {name}") })
            }
            Cause::List => Some(match self.nodes[*before].kind {
                Kind::Fold => "page".into(),
                Kind::Keep => "kept".into(),
                Kind::Body(_) | Kind::Join | Kind::Gate => "list".into(),
            }),
            Cause::Configured => Some(format!("{name} (depends_on{})", from(&node.origins, "depends_on"))),
            Cause::Stage => None,
        }
    }
}

/// The origin of a value, as a suffix.
fn from(origins: &Origins, field: &str) -> String {
    origins.get(field).map(|origin| format!(", {origin}")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
