//! A running shop with the demo's fixed products and buyers.

use std::net::SocketAddr;

use live_pack_shop::{Clock, Shop, ShopSettings, seed};
use live_pack_shop_gateway::{App, serve};
use live_pack_shop_store::{Location, testing::Cluster};
use prometheus::Registry;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::client::{Answer, Client};

/// SKU of product 9000002, 3.33 USD.
pub(crate) const SKU: &str = "9000002001";

pub(crate) struct Served {
    pub(crate) addr: SocketAddr,
    pub(crate) app: App,
    pub(crate) task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
    _folder: Option<tempfile::TempDir>,
}

/// The account of a demo buyer.
pub(crate) const fn account(buyer: i64) -> i64 {
    1_000_000 + buyer
}

pub(crate) async fn start(folder: Option<tempfile::TempDir>, location: Location, clock: Clock) -> Served {
    let shop = Shop::open(ShopSettings { location, clock, migrate: true, server: true }).await.unwrap();
    let plan = seed::demo(vec![seed::fixed_seller()], shop.clock().now_ms()).unwrap();
    seed::write(&shop, &plan).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let app = App::new(shop, Registry::new()).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = app.clone();
    #[expect(clippy::disallowed_methods, reason = "the test stops and awaits it")]
    let task = tokio::spawn(async move {
        serve(listener, serving, async move { drop(stopped.await) }).await.unwrap();
    });
    Served { addr, app, task, stop: Some(stop), _folder: folder }
}

pub(crate) async fn sqlite() -> Served {
    sqlite_at(Clock::system()).await
}

pub(crate) async fn both() -> Vec<Served> {
    both_at(Clock::system()).await
}

/// A running shop on each engine, with this clock.
pub(crate) async fn both_at(clock: Clock) -> Vec<Served> {
    vec![sqlite_at(clock.clone()).await, start(None, Cluster::shared().location(), clock).await]
}

async fn sqlite_at(clock: Clock) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().join("data"));
    start(Some(folder), location, clock).await
}

impl Served {
    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.addr).await.unwrap()
    }

    /// An access token of a demo buyer.
    pub(crate) async fn token(&self, buyer: i64) -> String {
        let session = live_pack_shop::identity::open_session(self.app.shop(), account(buyer)).await.unwrap();
        session.access_token
    }

    /// A quote of one SKU.
    pub(crate) async fn quote(&self, buyer: i64, sku: &str, quantity: i64) -> Value {
        let body = json!({"items": [{"sku_id": sku, "quantity": quantity}], "address_id": account(buyer).to_string()});
        let token = self.token(buyer).await;
        let answer = self.client().await.json("POST", "/v1/quotes", &token, None, &body).await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// Requests the server to stop.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }
}

/// The body of an order for a quote.
pub(crate) fn order_body(quote: &Value) -> Value {
    json!({"quote_id": quote["quote_id"], "total": quote["total"]})
}

pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    for member in ["type", "title", "detail", "log_id"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
    }
}
