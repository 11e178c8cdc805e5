//! The outcome of a task, and its effect on readers.

use std::fmt;

/// Whether the engine can do without a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "conf", derive(schemars::JsonSchema), schemars(rename = "TaskStrength"))]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Its failure is recorded and the engine continues.
    Weak,
    /// Its failure ends the engine.
    Strong,
}

impl Strength {
    /// The name in configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }
}

/// When a weak task is shed under pressure. A strong one is never shed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "conf", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// Shed first.
    Low,
    /// Shed if that was not enough.
    #[default]
    Normal,
    /// Never shed.
    High,
}

impl Importance {
    /// The name in configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Whether a task has anything to do in this request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedRun {
    /// It has something to do.
    Run,
    /// It has nothing to do, for this reason: short, stable, in `snake_case`.
    Skip(&'static str),
}

/// Reasons why a task did not run although nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// Configuration says `enabled: false`.
    SwitchedOff,
    /// The roll-out excludes this request.
    RolledOutToOthers,
    /// The task itself had nothing to do.
    NotNeeded(&'static str),
    /// A datum it needs was skipped.
    NoInput(&'static str),
    /// The engine is under pressure and can do without it.
    Shed,
    /// The list is empty and the plan skips to the converters.
    EmptyList,
    /// No task of the plan returns it, which the reader permits.
    NotInPlan,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SwitchedOff => f.write_str("switched off"),
            Self::RolledOutToOthers => f.write_str("rolled out to others"),
            Self::NotNeeded(why) => write!(f, "not needed: {why}"),
            Self::NoInput(writer) => write!(f, "no input: {writer} was skipped"),
            Self::Shed => f.write_str("shed"),
            Self::EmptyList => f.write_str("empty list"),
            Self::NotInPlan => f.write_str("not in the plan"),
        }
    }
}

/// A programming error in a task, found while it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskFault {
    /// It was pending although it declares that it never waits.
    #[error("waited although its WAITS is false")]
    Waited,
    /// It created a column whose length differs from the number of rows of the page or kept list.
    #[error("has {values} values for {rows} rows")]
    WrongLength {
        /// Rows of the list.
        rows: u32,
        /// Values found.
        values: u32,
    },
    /// The declared data are missing: a bug in the engine.
    #[error("could not take its inputs")]
    NoInputs,
}

/// Reasons why a task has no datum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<E> {
    /// It returned an error.
    Error(E),
    /// Its own timeout was up.
    TimedOut,
    /// It panicked.
    Panicked,
    /// It had not ended when only the reserve was left.
    CutOff,
    /// A datum that it needs failed.
    DependencyFailed(&'static str),
    /// Programming error in the task.
    Fault(TaskFault),
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // with the caller's flags: `{:#}` is the detailed form
            Self::Error(error) => error.fmt(f),
            Self::TimedOut => f.write_str("timed out"),
            Self::Panicked => f.write_str("panicked"),
            Self::CutOff => f.write_str("cut off at the reserve"),
            Self::DependencyFailed(writer) => write!(f, "{writer} failed"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

/// The outcome of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<E> {
    /// It returned its datum.
    Done,
    /// It did not run although nothing failed.
    Skipped(SkipReason),
    /// It has no datum.
    Failed(Failure<E>),
    /// The engine ended first.
    Cancelled,
}
