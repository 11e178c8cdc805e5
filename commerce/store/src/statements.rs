//! The list of all statements, for checks that prepare each on both engines.

use crate::{Statement, catalog, identity, ids, migrate, trade};

/// All statements of the crate.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [ids::ALL, migrate::ALL, catalog::ALL]
        .into_iter()
        .chain(identity::ALL.iter().copied())
        .chain(trade::ALL.iter().copied())
        .flatten()
        .copied()
}
