//! CEL conditions over an item and a request, checked when a specification is compiled.
//!
//! `item` has `id` (int), `score` (double), `features.<name>` (double) and `labels.<name>` (string); `request` has
//! `viewer`, `scene`, `device`, `now_ms`, and the maps `features`, `profile`, `labels`, `realtime` and `params`.
//! A condition that names an absent value is false.

mod check;
mod slot;
#[cfg(test)]
mod tests;
mod view;

use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Value, common::ast::IdedExpr};
pub(crate) use slot::Slot;
pub(crate) use view::Columns;

use crate::{ask::Request, spec::Faults};

/// The functions of the language, shared by all conditions.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A checked condition. Each name is replaced by its slot number.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    expr: IdedExpr,
    slots: Vec<Slot>,
    /// Item features that the condition names.
    features: Vec<String>,
}

impl Condition {
    /// Compiles a condition over an item and a request; reports every fault.
    pub(crate) fn over_items(text: &str, path: &str, faults: &mut Faults) -> Option<Self> {
        check::compile(text, path, true, faults)
    }

    /// Compiles a condition over a request alone; reports every fault.
    pub(crate) fn compile(text: &str, path: &str, faults: &mut Faults) -> Option<Self> {
        check::compile(text, path, false, faults)
    }

    /// Item features that the condition names, in the order of [`Columns::features`].
    pub(crate) fn features(&self) -> &[String] {
        &self.features
    }

    /// Whether the condition names an item label.
    pub(crate) fn reads_labels(&self) -> bool {
        self.slots.iter().any(|slot| matches!(slot, Slot::Label(_) | Slot::HasLabel(_)))
    }

    /// Whether a condition over a request alone holds.
    pub(crate) fn holds(&self, request: &Request) -> bool {
        self.each(request, &Columns { ids: &[0], ..Columns::default() }).into_iter().any(|holds| holds)
    }

    /// Whether the condition holds for each item.
    pub(crate) fn each(&self, request: &Request, columns: &Columns<'_>) -> Vec<bool> {
        let view = view::View::new(&self.slots, request, columns);
        let mut context = Context::with_env(Arc::clone(&ENV));
        context.set_variable_resolver(&view);
        let mut holds = Vec::with_capacity(columns.ids.len());
        for position in 0..columns.ids.len() {
            view.move_to(position);
            holds.push(matches!(Value::resolve(&self.expr, &context), Ok(Value::Bool(true))));
        }
        holds
    }
}
