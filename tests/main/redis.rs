//! A real Redis behind the service: in normal use, lost during operation, and with the live stock of flash sales.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use live_pack_idl::live_pack::{FlashSaleStatus, GetLiveBagDataResponse};
use redis::{AsyncCommands as _, aio::MultiplexedConnection};
use tokio::net::TcpListener;

use crate::{
    ask::{Ask, code, degraded, ids, room},
    stack::{Setup, Stack, eventually},
};

pub(crate) const SOON: Duration = Duration::from_secs(5);

/// A redis-server on its own port. Stopped on drop.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        // A bound socket cannot be passed on, so another port is tried if this one was taken meanwhile.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
            let child = Command::new("redis-server")
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
                .stdout(Stdio::null())
                .spawn()
                .expect("redis-server is installed; `make test` does that");
            let server = Self { child, url: format!("redis://127.0.0.1:{port}") };
            for _ in 0..200 {
                if server.connection().await.is_some() {
                    return server;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        panic!("redis-server does not answer");
    }

    pub(crate) async fn connection(&self) -> Option<MultiplexedConnection> {
        let client = redis::Client::open(self.url.as_str()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.ok()?;
        redis::cmd("PING").query_async::<String>(&mut connection).await.ok()?;
        Some(connection)
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The complete answer: on a busy machine Redis may time out before its first connection is open.
async fn settled(stack: &Stack, ask: Ask) -> GetLiveBagDataResponse {
    eventually(SOON, async || Some(stack.answer(ask.clone()).await).filter(|answer| answer.degraded.is_empty())).await
}

#[tokio::test]
async fn a_second_service_finds_in_redis_what_the_first_one_fetched() {
    let server = Server::start().await;
    let mut connection = server.connection().await.unwrap();
    let first = Setup::default().redis(&server.url).start().await;
    let answer = settled(&first, room(1001)).await;
    let kinds = ["pin", "model", "detail", "price", "seller"];
    eventually(SOON, async || {
        let keys: Vec<String> = connection.keys("lp:*").await.unwrap();
        kinds.iter().all(|kind| keys.iter().any(|key| key.contains(kind))).then_some(())
    })
    .await;
    let pin: bool = connection.exists("lp:pin:1001").await.unwrap();
    assert!(pin, "the pin has the key that others read");

    let second = Setup::default().redis(&server.url).without_local_caches().start().await;
    let fetched = ["MGetProductModel", "MGetProductDetail", "MGetProductPrice", "MGetSeller"];
    eventually(SOON, async || {
        second.world.faults().reset_calls();
        assert_eq!(settled(&second, room(1001)).await, answer);
        // A lookup for which Redis was too slow goes to the service; the next one need not.
        let calls = second.world.calls();
        let asked = |method: &&str| calls.keys().any(|name| name.ends_with(*method));
        (!fetched.iter().any(asked)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_redis_killed_during_operation_shows_only_in_degraded() {
    let mut server = Server::start().await;
    let stack = Setup::default().redis(&server.url).start().await;
    let whole = settled(&stack, room(1001).by(101)).await;
    server.kill();
    let mut noticed = false;
    for call in 0_i64..30 {
        // Different products each time, so that the local cache does not hide the loss.
        let answer = stack.answer(room(1001).by(101).page(call * 5, 20)).await;
        assert_eq!((code(&answer), answer.total), (0, 200), "{:?}", answer.base_resp);
        assert_eq!(answer.products.len(), 20);
        assert!(answer.products.iter().all(|card| card.price.is_some() && !card.seller_name.is_empty()));
        for lost in degraded(&answer) {
            assert_eq!(lost, "redis", "{:?}", answer.degraded);
            noticed = true;
        }
        if call == 0 {
            assert_eq!(ids(&answer), ids(&whole));
        }
    }
    assert!(noticed, "no answer reported it");
}

#[tokio::test]
async fn a_live_counter_decides_how_much_of_a_flash_sale_is_left() {
    let server = Server::start().await;
    let mut connection = server.connection().await.unwrap();
    let plain = Setup::default().start().await.bag(room(1001)).await;
    let on_sale = plain.products.iter().find(|card| {
        card.flash_sale.as_ref().is_some_and(|sale| sale.status == FlashSaleStatus::ONGOING && sale.stock_total > 4)
    });
    let card = on_sale.unwrap();
    let (id, sale) = (card.product_id, card.flash_sale.clone().unwrap());
    let key = format!("lp:stock:{}", sale.promotion_id);

    let _: () = connection.set(&key, 3).await.unwrap();
    let stack = Setup::default().redis(&server.url).without_caches().start().await;
    let found =
        |answer: GetLiveBagDataResponse| answer.products.into_iter().find(|card| card.product_id == id).unwrap();
    let some = found(settled(&stack, room(1001)).await).into_fields().flash_sale.unwrap();
    assert_eq!((some.stock_left, some.status), (3, FlashSaleStatus::ONGOING));
    let due = (i64::from(sale.stock_total) - 3) * 100 / i64::from(sale.stock_total);
    assert_eq!(i64::from(some.progress_percent), due);

    let _: () = connection.set(&key, 0).await.unwrap();
    let gone = found(settled(&stack, room(1001)).await);
    let (before, after) = (card.price.clone().unwrap(), gone.price.clone().unwrap());
    assert_eq!(gone.flash_sale.as_ref().unwrap().status, FlashSaleStatus::SOLD_OUT);
    assert!(after.source.inner() < 4, "the price falls back from {} to {}", before.sale_min, after.sale_min);
}
