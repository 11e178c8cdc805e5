//! `recall.graph`: random walk viewer → items → users → items (P3; with `beta`, RP3β).

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    neighbours::history,
    tally::{LIMIT, Tally},
};
use crate::{
    ask::Request,
    error::NodeError,
    hits::Hits,
    key::Key,
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Parameters of `recall.graph`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GraphParams {
    /// Key of the viewer's items; the session's `history` comes first.
    history: Option<Key>,
    /// Key of the users of one item, with `{item}`.
    users: Option<Key>,
    /// Key of the items of one user, with `{item}` for the user.
    items: Option<Key>,
    /// Maximum number of edges followed from each node.
    #[serde(default = "hundred")]
    degree: usize,
    /// Scores are divided by (number of users)^beta, which favours less popular items.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    beta: f64,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

fn hundred() -> usize {
    100
}

/// The probability of reaching an item in three steps. Each step reads its lists in one batch.
pub(crate) struct Graph {
    history: Key,
    users: Key,
    items: Key,
    degree: usize,
    beta: f64,
    limit: usize,
    lists: Arc<dyn Lists>,
}

impl<E> Configure<E> for Graph {
    const TYPE: &'static str = "recall.graph";
    type Params = GraphParams;

    fn configure(params: GraphParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let key = |given: Option<Key>, other: &str| given.map_or_else(|| Key::parse(other).ok(), Some);
        Some(Self {
            history: key(params.history, "history:{viewer}")?,
            users: key(params.users, "users:{item}")?,
            items: key(params.items, "history:{item}")?,
            degree: params.degree,
            beta: params.beta,
            limit: params.limit.unwrap_or(LIMIT),
            lists: Arc::clone(&site.parts().lists),
        })
    }
}

impl<E: Sync> Source<E> for Graph {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let request = call.ask.request;
            let seeds = history(&self.history, &self.lists, request, self.degree).await?;
            let mut start = Tally::new();
            seeds.iter().for_each(|seed| start.add(seed.id, 1.0 / seeds.len() as f64));
            let degree = call.widened(self.degree);
            let users = self.step(&start.best(degree, &HashSet::new()), &self.users, request, degree).await?;
            let reached = users.best(degree, &HashSet::new());
            let mut items = self.step(&reached, &self.items, request, degree).await?;
            if self.beta > 0.0 {
                self.discount(&mut items, request).await?;
            }
            Ok(items.best(call.widened(self.limit), &seeds.iter().map(|seed| seed.id).collect()))
        })
    }
}

impl Graph {
    /// Spreads the probability of each node evenly over its edges.
    async fn step(&self, from: &Hits, key: &Key, request: &Request, degree: usize) -> Result<Tally, NodeError> {
        let keys = from.iter().map(|node| key.fill(request, &node.id.to_string())).collect::<Result<Vec<_>, _>>()?;
        let lists = self.lists.read(keys, degree).wait().await?;
        let mut reached = Tally::new();
        for (node, list) in from.iter().zip(lists) {
            let list = list.unwrap_or_default();
            list.iter().for_each(|edge| reached.add(edge.id, node.score / list.len() as f64));
        }
        Ok(reached)
    }

    /// Divides by (number of users)^beta.
    async fn discount(&self, items: &mut Tally, request: &Request) -> Result<(), NodeError> {
        let ids = items.ids().to_vec();
        let keys = ids.iter().map(|id| self.users.fill(request, &id.to_string())).collect::<Result<Vec<_>, _>>()?;
        let lists = self.lists.read(keys, usize::MAX).wait().await?;
        let users: std::collections::HashMap<i64, usize> =
            ids.into_iter().zip(lists).map(|(id, list)| (id, list.map_or(1, |list| list.len().max(1)))).collect();
        items.each(|id, score| score / (users.get(&id).copied().unwrap_or(1) as f64).powf(self.beta));
        Ok(())
    }
}
