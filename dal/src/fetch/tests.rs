//! The look-ups over a real socket and a real Redis.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use live_pack_idl::{product_model as model_wire, product_relation as relation_wire};
use prometheus::Registry;
use tokio::time::sleep;
use volo_thrift::ServerError;

use super::{CacheName, Dal};
use crate::{
    CacheRules, ErrorKind, Lookup,
    model::{Bag, BagEntry, PinKind},
    redis::{Redis, RedisSettings},
    testing::{Prices, RedisServer, call, closed, listen, millis, rpc_at, thrift, user},
};

/// Look-ups of one service at an address, with Redis if a URL is given.
pub(super) fn dal(address: SocketAddr, url: Option<&str>) -> Dal {
    let registry = Registry::new();
    let url = url.map(|url| url.parse().unwrap());
    let settings = RedisSettings { url, probe_pause: millis(10), ..RedisSettings::default() };
    let redis = Redis::connect(&settings, &registry).unwrap();
    Dal::new(rpc_at(address), redis, &registry).unwrap()
}

/// Waits until Redis holds a key, and returns its value.
async fn wait_for_key(redis: &RedisServer, key: &str) -> String {
    let mut connection = redis.raw().await.unwrap();
    for _ in 0..100 {
        if let Some(value) = redis::cmd("GET").arg(key).query_async::<Option<String>>(&mut connection).await.unwrap() {
            return value;
        }
        sleep(millis(5)).await;
    }
    panic!("{key} was not written");
}

#[tokio::test]
async fn without_a_redis_nothing_is_noted() {
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, None);
    let call = call(millis(500));
    for _ in 0..3 {
        assert!(dal.prices(&call, &[1, 2]).await.unwrap().iter().all(|price| price.found().is_some()));
    }
    assert_eq!(dal.flash_stock(&call, &[1, 2]).await.unwrap(), [None, None]);
    assert_eq!((prices.calls(), call.notes.lost().len()), (1, 0));
}

#[tokio::test]
async fn a_process_finds_in_redis_what_another_one_loaded() {
    let redis = RedisServer::start().await;
    let prices = Prices::by_id();
    let address = prices.serve().await;
    let (one, other) = (dal(address, Some(&redis.url)), dal(address, Some(&redis.url)));
    let call = call(millis(2000));
    let first = one.prices(&call, &[1, 2, 2000]).await.unwrap();
    let written = wait_for_key(&redis, "lp:price:0:US:US:0:2").await;
    assert!(written.contains("\"2.50\""), "an amount is a text: {written}");
    assert_eq!(other.prices(&call, &[1, 2]).await.unwrap(), first[..2]);
    assert_eq!(prices.calls(), 1);
    assert!(call.notes.lost().is_empty());
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_a_miss() {
    let redis = RedisServer::start().await;
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, Some(&redis.url));
    let mut raw = redis.raw().await.unwrap();
    for (id, value) in [(1, "not json"), (2, r#"{"currency": 5}"#)] {
        let key = format!("lp:price:0:US:US:0:{id}");
        redis::cmd("SET").arg(key).arg(value).query_async::<()>(&mut raw).await.unwrap();
    }
    let call = call(millis(2000));
    assert!(dal.prices(&call, &[1, 2]).await.unwrap().iter().all(|price| price.found().is_some()));
    assert_eq!(prices.calls(), 1);
}

#[tokio::test]
async fn a_redis_that_dies_costs_a_note_and_no_answer() {
    let mut redis = RedisServer::start().await;
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, Some(&redis.url));
    dal.prices(&call(millis(2000)), &[1]).await.unwrap();
    wait_for_key(&redis, "lp:price:0:US:US:0:1").await;
    redis.kill();
    for id in 2..8 {
        let call = call(millis(500));
        let found = dal.prices(&call, &[1, id]).await.unwrap();
        assert!(found.iter().all(|price| price.found().is_some()), "{id}");
        assert_eq!(call.notes.lost().first().map(|(what, _)| *what), Some("redis"), "request {id} does not note it");
    }
    // the loss of the subscription invalidates what was loaded before it, once
    let mut warm = call(millis(500));
    for _ in 0..100 {
        dal.prices(&call(millis(500)), &[1, 2, 3]).await.unwrap();
        warm = call(millis(500));
        dal.prices(&warm, &[1, 2, 3]).await.unwrap();
        if warm.notes.lost().is_empty() {
            break;
        }
    }
    assert!(warm.notes.lost().is_empty(), "a warm page does not need Redis");
}

#[tokio::test]
async fn a_redis_that_hangs_is_waited_for_a_third_of_the_time() {
    let hanging = listen(|stream| async move {
        sleep(millis(60_000)).await;
        drop(stream);
    })
    .await;
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, Some(&format!("redis://{hanging}")));
    let call = call(millis(60));
    assert!(dal.prices(&call, &[1]).await.unwrap()[0].found().is_some());
    assert_eq!(call.notes.lost()[0].1.as_ref().unwrap().kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn a_redis_whose_connection_went_silent_is_reconnected() {
    let redis = RedisServer::start().await;
    let behind = redis.url.trim_start_matches("redis://").to_owned();
    // the first connection never gets an answer, all others do
    let first = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let front = listen(move |mut near| {
        let (silent, behind) = (first.swap(false, SeqCst), behind.clone());
        async move {
            if silent {
                sleep(millis(60_000)).await;
            }
            let mut far = tokio::net::TcpStream::connect(behind).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
        }
    })
    .await;
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, Some(&format!("redis://{front}")));
    for id in 1..200 {
        let call = call(millis(90));
        assert!(dal.prices(&call, &[id]).await.unwrap()[0].found().is_some());
        if call.notes.lost().is_empty() {
            return;
        }
        sleep(millis(10)).await;
    }
    panic!("redis was not found again");
}

#[tokio::test]
async fn a_redis_that_comes_back_is_used_again() {
    let mut redis = RedisServer::start().await;
    let prices = Prices::by_id();
    let dal = dal(prices.serve().await, Some(&redis.url));
    redis.kill();
    let lost = |id| {
        let dal = &dal;
        async move {
            let call = call(millis(90));
            assert!(dal.prices(&call, &[id]).await.unwrap()[0].found().is_some());
            !call.notes.lost().is_empty()
        }
    };
    for id in 1..6 {
        assert!(lost(id).await);
    }
    redis.restart().await;
    for id in 6..200 {
        if !lost(id).await {
            return;
        }
        sleep(millis(10)).await;
    }
    panic!("redis was not found again");
}

#[tokio::test]
async fn flash_stock_is_read_in_one_go_and_kept_for_a_moment() {
    let redis = RedisServer::start().await;
    let dal = dal(closed().await, Some(&redis.url));
    let mut raw = redis.raw().await.unwrap();
    redis::cmd("SET").arg("lp:stock:1").arg(7).query_async::<()>(&mut raw).await.unwrap();
    let call = call(millis(2000));
    // the first subscription invalidates what was loaded before it
    while !dal.forgetting.is_subscribed() {
        sleep(millis(1)).await;
    }
    assert_eq!(dal.flash_stock(&call, &[1, 2]).await.unwrap(), [Some(7), None]);
    redis::cmd("SET").arg("lp:stock:1").arg(6).query_async::<()>(&mut raw).await.unwrap();
    assert_eq!(dal.flash_stock(&call, &[1, 2]).await.unwrap(), [Some(7), None]);
    let mut fresh = call.clone();
    fresh.fresh = true;
    assert_eq!(dal.flash_stock(&fresh, &[1]).await.unwrap(), [Some(6)]);
}

/// Room 1 sells product 5 and has it pinned, no other room anything.
#[derive(Clone, Default)]
struct Relation {
    calls: Arc<AtomicUsize>,
}

impl relation_wire::ProductRelationService for Relation {
    async fn get_room_products(
        &self,
        req: relation_wire::GetRoomProductsRequest,
    ) -> Result<relation_wire::GetRoomProductsResponse, ServerError> {
        self.calls.fetch_add(1, SeqCst);
        let entry = relation_wire::BagEntry { product_id: 5, item_no: 1, top_rank: 2 };
        let entries = if req.room_id == 1 { vec![entry] } else { Vec::new() };
        Ok(relation_wire::GetRoomProductsResponse { entries, bag_version: 9, ..Default::default() })
    }

    async fn m_get_pinned(
        &self,
        req: relation_wire::MGetPinnedRequest,
    ) -> Result<relation_wire::MGetPinnedResponse, ServerError> {
        self.calls.fetch_add(1, SeqCst);
        let kind = relation_wire::PinKind::PRODUCT;
        let pin = relation_wire::Pin { pin_id: 3, kind, target_id: 5, version: 1, ..Default::default() };
        let pins = req.room_ids.into_iter().filter(|room| *room == 1).map(|room| (room, pin.clone())).collect();
        Ok(relation_wire::MGetPinnedResponse { pins, ..Default::default() })
    }

    async fn m_get_bag_summary(
        &self,
        _: relation_wire::MGetBagSummaryRequest,
    ) -> Result<relation_wire::MGetBagSummaryResponse, ServerError> {
        Ok(Default::default())
    }

    async fn m_get_room_product_relation(
        &self,
        _: relation_wire::MGetRoomProductRelationRequest,
    ) -> Result<relation_wire::MGetRoomProductRelationResponse, ServerError> {
        Ok(Default::default())
    }

    async fn get_showcase(
        &self,
        _: relation_wire::GetShowcaseRequest,
    ) -> Result<relation_wire::GetShowcaseResponse, ServerError> {
        Ok(Default::default())
    }
}

async fn relation(service: &Relation) -> SocketAddr {
    let server = relation_wire::ProductRelationServiceServer::from_handler(service.clone());
    thrift::<_, relation_wire::ProductRelationServiceRequestRecv, _>(server).await
}

#[tokio::test]
async fn a_pin_and_its_absence_are_written_back() {
    let redis = RedisServer::start().await;
    let service = Relation::default();
    let address = relation(&service).await;
    let (one, other) = (dal(address, Some(&redis.url)), dal(address, Some(&redis.url)));
    let call = call(millis(2000));
    let pins = one.pins(&call, &[1, 2]).await.unwrap();
    assert_eq!(pins[0].found().map(|pin| (pin.kind, pin.target_id)), Some((PinKind::Product, 5)));
    assert_eq!(pins[1], Lookup::Missing);
    assert!(wait_for_key(&redis, "lp:pin:1").await.contains("\"target_id\":5"));
    assert_eq!(wait_for_key(&redis, "lp:pin:2").await, "none");
    let left: i64 = redis::cmd("PTTL").arg("lp:pin:1").query_async(&mut redis.raw().await.unwrap()).await.unwrap();
    assert!((1..=5_500).contains(&left), "{left}");
    assert_eq!(other.pin(&call, 1).await.unwrap(), pins[0]);
    assert_eq!(other.pin(&call, 2).await.unwrap(), Lookup::Missing);
    assert_eq!(service.calls.load(SeqCst), 1);
}

#[tokio::test]
async fn the_bag_before_entering_is_shared_through_redis_and_is_not_the_bag_inside() {
    let redis = RedisServer::start().await;
    let service = Relation::default();
    let address = relation(&service).await;
    let (one, other) = (dal(address, Some(&redis.url)), dal(address, Some(&redis.url)));
    let call = call(millis(2000));
    let bag = one.preview_bag(&call, 1).await.unwrap();
    let entries = vec![BagEntry { product_id: 5, item_no: 1, top_rank: 2 }];
    assert_eq!(*bag, Bag { room_id: 1, entries, version: 9, whole: true, failed: Vec::new() });
    wait_for_key(&redis, "lp:preview:0:US:-:0:1").await;
    let left: i64 =
        redis::cmd("PTTL").arg("lp:preview:0:US:-:0:1").query_async(&mut redis.raw().await.unwrap()).await.unwrap();
    assert!((1..=5_500).contains(&left), "{left}");
    assert_eq!(other.preview_bag(&call, 1).await.unwrap(), bag);
    assert_eq!(service.calls.load(SeqCst), 1, "the neighbour found it in redis");
    assert_eq!(other.bag(&call, 1).await.unwrap(), bag);
    assert_eq!(service.calls.load(SeqCst), 2, "who is inside is not served from the preview");
}

/// Account 102 is a minor's.
#[derive(Clone, Default)]
struct Models {
    calls: Arc<AtomicUsize>,
}

impl model_wire::ProductModelService for Models {
    async fn m_get_product_lite(
        &self,
        req: model_wire::MGetProductLiteRequest,
    ) -> Result<model_wire::MGetProductLiteResponse, ServerError> {
        self.calls.fetch_add(1, SeqCst);
        let lite = model_wire::ProductLite { status: model_wire::ProductStatus::ACTIVATE, ..Default::default() };
        let failed = req.product_ids.iter().copied().filter(|id| *id == 13).collect();
        let products = req.product_ids.into_iter().map(|id| (id, lite.clone())).collect();
        let viewer_is_minor = req.user_id == 102;
        Ok(model_wire::MGetProductLiteResponse { products, failed, viewer_is_minor, ..Default::default() })
    }

    async fn m_get_product_model(
        &self,
        _: model_wire::MGetProductModelRequest,
    ) -> Result<model_wire::MGetProductModelResponse, ServerError> {
        Ok(Default::default())
    }
}

fn bag(ids: &[i64]) -> Arc<Bag> {
    let entry = |id: &i64| BagEntry { product_id: *id, item_no: 1, top_rank: 0 };
    Arc::new(Bag { room_id: 1, entries: ids.iter().map(entry).collect(), version: 4, whole: true, failed: Vec::new() })
}

async fn models() -> (Models, Dal) {
    let service = Models::default();
    let server = model_wire::ProductModelServiceServer::from_handler(service.clone());
    let address = thrift::<_, model_wire::ProductModelServiceRequestRecv, _>(server).await;
    let dal = dal(address, None);
    // the bag does not expire during the test, even on a slow machine
    dal.set_cache_rules(CacheName::BagStatus, CacheRules::local(millis(60_000), 100));
    (service, dal)
}

#[tokio::test]
async fn a_bag_is_asked_for_once_and_an_account_once() {
    let (service, dal) = models().await;
    let bag = bag(&[1, 2, 1]);
    let calls = |minor: bool, expected: usize, status: &crate::model::BagStatus| {
        assert_eq!((status.viewer_is_minor, status.products.len()), (minor, 3));
        assert_eq!(service.calls.load(SeqCst), expected);
    };
    calls(false, 1, &dal.bag_status(&call(millis(900)), &bag).await.unwrap());
    calls(false, 1, &dal.bag_status(&call(millis(900)), &bag).await.unwrap());
    calls(true, 2, &dal.bag_status(&user(millis(900), 102), &bag).await.unwrap());
    calls(true, 2, &dal.bag_status(&user(millis(900), 102), &bag).await.unwrap());
    calls(false, 3, &dal.bag_status(&user(millis(900), 101), &bag).await.unwrap());
}

#[tokio::test]
async fn a_bag_with_a_failed_line_is_answered_and_not_kept() {
    let (service, dal) = models().await;
    let bag = bag(&[1, 13]);
    for expected in 1..=2 {
        let status = dal.bag_status(&call(millis(900)), &bag).await.unwrap();
        assert!(status.products[0].found().is_some() && status.products[1].is_failed());
        assert_eq!(service.calls.load(SeqCst), expected);
    }
}

#[tokio::test]
async fn another_bag_under_the_same_version_does_not_get_the_lines_of_the_first() {
    let (_, dal) = models().await;
    dal.bag_status(&call(millis(900)), &bag(&[1, 2])).await.unwrap();
    let status = dal.bag_status(&call(millis(900)), &bag(&[1, 2, 3])).await.unwrap();
    assert_eq!(status.products.len(), 3);
}

#[tokio::test]
async fn a_guest_has_nothing_personal_and_no_service_is_called() {
    let dal = dal(closed().await, None);
    let call = call(millis(900));
    assert_eq!(dal.cart_count(&call).await.unwrap(), 0);
    assert!(dal.cart_content(&call, &[1]).await.unwrap().quantities.is_empty());
    assert!(dal.claims(&call, &[1]).await.unwrap().states.is_empty());
    assert!(!dal.bidder_state(&call, 1).await.unwrap().terms_signed);
    assert!(dal.buyable(&call, 1, &[1]).await.is_err(), "whether a guest may buy is asked");
}
