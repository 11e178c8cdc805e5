//! Admission: decides for every decoded request whether its caller may call the method, whether it is within its rates,
//! and whether there is capacity for it.
//!
//! A method is known by its name only, and a caller by the [evidence](Evidence) of its connection: any server can use this
//! crate. [`Admission`] is resident and cheap: without rates a decision takes no lock and allocates nothing. A
//! shed request does not count against its caller's rate, so rates are checked last.

mod in_flight;
mod level;
mod metrics;
mod overload;
mod probe;
mod queue;
mod refusal;
mod shedding;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use live_pack_dal::{
    FastStr, Redis,
    config::{CallerConf, Class, Conf, Evidence, OverloadRules, Share},
    rate::{self, RateLimiter},
};
use prometheus::Registry;
use rustix::time::{ClockId, clock_gettime};
use tokio::{runtime::Handle, sync::Notify, time::Instant};
use tokio_util::task::AbortOnDropHandle;

pub use self::refusal::{Reason, Refusal};
use self::{
    in_flight::{InFlight, InFlightGuard},
    metrics::AdmissionMetrics,
    overload::{Arrival, Overload},
    shedding::{Line, Shedding},
};

/// Admits or refuses requests.
#[derive(Debug)]
pub struct Admission {
    core: Arc<Core>,
    limiter: RateLimiter,
    /// Measures until it is dropped.
    _probe: AbortOnDropHandle<()>,
}

/// A point in time since the start.
#[derive(Clone, Copy)]
struct Now<'a> {
    at: Duration,
    /// Returns the processor time that all threads of this process have used. A system call, made only when needed.
    processor: &'a (dyn Fn() -> Duration + Sync),
}

/// The state that the probe and the requests share.
#[derive(Debug)]
struct Core {
    start: Instant,
    runtime: Handle,
    rules: ArcSwap<Rules>,
    in_flight: InFlight,
    overload: Overload,
    shedding: Shedding,
    metrics: AdmissionMetrics,
    /// µs since the start.
    arrival: AtomicU64,
    wake: Notify,
}

/// The part of the configuration that decides.
#[derive(Debug)]
struct Rules {
    callers: CallerConf,
    overload: OverloadRules,
    access: Option<Share>,
}

impl Rules {
    fn of(conf: &Conf) -> Self {
        Self { callers: conf.callers.clone(), overload: conf.overload, access: conf.logs.access }
    }
}

/// A caller, verified by its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The configured name.
    pub name: FastStr,
    /// Importance of its requests.
    pub class: Class,
    /// Whether it may call the method of the request.
    pub may_call: bool,
}

/// A request to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The caller.
    pub caller: &'a Identity,
    /// The name of the method.
    pub method: &'static str,
    /// The viewer's user id; 0: a guest.
    pub viewer: i64,
    /// The number of the request in this process, which distinguishes guests.
    pub number: u32,
}

/// An admitted request; it is in flight until this is dropped.
#[derive(Debug)]
pub struct Admitted<'a> {
    _in_flight: InFlightGuard<'a>,
    overload: &'a Overload,
    since: Instant,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        self.overload.answered(self.since.elapsed());
    }
}

impl Admission {
    /// Uses this configuration until it is replaced. Starts the measuring task on the current runtime. With `redis`, all
    /// instances share the counts of rates; without it, each admits its share.
    ///
    /// # Errors
    /// One of its metrics is already registered.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn new(
        conf: &Conf,
        max_in_flight: usize,
        redis: Option<Arc<Redis>>,
        registry: &Registry,
    ) -> Result<Self, prometheus::Error> {
        let limiter = RateLimiter::new(redis, registry)?;
        limiter.configure(&conf.rates);
        let core = Arc::new(Core {
            start: Instant::now(),
            runtime: Handle::current(),
            rules: ArcSwap::from_pointee(Rules::of(conf)),
            in_flight: InFlight::new(max_in_flight),
            overload: Overload::new(Handle::current().metrics().num_workers()),
            shedding: Shedding::default(),
            metrics: AdmissionMetrics::new(registry)?,
            arrival: AtomicU64::new(0),
            wake: Notify::new(),
        });
        #[expect(clippy::disallowed_methods, reason = "ends with the value")]
        let probe = tokio::spawn(probe::run(Arc::clone(&core)));
        Ok(Self { core, limiter, _probe: AbortOnDropHandle::new(probe) })
    }

    /// Admits all requests: for benchmarks, and for tests of other parts.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn open() -> Self {
        let mut conf = Conf::default();
        conf.overload.enabled = false;
        match Self::new(&conf, usize::MAX, None, &Registry::new()) {
            Ok(open) => open,
            Err(error) => unreachable!("a registry of its own has every name free: {error}"),
        }
    }

    /// Admits critical requests and no others, permanently: for tests of other parts.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn critical_only(conf: &Conf) -> Self {
        let Ok(admission) = Self::new(conf, usize::MAX, None, &Registry::new()) else { unreachable!("as for `open`") };
        admission.core.overload.levels.hold_critical();
        admission
    }

    /// Replaces the configuration.
    pub fn configure(&self, conf: &Conf) {
        self.core.rules.store(Arc::new(Rules::of(conf)));
        self.limiter.configure(&conf.rates);
    }

    /// The caller, verified by its connection, and whether it may call the method of this name.
    #[must_use]
    pub fn identify(&self, evidence: &Evidence<'_>, method: &str) -> Identity {
        let rules = self.core.rules.load();
        let caller = rules.callers.of(evidence);
        Identity { name: caller.name.clone(), class: caller.class, may_call: caller.may_call(method) }
    }

    /// Share of requests in the access log; `None`: not configured. Such requests are not [turned away](Self::turns_away)
    /// early, because the layers write the line.
    #[must_use]
    pub fn access_share(&self) -> Option<Share> {
        self.core.rules.load().access
    }

    /// Admits a request, or returns the reason to refuse it. Every refusal is counted. Waits only for Redis, if a rate
    /// applies, and for a small part of the time until `deadline`.
    ///
    /// # Errors
    /// The first reason against it.
    pub async fn admit(&self, candidate: Candidate<'_>, deadline: Instant) -> Result<Admitted<'_>, Refusal> {
        let admitted = match self.enter(&candidate) {
            Ok(admitted) => self.within_rate(&candidate, deadline).await.map(|()| admitted),
            refused => refused,
        };
        if let Err(refusal) = &admitted {
            self.core.metrics.refused(refusal.reason(), candidate.caller.class);
        }
        admitted
    }

    /// Whether load is being shed: [`turns_away`](Self::turns_away) refuses requests only then.
    #[must_use]
    pub fn is_shedding(&self) -> bool {
        self.core.is_shedding()
    }

    /// Refuses a request early if [`admit`](Self::admit) would refuse it as [`Refusal::Overload`], and counts it like
    /// that. A request that is not refused here must still be passed to [`admit`](Self::admit).
    #[must_use]
    pub fn turns_away(&self, candidate: &Candidate<'_>) -> bool {
        let Identity { class, may_call, .. } = candidate.caller;
        let away = *may_call && self.core.turns_away(*class, candidate);
        if away {
            self.core.metrics.refused(Reason::Overload, *class);
        }
        away
    }

    async fn within_rate(&self, candidate: &Candidate<'_>, deadline: Instant) -> Result<(), Refusal> {
        let caller = &candidate.caller.name;
        let counted = rate::Asked { caller, method: candidate.method, user: candidate.viewer };
        let limited =
            |refused: rate::Refused| Refusal::Rate { caller: caller.clone(), retry_after: refused.retry_after };
        self.limiter.admit(&counted, deadline).await.map_err(limited)
    }

    /// The part of the decision that does not wait.
    fn enter(&self, candidate: &Candidate<'_>) -> Result<Admitted<'_>, Refusal> {
        let Identity { name, class, may_call } = candidate.caller;
        if !may_call {
            return Err(Refusal::Forbidden { caller: name.clone(), method: candidate.method });
        }
        if !self.core.admits(*class, candidate) {
            return Err(Refusal::Overload);
        }
        let in_flight = self.core.in_flight.enter(*class).ok_or(Refusal::InFlight)?;
        Ok(Admitted { _in_flight: in_flight, overload: &self.core.overload, since: Instant::now() })
    }
}

impl Core {
    fn now(&self) -> Now<'static> {
        Now { at: self.start.elapsed(), processor: &processor_time }
    }

    fn last_arrival(&self) -> Duration {
        Duration::from_micros(self.arrival.load(Relaxed))
    }

    fn is_shedding(&self) -> bool {
        let rules = self.rules.load().overload;
        rules.enabled && self.overload.share(self.now(), self.in_flight.now(), &rules) < 1_000
    }

    fn admits(&self, class: Class, candidate: &Candidate<'_>) -> bool {
        self.arrived(class, candidate)
            .is_none_or(|(arrival, rules)| self.overload.admits(&arrival, self.in_flight.now(), &rules))
    }

    fn turns_away(&self, class: Class, candidate: &Candidate<'_>) -> bool {
        self.arrived(class, candidate)
            .is_some_and(|(arrival, rules)| self.overload.turns_away(&arrival, self.in_flight.now(), &rules))
    }

    /// A request that arrives now, and the rules for it; `None` without overload control.
    fn arrived(&self, class: Class, candidate: &Candidate<'_>) -> Option<(Arrival<'static>, OverloadRules)> {
        let rules = self.rules.load().overload;
        if !rules.enabled {
            return None;
        }
        let now = self.now();
        self.arrival.store(micros(now.at), Relaxed);
        if self.overload.queue.rests() {
            self.wake.notify_one();
        }
        // Under load the probe may come late.
        self.end_window(now);
        Some((Arrival { class, viewer: candidate.viewer, number: candidate.number, now }, rules))
    }

    /// Total time that the threads of the runtime have been busy since their start.
    fn busy(&self) -> Duration {
        let threads = self.runtime.metrics();
        (0..threads.num_workers()).map(|worker| threads.worker_total_busy_duration(worker)).sum()
    }

    /// Ends the window if it is over, and updates metrics and log.
    fn end_window(&self, now: Now<'_>) {
        let rules = self.rules.load().overload;
        let in_flight = self.in_flight.now();
        let Some(window) = self.overload.end_window(now, in_flight, &rules, || self.busy()) else { return };
        let queue = self.overload.waits(now, in_flight, &rules).longest();
        let level = self.overload.share(now, in_flight, &rules);
        self.metrics.queue(queue);
        self.metrics.level(level);
        let (queue_ms, level) = (queue.as_micros() as f64 / 1e3, f64::from(level) / 1e3);
        match self.shedding.after(window, now.at) {
            Some(Line::Begins) => tracing::warn!(queue_ms, level, in_flight, "overloaded: refusing requests"),
            Some(Line::Ends { refused }) => tracing::info!(refused, "no longer overloaded"),
            None => {}
        }
    }
}

/// The processor time that all threads of this process have used.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Microseconds, for atomics. A duration that does not fit, half a million years, becomes the second-largest value.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX - 1)
}
