//! Ids: 41 bits of milliseconds since 2025, 10 bits of a leased node, 12 bits of a sequence.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{Cell, Database, Record, Row, StoreError, statement::Statement};

/// 2025-01-01T00:00:00Z in Unix milliseconds.
const EPOCH_MS: i64 = 1_735_689_600_000;
const NODES: i64 = 1 << 10;
const SEQUENCES: i64 = 1 << 12;
/// A lease that was not renewed for this long expires.
pub const LEASE_MS: i64 = 30_000;
/// Milliseconds reserved ahead of the clock.
const AHEAD_MS: i64 = 20_000;
/// Pause between renewals.
const RENEW: Duration = Duration::from_secs(3);

static LEASES: Statement = Statement::hot(
    Cell::Trade,
    "ids.leases",
    "SELECT l.node, l.owner, l.expires_ms, l.reserved_ms FROM id_lease AS l ORDER BY l.node {lock l}",
);
static TAKE: Statement = Statement::hot(
    Cell::Trade,
    "ids.take",
    "INSERT INTO id_lease (node, owner, since_ms, expires_ms, reserved_ms, server) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (node) DO UPDATE SET owner = excluded.owner, since_ms = excluded.since_ms, \
     expires_ms = excluded.expires_ms, reserved_ms = excluded.reserved_ms, server = excluded.server \
     WHERE id_lease.expires_ms <= excluded.since_ms",
);
static RENEW_LEASE: Statement = Statement::hot(
    Cell::Trade,
    "ids.renew",
    "UPDATE id_lease SET expires_ms = $3, reserved_ms = $4 WHERE node = $1 AND owner = $2",
);
static RELEASE: Statement =
    Statement::hot(Cell::Trade, "ids.release", "UPDATE id_lease SET expires_ms = 0 WHERE node = $1 AND owner = $2");

pub(crate) static ALL: &[&Statement] = &[&LEASES, &TAKE, &RENEW_LEASE, &RELEASE];

/// A row of `id_lease`.
struct Lease {
    node: i64,
    expires_ms: i64,
    reserved_ms: i64,
}

impl Record for Lease {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { node: row.int(0)?, expires_ms: row.int(2)?, reserved_ms: row.int(3)? })
    }
}

/// The real clock, which ids use even if the shop's clock is frozen.
fn real_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A random number that distinguishes this lease from all others. The hasher's keys are random numbers from the system.
fn owner() -> i64 {
    i64::from_ne_bytes(RandomState::new().build_hasher().finish().to_ne_bytes())
}

#[derive(Debug)]
struct State {
    node: i64,
    owner: i64,
    /// Millisecond of the last id.
    ms: i64,
    /// Next sequence number in that millisecond.
    sequence: i64,
    /// The lease row does not cover ids from this millisecond on.
    reserved_ms: i64,
}

/// Issues ids for one cell and process. Ids grow and are unique across processes and restarts.
#[derive(Debug)]
pub struct Ids {
    database: Database,
    server: bool,
    state: Mutex<State>,
}

/// Takes the lowest free node. Its ids start after `last_ms` and after everything that an earlier owner of the node may have
/// used, even if the clock was set back.
async fn take(database: &Database, server: bool, last_ms: i64) -> Result<State, StoreError> {
    loop {
        match try_take(database, server, last_ms).await {
            Err(StoreError::Contended { .. }) => {}
            taken => return taken,
        }
    }
}

async fn try_take(database: &Database, server: bool, last_ms: i64) -> Result<State, StoreError> {
    let now = real_ms();
    let mut tx = database.begin().await?;
    let leases: Vec<Lease> = tx.rows(&LEASES, &[]).await?;
    let (mut node, mut mark) = (0, 0);
    for lease in leases.iter().take_while(|lease| lease.node <= NODES) {
        if lease.node != node {
            break;
        }
        if lease.expires_ms <= now {
            mark = lease.reserved_ms;
            break;
        }
        node += 1;
    }
    if node >= NODES {
        return Err(StoreError::NoNode);
    }
    let (owner, ms) = (owner(), now.max(mark).max(last_ms + 1));
    let reserved_ms = ms + AHEAD_MS;
    let params =
        [node.into(), owner.into(), now.into(), (now + LEASE_MS).into(), reserved_ms.into(), i64::from(server).into()];
    // Another process may have taken the same node since the leases were read, because a missing row cannot be locked.
    let changed = tx.run(&TAKE, &params).await?;
    if changed != 1 {
        return Err(StoreError::Contended { statement: TAKE.name, changed, expected: 1 });
    }
    tx.commit().await?;
    Ok(State { node, owner, ms, sequence: 0, reserved_ms })
}

impl Ids {
    /// Leases a node. `server` marks the lease as that of a server, which processes timers.
    ///
    /// # Errors
    /// If all nodes are taken or the database fails.
    pub async fn lease(database: &Database, server: bool) -> Result<Arc<Self>, StoreError> {
        let state = take(database, server, 0).await?;
        Ok(Arc::new(Self { database: database.clone(), server, state: Mutex::new(state) }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next id.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if the lease could not be renewed in time.
    pub fn next(&self) -> Result<i64, StoreError> {
        self.next_at(real_ms())
    }

    fn next_at(&self, now: i64) -> Result<i64, StoreError> {
        let mut state = self.state();
        if now > state.ms {
            (state.ms, state.sequence) = (now, 0);
        }
        if state.sequence == SEQUENCES {
            (state.ms, state.sequence) = (state.ms + 1, 0);
        }
        if state.ms >= state.reserved_ms {
            return Err(StoreError::LeaseLost);
        }
        let sequence = state.sequence;
        state.sequence += 1;
        Ok((state.ms - EPOCH_MS) << 22 | state.node << 12 | sequence)
    }

    /// Extends the lease and the reserved milliseconds. If another process took the lease while this one was cut off, a new
    /// one is taken.
    ///
    /// # Errors
    /// If the database fails or all nodes are taken; no ids are issued beyond the reservation.
    pub async fn renew(&self) -> Result<(), StoreError> {
        let now = real_ms();
        let (node, owner, last_ms) = {
            let state = self.state();
            (state.node, state.owner, state.ms)
        };
        let reserved_ms = now.max(last_ms) + AHEAD_MS;
        let params = [node.into(), owner.into(), (now + LEASE_MS).into(), reserved_ms.into()];
        if self.database.write(&RENEW_LEASE, &params).await? == 1 {
            self.state().reserved_ms = reserved_ms;
            return Ok(());
        }
        self.state().reserved_ms = 0;
        let renewed = take(&self.database, self.server, last_ms).await?;
        tracing::warn!(node, new_node = renewed.node, "lost the lease of the id node and took another");
        *self.state() = renewed;
        Ok(())
    }

    /// Renews the lease every three seconds until the ids are dropped.
    pub async fn keep(ids: Weak<Self>) {
        loop {
            tokio::time::sleep(RENEW).await;
            let Some(ids) = ids.upgrade() else { return };
            if let Err(error) = ids.renew().await {
                tracing::error!(%error, node = ids.state().node, "cannot renew the lease of the id node");
            }
        }
    }

    /// Releases the node. Ids requested later fail.
    ///
    /// # Errors
    /// If the database fails; the lease then expires by itself.
    pub async fn release(&self) -> Result<(), StoreError> {
        let (node, owner) = {
            let mut state = self.state();
            state.reserved_ms = 0;
            (state.node, state.owner)
        };
        self.database.write(&RELEASE, &[node.into(), owner.into()]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Location, migrate};

    async fn database() -> Database {
        let database = Database::open(&Location::Memory, Cell::Trade).await.unwrap();
        migrate(&database, Cell::Trade).await.unwrap();
        database
    }

    #[tokio::test]
    async fn ids_grow_even_when_the_clock_goes_back_or_a_millisecond_is_used_up() {
        let ids = Ids::lease(&database().await, true).await.unwrap();
        let start = ids.state.lock().unwrap().ms;
        let mut last = 0;
        for number in 0..10_000 {
            let id = ids.next_at(start - number).unwrap();
            assert!(id > last);
            last = id;
        }
    }

    #[tokio::test]
    async fn a_successor_starts_after_everything_that_was_reserved() {
        let database = database().await;
        let first = Ids::lease(&database, true).await.unwrap();
        let reserved = first.state().reserved_ms;
        first.release().await.unwrap();
        let second = Ids::lease(&database, true).await.unwrap();
        assert_eq!((first.state().node, second.state().node), (0, 0));
        let next = (second.next().unwrap() >> 22) + EPOCH_MS;
        assert!(next >= reserved, "{next} {reserved}");
        assert!(matches!(first.next(), Err(StoreError::LeaseLost)));
    }

    #[tokio::test]
    async fn a_lost_lease_is_replaced_by_another_node_and_ids_keep_growing() {
        let database = database().await;
        let first = Ids::lease(&database, true).await.unwrap();
        let last = first.next().unwrap();
        // Cut off until the lease has expired and another process has taken the node.
        let owner = first.state().owner;
        database.write(&RENEW_LEASE, &[0.into(), owner.into(), 0.into(), 0.into()]).await.unwrap();
        let second = Ids::lease(&database, true).await.unwrap();
        assert_eq!(second.state().node, 0);
        first.renew().await.unwrap();
        assert_eq!(first.state().node, 1);
        assert!(first.next().unwrap() > last);
    }

    #[tokio::test]
    async fn concurrent_processes_have_different_nodes() {
        let database = database().await;
        let leases = [Ids::lease(&database, true).await.unwrap(), Ids::lease(&database, false).await.unwrap()];
        assert_eq!(leases.map(|ids| ids.state().node), [0, 1]);
    }

    #[tokio::test]
    async fn no_ids_are_issued_beyond_the_reservation_until_it_is_renewed() {
        let ids = Ids::lease(&database().await, true).await.unwrap();
        let reserved = ids.state.lock().unwrap().reserved_ms;
        assert!(ids.next_at(reserved - 1).is_ok());
        assert!(matches!(ids.next_at(reserved), Err(StoreError::LeaseLost)));
        ids.renew().await.unwrap();
        assert!(ids.next_at(reserved).is_ok());
    }
}
