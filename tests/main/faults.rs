//! Each downstream service failing in each way: the remaining parts of the page, and the code of a strong failure.
//!
//! Each cell of the table has its own stack without caches, so that the fault takes effect; cells run concurrently.

use std::time::Duration;

use futures_util::future::join_all;
use live_pack_commerce::{BadAnswer, Failure, Fault};
use live_pack_idl::live_pack::{BagTab, ButtonType, GetLiveBagDataResponse, PriceSource, ProductCard, RoomStatus};
use serde_json::json;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    ask::{Ask, code, degraded, room, tab_count},
    stack::{Setup, Stack, engines},
};

/// Engine timeout while something hangs, and the part reserved for converters on a busy machine.
const HANGING: (&str, &str) = ("2s", "500ms");
/// Engine timeout if nothing hangs.
const PROMPT: (&str, &str) = ("3s", "500ms");
/// Generous: checks that nothing hangs, not the speed.
const NOT_HANGING: Duration = Duration::from_secs(8);
/// Concurrent cells in this process: hanging ones only wait, the others use CPU time.
static AT_ONCE: [Semaphore; 2] = [Semaphore::const_new(12), Semaphore::const_new(3)];

/// Ways to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Refused,
    Hanging,
    Exception,
    Status,
    Truncated,
}

const WAYS: [Way; 5] = [Way::Refused, Way::Hanging, Way::Exception, Way::Status, Way::Truncated];

impl Way {
    fn fault(self) -> Fault {
        let fault = Fault::default();
        match self {
            Self::Refused => Fault { refuse: true, ..fault },
            Self::Hanging => Fault { hang: true, ..fault },
            Self::Exception => Fault { error: Some(Failure::Exception), ..fault },
            Self::Status => Fault { error: Some(Failure::Status(5_001)), ..fault },
            Self::Truncated => Fault { bad_answer: Some(BadAnswer::Truncated), ..fault },
        }
    }

    /// The possible codes: a truncated answer may show as a closed connection or as an undecodable answer.
    const fn codes(self) -> &'static [i32] {
        match self {
            Self::Hanging => &[30_001],
            Self::Truncated => &[30_002, 30_003],
            Self::Refused | Self::Exception | Self::Status => &[30_002],
        }
    }
}

async fn stack((timeout, reserve): (&str, &str)) -> Stack {
    let limits = json!({ "timeout": timeout, "reserve": reserve });
    Setup::default().without_caches().conf("LivePackEngineConf", engines(limits)).start().await
}

/// The answer to `ask` while `target` fails.
async fn failing(target: &str, way: Way, ask: Ask) -> GetLiveBagDataResponse {
    let stack = stack(if way == Way::Hanging { HANGING } else { PROMPT }).await;
    // Connections are opened before the service fails, as in a process that has run for a while.
    stack.answer(ask.clone()).await;
    stack.world.faults().set(target, way.fault()).unwrap();
    stack.world.faults().reset_calls();
    let answer = timeout(NOT_HANGING, stack.answer(ask)).await.expect("it hangs");
    let calls = stack.world.calls();
    let service = target.split('.').next().unwrap();
    let met = calls.iter().any(|(name, count)| name.starts_with(service) && *count > 0);
    assert!(met || way == Way::Refused, "{target} was not called: {calls:?}");
    answer
}

/// Runs all ways of a target and hands each answer to `check`.
async fn every_way(target: &'static str, ask: Ask, check: fn(Way, &GetLiveBagDataResponse)) {
    let cells = WAYS.map(|way| {
        let ask = ask.clone();
        async move {
            let _turn = AT_ONCE[usize::from(way != Way::Hanging)].acquire().await.unwrap();
            let answer = failing(target, way, ask).await;
            check(way, &answer);
        }
    });
    join_all(cells).await;
}

/// Asserts the parts of an answer that no weak failure affects, and the list of failed tasks.
fn complete(way: Way, answer: &GetLiveBagDataResponse, tasks: &[&str]) {
    assert_eq!(code(answer), 0, "{way:?} {:?}", answer.base_resp);
    assert_eq!((answer.products.len(), answer.room_status), (20.min(answer.total as usize), Some(RoomStatus::LIVE)));
    for card in &answer.products {
        assert!(!card.title.is_empty() && card.price.is_some() && !card.buttons.is_empty(), "{way:?}");
    }
    let mut found = degraded(answer);
    found.sort_unstable();
    assert_eq!(found, tasks, "{way:?}");
    for lost in &answer.degraded {
        let fits = way.codes().contains(&lost.code) || (way == Way::Hanging && lost.code == 50_003);
        assert!(fits, "{way:?} {lost:?}");
        assert!(!lost.message.is_empty() && !lost.message.contains("127.0.0.1"), "{lost:?}");
    }
}

fn cards(answer: &GetLiveBagDataResponse) -> impl Iterator<Item = &ProductCard> {
    let pinned = answer.pin.iter().filter_map(|pin| pin.product.as_ref());
    answer.products.iter().chain(pinned)
}

fn label(card: &ProductCard, code: &str) -> bool {
    card.labels.iter().any(|label| label.code == code)
}

#[tokio::test]
async fn without_details_there_is_no_rating_and_no_sold_text() {
    every_way("product_detail.*", room(1001).by(101), |way, answer| {
        complete(way, answer, &["ProductDetailLoader"]);
        assert!(cards(answer).all(|card| card.rating == 0.0 && card.sold_text.is_empty() && card.sold_count == 0));
        assert!(answer.pin.is_some());
    })
    .await;
}

#[tokio::test]
async fn without_the_renderer_prices_are_plain_and_nothing_is_on_flash_sale() {
    every_way("promotion_renderer.*", room(1001).by(101), |way, answer| {
        complete(way, answer, &["FlashWindowProvider", "PromotionDisplayInfoLoader"]);
        for card in cards(answer) {
            assert_eq!(card.price.as_ref().unwrap().source, PriceSource::ORIGINAL);
            assert!(card.flash_sale.is_none() && !label(card, "flash_sale"), "{:?}", card.labels);
        }
        assert_eq!(tab_count(answer, BagTab::FLASH_SALE), None);
    })
    .await;
}

#[tokio::test]
async fn without_windows_alone_nothing_is_sorted_or_shown_as_flash_sale() {
    every_way("promotion_renderer.MGetFlashWindows", room(1001).by(101), |way, answer| {
        complete(way, answer, &["FlashWindowProvider"]);
        assert_eq!(tab_count(answer, BagTab::FLASH_SALE), None);
        assert!(answer.products[0].is_pinned && answer.products[1].is_top && answer.products[2].is_top);
    })
    .await;
}

#[tokio::test]
async fn without_promotion_delivery_there_are_no_vouchers() {
    every_way("promotion_delivery.*", room(1001).by(101), |way, answer| {
        // The tabs and the page use the same vouchers; one of the two reports the failure.
        let task = if degraded(answer).contains(&"VoucherLoader") { "VoucherLoader" } else { "VoucherProvider" };
        complete(way, answer, &[task]);
        assert!(cards(answer).all(|card| card.vouchers.is_empty() && !label(card, "voucher")));
        assert_eq!(tab_count(answer, BagTab::VOUCHER), None);
    })
    .await;
}

#[tokio::test]
async fn without_auctions_there_are_only_products() {
    every_way("auction.*", room(1007).by(101), |way, answer| {
        complete(way, answer, &["AuctionListProvider"]);
        assert!(answer.auctions.is_empty() && answer.auction_total == 0 && answer.total == 16);
        assert_eq!(tab_count(answer, BagTab::AUCTION), None);
    })
    .await;
}

#[tokio::test]
async fn without_a_cart_there_are_no_badges() {
    every_way("cart.*", room(1001).by(101), |way, answer| {
        complete(way, answer, &["CartInfoLoader"]);
        assert!(cards(answer).all(|card| card.in_cart_count == 0));
    })
    .await;
}

/// Asserts that no button sells, for any viewer.
fn only_views(way: Way, answer: &GetLiveBagDataResponse) {
    complete(way, answer, &["TradeChainLoader"]);
    for button in cards(answer).flat_map(|card| &card.buttons) {
        assert!(matches!(button.kind, ButtonType::VIEW | ButtonType::REMIND_ME), "{button:?}");
    }
    assert!(cards(answer).all(|card| card.buttons.iter().any(|button| button.kind == ButtonType::VIEW)));
}

#[tokio::test]
async fn without_the_trade_chain_nobody_can_buy() {
    every_way("trade_chain.*", room(1001).by(101), only_views).await;
    every_way("trade_chain.*", room(1001), only_views).await;
}

#[tokio::test]
async fn without_sellers_shops_have_no_names() {
    every_way("seller_core.*", room(1001).by(101), |way, answer| {
        complete(way, answer, &["SellerLoader"]);
        assert!(cards(answer).all(|card| card.seller_name.is_empty() && card.seller_id > 0));
    })
    .await;
}

#[tokio::test]
async fn without_the_pin_the_bag_has_none() {
    every_way("product_relation.MGetPinned", room(1001).by(101), |way, answer| {
        complete(way, answer, &["PopCardProvider"]);
        assert!(answer.pin.is_none() && answer.products.iter().all(|card| !card.is_pinned));
        assert_eq!(answer.total, 200);
    })
    .await;
}

/// Asserts a strong failure: its code, no content, no internals.
fn ended(way: Way, answer: &GetLiveBagDataResponse) {
    assert!(way.codes().contains(&code(answer)), "{way:?} {:?}", answer.base_resp);
    assert!(answer.products.is_empty() && answer.pin.is_none() && answer.tabs.is_empty());
    let message = answer.base_resp.status_message.as_str();
    assert!(!message.is_empty() && !message.contains("127.0.0.1"), "{message:?}");
}

#[tokio::test]
async fn a_strong_failure_gives_its_code_in_time() {
    every_way("product_relation.GetRoomProducts", room(1001).by(101), ended).await;
    every_way("live_data.*", room(1001).by(101), ended).await;
}

#[tokio::test]
async fn a_strong_failure_after_the_room_was_found_reports_the_state_of_the_room() {
    fn ended_in_a_room(way: Way, answer: &GetLiveBagDataResponse) {
        ended(way, answer);
        assert_eq!(answer.room_status, Some(RoomStatus::LIVE), "{way:?}");
    }
    every_way("product_model.MGetProductModel", room(1001).by(101), ended_in_a_room).await;
    every_way("product_price.*", room(1001).by(101), ended_in_a_room).await;
    every_way("live_creator.*", room(1001).by(101), ended_in_a_room).await;
    every_way("product_model.MGetProductLite", room(1001).by(101), ended).await;
}

#[tokio::test]
async fn products_that_fail_alone_cost_only_their_own_cards() {
    let stack = stack(PROMPT).await;
    let whole = stack.bag(room(1001)).await;
    let fault = Fault { miss_every: 5, ..Fault::default() };
    stack.world.faults().set("product_model.MGetProductModel", fault).unwrap();
    let less = stack.bag(room(1001)).await;
    assert!((1..20).contains(&less.products.len()), "{}", less.products.len());
    assert_eq!((less.total, less.next_cursor, less.has_more), (whole.total, whole.next_cursor, whole.has_more));
    stack.world.faults().clear();
    stack.world.faults().set("product_price.MGetProductPrice", fault).unwrap();
    let unpriced = stack.bag(room(1001)).await;
    assert_eq!(unpriced.products.len(), 20);
    let without: Vec<_> = unpriced.products.iter().filter(|card| card.price.is_none()).collect();
    assert!(!without.is_empty() && without.len() < 20);
    for button in without.iter().flat_map(|card| &card.buttons) {
        assert!(matches!(button.kind, ButtonType::VIEW | ButtonType::REMIND_ME), "{button:?}");
    }
}
