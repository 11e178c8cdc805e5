//! Pages from stale values while a downstream service is dead, and while it hangs, with the built-in `stale` settings.
//!
//! Every value has expired when the service fails. If stale values of a service are allowed, its failure costs only an entry in
//! `degraded`. If they decide what may be bought, it costs as much as without a cache.

use std::time::Duration;

use futures_util::future::join_all;
use live_pack_commerce::Fault;
use live_pack_dal::CacheName;
use live_pack_idl::live_pack::{ButtonType, GetLiveBagDataResponse};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::{
    ask::{code, room},
    stack::{Setup, Stack, engines},
};

/// Lifetime of all values.
const LIFETIME: Duration = Duration::from_millis(20);
/// Concurrent stacks in this process.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// The ways to fail, by name.
fn ways() -> [(&'static str, Fault); 2] {
    let fault = Fault::default();
    [("dead", Fault { refuse: true, ..fault }), ("hanging", Fault { hang: true, ..fault })]
}

/// A stack whose values expire quickly, with timeouts that suit a busy machine.
async fn stack() -> Stack {
    let rules = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "local_ttl": "20ms" })));
    let limits = engines(json!({ "timeout": "2500ms", "reserve": "500ms" }));
    let caches = json!({ "caches": serde_json::Map::from_iter(rules) });
    Setup::default().conf("CacheConf", caches).conf("LivePackEngineConf", limits).start().await
}

/// A guest's page while everything works, and the one after the values have expired and `target` fails.
async fn pages(target: &str, fault: Fault) -> (GetLiveBagDataResponse, GetLiveBagDataResponse) {
    let stack = stack().await;
    let sound = stack.bag(room(1001)).await;
    stack.world.faults().set(target, fault).unwrap();
    tokio::time::sleep(LIFETIME * 3).await;
    (sound, stack.answer(room(1001)).await)
}

/// Task, kind and message of each entry of `degraded`, without the numbers of keys.
fn told(answer: &GetLiveBagDataResponse) -> Vec<(&str, &str, &str)> {
    let mut told = Vec::new();
    for lost in &answer.degraded {
        assert_eq!(lost.code, 0, "{lost:?}");
        let service = lost.message.split_whitespace().next().unwrap();
        // the tabs and the page use the same vouchers; only one of the two calls
        let task = if lost.task == "VoucherProvider" { "VoucherLoader" } else { lost.task.as_str() };
        told.push((task, lost.kind.as_deref().unwrap(), service));
    }
    told
}

#[tokio::test]
async fn a_service_whose_values_may_be_stale_costs_only_a_degraded_entry() {
    let cells = [
        ("live_data.*", &[("RoomInfoProvider", "live_data")][..]),
        ("live_creator.*", &[("CreatorProvider", "live_creator")]),
        ("product_relation.*", &[("PopCardProvider", "product_relation"), ("ProductListProvider", "product_relation")]),
        ("product_model.MGetProductModel", &[("ProductModelLoader", "product_model")]),
        ("product_detail.*", &[("ProductDetailLoader", "product_detail")]),
        ("product_price.*", &[("ProductPriceLoader", "product_price")]),
        (
            "promotion_renderer.*",
            &[("FlashWindowProvider", "promotion_renderer"), ("PromotionDisplayInfoLoader", "promotion_renderer")],
        ),
        ("promotion_delivery.*", &[("VoucherLoader", "promotion_delivery")]),
        ("seller_core.*", &[("SellerLoader", "seller_core")]),
    ];
    let cells = cells.into_iter().flat_map(|cell| ways().map(|way| (cell, way)));
    join_all(cells.map(async |((target, due), (way, fault))| {
        let _turn = AT_ONCE.acquire().await.unwrap();
        let (sound, stale) = pages(target, fault).await;
        let due: Vec<_> = due.iter().map(|(task, service)| (*task, "stale", *service)).collect();
        // tasks that waited for a hanging service may run out of time themselves, and are then stale too
        let told: Vec<_> = told(&stale).into_iter().filter(|entry| way == "dead" || due.contains(entry)).collect();
        assert_eq!(told, due, "{target} {way}: {:?}", stale.degraded);
        assert!(stale.degraded.iter().all(|lost| lost.message.contains(" is stale for ")), "{:?}", stale.degraded);
        let without = GetLiveBagDataResponse { degraded: Vec::new(), ..stale };
        assert!(without == sound, "{target} {way}: another page");
    }))
    .await;
}

#[tokio::test]
async fn values_that_decide_what_may_be_bought_are_never_stale() {
    for (way, fault) in ways() {
        let (_, no_trade) = pages("trade_chain.*", fault).await;
        assert_eq!(code(&no_trade), 0, "{way}");
        let tasks: Vec<_> = no_trade.degraded.iter().map(|lost| (lost.task.as_str(), lost.code != 0)).collect();
        assert_eq!(tasks, [("TradeChainLoader", true)], "{way}");
        for button in no_trade.products.iter().flat_map(|card| &card.buttons) {
            assert!(matches!(button.kind, ButtonType::VIEW | ButtonType::REMIND_ME), "{way}: {button:?}");
        }
        let (_, no_status) = pages("product_model.MGetProductLite", fault).await;
        assert!(code(&no_status) != 0 && no_status.products.is_empty(), "{way}: {:?}", no_status.base_resp);
    }
}
