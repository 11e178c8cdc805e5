//! The count of the bag, for an engine whose own list leaves out more than the bag does.

use std::collections::HashSet;

use live_pack_dal::experiment::Experiment;
use live_pack_engine::{Inputs, Maybe};

use crate::{
    providers::{PopCard, ProductList, ProductStatuses},
    request::LiveRequest,
    rules::{
        stock::{PlaceFacts, place},
        visibility::{Onlooker, rejection},
    },
};

/// Inputs of the count of the bag.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct BagCountInputs<'a> {
    pub(super) bag: &'a ProductList,
    statuses: &'a ProductStatuses,
    pub(super) pop: Maybe<'a, PopCard>,
}

/// Number of distinct products of the bag that the viewer may see, by the filters of the bag: `total` on tab ALL.
pub(super) fn bag_count(request: &LiveRequest, input: BagCountInputs<'_>) -> i32 {
    let (bag, statuses) = (&input.bag.0, &input.statuses.0);
    let viewer = Onlooker {
        region: request.viewer.region,
        minor: request.viewer.claims_minor || statuses.viewer_is_minor,
        app_version: request.viewer.app_version,
    };
    let pinned = input.pop.done().and_then(PopCard::product_id);
    let (policy, sold_out_sink) = (request.conf.stock_policy, request.groups.is_on(Experiment::SoldOutSink));
    let mut seen = HashSet::with_capacity_and_hasher(bag.entries.len(), ahash::RandomState::new());
    let lines = bag.entries.iter().zip(statuses.products.iter()).filter(|(entry, _)| seen.insert(entry.product_id));
    let stays = lines.filter(|(entry, status)| {
        // an unknown product still counts
        status.found().is_none_or(|lite| {
            let (sold_out, pinned) = (lite.stock <= 0, pinned == Some(entry.product_id));
            let place = place(PlaceFacts { sold_out, pinned, policy, sold_out_sink });
            rejection(lite, viewer, &request.conf.age_gate, place).is_none()
        })
    });
    i32::try_from(stays.count()).unwrap_or(i32::MAX)
}
