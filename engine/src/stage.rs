//! The five stages.

use std::fmt;

/// Where in the engine a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Fetch what the list is made of and what decides who stays on it.
    Providers,
    /// Reject items.
    Filters,
    /// Give items their order.
    Sorters,
    /// Fetch what the page needs.
    Loaders,
    /// Build the answer.
    Converters,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Providers, Self::Filters, Self::Sorters, Self::Loaders, Self::Converters];

    /// The name as configuration writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Providers => "providers",
            Self::Filters => "filters",
            Self::Sorters => "sorters",
            Self::Loaders => "loaders",
            Self::Converters => "converters",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
