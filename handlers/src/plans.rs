//! Compiles the engines of a method together with the configuration into plans, off the request path.
//!
//! An interface lists its engines with `plans!`; everything else about plans is derived from that list.

mod compile;
mod composed;
mod unknown_names;

use live_pack_engine::{
    AnyPlan as PlanOf, Scene,
    flow::{Business, Flow},
};
use serde_json::Value;

pub(crate) use self::{
    compile::Compiler,
    composed::{Compose, Composed},
    unknown_names::unknown_names,
};
use crate::active_call::WorkTime;

/// A plan of any scene or a flow of any business, for display.
pub trait AnyPlan {
    /// The name of the engine or the flow.
    fn name(&self) -> &'static str;
    /// The enabled tasks that are strong in all or some requests; empty for a flow.
    fn may_be_strong(&self) -> Vec<&'static str>;
    /// The effective plan, as text.
    fn explain(&self) -> String;
    /// The effective plan, as JSON, with the origin of each value.
    fn explain_json(&self) -> Value;
    /// The tasks and their edges, or the steps and their branches, as a Mermaid diagram.
    fn explain_mermaid(&self) -> String;
    /// The same as a Graphviz diagram.
    fn explain_dot(&self) -> String;
}

impl<S: Scene> AnyPlan for PlanOf<S> {
    fn name(&self) -> &'static str {
        self.engine()
    }

    fn may_be_strong(&self) -> Vec<&'static str> {
        PlanOf::may_be_strong(self).collect()
    }

    fn explain(&self) -> String {
        PlanOf::explain(self)
    }

    fn explain_json(&self) -> Value {
        PlanOf::explain_json(self)
    }

    fn explain_mermaid(&self) -> String {
        PlanOf::explain_mermaid(self)
    }

    fn explain_dot(&self) -> String {
        PlanOf::explain_dot(self)
    }
}

impl<K: Business> AnyPlan for Flow<K> {
    fn name(&self) -> &'static str {
        Self::name(self)
    }

    fn may_be_strong(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn explain(&self) -> String {
        Self::explain(self)
    }

    fn explain_json(&self) -> Value {
        Self::explain_json(self)
    }

    fn explain_mermaid(&self) -> String {
        Self::explain_mermaid(self)
    }

    fn explain_dot(&self) -> String {
        Self::explain_dot(self)
    }
}

/// Receives the name of an engine and the names of its tasks.
pub(crate) type SeeEngine<'a> = &'a mut dyn FnMut(&'static str, &mut dyn Iterator<Item = &'static str>);

/// Receives the name of a flow.
pub(crate) type SeeFlow<'a> = &'a mut dyn FnMut(&'static str);

/// The plans that a method runs.
pub(crate) trait Group: Sized {
    /// Visits the engines as they are before any configuration.
    fn engines(see: SeeEngine<'_>);
    /// Visits the flows, the outer one first.
    fn flows(see: SeeFlow<'_>);
    /// Compiles all plans even if one fails, so that all faults are reported.
    fn compile(compiler: &mut Compiler<'_>, method: &str) -> Option<Self>;
    /// Visits the plans.
    fn each<'a>(&'a self, see: &mut dyn FnMut(&'a dyn AnyPlan));
    /// The time limits of the first engine.
    fn time(&self) -> WorkTime;
}

/// A method with its engines and flows.
pub(crate) struct MethodPlans {
    pub(crate) name: &'static str,
    pub(crate) engines: fn(SeeEngine<'_>),
    pub(crate) flows: fn(SeeFlow<'_>),
}

impl MethodPlans {
    /// The method of this name that runs the plans of `G`.
    pub(crate) const fn of<G: Group>(name: &'static str) -> Self {
        Self { name, engines: G::engines, flows: G::flows }
    }
}

/// Declares the plans of a method: `Group { plan: Scene => Answer = engine; … } with { plans: Group; … }`, one engine per
/// line, then the groups of other methods, if any. The first engine is the strong one, which sets the time limits.
macro_rules! plans {
    ($(#[$about:meta])* $group:ident {
        $($(#[$about_plan:meta])* $plan:ident: $scene:ident => $answer:ident = $engine:ident;)*
    } $(with {
        $($(#[$about_part:meta])* $part:ident: $inner:ty;)*
    })?) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(crate) struct $group {
            $($(#[$about_plan])* pub(crate) $plan: live_pack_engine::Plan<$scene, $answer>,)*
            $($($(#[$about_part])* pub(crate) $part: $inner,)*)?
        }

        impl $crate::plans::Group for $group {
            fn engines(see: $crate::plans::SeeEngine<'_>) {
                $({
                    let definition = $engine();
                    see(definition.engine(), &mut definition.task_names());
                })*
                $($(<$inner as $crate::plans::Group>::engines(see);)*)?
            }

            fn flows(_see: $crate::plans::SeeFlow<'_>) {
                $($(<$inner as $crate::plans::Group>::flows(_see);)*)?
            }

            fn compile(compiler: &mut $crate::plans::Compiler<'_>, method: &str) -> Option<Self> {
                $(let $plan = compiler.plan(method, $engine());)*
                $($(let $part = <$inner as $crate::plans::Group>::compile(compiler, method);)*)?
                Some(Self { $($plan: $plan?,)* $($($part: $part?,)*)? })
            }

            fn each<'a>(&'a self, see: &mut dyn FnMut(&'a dyn $crate::AnyPlan)) {
                $(see(&*self.$plan);)*
                $($($crate::plans::Group::each(&self.$part, see);)*)?
            }

            fn time(&self) -> $crate::active_call::WorkTime {
                let [first, ..] = [
                    $($crate::active_call::WorkTime::of(&self.$plan),)*
                    $($($crate::plans::Group::time(&self.$part),)*)?
                ];
                first
            }
        }
    };
}
pub(crate) use plans;
