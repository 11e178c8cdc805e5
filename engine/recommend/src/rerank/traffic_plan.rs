//! `rerank.traffic_plan`: bounds on the number of items of each plan among the first n items.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    cel::Condition,
    effect::{Effect, Lapse},
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.traffic_plan`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrafficPlanParams {
    /// Plans; an item belongs to the first whose condition holds.
    #[schemars(length(min = 1))]
    plans: Vec<Plan>,
    /// Number of items to keep.
    n: usize,
}

/// One plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Plan {
    /// Name, for messages.
    name: String,
    /// CEL over `item` and `request`.
    when: String,
    /// Minimum number of items, if there are that many.
    #[serde(default)]
    min: usize,
    /// Maximum number of items; unlimited by default.
    max: Option<usize>,
}

/// A compiled plan.
struct Bounds {
    name: String,
    condition: Condition,
    min: usize,
    max: usize,
}

/// Bounds the number of items of each plan. The chosen items keep their order.
pub(crate) struct TrafficPlan {
    plans: Vec<Bounds>,
    n: usize,
    data: ItemData,
}

impl<E> Configure<E> for TrafficPlan {
    const TYPE: &'static str = "rerank.traffic_plan";
    type Params = TrafficPlanParams;

    fn configure(params: TrafficPlanParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let least: usize = params.plans.iter().map(|plan| plan.min).sum();
        if least > params.n {
            site.fault("n", format!("must be at least the sum of all min, {least}"), &params.n.into());
        }
        let plans = params.plans.into_iter().enumerate().map(|(index, plan)| {
            let max = plan.max.unwrap_or(usize::MAX);
            if max < plan.min {
                site.fault(&format!("plans[{index}].max"), format!("must be at least min, {}", plan.min), &max.into());
            }
            let condition = site.condition(&format!("plans[{index}].when"), &plan.when)?;
            Some(Bounds { name: plan.name, condition, min: plan.min, max })
        });
        let plans: Vec<_> = plans.collect();
        Some(Self { plans: plans.into_iter().collect::<Option<_>>()?, n: params.n, data: ItemData::of(site.parts()) })
    }
}

impl<E: Sync> Node<E> for TrafficPlan {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let conditions = self.plans.iter().map(|plan| &plan.condition).collect();
        self.data.judge(conditions, call.ask.request, list).then(|holds| {
            let plan_of = |position: usize| holds.iter().position(|holds| holds.get(position) == Some(&true));
            let plans: Vec<Option<usize>> = (0..list.len()).map(plan_of).collect();
            Ok(self.effect(&plans))
        })
    }
}

impl TrafficPlan {
    /// The effect, given the plan of each item in list order.
    fn effect(&self, plans: &[Option<usize>]) -> Effect {
        let mut counts = vec![0_usize; self.plans.len()];
        let mut chosen = vec![false; plans.len()];
        let mut left = self.n;
        let mut choose = |fits: &dyn Fn(Option<usize>, &[usize]) -> bool, left: &mut usize| {
            for (plan, chosen) in plans.iter().zip(&mut chosen) {
                if *left > 0 && !*chosen && fits(*plan, &counts) {
                    *chosen = true;
                    *left -= 1;
                    if let Some(count) = plan.and_then(|plan| counts.get_mut(plan)) {
                        *count += 1;
                    }
                }
            }
        };
        let bounds = |plan: Option<usize>, counts: &[usize]| {
            plan.and_then(|plan| Some((self.plans.get(plan)?, counts.get(plan).copied()?)))
        };
        choose(&|plan, counts| bounds(plan, counts).is_some_and(|(plan, count)| count < plan.min), &mut left);
        choose(&|plan, counts| bounds(plan, counts).is_none_or(|(plan, count)| count < plan.max), &mut left);
        let order = (0u32..).zip(&chosen).filter(|(_, chosen)| **chosen).map(|(position, _)| position);
        let mut effect = Effect::order(order.collect());
        for (plan, count) in self.plans.iter().zip(&counts).filter(|(plan, count)| **count < plan.min) {
            let text = format!("plan {:?} has {count} items, at least {} expected", plan.name, plan.min);
            effect.facts.lapses.push(Lapse::new("", text));
        }
        effect
    }
}
