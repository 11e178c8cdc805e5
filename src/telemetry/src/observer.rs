//! Reports of an exporter about itself: spans exported and lost, and failed attempts.

/// Reasons for the loss of spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// The queue was full: the collector is too slow or unreachable.
    QueueFull,
    /// The collector accepted the batch except for these spans (partial success).
    Rejected,
    /// The collector refused the batch for good.
    Refused,
    /// All attempts failed.
    GaveUp,
    /// The process ended first.
    Shutdown,
}

impl DropReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [Self::QueueFull, Self::Rejected, Self::Refused, Self::GaveUp, Self::Shutdown];

    /// Name in metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::GaveUp => "gave_up",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Kinds of failed attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The collector refused.
    Refused,
    /// An answer that cannot be read.
    Unreadable,
}

impl FailureKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Unreachable, Self::TimedOut, Self::Refused, Self::Unreadable];

    /// Name in metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Receives the results of an exporter. Each span given to the exporter is reported once, as exported or as dropped.
pub trait Observer: Send + Sync + 'static {
    /// The collector has accepted this many spans.
    fn exported(&self, spans: u64);
    /// This many spans are lost.
    fn dropped(&self, reason: DropReason, spans: u64);
    /// One attempt failed.
    fn failed(&self, kind: FailureKind);
}
