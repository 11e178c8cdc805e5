//! Each kind of fault, as a client sees it.

use std::time::Duration;

use tokio::time::Instant;

use live_pack_idl::{
    Downstream,
    cart::GetCartCountRequest,
    product_price::{MGetProductPriceRequest, MGetProductPriceResponse},
};
use volo_thrift::ClientError;

use super::clients::{self, running};
use crate::{BadAnswer, Failure, Fault, RunningWorld};

const METHOD: &str = "product_price.MGetProductPrice";

async fn prices(world: &RunningWorld, keys: i64) -> Result<MGetProductPriceResponse, ClientError> {
    let client = clients::product_price(world.addresses().of(Downstream::ProductPrice));
    let request = MGetProductPriceRequest {
        product_ids: (1..=keys).map(|item| 1_001_000 + item).collect(),
        ..Default::default()
    };
    client.m_get_product_price(request).await
}

async fn prices_with(fault: Fault) -> Result<MGetProductPriceResponse, ClientError> {
    let world = running().await;
    world.faults().set(METHOD, fault).unwrap();
    let answer = prices(&world, 6).await;
    // Every fault can be cleared, whatever state it left the connections in.
    world.faults().clear();
    assert_eq!(prices(&world, 6).await.unwrap().products.len(), 6);
    assert_eq!(world.calls()[METHOD], 2);
    answer
}

#[tokio::test]
async fn a_delayed_answer_arrives_late_but_complete() {
    let begin = Instant::now();
    let fault = Fault { delay_ms: 80, ..Fault::default() };
    assert_eq!(prices_with(fault).await.unwrap().products.len(), 6);
    assert!(begin.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn an_exception_is_an_application_exception() {
    let fault = Fault { error: Some(Failure::Exception), ..Fault::default() };
    let error = prices_with(fault).await.unwrap_err();
    assert!(matches!(error, ClientError::Application(_)), "{error}");
}

#[tokio::test]
async fn an_answer_with_a_status_has_nothing_else() {
    let fault = Fault { error: Some(Failure::Status(5_001)), ..Fault::default() };
    let answer = prices_with(fault).await.unwrap();
    assert_eq!(answer.base_resp.status_code, 5_001);
    assert!(answer.products.is_empty());
}

#[tokio::test]
async fn a_hanging_call_is_never_answered() {
    let world = running().await;
    let fault = Fault { hang: true, ..Fault::default() };
    world.faults().set("product_price.*", fault).unwrap();
    let answer = tokio::time::timeout(Duration::from_millis(150), prices(&world, 1)).await;
    assert!(answer.is_err());
    // A hanging call does not keep the world from stopping.
    let begin = Instant::now();
    world.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_refusing_method_resets_its_connection_and_leaves_others_alone() {
    let fault = Fault { refuse: true, ..Fault::default() };
    let world = running().await;
    world.faults().set("cart.GetCartCount", fault).unwrap();
    let cart = clients::cart(world.addresses().of(Downstream::Cart));
    let error = cart.get_cart_count(GetCartCountRequest::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error}");
    assert!(prices(&world, 1).await.is_ok());
}

#[tokio::test]
async fn a_refusing_service_takes_no_connection() {
    let world = running().await;
    let fault = Fault { refuse: true, ..Fault::default() };
    world.faults().set("product_price.*", fault).unwrap();
    let error = prices(&world, 1).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error}");
    assert!(world.calls().is_empty());
    world.faults().clear();
    assert!(prices(&world, 1).await.is_ok());
}

#[tokio::test]
async fn an_empty_answer_has_status_ok() {
    let fault = Fault { bad_answer: Some(BadAnswer::Empty), ..Fault::default() };
    let answer = prices_with(fault).await.unwrap();
    assert_eq!(answer, MGetProductPriceResponse::default());
}

#[tokio::test]
async fn a_truncated_answer_ends_the_connection() {
    let fault = Fault { bad_answer: Some(BadAnswer::Truncated), ..Fault::default() };
    let error = prices_with(fault).await.unwrap_err();
    assert!(!matches!(error, ClientError::Application(_)), "{error}");
}

#[tokio::test]
async fn every_nth_key_fails_or_is_missing() {
    let fault = Fault { fail_every: 3, miss_every: 4, ..Fault::default() };
    let answer = prices_with(fault).await.unwrap();
    assert_eq!(answer.failed, [1_001_003, 1_001_006]);
    assert_eq!(answer.products.len(), 3);
    assert!(!answer.products.contains_key(&1_001_004));
}

#[tokio::test]
async fn more_than_five_hundred_keys_are_refused_with_a_message() {
    let world = running().await;
    let answer = prices(&world, 501).await.unwrap();
    assert_ne!(answer.base_resp.status_code, 0);
    assert!(answer.base_resp.status_message.contains("501"));
    assert!(answer.products.is_empty());
    assert_eq!(prices(&world, 500).await.unwrap().base_resp.status_code, 0);
}
