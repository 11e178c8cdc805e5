//! `rank.sort`: sorts by several fields, each ascending or descending.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    candidates::{Candidates, by_value},
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rank.sort`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SortParams {
    /// Fields, the most important first; ties go to the lower id.
    #[schemars(length(min = 1))]
    by: Vec<Field>,
    /// Maximum number of items to keep; all by default.
    cut: Option<usize>,
}

/// One field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Field {
    /// Item feature; by default, the score.
    feature: Option<String>,
    /// Direction. Items without the feature come last in both.
    #[serde(default)]
    order: Direction,
}

/// Sort direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    /// Largest first.
    #[default]
    Descending,
    /// Smallest first.
    Ascending,
}

/// Sorts by several fields.
pub(crate) struct Sort {
    /// Column in `features`, or the score, with its direction.
    fields: Vec<(Option<usize>, Direction)>,
    features: Vec<String>,
    cut: usize,
    data: ItemData,
}

impl<E> Configure<E> for Sort {
    const TYPE: &'static str = "rank.sort";
    type Params = SortParams;

    fn configure(params: SortParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let mut features = Vec::new();
        let column = |name: String| {
            features.push(name);
            features.len() - 1
        };
        let mut column = column;
        let fields = params.by.into_iter().map(|field| (field.feature.map(&mut column), field.order)).collect();
        Some(Self { fields, features, cut: params.cut.unwrap_or(usize::MAX), data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for Sort {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.features.read(list.ids(), &self.features).then(|values| {
            let value = |position: usize, field: Option<usize>| match field {
                Some(column) => values.get(position * self.features.len() + column).copied().unwrap_or(f64::NAN),
                None => list.scores().get(position).copied().unwrap_or(f64::NAN),
            };
            let id = |position: usize| list.ids().get(position).copied().unwrap_or_default();
            let compare = |a: &u32, b: &u32| {
                let (a, b) = (*a as usize, *b as usize);
                let fields = self.fields.iter().map(|(field, direction)| {
                    let (left, right) = (value(a, *field), value(b, *field));
                    let order = match direction {
                        Direction::Descending => by_value(right, left),
                        Direction::Ascending => by_value(left, right),
                    };
                    if left.is_nan() || right.is_nan() { left.is_nan().cmp(&right.is_nan()) } else { order }
                });
                fields.fold(Ordering::Equal, Ordering::then).then(id(a).cmp(&id(b)))
            };
            let mut order: Vec<u32> = (0..u32::try_from(list.len()).unwrap_or(u32::MAX)).collect();
            order.sort_unstable_by(compare);
            order.truncate(self.cut);
            Ok(Effect::order(order))
        })
    }
}
