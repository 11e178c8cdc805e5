//! The cells of the store.

/// A transaction boundary and unit of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Accounts, sessions, addresses, roles.
    Identity,
    /// Products, SKUs, sellers, prices, tax.
    Catalog,
    /// Cart, quotes, orders, stock.
    Trade,
}

impl Cell {
    /// All cells, in migration order.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Catalog, Self::Trade];

    /// Name in `--cells`, in file names and in the schema table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Catalog => "catalog",
            Self::Trade => "trade",
        }
    }

    /// The cell with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cell| cell.name() == name)
    }

    /// Schema steps, oldest first. A released step is never edited.
    pub(crate) const fn migrations(self) -> &'static [&'static str] {
        match self {
            Self::Identity => {
                &[include_str!("../migrations/identity_0001.sql"), include_str!("../migrations/identity_0002.sql")]
            }
            Self::Catalog => &[include_str!("../migrations/catalog_0001.sql")],
            Self::Trade => {
                &[include_str!("../migrations/trade_0001.sql"), include_str!("../migrations/trade_0002.sql")]
            }
        }
    }
}
