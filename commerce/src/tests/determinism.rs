//! The same seed and the same instant give the same bytes.

use std::sync::Arc;

use live_pack_idl::{
    auction::{AuctionService as _, GetSurpriseSetRequest, MGetRoomAuctionsRequest},
    live_creator::{LiveCreatorService as _, MGetCreatorRequest},
    live_data::{LiveDataService as _, MGetRoomStatsRequest},
    product_model::{MGetProductLiteRequest, MGetProductModelRequest, ProductModelService as _},
    product_price::{MGetProductPriceRequest, ProductPriceService as _},
    product_relation::{GetRoomProductsRequest, GetShowcaseRequest, MGetPinnedRequest, ProductRelationService as _},
    promotion_delivery::{GetBannersRequest, MGetRoomVouchersRequest, PromotionDeliveryService as _},
    promotion_renderer::{PromotionRendererService as _, RenderProductPromotionsRequest},
    trade_chain::{MCheckBuyableRequest, TradeChainService as _},
};
use pilota::thrift::{Message, binary::TBinaryProtocol};
use volo_thrift::LinkedBytes;

use super::clients::NOW;
use crate::{Clock, Faults, call::Backend, world::World};

fn fresh(seed: u64, now_ms: i64) -> Backend {
    let faults = Faults::new(&Default::default()).unwrap();
    Backend::new(Arc::new(World::draw(seed)), faults, Clock::Frozen(now_ms))
}

fn push(bytes: &mut LinkedBytes, message: &impl Message) {
    message.encode(&mut TBinaryProtocol::new(bytes, false)).unwrap();
}

/// A few answers about many rooms, encoded.
async fn bytes_of(backend: &Backend) -> Vec<u8> {
    let mut bytes = LinkedBytes::new();
    let out = &mut bytes;
    let room_ids: Vec<i64> = (1001..=1011).chain(2001..=2012).chain(3001..=3040).collect();
    for &room_id in &room_ids {
        let product_ids = backend.world.product_ids(room_id);
        let request = GetRoomProductsRequest { room_id, base: None };
        push(out, &backend.get_room_products(request).await.unwrap());
        let request = MGetProductLiteRequest { product_ids: product_ids.clone(), ..Default::default() };
        push(out, &backend.m_get_product_lite(request).await.unwrap());
        let request = MGetProductModelRequest { product_ids: product_ids.clone(), base: None };
        push(out, &backend.m_get_product_model(request).await.unwrap());
        let request = MGetProductPriceRequest { product_ids: product_ids.clone(), ..Default::default() };
        push(out, &backend.m_get_product_price(request).await.unwrap());
        let request = RenderProductPromotionsRequest { product_ids: product_ids.clone(), ..Default::default() };
        push(out, &backend.render_product_promotions(request).await.unwrap());
        let request = MCheckBuyableRequest { user_id: 10_007, product_ids, ..Default::default() };
        push(out, &backend.m_check_buyable(request).await.unwrap());
        let request = GetBannersRequest { room_id, ..Default::default() };
        push(out, &backend.get_banners(request).await.unwrap());
        let creator_id = backend.world.room(room_id).unwrap().anchor_id;
        let request = GetShowcaseRequest { creator_id, count: 6, base: None };
        push(out, &backend.get_showcase(request).await.unwrap());
        let request = MGetCreatorRequest { creator_ids: vec![creator_id], base: None };
        push(out, &backend.m_get_creator(request).await.unwrap());
    }
    let request = GetSurpriseSetRequest { room_id: 1006, surprise_set_id: 5001, base: None };
    push(out, &backend.get_surprise_set(request).await.unwrap());
    let request = MGetPinnedRequest { room_ids: room_ids.clone(), base: None };
    push(out, &backend.m_get_pinned(request).await.unwrap());
    let request = MGetRoomStatsRequest { room_ids: room_ids.clone(), base: None };
    push(out, &backend.m_get_room_stats(request).await.unwrap());
    let request = MGetRoomAuctionsRequest { room_ids: room_ids.clone(), base: None };
    push(out, &backend.m_get_room_auctions(request).await.unwrap());
    let request = MGetRoomVouchersRequest { room_ids, ..Default::default() };
    push(out, &backend.m_get_room_vouchers(request).await.unwrap());
    bytes.into_bytes_mut().to_vec()
}

#[tokio::test]
async fn two_worlds_at_one_instant_give_equal_bytes() {
    let first = bytes_of(&fresh(1, NOW)).await;
    let second = bytes_of(&fresh(1, NOW)).await;
    assert!(first.len() > 100_000);
    assert!(first == second);
}

#[tokio::test]
async fn another_seed_or_another_instant_gives_another_world() {
    let first = bytes_of(&fresh(1, NOW)).await;
    assert!(first != bytes_of(&fresh(2, NOW)).await);
    assert!(first != bytes_of(&fresh(1, NOW + 60_000)).await);
}

#[tokio::test]
async fn the_first_and_the_last_instant_are_also_answered() {
    for now_ms in [i64::MIN, 0, 1, i64::MAX] {
        assert!(bytes_of(&fresh(1, now_ms)).await.len() > 100_000);
    }
}
