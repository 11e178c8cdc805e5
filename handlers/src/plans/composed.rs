//! Groups of plans that a flow composes into one answer.

use live_pack_engine::flow::{Flow, FlowDefinition};

use super::{AnyPlan, Compiler, Group, SeeEngine, SeeFlow};
use crate::{active_call::WorkTime, compose::Composing};

/// A group whose plans are the branches of a flow.
pub(crate) trait Compose: Group {
    /// The answer of the flow.
    type Answer: Default + Send + 'static;
    /// The name of the flow.
    const FLOW: &'static str;

    /// The flow over these plans.
    fn flow(&self) -> FlowDefinition<Composing<Self::Answer>>;
}

/// A group with its flow.
#[derive(Debug)]
pub(crate) struct Composed<P: Compose> {
    pub(crate) plans: P,
    pub(crate) flow: Flow<Composing<P::Answer>>,
}

impl<P: Compose> Group for Composed<P> {
    fn engines(see: SeeEngine<'_>) {
        P::engines(see);
    }

    fn flows(see: SeeFlow<'_>) {
        see(P::FLOW);
        P::flows(see);
    }

    fn compile(compiler: &mut Compiler<'_>, method: &str) -> Option<Self> {
        let plans = P::compile(compiler, method);
        let flow = match &plans {
            Some(plans) => compiler.flow(method, plans.flow()),
            // the configuration of branches is checked even if a plan is faulty, against the built-in plans, which have the same branches
            None => {
                let built_in = P::compile(&mut compiler.without_entries(), method)?;
                compiler.flow(method, built_in.flow())
            }
        };
        Some(Self { plans: plans?, flow: flow? })
    }

    fn each<'a>(&'a self, see: &mut dyn FnMut(&'a dyn AnyPlan)) {
        see(&self.flow);
        self.plans.each(see);
    }

    fn time(&self) -> WorkTime {
        self.plans.time()
    }
}
