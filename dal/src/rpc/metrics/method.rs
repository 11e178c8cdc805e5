//! Latency and failures of one method, per route group. The series of a group exist from its first call on.

use std::sync::OnceLock;

use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec};

use super::{LANE, RpcMetrics};
use crate::{Call, DownstreamMethod, ErrorKind, model::RouteGroup};

/// The route groups, and all lanes with addresses of their own.
const GROUPS: usize = RouteGroup::ALL.len() + 1;

/// The handles of one method.
#[derive(Debug)]
pub(crate) struct MethodMetrics {
    method: DownstreamMethod,
    seconds: HistogramVec,
    errors: IntCounterVec,
    /// Items of an answer that could not be decoded and were left out or marked as failed.
    pub(crate) malformed: IntCounter,
    /// Boxed: most methods are called for few.
    groups: [OnceLock<Box<GroupMetrics>>; GROUPS],
}

/// The handles of one method for a route group.
#[derive(Debug)]
pub(crate) struct GroupMetrics {
    labels: [&'static str; 3],
    /// Duration of a call in seconds, failed ones included.
    pub(crate) seconds: Histogram,
    family: IntCounterVec,
    errors: [OnceLock<IntCounter>; ErrorKind::COUNT],
}

impl MethodMetrics {
    /// The handles of a method out of the families.
    pub(super) fn new(families: &RpcMetrics, method: DownstreamMethod) -> Self {
        Self {
            method,
            seconds: families.seconds.clone(),
            errors: families.errors.clone(),
            malformed: families.malformed.with_label_values(&[method.service().name(), method.name()]),
            groups: [const { OnceLock::new() }; GROUPS],
        }
    }

    /// The handles for the route group or the lane of a call.
    pub(crate) fn of(&self, call: &Call) -> &GroupMetrics {
        let group = call.viewer.route_group;
        let (index, name) =
            if call.traffic.lane.is_some() { (GROUPS - 1, LANE) } else { (group as usize, group.name()) };
        let [first, ..] = &self.groups;
        self.groups.get(index).unwrap_or(first).get_or_init(|| {
            let labels = [self.method.service().name(), self.method.name(), name];
            Box::new(GroupMetrics {
                labels,
                seconds: self.seconds.with_label_values(&labels),
                family: self.errors.clone(),
                errors: [const { OnceLock::new() }; ErrorKind::COUNT],
            })
        })
    }
}

impl GroupMetrics {
    /// Counts failures of a kind.
    pub(crate) fn failed(&self, kind: ErrorKind, count: usize) {
        let Some(counter) = self.errors.get(kind as usize).filter(|_| count > 0) else { return };
        let [downstream, method, group] = self.labels;
        let made = || self.family.with_label_values(&[downstream, method, group, kind.name()]);
        counter.get_or_init(made).inc_by(count as u64);
    }
}
