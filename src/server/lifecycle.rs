//! The state of the process between start and end, for the listener, the signals and the readiness probe.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

use tokio_util::sync::CancellationToken;

/// The life of the service, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Not listening yet.
    Starting = 0,
    /// Takes traffic.
    Ready = 1,
    /// Asked to end; finishes its work.
    Draining = 2,
    /// All work has ended.
    Stopped = 3,
}

impl Phase {
    /// The word in the answer of the readiness probe.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Stopped => "stopped",
        }
    }
}

/// State shared by all parts that request the end of the process or need to know about it.
#[derive(Debug, Default)]
pub struct Lifecycle {
    phase: AtomicU8,
    asked: CancellationToken,
    handed_over: AtomicBool,
    met_downstreams: AtomicBool,
    deaf: CancellationToken,
    closing: CancellationToken,
    // the type that volo requires: answers sent while it is set tell a TTHeader caller to reconnect elsewhere
    exit_mark: Arc<AtomicBool>,
}

impl Lifecycle {
    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Starting,
            1 => Phase::Ready,
            2 => Phase::Draining,
            _ => Phase::Stopped,
        }
    }

    /// Marks the service as ready for traffic.
    pub fn ready(&self) {
        self.advance(Phase::Ready);
    }

    /// Asks the service to end. Further calls do nothing.
    pub fn drain(&self) {
        self.advance(Phase::Draining);
        self.asked.cancel();
    }

    /// Asks the service to end because another process has its sockets: it must stop accepting at once.
    pub fn hand_over(&self) {
        self.handed_over.store(true, Ordering::Release);
        self.drain();
    }

    /// Whether another process accepts in place of this one.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.handed_over.load(Ordering::Acquire)
    }

    /// Whether readiness no longer depends on downstream services.
    #[must_use]
    pub fn has_met_downstreams(&self) -> bool {
        self.met_downstreams.load(Ordering::Acquire)
    }

    /// From here on readiness no longer depends on downstream services.
    pub fn meet_downstreams(&self) {
        self.met_downstreams.store(true, Ordering::Release);
    }

    /// Completes when no more connections are accepted.
    pub async fn deaf(&self) {
        self.deaf.cancelled().await;
    }

    /// Records that the listening sockets are closed.
    pub(crate) fn stop_listening(&self) {
        self.deaf.cancel();
    }

    /// Completes when [`Lifecycle::drain`] has been called.
    pub async fn drain_asked(&self) {
        self.asked.cancelled().await;
    }

    /// Never goes back: a drain that was requested during the start stays requested.
    pub(crate) fn advance(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::AcqRel);
    }

    /// From here on connections close as soon as they owe no answer.
    pub(crate) fn close_connections(&self) {
        self.exit_mark.store(true, Ordering::Release);
        self.closing.cancel();
    }

    /// Cancelled when the connection should close. One child per connection: waking one must not lock all.
    pub(crate) fn closing(&self) -> CancellationToken {
        self.closing.child_token()
    }

    /// Set while answers should ask their caller to reconnect.
    pub(crate) fn exit_mark(&self) -> Arc<AtomicBool> {
        self.exit_mark.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drain_requested_during_the_start_is_not_undone_by_readiness() {
        let lifecycle = Lifecycle::default();
        assert_eq!(lifecycle.phase(), Phase::Starting);
        lifecycle.drain();
        lifecycle.advance(Phase::Ready);
        assert_eq!(lifecycle.phase(), Phase::Draining);
    }
}
