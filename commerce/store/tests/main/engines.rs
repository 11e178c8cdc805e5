//! Migrations, durability, ids and claims on SQLite and PostgreSQL.

use std::collections::BTreeSet;

use live_pack_shop_store::{
    Cell, Database, Ids, Location, StoreError, Tx, migrate, schema_version,
    testing::Cluster,
    trade::timers::{self, TimerRow},
};

/// Both engines: a fresh folder and a fresh PostgreSQL database.
fn both() -> Vec<(tempfile::TempDir, Location)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Location::Folder(folder.path().join("data"));
    vec![(folder, sqlite), (tempfile::tempdir().unwrap(), Cluster::shared().location())]
}

async fn open(location: &Location, cell: Cell) -> Database {
    let database = Database::open(location, cell).await.unwrap();
    migrate(&database, cell).await.unwrap();
    database
}

#[tokio::test]
async fn a_second_migration_changes_nothing_and_needs_no_permission() {
    for (_folder, location) in both() {
        for cell in Cell::ALL {
            let database = Database::open(&location, cell).await.unwrap();
            let missing = schema_version(&database, cell).await;
            assert!(matches!(missing, Err(StoreError::OlderSchema { found: 0, .. })), "{missing:?}");
            let first = migrate(&database, cell).await.unwrap();
            let second = migrate(&database, cell).await.unwrap();
            assert_eq!((first.from, second.from, second.to), (0, first.to, first.to));
            assert_eq!(schema_version(&database, cell).await.unwrap(), first.to);
        }
    }
}

#[tokio::test]
async fn concurrent_migrations_do_not_disturb_each_other() {
    for (_folder, location) in both() {
        let migrations = (0..4).map(|_| async {
            let database = Database::open(&location, Cell::Trade).await?;
            migrate(&database, Cell::Trade).await
        });
        let done: Result<Vec<_>, _> = futures_util::future::join_all(migrations).await.into_iter().collect();
        assert_eq!(done.unwrap().iter().filter(|migrated| migrated.from == 0).count(), 1);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    for (_folder, location) in both() {
        let database = open(&location, Cell::Trade).await;
        let mut tx = database.begin().await.unwrap();
        let statement =
            live_pack_shop_store::statements().find(|statement| statement.name == "schema.set_version").unwrap();
        tx.run(statement, &["trade".into(), 99.into()]).await.unwrap();
        tx.commit().await.unwrap();
        for refused in [migrate(&database, Cell::Trade).await.err(), schema_version(&database, Cell::Trade).await.err()]
        {
            assert!(matches!(refused, Some(StoreError::NewerSchema { found: 99, .. })), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_may_lose_commits_is_refused() {
    let url = Cluster::shared().database().unwrap();
    for (setting, options) in [
        ("synchronous_commit", "&options=-c%20synchronous_commit=off"),
        ("synchronous_commit", "&options[synchronous_commit]=off"),
    ] {
        let location = Location::postgres(&format!("{url}{options}"), false).unwrap();
        let refused = Database::open(&location, Cell::Trade).await;
        assert!(
            matches!(refused, Err(StoreError::NotDurable { setting: named, .. }) if named == setting),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_many_processes_are_all_different() {
    for (_folder, location) in both() {
        let database = open(&location, Cell::Trade).await;
        let mut seen = BTreeSet::new();
        let mut held = Vec::new();
        for _ in 0..8 {
            let ids = Ids::lease(&database, false).await.unwrap();
            for _ in 0..5_000 {
                assert!(seen.insert(ids.next().unwrap()));
            }
            // Every other process ends cleanly; its node is reused.
            if held.len() % 2 == 0 {
                ids.release().await.unwrap();
            }
            held.push(ids);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_have_different_nodes() {
    for (_folder, location) in both() {
        let database = open(&location, Cell::Trade).await;
        let leases = futures_util::future::join_all((0..10).map(|_| Ids::lease(&database, true))).await;
        let nodes: BTreeSet<_> = leases.into_iter().map(|ids| ids.unwrap().next().unwrap() >> 12 & 1_023).collect();
        assert_eq!(nodes.len(), 10);
    }
}

fn timer(due_ms: i64) -> TimerRow {
    TimerRow { due_ms, seller_id: 1, order_id: due_ms, kind: "PAY_BY".into(), state: "UNPAID".into() }
}

async fn claim(tx: &mut Tx, now_ms: i64, limit: i64) -> Vec<i64> {
    let claimed: Vec<TimerRow> = tx.rows(&timers::CLAIM, &[now_ms.into(), limit.into()]).await.unwrap();
    claimed.iter().map(|timer| timer.due_ms).collect()
}

#[tokio::test]
async fn due_timers_are_claimed_once_oldest_first() {
    for (_folder, location) in both() {
        let database = open(&location, Cell::Trade).await;
        let mut tx = database.begin().await.unwrap();
        tx.run_rows(&timers::INSERT, &(1..=10).map(timer).collect::<Vec<_>>()).await.unwrap();
        let mut claimed = claim(&mut tx, 7, 3).await;
        claimed.sort_unstable();
        assert_eq!(claimed, [1, 2, 3]);
        assert_eq!(claim(&mut tx, 7, 10).await.len(), 4);
        assert!(claim(&mut tx, 7, 10).await.is_empty());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn timers_locked_by_another_process_are_skipped() {
    let database = open(&Cluster::shared().location(), Cell::Trade).await;
    let mut tx = database.begin().await.unwrap();
    tx.run_rows(&timers::INSERT, &(1..=4).map(timer).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let (mut first, mut second) = (database.begin().await.unwrap(), database.begin().await.unwrap());
    assert_eq!(claim(&mut first, 9, 2).await.len(), 2);
    let mut others = claim(&mut second, 9, 9).await;
    others.sort_unstable();
    assert_eq!(others, [3, 4]);
}

#[tokio::test]
async fn a_dropped_transaction_changes_nothing() {
    for (_folder, location) in both() {
        let database = open(&location, Cell::Trade).await;
        let mut tx = database.begin().await.unwrap();
        tx.run_rows(&timers::INSERT, &[timer(1)]).await.unwrap();
        drop(tx);
        let mut tx = database.begin().await.unwrap();
        assert!(claim(&mut tx, 9, 9).await.is_empty());
    }
}
