//! Orders: keys, stock, limits, cancelling, address, routes.

use futures_util::future::join_all;
use live_pack_shop::{
    Refusal, UseCaseError,
    order::{ListOrders, Outcome, ReadOrder, State, TradeRequest},
};

use crate::kit::{LIMITED, PLAIN, SCARCE, body, place, shops};

fn refusal(outcome: &Outcome) -> &Refusal {
    let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
    refusal
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_units_are_sold_once_each() {
    for kit in shops().await {
        let quotes = join_all((1..9).map(|buyer| kit.quote(buyer, &[(SCARCE, 1)]))).await;
        let places = (1..9).zip(&quotes).map(|(buyer, quote)| kit.place(buyer, quote, "k"));
        let outcomes = join_all(places).await;
        let placed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Answer { status: 201, .. })).count();
        let refused = outcomes.iter().filter(|it| **it == Outcome::Refused(Refusal::OutOfStock("1002".into()))).count();
        assert_eq!((placed, refused), (5, 3), "{outcomes:?}");
        assert_eq!(kit.stock(10, SCARCE).await, (5, 5));
        kit.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_gives_one_order_and_equal_answers() {
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 2)]).await;
        let outcomes = join_all((0..50).map(|_| kit.place(1, &quote, "k"))).await;
        let bodies: std::collections::BTreeSet<_> = outcomes.iter().map(|outcome| body(outcome).to_string()).collect();
        let first = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Answer { replay: false, .. })).count();
        assert_eq!((bodies.len(), first), (1, 1));
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 2));
        // The same key with another body, another key with the same quote.
        let other = kit.quote(1, &[(PLAIN, 3)]).await;
        assert_eq!(*refusal(&kit.place(1, &other, "k").await), Refusal::IdempotencyMismatch);
        assert_eq!(*refusal(&kit.place(1, &quote, "k2").await), Refusal::QuoteUsed);
        // A refusal binds no key.
        assert!(matches!(kit.place(1, &other, "k2").await, Outcome::Answer { replay: false, .. }));
        // Keys of other accounts are independent.
        let foreign = kit.quote(2, &[(PLAIN, 1)]).await;
        assert!(matches!(kit.place(2, &foreign, "k").await, Outcome::Answer { replay: false, .. }));
        kit.check().await;
    }
}

#[tokio::test]
async fn another_process_replays_an_answer_regardless_of_later_states() {
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        let first = kit.place(1, &quote, "k").await;
        let id: i64 = body(&first)["orders"][0]["order_id"].as_str().unwrap().parse().unwrap();
        kit.cancel(1, id, "c").await;
        let settings = live_pack_shop::ShopSettings {
            location: kit.location.clone(),
            clock: kit.clock.clone(),
            migrate: false,
            server: false,
        };
        let second = live_pack_shop::Shop::open(settings).await.unwrap();
        let replayed = second.committer().commit(place(1, &quote, "k")).await.unwrap();
        assert_eq!(body(&replayed), body(&first));
        assert!(matches!(replayed, Outcome::Answer { status: 201, replay: true, .. }));
        second.close().await;
    }
}

#[tokio::test]
async fn the_limit_per_buyer_counts_orders_that_are_not_cancelled() {
    for kit in shops().await {
        let early = kit.quote(1, &[(LIMITED, 2)]).await;
        let order = kit.order(1, &[(LIMITED, 2)]).await;
        assert_eq!(*refusal(&kit.place(1, &early, "k").await), Refusal::LimitExceeded("2".into()));
        let refused = kit.try_quote(1, 1, &[(LIMITED, 2)]).await;
        assert!(matches!(refused, Err(UseCaseError::Refused(Refusal::LimitExceeded(_)))), "{refused:?}");
        kit.order(1, &[(LIMITED, 1)]).await;
        kit.order(2, &[(LIMITED, 3)]).await;
        kit.cancel(1, order[0], "c").await;
        assert!(matches!(kit.place(1, &early, "k").await, Outcome::Answer { .. }));
        kit.check().await;
    }
}

#[tokio::test]
async fn a_cancelled_order_returns_its_units_once() {
    for kit in shops().await {
        let order = kit.order(1, &[(PLAIN, 7)]).await[0];
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 7));
        let cancelled = kit.cancel(1, order, "c").await;
        assert_eq!(
            (body(&cancelled)["state"].as_str(), body(&cancelled)["version"].as_i64()),
            (Some("CANCELLED"), Some(2))
        );
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 0));
        let again = kit.cancel(1, order, "another key").await;
        assert!(matches!(refusal(&again), Refusal::StateConflict { state: State::Cancelled, .. }));
        assert!(matches!(kit.cancel(1, order, "c").await, Outcome::Answer { replay: true, .. }));
        assert_eq!(*refusal(&kit.cancel(2, order, "c").await), Refusal::NotFound("order"));
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 0));
        kit.check().await;
    }
}

#[tokio::test]
async fn a_settled_order_is_sold_and_its_cancellation_returns_the_units_without_a_refund() {
    for kit in shops().await {
        let order = kit.order(1, &[(PLAIN, 7)]).await[0];
        assert_eq!(kit.commit(TradeRequest::Settle { order_id: order }).await, Outcome::Done);
        assert_eq!(kit.stock(10, PLAIN).await, (993, 0));
        let twice = kit.commit(TradeRequest::Settle { order_id: order }).await;
        assert!(matches!(refusal(&twice), Refusal::StateConflict { state: State::AwaitingShipment, .. }));
        kit.check().await;
        let cancelled = body(&kit.cancel(1, order, "c").await);
        assert_eq!(kit.stock(10, PLAIN).await, (1_000, 0));
        let last = cancelled["history"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["reason"], "reason; no money was taken");
        assert_eq!((last["from"].as_str(), last["by"].as_str()), (Some("AWAITING_SHIPMENT"), Some("buyer")));
        kit.check().await;
    }
}

#[tokio::test]
async fn the_address_changes_within_its_region_while_the_order_is_unpaid() {
    for kit in shops().await {
        let order = kit.order(1, &[(PLAIN, 1)]).await[0];
        assert_eq!(*refusal(&kit.readdress(1, order, 555, "a").await), Refusal::AddressNotFound);
        let abroad = kit.readdress(1, order, 101, "a").await;
        assert!(matches!(refusal(&abroad), Refusal::StateConflict { state: State::Unpaid, .. }));
        let changed = body(&kit.readdress(1, order, 102, "a").await);
        assert_eq!((changed["version"].as_i64(), changed["state"].as_str()), (Some(2), Some("UNPAID")));
        kit.commit(TradeRequest::Settle { order_id: order }).await;
        let late = kit.readdress(1, order, 102, "b").await;
        assert!(matches!(refusal(&late), Refusal::StateConflict { state: State::AwaitingShipment, .. }));
        kit.check().await;
    }
}

#[tokio::test]
async fn orders_are_listed_newest_first_in_pages_and_only_to_their_buyer() {
    for kit in shops().await {
        let mut made = Vec::new();
        for _ in 0..5 {
            made.extend(kit.order(1, &[(PLAIN, 1), (LIMITED, 1)]).await.into_iter().take(1));
            if made.len() == 3 {
                break;
            }
        }
        kit.order(2, &[(PLAIN, 1)]).await;
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = kit.shop.run(ListOrders { account_id: 1, before, page_size: 2 }).await.unwrap();
            assert!(page.items.len() <= 2);
            seen.extend(page.items.iter().map(|order| order.order_id.parse::<i64>().unwrap()));
            let Some(token) = page.next_page_token else { break };
            before = Some(token.parse().unwrap());
        }
        assert_eq!(seen.len(), 6, "three quotes of two sellers each");
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
        assert!(made.iter().all(|order| seen.contains(order)));
        let foreign = kit.shop.run(ReadOrder { account_id: 2, order_id: made[0] }).await;
        assert!(matches!(foreign, Err(UseCaseError::Refused(Refusal::NotFound("order")))), "{foreign:?}");
    }
}
