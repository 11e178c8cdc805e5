//! A registered task of any kind.

use std::{any::TypeId, sync::Arc};

use crate::{
    Importance, Reads, Scene, Stage, Strength, plan::body::Body, reads::short_name, strength_rule::StrengthRule,
};

/// The role of a registered task in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Task,
    Items,
    Filter,
    Sorter,
}

/// A registered task.
pub(crate) struct TaskEntry<S: Scene> {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    pub(crate) role: Role,
    pub(crate) reads: Reads,
    pub(crate) output: Option<(TypeId, &'static str)>,
    pub(crate) strength: StrengthRule<S>,
    pub(crate) importance: Importance,
    pub(crate) body: Arc<dyn Body<S>>,
}

impl<S: Scene> TaskEntry<S> {
    /// An entry without a datum. A task is weak. All other kinds are strong and never shed: a rule that could not be applied
    /// must not let through what it would have stopped.
    pub(crate) fn new(name: &'static str, stage: Stage, role: Role, reads: Reads, body: Arc<dyn Body<S>>) -> Self {
        let (strength, importance) = match role {
            Role::Task => (Strength::Weak, Importance::Normal),
            Role::Items | Role::Filter | Role::Sorter => (Strength::Strong, Importance::High),
        };
        let strength = StrengthRule::Always(strength);
        Self { name, stage, role, reads, output: None, strength, importance, body }
    }
}

pub(crate) fn output<T: 'static>() -> (TypeId, &'static str) {
    (TypeId::of::<T>(), short_name::<T>())
}
