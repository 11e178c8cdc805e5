//! The clients against real sockets, healthy and faulty.
#![allow(
    clippy::disallowed_methods,
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod connections;
mod cost;
mod failing;
mod hostile;
mod regions;
mod sources;
mod traced;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use live_pack_idl::{base::BaseResp, product_price as wire};
use rust_decimal::Decimal;
use tokio::time::Instant;
use volo_thrift::{ApplicationException, ApplicationExceptionKind, BizError, ServerError};

use crate::{
    Downstream, DownstreamMethod, Error, ErrorKind, Lookup, MockRules,
    model::ProductPrice,
    rpc::{HostPort, PeerStatus, Rpc, RpcSettings},
    testing::{Prices, call, closed, listen, millis, priced, rpc_at, user},
};

type Priced = Result<Vec<Lookup<Arc<ProductPrice>>>, Error>;

async fn ask(address: SocketAddr, ids: &[i64]) -> Priced {
    rpc_at(address).product_price.prices(&call(millis(500)), ids).await
}

async fn kind(address: SocketAddr) -> ErrorKind {
    ask(address, &[1]).await.unwrap_err().kind
}

fn amounts(answer: &[Lookup<Arc<ProductPrice>>]) -> Vec<Lookup<Decimal>> {
    let amount = |found: &Lookup<Arc<ProductPrice>>| match found {
        Lookup::Found(price) => Lookup::Found(price.skus[0].retail),
        Lookup::Missing => Lookup::Missing,
        Lookup::Failed => Lookup::Failed,
    };
    answer.iter().map(amount).collect()
}

#[tokio::test]
async fn an_answer_is_aligned_with_the_ids_and_each_is_asked_once() {
    let prices = Prices::answering(|ids, group| {
        assert_eq!((ids, group), ([3, 2000, 1, 4].as_slice(), "US"));
        let mut answer = priced(ids);
        answer.failed = vec![4];
        Ok(answer)
    });
    let answer = ask(prices.serve().await, &[3, 2000, 1, 3, 4]).await.unwrap();
    let found = |text: &str| Lookup::Found(text.parse().unwrap());
    assert_eq!(amounts(&answer), [found("3.50"), Lookup::Missing, found("1.50"), found("3.50"), Lookup::Failed]);
    assert_eq!(prices.calls(), 1);
}

#[tokio::test]
async fn a_malformed_amount_fails_its_key_and_no_other() {
    let prices = Prices::answering(|ids, _| {
        let mut answer = priced(ids);
        answer.products.get_mut(&1).unwrap().skus[0].retail = "a lot".into();
        Ok(answer)
    });
    let answer = ask(prices.serve().await, &[1, 2]).await.unwrap();
    assert_eq!(amounts(&answer), [Lookup::Failed, Lookup::Found("2.50".parse().unwrap())]);
}

#[tokio::test]
async fn an_unvalidated_reference_price_is_left_out() {
    let prices = Prices::answering(|ids, _| {
        let mut answer = priced(ids);
        for (id, price) in &mut answer.products {
            price.skus[0].reference = Some("99".into());
            price.skus[0].reference_validated = *id == 2;
        }
        Ok(answer)
    });
    let answer = ask(prices.serve().await, &[1, 2]).await.unwrap();
    let references: Vec<_> = answer.iter().map(|price| price.found().unwrap().skus[0].reference).collect();
    assert_eq!(references, [None, Some(Decimal::from(99))]);
}

#[tokio::test]
async fn a_hang_ends_before_the_deadline_as_a_timeout() {
    let hanging = listen(|stream| async move {
        tokio::time::sleep(millis(60_000)).await;
        drop(stream);
    })
    .await;
    let rpc = rpc_at(hanging);
    let call = call(millis(40));
    let error = rpc.product_price.prices(&call, &[1]).await.unwrap_err();
    assert_eq!((error.kind, error.origin), (ErrorKind::Timeout, DownstreamMethod::MGetProductPrice.into()));
    assert!(Instant::now() < call.deadline + millis(20), "the caller waited beyond its deadline");
}

#[tokio::test]
async fn a_slow_answer_is_a_timeout_and_not_a_remote_error() {
    let mut prices = Prices::by_id();
    prices.delay = millis(200);
    let rpc = rpc_at(prices.serve().await);
    let error = rpc.product_price.prices(&call(millis(30)), &[1]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn without_time_no_call_is_made() {
    let prices = Prices::by_id();
    let rpc = rpc_at(prices.serve().await);
    let error = rpc.product_price.prices(&call(millis(1)), &[1]).await.unwrap_err();
    assert_eq!((error.kind, prices.calls()), (ErrorKind::Timeout, 0));
}

#[tokio::test]
async fn an_exception_is_remote() {
    let exception = || ApplicationException::new(ApplicationExceptionKind::INTERNAL_ERROR, "no");
    for error in [ServerError::Application(exception()), ServerError::Biz(BizError::new(7, "no".into()))] {
        let prices = Prices::answering(move |_, _| Err(error.clone()));
        assert_eq!(kind(prices.serve().await).await, ErrorKind::Remote);
    }
}

#[tokio::test]
async fn a_status_code_is_remote_and_logged() {
    let prices = Prices::answering(|ids, _| {
        let base_resp = BaseResp { status_code: 17, status_message: "x".repeat(1000).into(), ..BaseResp::default() };
        Ok(wire::MGetProductPriceResponse { base_resp, ..priced(ids) })
    });
    let error = ask(prices.serve().await, &[1]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Remote);
    assert!(error.detail.starts_with("status 17: xxx") && error.detail.len() <= 240, "{}", error.detail);
}

#[tokio::test]
async fn connections_are_reused() {
    let accepted = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let prices = Prices::by_id();
    let behind = prices.serve().await;
    let counter = Arc::clone(&accepted);
    let front = listen(move |mut near| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move {
            let mut far = tokio::net::TcpStream::connect(behind).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
        }
    })
    .await;
    let only = BTreeMap::from([(Downstream::ProductPrice, vec![HostPort::from(front).into()])]);
    let rpc = Rpc::new(&RpcSettings::new(only), &prometheus::Registry::new()).unwrap();
    for _ in 0..5 {
        rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap();
    }
    // the first call took the idle connection, which was replaced
    until(|| accepted.load(std::sync::atomic::Ordering::SeqCst) == 2).await;
    assert_eq!((prices.calls(), accepted.load(std::sync::atomic::Ordering::SeqCst)), (5, 2));
}

/// Waits until `is` holds, for at most 30 s.
async fn until(is: impl Fn() -> bool) {
    let held = async {
        while !is() {
            tokio::time::sleep(millis(1)).await;
        }
    };
    tokio::time::timeout(millis(30_000), held).await.expect("the condition never holds");
}

/// The state of the only instance of the price service.
fn instance(rpc: &Rpc) -> PeerStatus {
    let status = rpc.status();
    let service = status.iter().find(|service| service.service == "product_price").unwrap();
    service.routes[0].instances[0].peer.clone()
}

#[tokio::test]
async fn the_end_of_an_instance_is_noticed_at_once_and_so_is_its_return() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let rpc = rpc_at(address);
    let accepted = listener.accept().await.unwrap();
    until(|| instance(&rpc).has_connected).await;
    // no call is made: the idle connection tells
    drop((listener, accepted));
    until(|| !instance(&rpc).reachable).await;
    let again = tokio::net::TcpListener::bind(address).await.unwrap();
    let _accepted = again.accept().await.unwrap();
    until(|| instance(&rpc).reachable).await;
}

#[tokio::test]
async fn every_downstream_service_and_method_belongs_to_an_adapter() {
    let registry = prometheus::Registry::new();
    let rpc = Rpc::new(&RpcSettings::new(BTreeMap::new()), &registry).unwrap();
    let adapted: Vec<_> = rpc.status().into_iter().map(|status| status.service).collect();
    assert_eq!(adapted, Downstream::ALL.map(Downstream::name));
    let families = registry.gather();
    let counted = families.iter().find(|family| family.name() == "live_pack_rpc_malformed_total").unwrap();
    assert_eq!(counted.get_metric().len(), DownstreamMethod::ALL.len());
}

#[tokio::test]
async fn a_service_is_awaited_until_an_instance_has_accepted_a_connection() {
    let address = closed().await;
    let rpc = rpc_at(address);
    assert_eq!(rpc.awaited(&[Downstream::Cart]), [Downstream::Cart]);
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    until(|| rpc.awaited(&[Downstream::Cart]).is_empty()).await;
    // once is enough
    drop(listener);
    until(|| !instance(&rpc).reachable).await;
    assert!(rpc.awaited(&[Downstream::Cart]).is_empty());
}

#[tokio::test]
async fn a_service_without_an_instance_is_unreachable_unless_it_is_mocked() {
    let rpc = Rpc::new(&RpcSettings::new(BTreeMap::new()), &prometheus::Registry::new()).unwrap();
    let error = rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let rule = |what: &str| {
        let rule = format!(r#"{{"rules": [{{"downstream": "product_price", "method": "MGetProductPrice", {what}}}]}}"#);
        rpc.set_mock(MockRules::parsed(&rule));
    };
    let awaited = || rpc.awaited(&[Downstream::ProductPrice]).len();
    rule(r#""answer": "empty", "percent": 50"#);
    assert_eq!(awaited(), 1, "half of the calls go out");
    rule(r#""answer": "empty""#);
    assert_eq!(awaited(), 0);
    assert_eq!(rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap(), [Lookup::Missing]);
}

#[tokio::test]
async fn calls_are_shared_by_the_instances_of_a_list() {
    let all: Vec<_> = (0..3).map(|_| Prices::by_id()).collect();
    let mut list = Vec::new();
    for prices in &all {
        list.push(HostPort::from(prices.serve().await).into());
    }
    let world = BTreeMap::from([(Downstream::ProductPrice, list)]);
    let rpc = Rpc::new(&RpcSettings::new(world), &prometheus::Registry::new()).unwrap();
    for _ in 0..60 {
        rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap();
    }
    assert_eq!(all.iter().map(Prices::calls).sum::<usize>(), 60);
    assert!(all.iter().all(|prices| prices.calls() > 0));
}

#[tokio::test]
async fn an_unresolvable_name_is_retried_and_does_no_harm() {
    let at: HostPort = "no-such-host.invalid:7001".parse().unwrap();
    let world = BTreeMap::from([(Downstream::ProductPrice, vec![at.into()])]);
    let rpc = Rpc::new(&RpcSettings::new(world), &prometheus::Registry::new()).unwrap();
    let failure = || rpc.status().iter().find_map(|service| service.routes[0].failure.clone());
    until(|| failure().is_some()).await;
    assert!(failure().unwrap().starts_with("no-such-host.invalid:7001: "), "{failure:?}", failure = failure());
    assert_eq!(rpc.awaited(&[Downstream::ProductPrice]), [Downstream::ProductPrice]);
}

#[tokio::test]
async fn a_mock_rule_stands_in_for_a_call() {
    let prices = Prices::by_id();
    let rpc = rpc_at(prices.serve().await);
    let mock = |what: &str| {
        let json = format!(
            r#"{{"rules": [{{"downstream": "product_price", "method": "MGetProductPrice", "users": [7], {what}}}]}}"#
        );
        rpc.set_mock(MockRules::parsed(&json));
    };
    let mocked = || async { rpc.product_price.prices(&user(millis(40), 7), &[1]).await };
    mock(r#""answer": "empty""#);
    assert_eq!(mocked().await.unwrap(), [Lookup::Missing]);
    mock(r#""answer": "failed""#);
    assert_eq!(mocked().await.unwrap(), [Lookup::Failed]);
    mock(r#""error": "remote""#);
    assert_eq!(mocked().await.unwrap_err().kind, ErrorKind::Remote);
    mock(r#""delay": "1s""#);
    assert_eq!(mocked().await.unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(prices.calls(), 0);
    rpc.product_price.prices(&user(millis(500), 8), &[1]).await.unwrap();
    rpc.set_mock(MockRules::default());
    mocked().await.unwrap();
    assert_eq!(prices.calls(), 2);
}
