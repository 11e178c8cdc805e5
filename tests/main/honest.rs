//! Truthful answers: everything missing from an answer because a downstream service failed is reported.
//!
//! Each of the 24 downstream methods fails for all keys, then for half of them; all fifteen methods are called for
//! rooms of different kinds. An answer that differs from the sound one has an error code or names the failed service.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use live_pack_commerce::Fault;
use live_pack_dal::DownstreamMethod;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    json_client::{Answer, JsonClient, differences},
    methods::{BUYER, GUEST, Viewer, all, named},
    stack::{Setup, Stack},
};

/// Full, banned, with surprise sets, with auctions, with a flash sale; nothing is for sale in 1004.
const ROOMS: [i64; 5] = [1001, 1004, 1006, 1007, 1009];
/// Number of stacks called concurrently in this process.
static AT_ONCE: Semaphore = Semaphore::const_new(3);

/// A method of the contract, a room, and whether the buyer calls.
type CallKey = (&'static str, i64, bool);

/// All methods of all downstream services.
fn targets() -> impl Iterator<Item = (&'static str, &'static str)> {
    DownstreamMethod::ALL.into_iter().map(|method| (method.service().name(), method.name()))
}

/// A stack without caches and with a mock answer for a method.
async fn mocked(service: &str, method: &str, answer: &str) -> Stack {
    let rule = json!({ "rules": [{ "downstream": service, "method": method, "answer": answer }] });
    Setup::default().without_caches().conf("livePackDownstreamRpcMock", rule).start().await
}

/// The answers of all methods about all rooms.
async fn answers(stack: &Stack, viewers: &[Viewer]) -> BTreeMap<CallKey, Answer> {
    let mut line = JsonClient::to(stack).await;
    let mut found = BTreeMap::new();
    for method in all() {
        for (room_id, viewer) in ROOMS.into_iter().flat_map(|room| viewers.iter().map(move |viewer| (room, *viewer))) {
            let answer = line.ask(method.name, &method.request(room_id, viewer)).await;
            found.insert((method.name, room_id, viewer == BUYER), answer);
        }
    }
    found
}

/// Whether a list of losses names a service.
fn names(degraded: &[Value], service: &str) -> bool {
    degraded.iter().any(|lost| lost["message"].as_str().unwrap().starts_with(service))
}

/// The fault of an answer while `service` fails; `None` if it is truthful.
fn silence(service: &str, sound: &Answer, answer: &Answer) -> Option<String> {
    let telling = |answer: &Value| {
        answer["BaseResp"]["StatusCode"] != 0 || names(answer["degraded"].as_array().unwrap(), service)
    };
    // The bag within an answer is an answer of its own.
    let within = (answer.at("/bag").is_object() && answer.at("/bag") != sound.at("/bag")).then(|| answer.at("/bag"));
    if telling(&answer.0) && within.is_none_or(|bag| answer.code() != 0 || telling(bag)) {
        return None;
    }
    Some(format!("{:?}, degraded {:?}", differences(&sound.0, &answer.0), answer.at("/degraded")))
}

/// Fails each downstream method for all keys, and checks every answer that changes.
async fn every_method_fails(viewer: Viewer) {
    let sound = answers(&Setup::default().without_caches().start().await, &[viewer]).await;
    let columns = targets().map(async |(service, method)| {
        let _turn = AT_ONCE.acquire().await.unwrap();
        let found = answers(&mocked(service, method, "failed").await, &[viewer]).await;
        let changed: Vec<_> = found.iter().filter(|(asked, answer)| sound[*asked] != **answer).collect();
        let silent: Vec<String> = changed
            .iter()
            .filter_map(|(asked, answer)| {
                silence(service, &sound[*asked], answer).map(|what| format!("{service}.{method}: {asked:?}: {what}"))
            })
            .collect();
        (format!("{service}.{method}"), changed.len(), silent)
    });
    let columns = join_all(columns).await;
    let silent: Vec<&str> = columns.iter().flat_map(|(.., silent)| silent).map(String::as_str).collect();
    let changed: usize = columns.iter().map(|(_, changed, _)| changed).sum();
    assert!(silent.is_empty(), "{} of {changed} changed answers are silent:\n{}", silent.len(), silent.join("\n"));
    let unseen: BTreeSet<&str> =
        columns.iter().filter(|(_, changed, _)| *changed == 0).map(|(target, ..)| target.as_str()).collect();
    let personal =
        ["auction.GetBidderState", "cart.GetCartCount", "cart.MCheckInCart", "promotion_delivery.GetClaimState"];
    let due: BTreeSet<&str> = if viewer == GUEST { personal.into() } else { BTreeSet::new() };
    assert_eq!(unseen, due, "methods whose failure changes nothing");
    assert!(changed > 150, "{changed}");
}

#[tokio::test]
async fn everything_that_a_guest_loses_is_reported() {
    every_method_fails(GUEST).await;
}

#[tokio::test]
async fn everything_that_the_buyer_loses_is_reported() {
    every_method_fails(BUYER).await;
}

#[tokio::test]
async fn keys_that_fail_among_others_are_counted_and_their_method_is_named_once() {
    let stack = Setup::default().without_caches().start().await;
    let sound = answers(&stack, &[GUEST, BUYER]).await;
    let (mut faults, mut partial) = (Vec::new(), BTreeSet::new());
    for (service, method) in targets() {
        let target = format!("{service}.{method}");
        stack.world.faults().set(&target, Fault { fail_every: 2, ..Fault::default() }).unwrap();
        for (asked, answer) in answers(&stack, &[GUEST, BUYER]).await {
            if answer == sound[&asked] {
                continue;
            }
            faults.extend(silence(service, &sound[&asked], &answer).map(|what| format!("{target}: {asked:?}: {what}")));
            let lost = answer.list("/degraded").iter().filter(|lost| lost["kind"] == "partial");
            let messages: Vec<_> = lost.map(|lost| lost["message"].as_str().unwrap()).collect();
            for message in &messages {
                // "product_model failed for 8 of 16 keys"
                let words: Vec<_> = message.split(' ').collect();
                let (failed, keys): (usize, usize) = (words[3].parse().unwrap(), words[5].parse().unwrap());
                let fits = words[0] == service && 0 < failed && failed < keys && answer.code() == 0;
                if !fits || messages.len() > 1 {
                    faults.push(format!("{target}: {asked:?}: {messages:?}"));
                }
                partial.insert(target.clone());
            }
        }
        stack.world.faults().clear();
    }
    assert!(faults.is_empty(), "{} answers:\n{}", faults.len(), faults.join("\n"));
    // The other methods do not answer by key, or get one key at a time in these requests.
    let due = [
        "auction.MGetRoomAuctions",
        "cart.MCheckInCart",
        "live_creator.MGetCreator",
        "live_data.MGetRoom",
        "product_detail.MGetProductDetail",
        "product_model.MGetProductLite",
        "product_model.MGetProductModel",
        "product_price.MGetProductPrice",
        "product_relation.MGetBagSummary",
        "product_relation.MGetPinned",
        "product_relation.MGetRoomProductRelation",
        "promotion_delivery.GetClaimState",
        "promotion_delivery.MGetRoomVouchers",
        "promotion_renderer.MGetFlashWindows",
        "promotion_renderer.RenderProductPromotions",
        "seller_core.MGetSeller",
        "trade_chain.MCheckBuyable",
    ];
    assert_eq!(partial.iter().map(String::as_str).collect::<Vec<_>>(), due);
}

#[tokio::test]
async fn a_page_of_unknown_products_is_reported() {
    for method in ["MGetProductLite", "MGetProductModel"] {
        let stack = mocked("product_model", method, "empty").await;
        let mut line = JsonClient::to(&stack).await;
        for (name, list) in [
            ("GetLiveBagData", "/products"),
            ("GetLiveBagPreviewData", "/products"),
            ("GetLiveBagAssemble", "/bag/products"),
        ] {
            let place = format!("{name} without {method}");
            let answer = line.ask(name, &named(name).request(1007, GUEST)).await;
            let total = answer.at(&list.replace("products", "total")).as_i64().unwrap();
            assert!(total > 0 && answer.code() == 0 && answer.list(list).is_empty(), "{place}: {:?}", answer.0);
            let envelope = list.replace("products", "degraded");
            for lost in [answer.list("/degraded"), answer.list(&envelope)] {
                assert!(names(lost, "product_model") && lost[0]["kind"] == "failed", "{place}: {lost:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_is_empty_by_its_request_is_not_a_failure() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let bag = line.whole("GetLiveBagData", &named("GetLiveBagData").request(1007, GUEST)).await;
    let shown: Vec<_> = bag.list("/products").iter().map(|card| card["product_id"].clone()).collect();
    for more in
        [json!({ "page": { "cursor": 1_000, "count": 5 } }), json!({ "page": { "count": 5 }, "exclude_ids": shown })]
    {
        let mut request = named("GetLiveBagData").request(1007, GUEST);
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let empty = line.whole("GetLiveBagData", &request).await;
        assert!(empty.list("/products").is_empty() && empty.at("/total") == bag.at("/total"), "{more}");
    }
}
