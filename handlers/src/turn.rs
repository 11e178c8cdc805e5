//! One call in the making: its request, its plans, and the records of the engines that have run.

use std::sync::{Arc, Mutex, PoisonError};

use live_pack_dal::{Call, Notes, config::Snapshot, experiment::Groups, model::Viewer};
use live_pack_engine::{Engine, Plan, Shared};
use live_pack_entities::{request::LiveRequest, scene::LiveScene};
use live_pack_idl::live_pack::UserContext;
use tokio::time::Instant;

use crate::{
    interface::{Asked, WorkTime},
    live_pack::LivePack,
    part::Part,
    plans::Plans,
    record::Records,
    request_context::RequestContext,
};

/// Until when shared work may run.
#[derive(Debug, Clone, Copy)]
struct FetchDeadlines {
    /// Before the strong engine that waits for it cuts off, so that a downstream that hangs shows as that downstream's
    /// timeout.
    whole: Instant,
    /// For weak data that the list waits for: a third of that, so that the loaders have the rest.
    early: Instant,
}

impl FetchDeadlines {
    fn new(until: Instant, time: WorkTime) -> Self {
        let now = Instant::now();
        let work = time.timeout.min(until.saturating_duration_since(now)).saturating_sub(time.reserve);
        Self { whole: now + work, early: now + work / 3 }
    }
}

/// One call in the making.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    service: &'a LivePack,
    /// The plans of the configuration that this call goes by.
    pub(crate) plans: &'a Plans,
    /// The raw facts of the call.
    pub(crate) context: &'a RequestContext,
    /// The request, as the tasks see it.
    pub(crate) request: Arc<LiveRequest>,
    // std mutex: held to push one record, never across an await
    records: Option<Mutex<Records>>,
}

/// Who asks, and for what.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) asked: Asked,
    pub(crate) user: &'a UserContext,
    pub(crate) viewer: Arc<Viewer>,
    /// The record is wanted, and may be had.
    pub(crate) with_record: bool,
}

impl<'a> Turn<'a> {
    /// The call, with `time` for what its engines share.
    pub(crate) fn new(
        service: &'a LivePack,
        snapshot: &'a Snapshot<Plans>,
        context: &'a RequestContext,
        time: WorkTime,
        asking: Asking<'_>,
    ) -> Self {
        let Asking { asked: Asked { room_id, query, fresh }, user, viewer, with_record } = asking;
        let params = user.ab_params.iter().flatten().map(|(name, arm)| (name.as_str(), arm.as_str()));
        let groups = Groups::resolve(&snapshot.conf.experiments, viewer.bucket_key(), params, service.environment);
        let deadlines = FetchDeadlines::new(context.until(), time);
        let call = Call {
            deadline: deadlines.whole,
            viewer: Arc::clone(&viewer),
            log_id: context.log_id.clone(),
            notes: Arc::new(Notes::default()),
            fresh,
        };
        let request = LiveRequest {
            room_id,
            query,
            language: service.resident.texts.language(&viewer.language),
            viewer,
            groups,
            now_ms: service.clock.now_ms(),
            conf: Arc::clone(&snapshot.conf),
            resident: Arc::clone(&service.resident),
            shared: Arc::new(Shared::default()),
            call,
            early_deadline: deadlines.early,
        };
        let records = with_record.then(Mutex::default);
        Self { service, plans: &snapshot.derived, context, request: Arc::new(request), records }
    }

    /// Runs an engine over the request.
    pub(crate) async fn run<S: LiveScene, A: 'static>(&self, plan: &Arc<Plan<S>>) -> Part<A> {
        self.run_for(&self.request, plan).await
    }

    /// Runs an engine over a request made from this one.
    pub(crate) async fn run_for<S: LiveScene, A: 'static>(
        &self,
        request: &Arc<LiveRequest>,
        plan: &Arc<Plan<S>>,
    ) -> Part<A> {
        let engine = Engine::new(Arc::clone(plan), Arc::clone(request)).until(self.context.until());
        let (answer, record) = engine.run().await.into_answer::<A>();
        self.service.metrics.observe(&record);
        if let Some(records) = &self.records {
            records.lock().unwrap_or_else(PoisonError::into_inner).add(&record);
        }
        Part::of(answer, &record)
    }

    /// The records of the engines that have run; `None`: nobody may have or wants them.
    pub(crate) fn take_records(&self) -> Option<Records> {
        let mut records = self.records.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(std::mem::take(&mut *records))
    }
}
