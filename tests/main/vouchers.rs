//! `GetLiveBagPromotionBanner`: the vouchers of a room in their order, and the banner about them.

use live_pack_commerce::{Failure, Fault};
use live_pack_idl::live_pack::{
    GetLiveBagPromotionBannerRequest, GetLiveBagPromotionBannerResponse, RoomStatus, VoucherState,
};
use serde_json::json;

use crate::{
    ask::{Ask, room},
    stack::{Setup, Stack, engines},
};

async fn vouchers(stack: &Stack, Ask(asked): Ask, product_ids: &[i64]) -> GetLiveBagPromotionBannerResponse {
    let request = GetLiveBagPromotionBannerRequest {
        room: asked.room,
        user: asked.user,
        product_ids: product_ids.to_vec(),
        base: None,
    };
    stack.client().get_live_bag_promotion_banner(request).await.unwrap()
}

fn ids(answer: &GetLiveBagPromotionBannerResponse) -> Vec<i64> {
    assert_eq!(answer.base_resp.status_code, 0, "{:?}", answer.base_resp);
    answer.vouchers.iter().map(|voucher| voucher.voucher_id).collect()
}

fn degraded(answer: &GetLiveBagPromotionBannerResponse) -> Vec<&str> {
    answer.degraded.iter().map(|lost| lost.task.as_str()).collect()
}

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn claimable_vouchers_come_first_and_the_banner_shows_the_best() {
    let stack = Stack::start().await;
    let guest = vouchers(&stack, room(1001), &[]).await;
    assert_eq!((guest.room_status, degraded(&guest)), (Some(RoomStatus::LIVE), vec![]));
    let all = [100_101, 100_102, 100_103, 100_104, 100_105, 100_107];
    assert_eq!(sorted(ids(&guest)), all, "no expired, used-up, new-user or foreign vouchers");
    assert_eq!(sorted(ids(&guest)[..3].to_vec()), all[..3]);
    let buyer = vouchers(&stack, room(1001).by(101), &[]).await;
    assert_eq!(sorted(ids(&buyer)[..2].to_vec()), [100_101, 100_103], "the buyer has the other one");
    let claimed = buyer.vouchers.iter().find(|voucher| voucher.voucher_id == 100_102).unwrap();
    assert_eq!(claimed.state, VoucherState::CLAIMED);
    for answer in [&guest, &buyer] {
        let [banner] = &answer.banners[..] else { panic!("{:?}", answer.banners) };
        assert_eq!((banner.kind.as_str(), &banner.vouchers), ("promotion", &answer.vouchers[..1].to_vec()));
        assert_eq!(banner.sub_title, "5 more vouchers");
        assert!(!banner.title.is_empty() && banner.schema == "livepack://vouchers/1001");
    }
}

#[tokio::test]
async fn the_worth_of_a_voucher_is_its_discount_on_the_requested_products() {
    let stack = Stack::start().await;
    let bag = stack.bag(room(1001).page(0, 50)).await;
    let bought_with = |id: i64| {
        let mut cards = bag.products.iter();
        let has = |voucher: &live_pack_idl::live_pack::Voucher| voucher.voucher_id == id;
        cards.find(|card| card.vouchers.iter().any(has)).unwrap().product_id
    };
    let first = async |products: &[i64]| ids(&vouchers(&stack, room(1001), products).await)[..3].to_vec();
    assert_eq!(first(&[bought_with(100_101)]).await, [100_101, 100_103, 100_102], "an amount, then free shipping");
    assert_eq!(first(&[bought_with(100_102)]).await[0], 100_102);
    let without = [100_102, 100_101, 100_103];
    assert_eq!(first(&[2_001_001]).await, without, "another room's product has no effect: platform first, then the id");
}

#[tokio::test]
async fn texts_and_amounts_are_localised_for_the_viewer() {
    let stack = Stack::start().await;
    for (region, language, more, amount) in [("DE", "de", "5 weitere Gutscheine", "$"), ("JP", "ja", "5", "$")] {
        let answer = vouchers(&stack, room(1001).from(region, language), &[]).await;
        let banner = &answer.banners[0];
        assert!(banner.sub_title.contains(more), "{banner:?}");
        assert!(banner.title.contains(amount) || banner.title.contains('%'), "{banner:?}");
    }
    let yen = vouchers(&stack, room(2009).from("JP", "ja"), &[]).await;
    assert!(yen.vouchers.iter().all(|voucher| voucher.currency == "JPY" && !voucher.min_spend.contains('.')));
}

#[tokio::test]
async fn rooms_without_vouchers_have_no_banner_and_those_that_do_not_sell_say_why() {
    let stack = Stack::start().await;
    for (room_id, status) in
        [(1002, 0), (1006, 0), (1003, 20_001), (1004, 20_002), (1011, 20_007), (999_999, 20_003), (-1, 10_001)]
    {
        let answer = vouchers(&stack, room(room_id).by(101), &[]).await;
        let found = (answer.base_resp.status_code, answer.banners.len(), answer.vouchers.len());
        assert_eq!(found, (status, 0, 0), "{room_id}");
    }
    assert!(!stack.world.calls().contains_key("product_price.MGetProductPrice"), "prices are needed only to sort");
    for products in [&[0][..], &[5, -5], &(1..=51).collect::<Vec<_>>()] {
        let answer = vouchers(&stack, room(1001), products).await;
        assert_eq!(answer.base_resp.status_code, 10_001, "{products:?}");
        assert!(answer.base_resp.status_message.contains("product_ids"), "{:?}", answer.base_resp);
    }
}

#[tokio::test]
async fn each_method_is_called_once() {
    let stack = Setup::default().without_caches().start().await;
    vouchers(&stack, room(1001).by(101), &[]).await;
    let calls = stack.world.calls();
    assert!(calls.values().all(|count| *count == 1), "{calls:?}");
    assert_eq!(calls.len(), 6, "{calls:?}");
}

#[tokio::test]
async fn without_vouchers_the_answer_is_empty_and_without_prices_it_has_another_order() {
    let error = Fault { error: Some(Failure::Exception), ..Fault::default() };
    let hang = Fault { hang: true, ..Fault::default() };
    for fault in [error, hang] {
        let limits = engines(json!({ "timeout": "2s", "reserve": "500ms" }));
        let setup = Setup::default().without_caches().conf("LivePackEngineConf", limits);
        let stack = setup.start().await;
        let whole = sorted(ids(&vouchers(&stack, room(1001).by(101), &[]).await));
        for (target, task, expected) in [
            ("promotion_delivery.*", "VoucherProvider", &[][..]),
            ("product_price.*", "ProductPriceLoader", &whole),
            ("product_relation.*", "ProductListProvider", &whole),
        ] {
            stack.world.faults().clear();
            stack.world.faults().set(target, fault).unwrap();
            let answer = vouchers(&stack, room(1001).by(101), &[]).await;
            assert_eq!((sorted(ids(&answer)), degraded(&answer)), (expected.to_vec(), vec![task]), "{target}");
            assert_eq!(answer.banners.len(), usize::from(!expected.is_empty()), "{target}");
        }
    }
}
