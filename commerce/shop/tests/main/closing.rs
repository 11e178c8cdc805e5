//! Closing of accounts: refused with open orders, erases personal data, survives interruptions.

use live_pack_shop::{
    Clock, Refusal, Shop, ShopSettings, UseCaseError,
    cart::SetCartLine,
    identity::{Authenticate, CloseAccount, CreateAccount, ERASED, LogIn, ReadAccount},
    order::{ReadOrder, TradeRequest},
};
use live_pack_shop_store::trade::closings;

use crate::kit::{Kit, NOW, PASSWORD, PLAIN, shops};

fn refusal<T: std::fmt::Debug>(result: Result<T, UseCaseError>) -> Refusal {
    match result {
        Err(UseCaseError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn close(kit: &Kit, account_id: i64) -> Result<(), UseCaseError> {
    kit.shop.run(CloseAccount { account_id }).await
}

#[tokio::test]
async fn an_account_with_an_open_order_is_not_changed() {
    for kit in shops().await {
        let order = kit.order(1, &[(PLAIN, 1)]).await[0];
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        assert_eq!(refusal(close(&kit, 1).await), Refusal::OpenOrders(order.to_string()));
        kit.commit(TradeRequest::Settle { order_id: order }).await;
        assert_eq!(refusal(close(&kit, 1).await), Refusal::OpenOrders(order.to_string()));
        assert!(kit.shop.run(ReadAccount { account_id: 1 }).await.is_ok());
        let placed = kit.place(1, &quote, "k").await;
        assert_eq!(crate::kit::body(&placed)["orders"][0]["state"], "UNPAID", "the quote is still good");
        kit.check().await;
    }
}

#[tokio::test]
async fn a_closed_account_leaves_its_orders_but_no_personal_data() {
    for kit in shops().await {
        let session =
            kit.shop.run(LogIn { email: "buyer1@example.com".into(), password: PASSWORD.into() }).await.unwrap();
        let order = kit.order(1, &[(PLAIN, 1)]).await[0];
        let other = kit.order(2, &[(PLAIN, 1)]).await[0];
        kit.readdress(1, order, 102, "a").await;
        kit.cancel(1, order, "c").await;
        kit.quote(1, &[(PLAIN, 1)]).await;
        kit.shop.run(SetCartLine { account_id: 1, sku_id: PLAIN, quantity: 1 }).await.unwrap();
        close(&kit, 1).await.unwrap();
        kit.check().await;
        let stored = kit.shop.run(ReadOrder { account_id: 1, order_id: order }).await.unwrap();
        assert_eq!(serde_json::to_string(&stored.address).unwrap(), ERASED);
        assert!(stored.history.iter().filter(|entry| entry.by == "buyer").all(|entry| entry.reason.is_empty()));
        assert_eq!(stored.total.amount, "10.00");
        let untouched = kit.shop.run(ReadOrder { account_id: 2, order_id: other }).await.unwrap();
        assert_eq!(untouched.address.name, "N");
        let token = session.access_token;
        assert_eq!(refusal(kit.shop.run(Authenticate { token }).await), Refusal::Unauthenticated);
        let log_in = LogIn { email: "buyer1@example.com".into(), password: PASSWORD.into() };
        assert_eq!(refusal(kit.shop.run(log_in).await), Refusal::BadCredentials);
        assert!(close(&kit, 1).await.is_ok(), "a second call changes nothing");
        let again = CreateAccount {
            email: "buyer1@example.com".into(),
            password: PASSWORD.into(),
            name: "Again".into(),
            region: "US".into(),
        };
        let created = kit.shop.run(again).await.unwrap();
        assert_ne!(created.account_id, "1", "the e-mail is free for another account");
        kit.check().await;
    }
}

/// A closing with only its first step done, as after a crash.
async fn interrupted(kit: &Kit, account_id: i64) {
    let mut tx = kit.shop.trade().begin().await.unwrap();
    tx.run(&closings::BEGIN, &[account_id.into(), NOW.into()]).await.unwrap();
    tx.run(&closings::FORGET_QUOTES, &[account_id.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn no_order_and_no_cart_begins_while_an_account_is_closed() {
    for kit in shops().await {
        interrupted(&kit, 1).await;
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        let outcome = kit.place(1, &quote, "k").await;
        assert_eq!(outcome, live_pack_shop::order::Outcome::Refused(Refusal::NotFound("quote")));
        let cart = kit.shop.run(SetCartLine { account_id: 1, sku_id: PLAIN, quantity: 1 }).await.unwrap();
        assert_eq!(cart.count, 0);
    }
}

#[tokio::test]
async fn a_server_finishes_an_interrupted_closing() {
    for kit in shops().await {
        interrupted(&kit, 1).await;
        assert!(kit.shop.run(ReadAccount { account_id: 1 }).await.is_ok());
        let clock = Clock::frozen(NOW + 10_001);
        let settings = ShopSettings { location: kit.location.clone(), clock, migrate: false, server: true };
        let server = Shop::open(settings).await.unwrap();
        let finished = async {
            while kit.shop.run(ReadAccount { account_id: 1 }).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), finished).await.unwrap();
        server.close().await;
        kit.check().await;
    }
}
