//! Reasons to keep the record of a call.

/// Reasons to keep the record of a call, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It has no answer.
    Failed,
    /// Its answer has losses.
    Degraded,
    /// It took at least as long as the threshold.
    Slow,
    /// Its viewer or its room is followed.
    Followed,
    /// It is in the share `records` of `LogConf`, or its caller set the sampled flag.
    Sampled,
}

impl Reason {
    /// All reasons, the most important first.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Degraded, Self::Slow, Self::Followed, Self::Sampled];

    /// The name in records and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Degraded => "degraded",
            Self::Slow => "slow",
            Self::Followed => "followed",
            Self::Sampled => "sampled",
        }
    }
}

/// A set of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reasons(u8);

impl Reasons {
    /// The set of these reasons.
    #[must_use]
    pub fn of(reasons: &[Reason]) -> Self {
        reasons.iter().fold(Self::default(), |set, reason| set.with(*reason, true))
    }

    /// This set, plus `reason` if `holds`.
    #[must_use]
    pub(crate) const fn with(self, reason: Reason, holds: bool) -> Self {
        Self(self.0 | ((holds as u8) << reason as u8))
    }

    /// Whether the set has this reason.
    #[must_use]
    pub const fn has(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    /// The reasons, the most important first.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.has(*reason))
    }

    /// The least important reason.
    #[must_use]
    pub fn last(self) -> Option<Reason> {
        self.iter().last()
    }

    /// The most important reason.
    #[must_use]
    pub fn first(self) -> Option<Reason> {
        self.iter().next()
    }
}

/// The decision to keep the record of a call: the reasons, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The reasons.
    pub reasons: Reasons,
    /// Whether it goes to the log and the ring.
    pub is_recorded: bool,
    /// Whether its spans are exported.
    pub is_traced: bool,
}
