//! `rerank.channel_mix`: fixed places for items of certain sources.

use std::{
    collections::{BTreeMap, VecDeque},
    num::NonZeroUsize,
};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.channel_mix`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelMixParams {
    /// Places per source, from 1.
    places: BTreeMap<String, Vec<NonZeroUsize>>,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// Fixed places for items of certain sources.
///
/// An item belongs to its first declared source. All other places go to the other items in order, and so does a place whose
/// source is exhausted. A source's surplus items come last.
#[derive(Debug)]
pub(crate) struct ChannelMix {
    /// Source number by place, from 0.
    places: BTreeMap<usize, u32>,
    n: usize,
}

impl<E> Configure<E> for ChannelMix {
    const TYPE: &'static str = "rerank.channel_mix";
    type Params = ChannelMixParams;

    fn configure(params: ChannelMixParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        site.source_names("places", params.places.keys().map(String::as_str));
        let mut places = BTreeMap::new();
        for (name, own) in &params.places {
            if name == "*" {
                site.fault("places.*", "must be a source", &"*".into());
            }
            let number = site.sources().iter().position(|source| source == name).and_then(|n| u32::try_from(n).ok())?;
            for place in own {
                if places.insert(usize::from(*place) - 1, number).is_some_and(|other| other != number) {
                    site.fault(&format!("places.{name}"), "is already used by another source", &place.get().into());
                }
            }
        }
        Some(Self { places, n: params.n.unwrap_or(usize::MAX) })
    }
}

impl<E> Node<E> for ChannelMix {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        Work::now(Effect::order(self.order(list)))
    }
}

impl ChannelMix {
    fn order(&self, list: &Candidates) -> Vec<u32> {
        let mut placed: BTreeMap<u32, VecDeque<u32>> =
            self.places.values().map(|source| (*source, VecDeque::new())).collect();
        let mut others = VecDeque::new();
        for (position, sources) in (0u32..).zip(list.sources()) {
            placed.get_mut(&sources.trailing_zeros()).unwrap_or(&mut others).push_back(position);
        }
        let mut order = Vec::with_capacity(self.n.min(list.len()));
        for place in 0..self.n.min(list.len()) {
            let own = self.places.get(&place).and_then(|source| placed.get_mut(source)?.pop_front());
            // After the others come the surplus items of the placed sources, in declared order.
            let next = own.or_else(|| others.pop_front());
            order.extend(next.or_else(|| placed.values_mut().find_map(VecDeque::pop_front)));
        }
        order
    }
}
