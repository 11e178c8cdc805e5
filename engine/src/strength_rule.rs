//! The registered strength of a task.

use crate::{Scene, Strength};

/// The registered strength of a task.
pub(crate) enum StrengthRule<S: Scene> {
    /// In every request.
    Always(Strength),
    /// Strong in requests for which the function returns true, weak in others.
    StrongIf(fn(&S::Request) -> bool),
}

impl<S: Scene> StrengthRule<S> {
    pub(crate) fn of(&self, request: &S::Request) -> Strength {
        match self {
            Self::Always(strength) => *strength,
            Self::StrongIf(strong) if strong(request) => Strength::Strong,
            Self::StrongIf(_) => Strength::Weak,
        }
    }

    /// The strength as shown to people and programs.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Always(strength) => strength.name(),
            Self::StrongIf(_) => "strong in some requests",
        }
    }
}

impl<S: Scene> Clone for StrengthRule<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Scene> Copy for StrengthRule<S> {}
