//! A call in progress: its request, and the records of its engines.

use std::{sync::Arc, time::Duration};

use live_pack_dal::{
    Asker, Call, Notes,
    config::Conf,
    experiment::Groups,
    model::{Traffic, Viewer},
};
use live_pack_engine::{
    AnyPlan, Engine, Finished, Plan, Scene, Shared,
    flow::{Business, Flow},
};
use live_pack_entities::{page_ids::PageIds, request::LiveRequest, scene::LiveScene};
use live_pack_idl::methods::Method;
use tokio::time::Instant;

use crate::{
    params::Params,
    record::Aids,
    request_context::RequestContext,
    runs::{Collected, Runs},
    service::Service,
    with_losses::{Failure, WithLosses},
};

/// Time limits of an engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkTime {
    timeout: Duration,
    reserve: Duration,
}

impl WorkTime {
    /// The time limits of an engine.
    pub(crate) const fn of<S: Scene>(plan: &AnyPlan<S>) -> Self {
        Self { timeout: plan.timeout(), reserve: plan.reserve() }
    }
}

/// Deadlines of shared calls.
#[derive(Debug, Clone, Copy)]
struct FetchDeadlines {
    /// Earlier than the cut-off of the strong engine that waits for it, so that a hanging downstream service is
    /// reported as its own timeout.
    whole: Instant,
    /// For weak data that the list waits for: a third of the whole, so that the loaders have the rest.
    early: Instant,
}

impl FetchDeadlines {
    fn new(until: Instant, time: WorkTime) -> Self {
        let now = Instant::now();
        let work = time.timeout.min(until.saturating_duration_since(now)).saturating_sub(time.reserve);
        Self { whole: now + work, early: now + work / 3 }
    }
}

/// A call in progress. Branches of a flow share it.
#[derive(Debug)]
pub(crate) struct ActiveCall {
    service: Arc<Service>,
    method: Method,
    /// The server's facts about the call.
    pub(crate) context: RequestContext,
    /// The request as the tasks see it.
    pub(crate) request: Arc<LiveRequest>,
    /// The engines and flows that have run; `None` if neither records nor traces need them.
    runs: Option<Collected>,
}

/// The inputs of a call.
#[derive(Debug)]
pub(crate) struct CallInputs {
    pub(crate) method: Method,
    pub(crate) context: RequestContext,
    pub(crate) params: Params,
    pub(crate) groups: Groups,
    pub(crate) viewer: Arc<Viewer>,
    pub(crate) traffic: Traffic,
    /// The time limits for shared calls.
    pub(crate) time: WorkTime,
    /// The test aids that are both requested and permitted.
    pub(crate) aids: Aids,
}

impl ActiveCall {
    /// Creates the call under this configuration.
    pub(crate) fn new(service: &Arc<Service>, conf: &Arc<Conf>, inputs: CallInputs) -> Self {
        let CallInputs { method, context, params, groups, viewer, traffic, time, aids } = inputs;
        let Params { room_id, query, fresh } = params;
        let deadlines = FetchDeadlines::new(context.until(), time);
        let call = Call {
            deadline: deadlines.whole,
            viewer: Arc::clone(&viewer),
            traffic,
            log_id: context.log_id.clone(),
            asker: Asker::default(),
            notes: Arc::new(Notes::default()),
            fresh: fresh || aids.recording,
            room_id,
            recording: aids.recording.then(Arc::default),
        };
        let request = LiveRequest {
            room_id,
            query,
            language: service.resident.texts.language(&viewer.language),
            viewer,
            groups,
            now_ms: service.options.clock.now_ms(),
            conf: Arc::clone(conf),
            resident: Arc::clone(&service.resident),
            shared: Arc::new(Shared::default()),
            page_ids: PageIds::default(),
            call,
            early_deadline: deadlines.early,
        };
        Self {
            service: Arc::clone(service),
            method,
            context,
            request: Arc::new(request),
            runs: (aids.record || service.keeping.is_some()).then(Collected::default),
        }
    }

    /// The method.
    pub(crate) const fn method(&self) -> Method {
        self.method
    }

    /// Runs an engine over the request.
    pub(crate) async fn run<S: LiveScene, A: 'static>(&self, plan: &Plan<S, A>) -> WithLosses<A> {
        self.run_for(&self.request, plan).await
    }

    /// Runs an engine over a request derived from this one.
    pub(crate) async fn run_for<S: LiveScene, A: 'static>(
        &self,
        request: &Arc<LiveRequest>,
        plan: &Plan<S, A>,
    ) -> WithLosses<A> {
        self.result(self.engine(request, plan).run().await)
    }

    /// An engine over a request, limited by the time of the call.
    pub(crate) fn engine<S: LiveScene, A: 'static>(
        &self,
        request: &Arc<LiveRequest>,
        plan: &Plan<S, A>,
    ) -> Engine<S, A> {
        Engine::new(plan, Arc::clone(request)).until(self.context.until()).shadows_on(&self.service.side_effects)
    }

    /// The result of an engine; it is counted, and recorded if requested.
    pub(crate) fn result<S: LiveScene, A>(&self, finished: Finished<S, A>) -> WithLosses<A> {
        let (answer, record) = finished.into_answer();
        self.service.metrics.observe(self.method, answer.as_ref().err(), &record);
        let record = Arc::new(record);
        let result = WithLosses::of(answer, &record, &self.request.call.notes);
        if let Some(collected) = &self.runs {
            collected.add(|runs| runs.engines.push(record));
        }
        result
    }

    /// Runs a flow over `context`. Its engines end by themselves at their deadlines and name the downstream service
    /// that they waited for; the flow's deadline leaves time for that.
    ///
    /// # Errors
    /// The failure of a strong branch, or of the flow.
    pub(crate) async fn follow<K>(&self, flow: &Flow<K>, context: &mut K::Context<'_>) -> Result<(), Failure>
    where
        K: Business<Error = Failure>,
    {
        const MOMENT: Duration = Duration::from_millis(2);
        let (ended, record) = flow.run(context, self.context.until() + MOMENT).await;
        if let Some(collected) = &self.runs {
            collected.add(|runs| runs.flows.push(record));
        }
        ended.map_err(Failure::of_flow)
    }

    /// The engines and flows that have run, for the record.
    pub(crate) fn take_runs(&self) -> Runs {
        self.runs.as_ref().map(Collected::take).unwrap_or_default()
    }
}
