//! The environments the service runs in.

use std::{fmt, str::FromStr};

/// The environment of the process: some settings, configuration and requests are refused in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Environment {
    /// A developer's machine: everything is allowed.
    #[default]
    Dev,
    /// A shared test environment: like dev.
    Test,
    /// Real viewers: no frozen clock, no mock answers, no records, no embedded world.
    Prod,
}

/// The text names no environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be dev, test or prod")]
pub struct NotAnEnvironment;

impl Environment {
    /// All environments.
    pub const ALL: [Self; 3] = [Self::Dev, Self::Test, Self::Prod];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
            Self::Prod => "prod",
        }
    }

    /// Whether this is production.
    #[must_use]
    pub const fn is_prod(self) -> bool {
        matches!(self, Self::Prod)
    }
}

impl FromStr for Environment {
    type Err = NotAnEnvironment;

    fn from_str(text: &str) -> Result<Self, NotAnEnvironment> {
        Self::ALL.into_iter().find(|environment| environment.name() == text).ok_or(NotAnEnvironment)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
