//! A cluster whose postmaster was killed restarts with all committed data.

use live_pack_shop_store::{Cell, Database, Location, migrate, testing::Cluster};

#[tokio::test]
async fn a_killed_postmaster_restarts_while_its_children_end() {
    let cluster = Cluster::start().unwrap();
    let location = Location::postgres(&cluster.database().unwrap(), false).unwrap();
    let before = Database::open(&location, Cell::Trade).await.unwrap();
    migrate(&before, Cell::Trade).await.unwrap();
    for _ in 0..2 {
        cluster.kill_postmaster().unwrap();
        cluster.start_again().unwrap_or_else(|error| panic!("{error}"));
        let after = Database::open(&location, Cell::Trade).await.unwrap();
        migrate(&after, Cell::Trade).await.unwrap();
    }
}
