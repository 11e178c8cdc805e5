//! Checks every statement on both engines: it prepares, stays within its cell, and does not scan if it is hot.

use std::collections::BTreeSet;

use live_pack_shop_store::{
    Cell, Database, Heat, Location, Statement, dialect::Engine, migrate, statements, testing::Cluster,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

const MIGRATIONS: [(Cell, &str); 5] = [
    (Cell::Identity, include_str!("../../migrations/identity_0001.sql")),
    (Cell::Identity, include_str!("../../migrations/identity_0002.sql")),
    (Cell::Catalog, include_str!("../../migrations/catalog_0001.sql")),
    (Cell::Trade, include_str!("../../migrations/trade_0001.sql")),
    (Cell::Trade, include_str!("../../migrations/trade_0002.sql")),
];

/// Names of the tables of a cell.
fn tables(cell: Cell) -> Vec<&'static str> {
    let scripts = MIGRATIONS.iter().filter(|(of, _)| *of == cell);
    scripts
        .flat_map(|(_, script)| script.lines())
        .filter_map(|line| line.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split_whitespace().next())
        .collect()
}

fn words(sql: &str) -> BTreeSet<&str> {
    sql.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect()
}

/// Tables that a statement reads or writes.
fn used(sql: &str) -> BTreeSet<&str> {
    let words: Vec<_> = sql.split_whitespace().map(|word| word.trim_matches(['(', ')', ','])).collect();
    let named = |pair: &&[&str]| ["FROM", "JOIN", "UPDATE", "INTO"].contains(&pair[0]);
    words.windows(2).filter(named).map(|pair| pair[1]).collect()
}

/// One database file with the tables of all cells.
async fn sqlite() -> (tempfile::TempDir, SqliteConnection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.sqlite");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    connection.execute("CREATE TABLE schema_version (cell TEXT PRIMARY KEY, version BIGINT)").await.unwrap();
    for (_, script) in MIGRATIONS {
        connection.execute(sqlx::raw_sql(script)).await.unwrap();
    }
    (folder, connection)
}

async fn postgres() -> PgConnection {
    let url = Cluster::shared().database().unwrap();
    let location = Location::postgres(&url, false).unwrap();
    for cell in Cell::ALL {
        let database = Database::open(&location, cell).await.unwrap();
        migrate(&database, cell).await.unwrap();
        database.close().await;
    }
    PgConnection::connect(&url).await.unwrap()
}

#[test]
fn statements_have_unique_names_and_all_are_listed() {
    let mut names = BTreeSet::new();
    for statement in statements() {
        assert!(names.insert(statement.name), "{} twice", statement.name);
    }
    let written = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .unwrap()
        .chain(std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/identity")).unwrap())
        .chain(std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/trade")).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("audit.rs"))
        .map(|path| std::fs::read_to_string(path).unwrap().matches(": Statement =").count())
        .sum::<usize>();
    let audits = names.iter().filter(|name| name.starts_with("audit.")).count();
    assert_eq!(names.len() - audits, written, "a statement is missing from its list ALL");
    assert!(written > 40);
}

#[test]
fn no_statement_touches_two_cells_and_none_selects_everything() {
    for statement in statements() {
        let source = statement.source();
        assert!(!source.contains("SELECT *") && !source.contains(".*"), "{}: {source}", statement.name);
        let used = used(source);
        assert!(!used.is_empty(), "{}: {source}", statement.name);
        for cell in Cell::ALL.into_iter().filter(|cell| *cell != statement.cell) {
            let foreign: Vec<_> = tables(cell).into_iter().filter(|table| used.contains(table)).collect();
            assert!(foreign.is_empty(), "{} touches {foreign:?}", statement.name);
        }
    }
}

#[test]
fn tables_have_a_primary_key_two_types_and_no_foreign_keys() {
    for (cell, script) in MIGRATIONS {
        assert!(!script.to_uppercase().contains("REFERENCES") && !script.to_uppercase().contains("FOREIGN KEY"));
        for table in script.split("CREATE TABLE ").skip(1) {
            let table = table.split_once(");").unwrap().0;
            let name = table.split_whitespace().next().unwrap();
            assert!(table.contains("PRIMARY KEY"), "{name} of {} has no primary key", cell.name());
            for line in table.lines().skip(1).map(str::trim) {
                let second = line.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(',');
                let constraint =
                    ["PRIMARY", "CHECK", "--", ""].iter().any(|word| line.split(['(', ' ']).next() == Some(word));
                assert!(constraint || ["BIGINT", "TEXT"].contains(&second), "{name}: {line}");
            }
        }
    }
}

/// Tables whose rows belong to one seller or one buyer.
const SHARDED: [(&str, &str); 12] = [
    ("stock", "seller_id"),
    ("stock_entry", "seller_id"),
    ("orders", "seller_id"),
    ("order_line", "seller_id"),
    ("order_history", "seller_id"),
    ("reservation", "seller_id"),
    ("quote", "account_id"),
    ("idempotency_key", "account_id"),
    ("limit_count", "account_id"),
    ("cart_line", "account_id"),
    ("address", "account_id"),
    ("order_route", "order_id"),
];

#[test]
fn keys_and_conditions_of_sharded_tables_name_the_shard_column() {
    let scripts: String = MIGRATIONS.iter().map(|(_, script)| *script).collect();
    for (table, column) in SHARDED {
        let body = scripts.split_once(&format!("CREATE TABLE {table} (")).unwrap().1.split_once("\n);").unwrap().0;
        let first = format!("PRIMARY KEY ({column}");
        let own = body.lines().any(|line| line.trim().starts_with(column) && line.contains("PRIMARY KEY"));
        assert!(body.contains(&first) || own, "the key of {table} does not begin with {column}");
        for statement in statements().filter(|statement| statement.heat == Heat::Hot) {
            let source = statement.source();
            let condition = source.split_once(" JOIN ").or_else(|| source.split_once(" WHERE "));
            let reads = used(source).contains(table) && !source.starts_with("INSERT");
            // Retention covers all shards.
            if reads && !["trade.quote_purge", "trade.key_purge", "trade.order_list"].contains(&statement.name) {
                assert!(condition.is_some_and(|(_, rest)| words(rest).contains(column)), "{}", statement.name);
            }
        }
    }
}

fn parameters(sql: &str) -> usize {
    (1..10).take_while(|number| sql.contains(&format!("${number}"))).count()
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite_and_no_hot_one_scans() {
    let (_folder, mut connection) = sqlite().await;
    for statement in statements() {
        let plan = plan_sqlite(&mut connection, statement).await;
        let scans: Vec<_> =
            plan.iter().filter(|step| step.starts_with("SCAN ") && !step.contains("json_each")).collect();
        // A table of a few rows.
        let small = statement.name == "ids.leases";
        // An ordered, limited walk along a key is not a table scan.
        let bounded = scans.iter().all(|step| step.contains("USING") && statement.source().contains("LIMIT"));
        assert!(statement.heat == Heat::Cold || small || bounded || scans.is_empty(), "{}: {plan:#?}", statement.name);
    }
}

async fn plan_sqlite(connection: &mut SqliteConnection, statement: &'static Statement) -> Vec<String> {
    let text = statement.text(Engine::Sqlite);
    let explain = format!("{}{text}", Engine::Sqlite.explain());
    let rows = connection.fetch_all(AssertSqlSafe(explain)).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}\n{text}", statement.name));
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn every_statement_prepares_on_postgres_and_no_hot_one_scans() {
    let mut connection = postgres().await;
    // Tables are empty, so a scan would be chosen for its cost; this makes scans the most expensive choice.
    connection.execute("SET enable_seqscan = off").await.unwrap();
    connection.execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    for statement in statements() {
        let text = statement.text(Engine::Postgres);
        let count = parameters(text);
        let prepared = connection.execute(AssertSqlSafe(format!("PREPARE s AS {text}"))).await;
        prepared.unwrap_or_else(|error| panic!("{}: {error}\n{text}", statement.name));
        let nulls = vec!["NULL"; count].join(", ");
        let arguments = if count == 0 { String::new() } else { format!("({nulls})") };
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE s{arguments}");
        let rows = connection.fetch_all(AssertSqlSafe(explain)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let scans = plan.iter().any(|step| step.contains("Seq Scan"));
        assert!(statement.heat == Heat::Cold || !scans, "{}: {plan:#?}", statement.name);
        connection.execute("DEALLOCATE s").await.unwrap();
    }
}
