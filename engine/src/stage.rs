//! The five stages.

use std::fmt;

/// The stage of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Fetch the items of the list and the data that decide which items stay.
    Providers,
    /// Reject items.
    Filters,
    /// Order the items.
    Sorters,
    /// Fetch data for the page.
    Loaders,
    /// Build the answer.
    Converters,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 5] = [Self::Providers, Self::Filters, Self::Sorters, Self::Loaders, Self::Converters];

    /// The name in configuration.
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
