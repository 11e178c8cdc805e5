//! Recall: the fan-out over several sources, and the sources themselves.

mod fanout;
mod fixed;

use fanout::Fanout;
pub(crate) use fanout::{MOST_SOURCES, alone};
use fixed::Static;

use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Recall, Work},
    types::NodeType,
};

/// The built-in sources.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![Fanout::<E>::entry(), NodeType::source::<Static>()]
}

/// A recall as a step of a pipeline: adds what it found behind what is there.
pub(crate) struct Step<E>(pub(crate) Box<dyn Recall<E>>);

impl<E: Sync + 'static> Node<E> for Step<E> {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, _: &'a Candidates) -> Work<'a, Effect> {
        self.0.recall_all(call).then(|(added, facts)| Ok(Effect { added, facts, ..Effect::default() }))
    }
}
