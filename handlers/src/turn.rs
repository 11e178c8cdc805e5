//! One call under way: its request, its plans, and the records of its engines.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use live_pack_dal::{
    Asker, Call, Notes,
    config::Snapshot,
    experiment::Groups,
    model::{Traffic, Viewer},
};
use live_pack_engine::{
    Engine, Finished, Plan, Shared, SideEffects,
    flow::{Business, Flow},
};
use live_pack_entities::{request::LiveRequest, scene::LiveScene};
use live_pack_idl::live_pack::UserContext;
use tokio::time::Instant;

use crate::{
    interface::{Asked, WorkTime},
    live_pack::LivePack,
    metrics::EngineMetrics,
    part::{Failure, Part},
    plans::Plans,
    record::Records,
    request_context::RequestContext,
};

/// Deadlines of shared calls.
#[derive(Debug, Clone, Copy)]
struct FetchDeadlines {
    /// Earlier than the cut-off of the strong engine that waits for it, so that a hanging downstream service is
    /// reported as a timeout of that service.
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

/// One call under way. Branches of a flow share it.
#[derive(Debug)]
pub(crate) struct Turn {
    snapshot: Arc<Snapshot<Plans>>,
    metrics: Arc<EngineMetrics>,
    side_effects: Arc<SideEffects>,
    /// The raw facts of the call.
    pub(crate) context: RequestContext,
    /// The request, as the tasks see it.
    pub(crate) request: Arc<LiveRequest>,
    // std mutex: held to push one record, never across an await
    records: Option<Mutex<Records>>,
}

/// The inputs of a call.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) asked: Asked,
    pub(crate) user: &'a UserContext,
    pub(crate) viewer: Arc<Viewer>,
    pub(crate) traffic: Traffic,
    /// Whether the record is requested and permitted.
    pub(crate) with_record: bool,
}

impl Turn {
    /// The call; shared calls get as much time as `time` finds in the plans.
    pub(crate) fn new(
        service: &LivePack,
        snapshot: Arc<Snapshot<Plans>>,
        context: RequestContext,
        asking: Asking<'_>,
        time: fn(&Plans) -> WorkTime,
    ) -> Self {
        let Asking { asked: Asked { room_id, query, fresh }, user, viewer, traffic, with_record } = asking;
        let params = user.ab_params.iter().flatten().map(|(name, arm)| (name.as_str(), arm.as_str()));
        let groups = Groups::resolve(&snapshot.conf.experiments, viewer.bucket_key(), params, service.environment);
        let deadlines = FetchDeadlines::new(context.until(), time(&snapshot.derived));
        let call = Call {
            deadline: deadlines.whole,
            viewer: Arc::clone(&viewer),
            traffic,
            log_id: context.log_id.clone(),
            asker: Asker::default(),
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
        Self {
            snapshot,
            metrics: Arc::clone(&service.metrics),
            side_effects: Arc::clone(&service.side_effects),
            context,
            request: Arc::new(request),
            records: with_record.then(Mutex::default),
        }
    }

    /// The plans of the configuration of this call.
    pub(crate) fn plans(&self) -> &Plans {
        &self.snapshot.derived
    }

    /// The version of the configuration of this call.
    pub(crate) fn config_version(&self) -> &str {
        &self.snapshot.version
    }

    /// Runs an engine over the request.
    pub(crate) async fn run<S: LiveScene, A: 'static>(&self, plan: &Plan<S, A>) -> Part<A> {
        self.run_for(&self.request, plan).await
    }

    /// Runs an engine over a request derived from this one.
    pub(crate) async fn run_for<S: LiveScene, A: 'static>(
        &self,
        request: &Arc<LiveRequest>,
        plan: &Plan<S, A>,
    ) -> Part<A> {
        self.part(self.engine(request, plan).run().await)
    }

    /// An engine over a request, limited by the time of the call.
    pub(crate) fn engine<S: LiveScene, A: 'static>(
        &self,
        request: &Arc<LiveRequest>,
        plan: &Plan<S, A>,
    ) -> Engine<S, A> {
        Engine::new(plan, Arc::clone(request)).until(self.context.until()).shadows_on(&self.side_effects)
    }

    /// The result of an engine as a part of the answer; counted, and recorded if requested.
    pub(crate) fn part<S: LiveScene, A>(&self, finished: Finished<S, A>) -> Part<A> {
        let (answer, record) = finished.into_answer();
        self.metrics.observe(&record);
        self.keep(|records| records.add(&record));
        Part::of(answer, &record, &self.request.call.notes)
    }

    /// Runs a flow over `context`. Its engines end by themselves when the time is up, and name the downstream service
    /// that they waited for; the flow leaves a moment for that.
    ///
    /// # Errors
    /// The failure of a strong branch, or of the flow.
    pub(crate) async fn follow<K>(&self, flow: &Flow<K>, context: &mut K::Context<'_>) -> Result<(), Failure>
    where
        K: Business<Error = Failure>,
    {
        const MOMENT: Duration = Duration::from_millis(2);
        let (ended, record) = flow.run(context, self.context.until() + MOMENT).await;
        self.keep(|records| records.add_flow(&record));
        ended.map_err(Failure::of_flow)
    }

    fn keep(&self, add: impl FnOnce(&mut Records)) {
        if let Some(records) = &self.records {
            add(&mut records.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// The records of the engines that have run; `None`: not requested, or not permitted.
    pub(crate) fn take_records(&self) -> Option<Records> {
        let mut records = self.records.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(std::mem::take(&mut *records))
    }
}
