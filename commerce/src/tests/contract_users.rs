//! Each user of the contract has the documented properties.

use live_pack_idl::{
    auction::{AuctionService as _, GetBidderStateRequest, GetBidderStateResponse},
    cart::{CartService as _, GetCartCountRequest, MCheckInCartRequest},
    product_model::{MGetProductLiteRequest, ProductModelService as _},
    promotion_delivery::{ClaimState, GetClaimStateRequest, PromotionDeliveryService as _},
    seller_core::{MGetSellerRequest, SellerCoreService as _},
    trade_chain::{BlockReason, Buyable, MCheckBuyableRequest, TradeChainService as _},
};

use super::clients::{NOW, backend};

async fn buyable(user_id: i64, region: &'static str, room_id: i64) -> Vec<Buyable> {
    let backend = backend(NOW);
    let product_ids = backend.world.product_ids(room_id);
    let request = MCheckBuyableRequest { user_id, region: region.into(), room_id, product_ids, base: None };
    backend.m_check_buyable(request).await.unwrap().products.into_values().collect()
}

async fn bidder(user_id: i64) -> GetBidderStateResponse {
    let request = GetBidderStateRequest { user_id, room_id: 1006, base: None };
    backend(NOW).get_bidder_state(request).await.unwrap()
}

async fn is_minor(user_id: i64) -> bool {
    let request = MGetProductLiteRequest { user_id, ..Default::default() };
    backend(NOW).m_get_product_lite(request).await.unwrap().viewer_is_minor
}

async fn cart_count(user_id: i64) -> i32 {
    let request = GetCartCountRequest { user_id, base: None };
    let answer = backend(NOW).get_cart_count(request).await.unwrap();
    assert!(answer.capacity > 0);
    answer.count
}

#[tokio::test]
async fn a_guest_may_buy_everything_sold_in_the_region() {
    let all = buyable(0, "US", 1001).await;
    assert_eq!(all.len(), 200);
    assert!(all.iter().all(|it| it.buyable && it.deliverable && it.limit_left == -1 && !it.cod));
    assert_eq!(cart_count(0).await, 0);
    assert!(!bidder(0).await.terms_signed && !is_minor(0).await);
}

#[tokio::test]
async fn cash_on_delivery_is_offered_where_it_is_common() {
    let share = |all: &[Buyable]| all.iter().filter(|it| it.cod).count();
    assert!((18..=38).contains(&share(&buyable(0, "ID", 2003).await)));
    assert_eq!(share(&buyable(0, "US", 2003).await), 0);
    assert_eq!(share(&buyable(0, "JP", 2009).await), 0);
}

#[tokio::test]
async fn the_buyer_has_a_cart_a_voucher_and_everything_to_bid_with() {
    let all = buyable(101, "US", 1001).await;
    assert!(all.iter().filter(|it| it.buyable).count() >= 190);
    let limited: Vec<_> = all.iter().filter(|it| it.limit_left == 0).collect();
    assert_eq!(limited.len(), 4);
    assert!(limited.iter().all(|it| it.reasons == [BlockReason::PURCHASE_LIMIT]));
    let request = MCheckInCartRequest { user_id: 101, product_ids: (1_001_001..=1_001_020).collect(), base: None };
    let answer = backend(NOW).m_check_in_cart(request).await.unwrap();
    let mut in_cart: Vec<_> = answer.quantities.keys().map(|id| id % 1_000).collect();
    in_cart.sort_unstable();
    assert_eq!(in_cart, [1, 2, 3, 4, 5, 8, 12]);
    assert!(!answer.cart_full);
    assert_eq!(cart_count(101).await, 7);
    let request = GetClaimStateRequest { user_id: 101, voucher_ids: vec![100_101, 100_102], base: None };
    let states = backend(NOW).get_claim_state(request).await.unwrap().states;
    assert_eq!(states[&100_102], ClaimState::CLAIMED);
    assert_eq!(states[&100_101], ClaimState::NOT_CLAIMED);
    let state = bidder(101).await;
    assert!(state.terms_signed && state.has_address && state.has_payment && !state.is_minor);
}

#[tokio::test]
async fn a_minor_is_a_minor_everywhere() {
    assert!(is_minor(102).await && bidder(102).await.is_minor);
    let all = buyable(102, "US", 1001).await;
    assert!(all.iter().all(|it| !it.buyable && it.reasons.contains(&BlockReason::AGE_RESTRICTED)));
    assert!(!is_minor(101).await && !is_minor(103).await);
}

#[tokio::test]
async fn nothing_is_delivered_to_103() {
    let all = buyable(103, "US", 1001).await;
    assert!(all.iter().all(|it| !it.deliverable && it.reasons.contains(&BlockReason::NOT_DELIVERABLE)));
}

#[tokio::test]
async fn the_creator_cannot_buy_her_own_products() {
    let own = buyable(104, "US", 1001).await;
    assert!(own.iter().all(|it| it.reasons.first() == Some(&BlockReason::OWN_PRODUCT)));
    let other = buyable(104, "US", 1007).await;
    assert!(other.iter().all(|it| !it.reasons.contains(&BlockReason::OWN_PRODUCT)));
    let request = MGetSellerRequest { seller_ids: (10_010..10_015).collect(), base: None };
    let sellers = backend(NOW).m_get_seller(request).await.unwrap().sellers;
    assert_eq!(sellers.len(), 5);
    assert!(sellers.values().all(|seller| seller.owner_user_id == 104));
}

#[tokio::test]
async fn regional_users_are_plain_adults() {
    for user_id in 201..=212 {
        assert!(!is_minor(user_id).await);
        assert_eq!(cart_count(user_id).await, 2);
        let request =
            MCheckInCartRequest { user_id, product_ids: backend(NOW).world.product_ids(user_id + 1_800), base: None };
        assert_eq!(backend(NOW).m_check_in_cart(request).await.unwrap().quantities.len(), 2);
    }
}

#[tokio::test]
async fn generated_users_differ_but_stay_the_same() {
    let mut minors = 0;
    let mut full = 0;
    for user_id in 10_000..12_000 {
        minors += usize::from(is_minor(user_id).await);
        full += usize::from(cart_count(user_id).await == 100);
        assert_eq!(bidder(user_id).await, bidder(user_id).await);
    }
    assert!((60..=140).contains(&minors), "{minors}");
    assert!((15..=70).contains(&full), "{full}");
}
