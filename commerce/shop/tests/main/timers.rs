//! Payment deadlines: unpaid orders are cancelled exactly once, by one process, whatever the clock does.

use std::sync::Arc;

use live_pack_shop::order::{Outcome, PAY_WITHIN_MS, TradeRequest, purge};

use crate::kit::{NOW, PLAIN, both, open, shops};

const EXPIRE: TradeRequest = TradeRequest::Expire { limit: 500 };

#[tokio::test]
async fn an_unpaid_order_expires_at_its_time_and_not_before() {
    for kit in shops().await {
        let orders = [kit.order(1, &[(PLAIN, 1)]).await[0], kit.order(2, &[(PLAIN, 2)]).await[0]];
        kit.commit(TradeRequest::Settle { order_id: orders[1] }).await;
        kit.set_clock(NOW + PAY_WITHIN_MS - 1);
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 0, cancelled: 0 });
        kit.set_clock(NOW + PAY_WITHIN_MS);
        // The timer of the settled order finds an unexpected state.
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 2, cancelled: 1 });
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 0, cancelled: 0 });
        assert_eq!(kit.stock(10, PLAIN).await, (998, 0));
        let view = kit.shop.run(live_pack_shop::order::ReadOrder { account_id: 1, order_id: orders[0] }).await.unwrap();
        let last = view.history.last().unwrap();
        assert_eq!(
            (view.state.as_str(), last.by.as_str(), last.reason.as_str()),
            ("CANCELLED", "timer", "not paid in time")
        );
        kit.check().await;
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_expires_nothing_twice() {
    for kit in shops().await {
        kit.order(1, &[(PLAIN, 1)]).await;
        kit.set_clock(NOW + PAY_WITHIN_MS);
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 1, cancelled: 1 });
        kit.set_clock(NOW);
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 0, cancelled: 0 });
        kit.order(1, &[(PLAIN, 1)]).await;
        kit.set_clock(NOW + PAY_WITHIN_MS);
        assert_eq!(kit.commit(EXPIRE).await, Outcome::Expired { claimed: 1, cancelled: 1 });
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 0));
        kit.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_the_timers_and_none_runs_twice() {
    let (_, location) = both().pop().unwrap();
    let first = open(None, location.clone(), true).await;
    let second = Arc::new(open(None, location, true).await);
    for round in 0..60 {
        first.order(1 + round % 8, &[(PLAIN, 1)]).await;
    }
    assert_eq!(first.stock(10, PLAIN).await, (1_000, 60));
    for kit in [&first, &*second] {
        kit.set_clock(NOW + PAY_WITHIN_MS);
    }
    let emptied = async {
        while first.stock(10, PLAIN).await != (1_000, 0) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), emptied).await.unwrap();
    first.check().await;
}

#[tokio::test]
async fn old_quotes_and_keys_are_deleted_but_the_key_of_an_order_stays() {
    const DAY_MS: i64 = 24 * 3_600 * 1_000;
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        let placed = kit.place(1, &quote, "k").await;
        let order = kit.order(2, &[(PLAIN, 1)]).await[0];
        kit.cancel(2, order, "c").await;
        assert_eq!(purge(kit.shop.trade(), NOW + DAY_MS).await.unwrap(), 0, "kept for at least 24 hours");
        // Two quotes, and the key of the cancellation.
        assert_eq!(purge(kit.shop.trade(), NOW + 2 * DAY_MS).await.unwrap(), 3);
        let replayed = kit.place(1, &quote, "k").await;
        assert_eq!(crate::kit::body(&replayed), crate::kit::body(&placed));
        kit.check().await;
    }
}
