//! From a call to the request its engines share.

use std::sync::Arc;

use live_pack_dal::{Call, Notes, config::Snapshot, experiment::Groups, model::Viewer};
use live_pack_engine::{Plan, Scene, Shared};
use live_pack_entities::request::{BagQuery, LiveRequest};
use live_pack_idl::live_pack::UserContext;
use tokio::time::Instant;

use crate::{live_pack::LivePack, plans::Plans, request_context::RequestContext};

/// What a handler knows once the request was checked.
pub(crate) struct Asked<'a> {
    pub(crate) room_id: i64,
    pub(crate) query: BagQuery,
    pub(crate) user: &'a UserContext,
    pub(crate) viewer: Arc<Viewer>,
}

/// Until when shared work may run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FetchDeadlines {
    /// Before the strong engine that waits for it cuts off, so that a downstream that hangs shows as that downstream's
    /// timeout.
    whole: Instant,
    /// For weak data that the list waits for: a third of that, so that the loaders have the rest.
    early: Instant,
}

/// Until when the work may run that engines share with `strong`.
pub(crate) fn fetch_deadlines<S: Scene>(until: Instant, strong: &Plan<S>) -> FetchDeadlines {
    let now = Instant::now();
    let work = strong.timeout().min(until.saturating_duration_since(now)).saturating_sub(strong.reserve());
    FetchDeadlines { whole: now + work, early: now + work / 3 }
}

/// The request as the tasks see it.
pub(crate) fn live_request(
    service: &LivePack,
    snapshot: &Snapshot<Plans>,
    context: &RequestContext,
    deadlines: FetchDeadlines,
    asked: Asked<'_>,
) -> Arc<LiveRequest> {
    let Asked { room_id, query, user, viewer } = asked;
    let params = user.ab_params.iter().flatten().map(|(name, arm)| (name.as_str(), arm.as_str()));
    let groups = Groups::resolve(&snapshot.conf.experiments, viewer.bucket_key(), params, service.environment);
    let call = Call {
        deadline: deadlines.whole,
        viewer: Arc::clone(&viewer),
        log_id: context.log_id.clone(),
        notes: Arc::new(Notes::default()),
        fresh: false,
    };
    Arc::new(LiveRequest {
        room_id,
        query,
        language: service.resident.texts.language(&viewer.language),
        viewer,
        groups,
        now_ms: service.clock.now_ms(),
        conf: Arc::clone(&snapshot.conf),
        resident: Arc::clone(&service.resident),
        shared: Shared::default(),
        call,
        early_deadline: deadlines.early,
    })
}
