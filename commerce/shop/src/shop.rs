//! The shop of a process: databases, committer, ids, clock, keys. The modules below are the services with their use cases.

pub mod cart;
pub mod catalog;
pub mod identity;
pub mod order;
pub mod quote;
pub mod use_case;

use std::{sync::Arc, time::Duration};

use live_pack_shop_store::{
    Cell, Committer, Database, Ids, Location, StoreError, committer::CommitterMetrics, migrate, schema_version,
};
use moka::future::Cache;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    catalog::ProductCard,
    identity::{Passwords, Tokens},
    order::TradeBatch,
    use_case::ShopMetrics,
};
use crate::{clock::Clock, refusal::UseCaseError};

/// Maximum number of concurrent password hashes: each takes a core and 19 MiB.
const PASSWORD_PLACES: usize = 2;
/// Number of products cached in memory.
const CACHED_PRODUCTS: u64 = 10_000;
/// Time for which a product is served from memory; its stock never is.
const PRODUCT_LIFE: Duration = Duration::from_secs(1);

/// Settings of a shop.
#[derive(Debug)]
pub struct ShopSettings {
    /// Location of the data.
    pub location: Location,
    /// Clock of the rules.
    pub clock: Clock,
    /// Whether the schema may be updated; otherwise an old schema is refused.
    pub migrate: bool,
    /// Whether this process is a server: only a server's lease guarantees that timers are processed.
    pub server: bool,
}

/// The use cases' access to databases, committer, ids and keys.
#[derive(Debug)]
pub struct Shop {
    identity: Database,
    catalog: Database,
    trade: Database,
    committer: Committer<TradeBatch>,
    ids: Arc<Ids>,
    clock: Clock,
    tokens: Tokens,
    passwords: Passwords,
    stop: CancellationToken,
    /// Timers and renewal of the id node's lease.
    tasks: TaskTracker,
    committer_metrics: CommitterMetrics,
    metrics: ShopMetrics,
    products: Cache<i64, Arc<ProductCard>>,
}

/// Opens the database of a cell with this program's schema.
///
/// # Errors
/// If it cannot be reached or has another schema.
pub async fn open(location: &Location, cell: Cell, may_migrate: bool) -> Result<Database, StoreError> {
    let database = Database::open(location, cell).await?;
    if may_migrate {
        migrate(&database, cell).await?;
    } else {
        schema_version(&database, cell).await?;
    }
    Ok(database)
}

impl Shop {
    /// Opens the shop. A server also starts the timers.
    ///
    /// # Errors
    /// If a database cannot be used.
    pub async fn open(settings: ShopSettings) -> Result<Self, UseCaseError> {
        let ShopSettings { location, clock, migrate, server } = settings;
        let identity = open(&location, Cell::Identity, migrate).await?;
        let catalog = open(&location, Cell::Catalog, migrate).await?;
        let trade = open(&location, Cell::Trade, migrate).await?;
        // Under a frozen clock no order becomes overdue, so the lease guarantees nothing to the checker.
        let ids = Ids::lease(&trade, server && matches!(clock, Clock::System(_))).await?;
        let tokens = Tokens::load(&identity, &ids, clock.now_ms()).await?;
        let committer_metrics = CommitterMetrics::new()?;
        let rules = Arc::new(TradeBatch::new(ids.clone(), clock.clone()));
        let committer = Committer::start(trade.clone(), rules, committer_metrics.clone());
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(stop.clone().run_until_cancelled_owned(Ids::keep(Arc::downgrade(&ids))));
        if server {
            let cells = (identity.clone(), trade.clone());
            tasks.spawn(order::run_timers(cells, committer.clone(), clock.clone(), stop.clone()));
        }
        tasks.close();
        let passwords = Passwords::new(PASSWORD_PLACES)?;
        Ok(Self {
            identity,
            catalog,
            trade,
            committer,
            ids,
            clock,
            tokens,
            passwords,
            stop,
            tasks,
            committer_metrics,
            metrics: ShopMetrics::new()?,
            products: use_case::cache(CACHED_PRODUCTS, PRODUCT_LIFE),
        })
    }

    /// Stops the timers, commits queued requests, releases the id node, and closes the databases. Running and later use cases
    /// fail.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.wait().await;
        self.committer.close().await;
        if let Err(error) = self.ids.release().await {
            tracing::warn!(%error, "cannot release the lease of the id node; it will expire");
        }
        for database in [&self.identity, &self.catalog, &self.trade] {
            database.close().await;
        }
    }

    /// Database of the identity cell.
    #[must_use]
    pub const fn identity(&self) -> &Database {
        &self.identity
    }

    /// Database of the catalog cell.
    #[must_use]
    pub const fn catalog(&self) -> &Database {
        &self.catalog
    }

    /// Database of the trade cell.
    #[must_use]
    pub const fn trade(&self) -> &Database {
        &self.trade
    }

    /// Committer of the trade cell, for all its writes.
    #[must_use]
    pub const fn committer(&self) -> &Committer<TradeBatch> {
        &self.committer
    }

    /// Source of ids.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Clock of the rules.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Keys of access tokens.
    #[must_use]
    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Pool for password verification.
    #[must_use]
    pub const fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Metrics of the committer.
    #[must_use]
    pub const fn committer_metrics(&self) -> &CommitterMetrics {
        &self.committer_metrics
    }

    /// Metrics of the use cases.
    #[must_use]
    pub const fn metrics(&self) -> &ShopMetrics {
        &self.metrics
    }

    /// Cached products of the catalogue.
    pub(crate) const fn products(&self) -> &Cache<i64, Arc<ProductCard>> {
        &self.products
    }
}
