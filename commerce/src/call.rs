//! The common part of every method: counts calls, injects faults, limits and looks up keys.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ahash::RandomState;
use live_pack_idl::{DownstreamMethod, base::BaseResp};
use pilota::{AHashMap, FastStr};
use volo_thrift::{ApplicationException, ApplicationExceptionKind, ServerError};

use crate::{
    connection,
    faults::{BadAnswer, Failure, Fault, Faults},
    settings::Clock,
    world::World,
};

/// Maximum number of keys in one request.
const MAX_KEYS: usize = 500;
/// `BaseResp.StatusCode` of a request with too many keys.
const TOO_MANY_KEYS: i32 = 4001;
/// A hanging call is cut off after this time, so that forgotten calls do not accumulate.
const HANG_LIMIT: Duration = Duration::from_secs(60);
/// Stored instead of an instant if the system clock is used.
const SYSTEM: i64 = -1;

/// The world, its clock and its faults, shared by the handlers of all twelve services.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) world: Arc<World>,
    pub(crate) faults: Arc<Faults>,
    frozen_ms: Arc<AtomicI64>,
}

/// A call in progress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    fault: Fault,
    /// The instant that the answer is computed for.
    pub(crate) now_ms: i64,
}

impl Backend {
    pub(crate) fn new(world: Arc<World>, faults: Faults, clock: Clock) -> Self {
        let backend = Self { world, faults: Arc::new(faults), frozen_ms: Arc::default() };
        backend.set_clock(clock);
        backend
    }

    pub(crate) fn set_clock(&self, clock: Clock) {
        let frozen_ms = match clock {
            Clock::System => SYSTEM,
            Clock::Frozen(_) => clock.now_ms(),
        };
        self.frozen_ms.store(frozen_ms, Ordering::Relaxed);
    }

    pub(crate) fn clock(&self) -> Clock {
        match self.frozen_ms.load(Ordering::Relaxed) {
            SYSTEM => Clock::System,
            frozen_ms => Clock::Frozen(frozen_ms),
        }
    }

    /// Starts a call: counts it, and delays, hangs or fails it according to the fault.
    pub(crate) async fn enter(&self, method: DownstreamMethod) -> Result<Call, ServerError> {
        let fault = self.faults.enter(method);
        if fault != Fault::default() {
            go_wrong(fault).await?;
        }
        Ok(Call { fault, now_ms: self.clock().now_ms() })
    }
}

/// The delay of one call, evenly distributed; the last digits of the clock are random enough here.
fn delay(fault: Fault) -> Duration {
    let delay = Duration::from_millis(fault.delay_ms);
    let spread = delay.mul_f64(fault.spread_percent.min(100) as f64 / 100.0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    delay - spread + (spread * 2).mul_f64(f64::from(nanos / 16 % 1_000) / 999.0)
}

async fn go_wrong(fault: Fault) -> Result<(), ServerError> {
    if fault.delay_ms > 0 {
        tokio::time::sleep(delay(fault)).await;
    }
    if fault.refuse {
        connection::reset().await;
    }
    if fault.hang {
        tokio::time::sleep(HANG_LIMIT).await;
        connection::reset().await;
    }
    if fault.bad_answer == Some(BadAnswer::Truncated) {
        connection::truncate_next();
    }
    match fault.error {
        Some(Failure::Exception) => Err(ServerError::Application(ApplicationException::new(
            ApplicationExceptionKind::INTERNAL_ERROR,
            "injected fault",
        ))),
        Some(Failure::Status(_)) | None => Ok(()),
    }
}

impl Call {
    /// The envelope of a failed answer; `None` for a call that succeeds.
    pub(crate) fn refusal(&self, keys: usize) -> Option<BaseResp> {
        if let Some(Failure::Status(code)) = self.fault.error {
            return Some(status(code, FastStr::from_static_str("injected fault")));
        }
        if keys > MAX_KEYS {
            let message = format!("{keys} keys, at most {MAX_KEYS} are answered");
            return Some(status(TOO_MANY_KEYS, FastStr::from_string(message)));
        }
        (self.fault.bad_answer == Some(BadAnswer::Empty)).then(BaseResp::default)
    }

    /// Looks up many keys: the map of existing values, and the keys that failed.
    ///
    /// The hash keys are fixed, so that equal maps have equal bytes.
    pub(crate) fn look_up<V>(&self, keys: &[i64], find: impl Fn(i64) -> Option<V>) -> (AHashMap<i64, V>, Vec<i64>) {
        let mut found = AHashMap::with_capacity_and_hasher(keys.len(), RandomState::with_seeds(1, 2, 3, 4));
        let mut failed = Vec::new();
        for (number, &key) in (1..).zip(keys) {
            if is_nth(number, self.fault.fail_every) {
                failed.push(key);
            } else if !is_nth(number, self.fault.miss_every)
                && let Some(value) = find(key)
            {
                found.insert(key, value);
            }
        }
        (found, failed)
    }
}

/// `number` counts from 1; `every` 0 means never.
fn is_nth(number: usize, every: usize) -> bool {
    number.is_multiple_of(every)
}

fn status(status_code: i32, status_message: FastStr) -> BaseResp {
    BaseResp { status_message, status_code, extra: None }
}
