//! Auctions, vouchers and components of a feed: every button has a target, and every text names its subject.

use std::collections::HashSet;

use live_pack_idl::{
    Downstream,
    auction::{Auction, AuctionServiceClientBuilder, AuctionStatus, MGetRoomAuctionsRequest},
};
use serde_json::{Value, json};

use crate::{
    json_client::{JsonClient, each_field},
    methods::{BUYER, GUEST, Viewer, named},
    stack::{NOW, Setup, Stack},
};

/// The auctions of a room, as the auction service returns them.
async fn told(stack: &Stack, room_id: i64) -> Vec<Auction> {
    let client =
        AuctionServiceClientBuilder::new("told").address(stack.world.addresses().of(Downstream::Auction)).build();
    let request = MGetRoomAuctionsRequest { room_ids: vec![room_id], base: None };
    client.m_get_room_auctions(request).await.unwrap().rooms.remove(&room_id).unwrap().auctions
}

#[tokio::test]
async fn an_auction_shows_its_start_currency_shop_and_leader_without_a_name() {
    let mut statuses = HashSet::new();
    for later in [0, 60_000, 95_000, 103_000, 120_000] {
        let stack = Setup::default().at(NOW + later).start().await;
        let mut line = JsonClient::to(&stack).await;
        for room_id in [1006, 1007] {
            let told = told(&stack, room_id).await;
            let mut request = named("GetLiveBagData").request(room_id, BUYER);
            request["tab"] = json!("AUCTION");
            request["page"] = json!({ "count": 50 });
            let answer = line.whole("GetLiveBagData", &request).await;
            assert_eq!(answer.list("/auctions").len(), told.len());
            for card in answer.list("/auctions") {
                let info = &card["auction"];
                let due = told.iter().find(|auction| info["auction_id"] == auction.auction_id).unwrap();
                assert_eq!((&info["start_ms"], &info["currency"]), (&json!(due.start_ms), &json!("USD")));
                assert!(!card["seller_name"].as_str().unwrap().is_empty(), "{card}");
                assert_eq!(card["track"], json!({ "place": "auction", "auction_id": due.auction_id.to_string() }));
                let leader = info["leader_name"].as_str().unwrap();
                let first_and_last = due.leader_name.chars().next().zip(due.leader_name.chars().next_back());
                let masked = first_and_last.map_or(String::new(), |(first, last)| format!("{first}***{last}"));
                assert_eq!(leader, masked, "{}", due.leader_name);
                let bid = info["current_bid_text"].as_str().unwrap();
                assert!(bid.starts_with(if due.bid_count > 0 { "Current bid: $" } else { "Starting bid: $" }), "{bid}");
                if due.status == AuctionStatus::SOLD && !due.is_surprise_set {
                    assert_eq!(info["units_left"], 0, "{info}");
                }
                let code = if due.is_surprise_set { json!("surprise_set") } else { Value::Null };
                assert_eq!(card["labels"][0]["code"], code, "{card}");
                statuses.insert(info["status"].as_str().unwrap().to_owned());
            }
        }
    }
    for status in ["NOT_STARTED", "ONGOING", "EXTENDED", "SOLD", "UNSOLD", "PAYMENT_PENDING"] {
        assert!(statuses.contains(status), "{status}: {statuses:?}");
    }
}

#[tokio::test]
async fn a_bid_button_always_has_a_target_while_bids_are_accepted() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    // some of the generated users have not completed their details
    let (mut ready, mut unqualified) = (0, 0);
    for user_id in [0, 101].into_iter().chain(10_000..10_012) {
        let request = named("GetLiveBagData").request(1006, Viewer { user_id, ..GUEST });
        let answer = line.whole("GetLiveBagData", &request).await;
        for card in answer.list("/auctions") {
            let (button, id) = (&card["buttons"][0], &card["auction"]["auction_id"]);
            let open = ["ONGOING", "EXTENDED"].iter().any(|status| card["auction"]["status"] == *status);
            let open = open && card["auction"]["end_ms"].as_i64() > Some(NOW);
            let parts = (button["state"].as_str().unwrap(), button["reason"].as_str().unwrap());
            let target = button["schema"].as_str().unwrap();
            match parts {
                _ if !open => assert_eq!(parts.0, "DISABLED", "{card}"),
                ("ENABLED", "NEED_LOGIN") => assert_eq!((user_id, target), (0, "livepack://login")),
                ("ENABLED", "NONE") => {
                    assert_eq!(target, format!("livepack://auction/{id}?room=1006"));
                    ready += 1;
                }
                ("DISABLED", "AUCTION_NOT_QUALIFIED") => {
                    assert!(user_id > 0);
                    assert_eq!(target, format!("livepack://auction/{id}/qualify?room=1006"));
                    unqualified += 1;
                }
                ("DISABLED", "AGE_RESTRICTED") => {}
                other => panic!("{user_id}: {other:?}"),
            }
        }
    }
    assert!(ready > 0 && unqualified > 0, "{ready} {unqualified}");
}

#[tokio::test]
async fn the_leader_is_shown_as_leading_and_the_winner_gets_a_link_to_pay() {
    let (mut leading, mut won) = (0, 0);
    for later in [0, 60_000, 103_000] {
        let stack = Setup::default().at(NOW + later).start().await;
        let mut line = JsonClient::to(&stack).await;
        for auction in told(&stack, 1007).await.into_iter().filter(|auction| auction.leader_id > 0) {
            let viewer = Viewer { user_id: auction.leader_id, ..GUEST };
            let answer = line.whole("GetLiveBagData", &named("GetLiveBagData").request(1007, viewer)).await;
            let id = json!(auction.auction_id);
            let card = answer.list("/auctions").iter().find(|card| card["auction"]["auction_id"] == id).unwrap();
            assert_eq!(card["auction"]["is_self_leading"], true);
            let (status, button) = (&card["auction"]["status_text"], &card["buttons"][0]);
            match auction.status {
                AuctionStatus::ONGOING | AuctionStatus::EXTENDED if auction.end_ms > NOW + later => {
                    assert_eq!(status, "You are leading");
                    leading += 1;
                }
                AuctionStatus::PAYMENT_PENDING if button["reason"] == "NONE" => {
                    assert_eq!((&button["kind"], &button["state"]), (&json!("VIEW"), &json!("ENABLED")));
                    assert_eq!(button["text"], "Pay now");
                    assert_eq!(button["schema"], format!("livepack://auction/{id}/pay?room=1007"));
                    won += 1;
                }
                _ => {}
            }
        }
    }
    assert!(leading > 0 && won > 0, "{leading} {won}");
}

#[tokio::test]
async fn a_voucher_that_is_offered_has_a_button_to_claim_it() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut seen = HashSet::new();
    for viewer in [GUEST, BUYER, Viewer { user_id: 10_001, ..GUEST }, Viewer { user_id: 10_002, ..GUEST }] {
        for room_id in [1001, 1009, 2001, 3001, 3002, 3003, 3004] {
            for method in ["GetLiveBagPromotionBanner", "GetPinCardData", "GetLiveBagTopBanner"] {
                let answer = line.ask(method, &named(method).request(room_id, viewer)).await;
                let mut offered = Vec::new();
                each_field(&answer.0, &mut |_, value| match value {
                    Value::Array(items) => offered.extend(items.iter().cloned()),
                    single => offered.push(single.clone()),
                });
                // a product on the pinned card names vouchers, but does not offer them
                for voucher in offered.iter().filter(|it| it.get("voucher_id").is_some() && it["button"].is_object()) {
                    let button = &voucher["button"];
                    assert_eq!(button["kind"], "CLAIM");
                    let text = button["text"].as_str().unwrap();
                    let (state, works) = (voucher["state"].as_str().unwrap(), button["state"] == "ENABLED");
                    let login = button["reason"] == "NEED_LOGIN";
                    assert_eq!(login, works && viewer.user_id == 0, "{voucher:?}");
                    assert_eq!(button["schema"].as_str().unwrap().is_empty(), !works, "{voucher:?}");
                    let due = match state {
                        "CLAIMABLE" => "Claim",
                        "CLAIMED" => "Claimed",
                        "USED" => "Used",
                        "NOT_STARTED" => "Not started yet",
                        "TASK_REQUIRED" if voucher["task"] == "WATCH_LIVE" => "Watch 1m 0s to claim",
                        "TASK_REQUIRED" => "Follow to claim",
                        other => panic!("{other}"),
                    };
                    assert_eq!(text, due, "{voucher:?}");
                    seen.insert(text.to_owned());
                }
            }
        }
    }
    for text in ["Claim", "Claimed", "Watch 1m 0s to claim", "Not started yet", "Follow to claim"] {
        assert!(seen.contains(text), "{text}: {seen:?}");
    }
}

#[tokio::test]
async fn components_of_a_feed_say_what_they_show() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (room_id, key, due) in
        [(1006, "ecom_auction", "bid: $"), (1007, "ecom_auction", "bid: $"), (1001, "ecom_pin_card", "Featured now")]
    {
        let mut request = named("MGetFcpEcomComponent").request(room_id, GUEST);
        request["slots"] = json!([{ "room": { "room_id": room_id }, "component_keys": [key] }]);
        let answer = line.whole("MGetFcpEcomComponent", &request).await;
        let component = answer.at("/results/0/components/0");
        assert_eq!(component["component_key"], key);
        assert!(component["text"].as_str().unwrap().contains(due), "{component}");
        if key == "ecom_auction" {
            let card = &component["product"];
            assert!(!card["seller_name"].as_str().unwrap().is_empty(), "{card}");
            assert_eq!(card["track"]["place"], "auction");
        }
    }
}
