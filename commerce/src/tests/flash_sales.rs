//! Flash sales and auctions over time.

use live_pack_idl::{
    auction::{AuctionService as _, AuctionStatus, GetSurpriseSetRequest, MGetRoomAuctionsRequest},
    promotion_renderer::{
        FlashWindow, MGetFlashWindowsRequest, PromotionRendererService as _, RenderProductPromotionsRequest,
    },
};

use super::clients::{NOW, backend};

const PREHEAT: i64 = 300_000;

async fn windows(room_id: i64, now_ms: i64) -> Vec<FlashWindow> {
    let backend = backend(now_ms);
    let request = MGetFlashWindowsRequest { room_id, product_ids: backend.world.product_ids(room_id), base: None };
    let answer = backend.m_get_flash_windows(request).await.unwrap();
    answer.products.into_values().flat_map(|it| it.windows).collect()
}

/// Number of windows that are running, announced, and over.
async fn counts(room_id: i64, now_ms: i64) -> (usize, usize, usize) {
    let windows = windows(room_id, now_ms).await;
    let count = |test: &dyn Fn(&FlashWindow) -> bool| windows.iter().filter(|it| test(it)).count();
    (
        count(&|it| it.start_ms <= now_ms && now_ms < it.end_ms),
        count(&|it| now_ms < it.start_ms && it.start_ms <= now_ms + PREHEAT),
        count(&|it| it.end_ms <= now_ms),
    )
}

#[tokio::test]
async fn the_full_room_always_has_running_announced_and_ended_ones() {
    for step in 0..600 {
        let now_ms = NOW + step * 7_919;
        let (running, announced, ended) = counts(1001, now_ms).await;
        assert!((12..=24).contains(&running), "{now_ms}: {running} running");
        assert!(announced >= 4, "{now_ms}: {announced} announced");
        assert!(ended >= 4, "{now_ms}: {ended} ended");
    }
}

#[tokio::test]
async fn the_edge_room_changes_every_few_seconds() {
    let mut edges = 0;
    let mut before = Vec::new();
    for second in 0..300 {
        let now_ms = NOW + second * 1_000;
        let (running, announced, _) = counts(1008, now_ms).await;
        assert!(running >= 3 && announced >= 3, "{now_ms}: {running} {announced}");
        let mut now: Vec<_> = windows(1008, now_ms)
            .await
            .into_iter()
            .filter(|it| it.start_ms <= now_ms && now_ms < it.end_ms)
            .map(|it| it.promotion_id)
            .collect();
        now.sort_unstable();
        edges += usize::from(now != before);
        before = now;
    }
    assert!(edges > 100, "{edges} edges in five minutes");
}

#[tokio::test]
async fn stock_only_falls_within_a_window_and_starts_full() {
    let product_ids: Vec<i64> = backend(NOW).world.product_ids(1001);
    let mut seen = std::collections::BTreeMap::new();
    let mut fell = 0;
    for step in 0..120 {
        let now_ms = NOW + step * 10_000;
        let request =
            RenderProductPromotionsRequest { room_id: 1001, product_ids: product_ids.clone(), ..Default::default() };
        let answer = backend(now_ms).render_product_promotions(request).await.unwrap();
        for activity in answer.products.into_values().flat_map(|it| it.activities) {
            assert!(activity.stock_left <= activity.stock_total);
            if now_ms < activity.start_ms {
                assert_eq!(activity.stock_left, activity.stock_total);
            }
            let last = seen.insert(activity.activity_id, activity.stock_left);
            assert!(last.is_none_or(|last| last >= activity.stock_left));
            fell += usize::from(last.is_some_and(|last| last > activity.stock_left));
        }
    }
    assert!(fell > 100, "stock fell {fell} times");
}

#[tokio::test]
async fn windows_and_activities_name_the_same_sales() {
    let backend = backend(NOW);
    let product_ids = backend.world.product_ids(1001);
    let request = RenderProductPromotionsRequest { product_ids, ..Default::default() };
    let answer = backend.render_product_promotions(request).await.unwrap();
    let activities: std::collections::BTreeMap<_, _> =
        answer.products.into_values().flat_map(|it| it.activities).map(|it| (it.activity_id, it)).collect();
    for window in windows(1001, NOW).await {
        let activity = &activities[&window.promotion_id];
        assert_eq!((activity.start_ms, activity.end_ms), (window.start_ms, window.end_ms));
        assert_eq!((activity.kind, activity.stock_left), (window.kind, window.stock_left));
    }
}

#[tokio::test]
async fn auctions_pass_through_their_states_and_some_always_run() {
    let mut states = std::collections::BTreeSet::new();
    for step in 0..400 {
        let now_ms = NOW + step * 1_300;
        let request = MGetRoomAuctionsRequest { room_ids: vec![1006, 1007], base: None };
        let rooms = backend(now_ms).m_get_room_auctions(request).await.unwrap().rooms;
        for room in rooms.values() {
            let running = |it: &&live_pack_idl::auction::Auction| it.status == AuctionStatus::ONGOING;
            assert!(room.auctions.iter().any(|it| running(&it)), "{now_ms}");
            for auction in &room.auctions {
                states.insert(auction.status);
                let current: f64 = auction.current_bid.parse().unwrap();
                let starting: f64 = auction.starting_bid.parse().unwrap();
                assert_eq!(auction.bid_count == 0, current == 0.0);
                assert_eq!(auction.bid_count == 0, auction.leader_id == 0);
                assert!(auction.bid_count == 0 || current >= starting);
                assert_eq!(auction.status == AuctionStatus::NOT_STARTED, now_ms < auction.start_ms);
                if matches!(auction.status, AuctionStatus::ONGOING | AuctionStatus::EXTENDED) {
                    assert!(auction.end_ms > now_ms);
                }
            }
        }
    }
    assert_eq!(states.len(), 6, "{states:?}");
}

#[tokio::test]
async fn a_surprise_set_loses_prizes_but_never_has_more_than_its_units() {
    let mut lefts = Vec::new();
    for step in 0..60 {
        let now_ms = NOW.div_euclid(600_000) * 600_000 + step * 6_900;
        let request = GetSurpriseSetRequest { room_id: 1006, surprise_set_id: 5001, base: None };
        let answer = backend(now_ms).get_surprise_set(request).await.unwrap();
        let set = answer.surprise_set.unwrap();
        assert!(set.prizes.len() >= 4);
        assert!(set.prizes.iter().all(|it| it.units_left <= it.units && it.units_left >= 0));
        let left: i32 = set.prizes.iter().map(|it| it.units_left).sum();
        assert_eq!(left, set.auction.units_left);
        lefts.push(left);
    }
    assert!(lefts.is_sorted_by(|a, b| a >= b));
    assert!(lefts.first() > lefts.last());
}
