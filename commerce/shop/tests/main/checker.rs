//! The checker: each invariant is broken in a store, and the checker reports it.

use std::{collections::BTreeSet, path::Path};

use live_pack_shop::{
    cart::SetCartLine,
    check::{Cells, IDENTITY_INVARIANTS, INVARIANTS, check_across, check_history, check_identity, check_store},
    identity::{CloseAccount, Refresh, open_session},
    order::{PAY_WITHIN_MS, TradeRequest},
};
use live_pack_shop_store::{Cell, Location};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

use crate::kit::{Kit, LIMITED, NOW, PLAIN, body, both, open};

/// Invariants, and the statements that break them in a store with an unpaid, a sold and a cancelled order, a cart, sessions, and
/// a closed account. Each statement runs in the cell that has its tables.
const BREAKS: [(&str, &str); 42] = [
    ("no-oversell", "UPDATE stock SET reserved = on_hand + 1 WHERE sku_id = 1001"),
    ("no-oversell", "UPDATE reservation SET quantity = 5000 WHERE state = 'SOLD'"),
    ("no-undersell", "UPDATE stock SET reserved = reserved + 1 WHERE sku_id = 1001"),
    ("on-hand", "UPDATE stock SET on_hand = on_hand + 1 WHERE sku_id = 1001"),
    ("on-hand", "DELETE FROM stock_entry WHERE sku_id = 1001"),
    ("reservations", "DELETE FROM reservation WHERE state = 'RESERVED'"),
    ("reservations", "UPDATE reservation SET state = 'RELEASED' WHERE state = 'RESERVED'"),
    ("reservations", "UPDATE orders SET state = 'CANCELLED' WHERE state = 'UNPAID'"),
    ("no-orphans", "INSERT INTO reservation VALUES (10, 77, 1001, 1, 'RESERVED')"),
    ("limit-counts", "UPDATE limit_count SET used = used + 1"),
    ("limits", "UPDATE order_line SET buyer_limit = 1 WHERE buyer_limit = 3"),
    ("one-order-per-quote", "UPDATE orders SET quote_id = (SELECT MIN(quote_id) FROM orders), seller_id = 10"),
    ("one-order-per-key", "DELETE FROM idempotency_key WHERE scope = 'POST /v1/orders'"),
    ("keys-have-orders", "UPDATE orders SET account_id = 99"),
    ("used-quotes", "UPDATE quote SET used = 0"),
    ("totals", "UPDATE orders SET total = total + 1"),
    ("totals", "UPDATE order_line SET unit_price = unit_price + 1"),
    ("histories", "DELETE FROM order_history WHERE version = 1"),
    ("histories", "UPDATE order_history SET to_state = 'DELIVERED' WHERE to_state = 'CANCELLED'"),
    ("one-event-per-step", "DELETE FROM event WHERE kind = 'order.cancelled'"),
    ("routes", "DELETE FROM order_route"),
    ("timers", "DELETE FROM timer"),
    ("state-machine", "UPDATE order_history SET actor = 'carrier' WHERE to_state = 'CANCELLED'"),
    ("carts", "UPDATE cart_line SET quantity = 0"),
    ("carts", "UPDATE cart_line SET quantity = 100"),
    ("accounts", "UPDATE account SET email = 'Buyer1@example.com' WHERE account_id = 1"),
    ("accounts", "UPDATE account SET password_hash = 'plain' WHERE account_id = 1"),
    ("accounts", "UPDATE account SET roles = '' WHERE account_id = 1"),
    ("sessions", "DELETE FROM account WHERE account_id = 1"),
    ("sessions", "UPDATE session SET ended_ms = created_ms - 1"),
    ("refresh-tokens", "UPDATE refresh_token SET used_ms = NULL"),
    ("refresh-tokens", "DELETE FROM session"),
    ("addresses", "UPDATE address SET is_default = 1"),
    (
        "addresses",
        "INSERT INTO address SELECT 4, address_id, name, phone, region, city, line1, line2, postcode, 0 FROM address",
    ),
    ("closed-accounts", "UPDATE account SET name = 'N' WHERE closed_ms IS NOT NULL"),
    ("closed-accounts", "UPDATE account SET email = 'buyer4@example.com' WHERE closed_ms IS NOT NULL"),
    ("cart-skus", "UPDATE cart_line SET product_id = 77"),
    ("cart-skus", "DELETE FROM sku"),
    ("cart-owners", "UPDATE cart_line SET account_id = 4"),
    ("nothing-personal", "UPDATE orders SET address = '{}'"),
    ("nothing-personal", "UPDATE quote SET account_id = 4"),
    ("no-overdue", "UPDATE id_lease SET server = 1, since_ms = 0, expires_ms = 9000000000000"),
];

/// A store with an unpaid, a sold and a cancelled order, and one of two sellers with a limit.
async fn kit(folder: Option<tempfile::TempDir>, location: Location) -> Kit {
    let kit = open(folder, location, false).await;
    kit.order(1, &[(PLAIN, 1), (LIMITED, 2)]).await;
    let sold = kit.order(2, &[(PLAIN, 2)]).await[0];
    kit.commit(TradeRequest::Settle { order_id: sold }).await;
    let cancelled = kit.order(3, &[(PLAIN, 3)]).await[0];
    kit.cancel(3, cancelled, "c").await;
    kit.shop.run(SetCartLine { account_id: 1, sku_id: PLAIN, quantity: 2 }).await.unwrap();
    let session = open_session(&kit.shop, 1).await.unwrap();
    kit.shop.run(Refresh { refresh_token: session.refresh_token }).await.unwrap();
    let closed = kit.order(4, &[(PLAIN, 1)]).await[0];
    kit.cancel(4, closed, "c").await;
    kit.shop.run(CloseAccount { account_id: 4 }).await.unwrap();
    kit.check().await;
    kit
}

/// Copies a cell's file.
async fn copy(from: &Path, to: &Path, cell: Cell) {
    let name = format!("{}.sqlite", cell.name());
    let url = format!("sqlite://{}", from.join(&name).display());
    let mut source = SqliteConnection::connect(&url).await.unwrap();
    source.execute(AssertSqlSafe(format!("VACUUM INTO '{}'", to.join(&name).display()))).await.unwrap();
    source.close().await.unwrap();
}

/// Runs a statement in the cell that has its tables; it must change something.
async fn break_it(folder: &Path, statement: &'static str) {
    let mut changed = None;
    for cell in Cell::ALL {
        let url = format!("sqlite://{}", folder.join(format!("{}.sqlite", cell.name())).display());
        let mut file = SqliteConnection::connect(&url).await.unwrap();
        file.execute("PRAGMA ignore_check_constraints = ON").await.unwrap();
        match file.execute(statement).await {
            Ok(done) => changed = Some(done.rows_affected()),
            Err(error) => assert!(error.to_string().contains("no such table"), "{statement}: {error}"),
        }
        file.close().await.unwrap();
    }
    assert!(changed.is_some_and(|rows| rows > 0), "{statement} changes nothing");
}

#[tokio::test]
async fn each_broken_invariant_is_found_and_named() {
    let (folder, location) = both().swap_remove(0);
    let kit = kit(folder, location.clone()).await;
    let Location::Folder(path) = &location else { unreachable!() };
    let mut names: BTreeSet<_> = INVARIANTS.iter().chain(IDENTITY_INVARIANTS).map(|(name, ..)| *name).collect();
    names.extend(["state-machine", "no-overdue", "cart-skus", "cart-owners", "nothing-personal"]);
    for (name, statement) in BREAKS {
        let folder = tempfile::tempdir().unwrap();
        for cell in Cell::ALL {
            copy(path, folder.path(), cell).await;
        }
        break_it(folder.path(), statement).await;
        let place = Location::Folder(folder.path().to_owned());
        let open = async |cell| live_pack_shop::open(&place, cell, false).await.unwrap();
        let (identity, catalog, trade) =
            (open(Cell::Identity).await, open(Cell::Catalog).await, open(Cell::Trade).await);
        kit.set_clock(if name == "no-overdue" { NOW + PAY_WITHIN_MS + 5_001 } else { NOW });
        let mut findings = check_store(&trade, &kit.clock).await.unwrap();
        findings.extend(check_identity(&identity).await.unwrap());
        let cells = Cells { identity: &identity, catalog: &catalog, trade: &trade };
        findings.extend(check_across(cells).await.unwrap());
        let found = findings.iter().find(|finding| finding.name == name).unwrap();
        assert!(!found.broken.is_empty(), "{statement} is not found by {name}");
        assert!(found.to_string().starts_with("BROKEN"), "{found}");
        names.remove(name);
        for database in [identity, catalog, trade] {
            database.close().await;
        }
    }
    assert!(names.is_empty(), "no test breaks {names:?}");
}

#[tokio::test]
async fn postgres_is_checked_by_the_same_queries() {
    let (_, location) = both().pop().unwrap();
    let kit = kit(None, location).await;
    let Location::Postgres(options) = &kit.location else { unreachable!() };
    let mut connection = sqlx::PgConnection::connect_with(options).await.unwrap();
    connection.execute("UPDATE stock SET reserved = reserved + 1 WHERE sku_id = 1001").await.unwrap();
    let findings = check_store(kit.shop.trade(), &kit.clock).await.unwrap();
    let broken: Vec<_> = findings.iter().filter(|it| !it.broken.is_empty()).map(|it| it.name).collect();
    assert_eq!(broken, ["no-undersell"]);
}

#[tokio::test]
async fn an_unpaid_order_is_overdue_only_while_a_server_runs() {
    let (folder, location) = both().swap_remove(0);
    let kit = kit(folder, location).await;
    kit.set_clock(NOW + PAY_WITHIN_MS + 60_000);
    kit.check().await;
}

#[tokio::test]
async fn a_recorded_history_is_compared_with_the_store() {
    for (folder, location) in both() {
        let kit = open(folder, location, false).await;
        let quote = kit.quote(1, &[(PLAIN, 1), (LIMITED, 2)]).await;
        let placed = body(&kit.place(1, &quote, "k").await);
        let order: i64 = placed["orders"][0]["order_id"].as_str().unwrap().parse().unwrap();
        let cancelled = body(&kit.cancel(1, order, "c").await);
        let record = |path: &str, key: &str, body: &serde_json::Value| {
            json!({"account_id": "1", "method": "POST", "path": path, "key": key, "status": 200, "body": body})
                .to_string()
        };
        let place = record("/v1/orders", "k", &placed);
        let cancel = record("/v1/orders/1/cancel", "c", &cancelled);
        let invented = json!({"orders": [{"order_id": "5", "state": "UNPAID", "total": {"amount": "1.00"}}]});
        let mut changed = placed.clone();
        changed["orders"][0]["total"]["amount"] = "0.01".into();
        let second = placed["orders"][1]["order_id"].clone();
        let untrue = json!({"order_id": second, "state": "CANCELLED", "total": placed["orders"][1]["total"].clone()});
        for (lines, expected) in [
            (vec![place.clone(), place.clone(), cancel.clone()], vec![]),
            (vec![record("/v1/orders", "x", &invented)], vec!["acknowledged"]),
            (vec![record("/v1/orders", "x", &changed)], vec!["acknowledged"]),
            (vec![place.clone(), record("/v1/orders", "k", &cancelled)], vec!["one-answer-per-key"]),
            (vec![record("/v1/orders/2/cancel", "y", &untrue)], vec!["cancelled-stays"]),
            (
                vec![place.replace("\"status\":200", "\"status\":503").replace("\"order_id\":\"", "\"order_id\":\"9")],
                vec![],
            ),
        ] {
            let findings = check_history(kit.shop.trade(), &lines.join("\n")).await.unwrap();
            let broken: Vec<_> = findings.iter().filter(|it| !it.broken.is_empty()).map(|it| it.name).collect();
            assert_eq!(broken, expected, "{lines:?}");
        }
        let refused = check_history(kit.shop.trade(), &format!("{place}\nnonsense")).await;
        assert!(refused.unwrap_err().to_string().contains("line 2"));
    }
}
