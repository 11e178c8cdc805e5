//! The two methods that combine the answers of others: on every page and tab, with parts left out, and with daily caps of
//! banners.

use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::{
    json_client::{JsonClient, differences},
    methods::{BUYER, GUEST, Viewer, named},
    redis::{SOON, Server},
    stack::{Setup, Stack, eventually},
};

fn with(mut request: Value, more: &Value) -> Value {
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

#[tokio::test]
async fn the_assembled_bag_is_the_bag_on_every_page_and_tab() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for room_id in [1001, 1007, 1009, 2003] {
        for more in [
            json!({ "page": { "cursor": 5, "count": 7 } }),
            json!({ "page": { "cursor": 10_000, "count": 7 } }),
            json!({ "tab": "FLASH_SALE" }),
            json!({ "tab": "VOUCHER", "page": { "cursor": 1, "count": 2 } }),
            json!({ "tab": "AUCTION", "page": { "cursor": 1, "count": 1 } }),
            json!({ "exclude_ids": [room_id * 1_000 + 1, room_id * 1_000 + 2] }),
        ] {
            for viewer in [GUEST, BUYER] {
                let of = |method: &str| with(named(method).request(room_id, viewer), &more);
                let whole = line.whole("GetLiveBagAssemble", &of("GetLiveBagAssemble")).await;
                let bag = line.whole("GetLiveBagData", &of("GetLiveBagData")).await;
                let found = differences(whole.at("/bag"), &bag.0);
                assert!(found.is_empty(), "room {room_id} {more} for {}: {found:?}", viewer.user_id);
            }
        }
    }
}

#[tokio::test]
async fn entering_without_a_preview_shows_the_rest() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let request = named("GetRoomFullData").at_home(BUYER);
    let mut whole = line.whole("GetRoomFullData", &request).await;
    for (more, count) in [
        (json!({ "preview_count": 10 }), 10),
        (json!({ "preview_count": 1 }), 1),
        (json!({ "need_bag_preview": false }), 0),
    ] {
        let mut answer = line.whole("GetRoomFullData", &with(request.clone(), &more)).await;
        assert_eq!(answer.list("/preview").len(), count, "{more}");
        (answer.0["preview"], whole.0["preview"]) = (Value::Null, Value::Null);
        assert_eq!(answer, whole, "{more}");
    }
}

#[tokio::test]
async fn an_impression_of_a_banner_counts_for_every_method() {
    let server = Server::start().await;
    let stack = Setup::default().without_caches().redis(&server.url).start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut connection = server.connection().await.unwrap();
    let methods =
        [("GetRoomFullData", "/banners"), ("GetLiveBagAssemble", "/top_banners"), ("GetLiveBagTopBanner", "/banners")];
    // Each viewer gets the banner of room 1010 once per day.
    let mut ids = 20_001..;
    for (first, banners) in methods {
        // Without Redis every banner passes, and the impression may still be counted later. Then try the next viewer.
        let (viewer, shown) = eventually(SOON, async || {
            let viewer = Viewer { user_id: ids.next()?, ..BUYER };
            let answer = line.ask(first, &named(first).request(1010, viewer)).await;
            answer.degraded().is_empty().then(|| (viewer, answer.list(banners).len()))
        })
        .await;
        assert_eq!(shown, 1, "{first}");
        let user_id = viewer.user_id;
        // Impressions are counted after the answer, which does not wait for them.
        eventually(SOON, async || {
            let keys: Vec<String> = connection.keys(format!("lp:banner:u{user_id}:10101:*")).await.unwrap();
            (keys.len() == 1).then_some(())
        })
        .await;
        for (next, banners) in methods {
            let answer = line.ask(next, &named(next).request(1010, viewer)).await;
            assert!(answer.list(banners).is_empty() || !answer.degraded().is_empty(), "{next} after {first}");
        }
    }
}
