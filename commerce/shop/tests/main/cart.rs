//! The cart.

use futures_util::future::join_all;
use live_pack_shop::{
    Refusal, UseCaseError,
    cart::{CartView, ClearCart, ReadCart, SetCartLine},
    order::Outcome,
    quote::{NewQuote, Source},
    seed::{Seed, write},
};
use live_pack_shop_store::catalog::SkuRow;

use crate::kit::{Kit, LIMITED, PLAIN, SCARCE, body, shops};

async fn set(kit: &Kit, account_id: i64, sku_id: i64, quantity: i64) -> Result<CartView, UseCaseError> {
    kit.shop.run(SetCartLine { account_id, sku_id, quantity }).await
}

fn lines(cart: &CartView) -> Vec<(i64, i64)> {
    assert_eq!(cart.count, cart.lines.len());
    cart.lines.iter().map(|line| (line.sku_id.parse().unwrap(), line.quantity)).collect()
}

#[tokio::test]
async fn a_sku_is_in_a_cart_once_with_the_last_quantity() {
    for kit in shops().await {
        set(&kit, 1, PLAIN, 1).await.unwrap();
        set(&kit, 1, LIMITED, 2).await.unwrap();
        let cart = set(&kit, 1, PLAIN, 99).await.unwrap();
        assert_eq!(lines(&cart), [(PLAIN, 99), (LIMITED, 2)]);
        assert_eq!((cart.lines[1].price.amount.as_str(), cart.lines[1].available), ("19.99", 999));
        assert_eq!(lines(&set(&kit, 1, LIMITED, 0).await.unwrap()), [(PLAIN, 99)]);
        assert_eq!(lines(&set(&kit, 2, SCARCE, 1).await.unwrap()), [(SCARCE, 1)], "a cart of its own");
        let unknown = set(&kit, 1, 77, 1).await;
        assert!(matches!(unknown, Err(UseCaseError::Refused(Refusal::SkuNotFound(_)))), "{unknown:?}");
        kit.shop.run(ClearCart { account_id: 1 }).await.unwrap();
        assert_eq!(lines(&kit.shop.run(ReadCart { account_id: 1 }).await.unwrap()), []);
        kit.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_concurrent_change_is_lost() {
    for kit in shops().await {
        let skus = [PLAIN, SCARCE, LIMITED];
        let changes = (0..60).zip(skus.into_iter().cycle()).map(|(n, sku)| set(&kit, n % 4 + 1, sku, n % 9 + 1));
        assert!(join_all(changes).await.iter().all(Result::is_ok));
        for account_id in 1..=4 {
            let cart = kit.shop.run(ReadCart { account_id }).await.unwrap();
            assert_eq!(cart.count, 3, "one line per SKU");
        }
        kit.check().await;
    }
}

#[tokio::test]
async fn an_order_from_the_cart_removes_its_lines_and_keeps_later_ones() {
    for kit in shops().await {
        set(&kit, 1, PLAIN, 2).await.unwrap();
        set(&kit, 1, LIMITED, 1).await.unwrap();
        let new = NewQuote { account_id: 1, source: Source::Cart, address_id: 1, voucher_codes: Vec::new() };
        let quote = kit.shop.run(new).await.unwrap();
        set(&kit, 1, SCARCE, 1).await.unwrap();
        let placed = kit.place(1, &quote, "k").await;
        assert_eq!(body(&placed)["orders"].as_array().unwrap().len(), 2);
        assert_eq!(lines(&kit.shop.run(ReadCart { account_id: 1 }).await.unwrap()), [(SCARCE, 1)]);
        // A replay removes nothing more.
        set(&kit, 1, PLAIN, 5).await.unwrap();
        assert!(matches!(kit.place(1, &quote, "k").await, Outcome::Answer { replay: true, .. }));
        assert_eq!(lines(&kit.shop.run(ReadCart { account_id: 1 }).await.unwrap()), [(PLAIN, 5), (SCARCE, 1)]);
        kit.check().await;
    }
}

#[tokio::test]
async fn a_cart_holds_a_hundred_lines() {
    for kit in shops().await {
        let sku = |number: i64| SkuRow {
            sku_id: 50_000 + number,
            product_id: 1,
            seller_id: 10,
            attributes: "{}".into(),
            price: 100,
        };
        let seed = Seed { skus: (0..=100).map(sku).collect(), ..Seed::default() };
        write(&kit.shop, &seed).await.unwrap();
        let results = join_all((0..=100).map(|number| set(&kit, 1, 50_000 + number, 1))).await;
        let refused: Vec<_> = results.into_iter().filter_map(Result::err).collect();
        assert!(matches!(refused[..], [UseCaseError::Refused(Refusal::CartFull(100))]), "{refused:?}");
        assert_eq!(kit.shop.run(ReadCart { account_id: 1 }).await.unwrap().count, 100);
        kit.check().await;
    }
}
