//! Every service answers its generated client over a real socket.

use std::cell::RefCell;

use live_pack_idl::{
    Downstream,
    auction::{GetBidderStateRequest, GetSurpriseSetRequest, MGetRoomAuctionsRequest},
    cart::{CartServiceClientBuilder, GetCartCountRequest, MCheckInCartRequest},
    live_creator::MGetCreatorRequest,
    live_data::{MGetRoomRequest, MGetRoomStatsRequest},
    product_detail::MGetProductDetailRequest,
    product_model::{MGetProductLiteRequest, MGetProductModelRequest},
    product_price::MGetProductPriceRequest,
    product_relation::{
        GetRoomProductsRequest, GetShowcaseRequest, MGetBagSummaryRequest, MGetPinnedRequest,
        MGetRoomProductRelationRequest,
    },
    promotion_delivery::{GetBannersRequest, GetClaimStateRequest, MGetRoomVouchersRequest},
    promotion_renderer::{MGetFlashWindowsRequest, RenderProductPromotionsRequest},
    seller_core::MGetSellerRequest,
    trade_chain::MCheckBuyableRequest,
};
use volo_thrift::codec::DefaultMakeCodec;

use super::clients::{self, NOW, running};
use crate::{Clock, Error, WorldSettings, serve};

const IDS: [i64; 3] = [1_001_001, 1_001_002, 7];

#[tokio::test]
async fn products_answer_in_all_five_of_their_services() {
    let world = running().await;
    let at = world.addresses();
    let product_ids = IDS.to_vec();
    let request = MGetProductLiteRequest { product_ids: product_ids.clone(), ..Default::default() };
    let lite = clients::product_model(at.of(Downstream::ProductModel)).m_get_product_lite(request).await.unwrap();
    let request = MGetProductModelRequest { product_ids: product_ids.clone(), ..Default::default() };
    let model = clients::product_model(at.of(Downstream::ProductModel)).m_get_product_model(request).await.unwrap();
    let request =
        MGetProductDetailRequest { product_ids: product_ids.clone(), region: "US".into(), ..Default::default() };
    let detail = clients::product_detail(at.of(Downstream::ProductDetail)).m_get_product_detail(request).await.unwrap();
    let request = MGetProductPriceRequest { product_ids: product_ids.clone(), ..Default::default() };
    let price = clients::product_price(at.of(Downstream::ProductPrice)).m_get_product_price(request).await.unwrap();
    let request = RenderProductPromotionsRequest { room_id: 1001, product_ids, ..Default::default() };
    let renderer = clients::promotion_renderer(at.of(Downstream::PromotionRenderer));
    let promotions = renderer.render_product_promotions(request).await.unwrap();
    // The third id does not exist: it is absent and has not failed.
    assert_eq!(lite.products.len(), 2);
    assert_eq!(model.products.len(), 2);
    assert_eq!(detail.products.len(), 2);
    assert_eq!(price.products.len(), 2);
    assert_eq!(promotions.products.len(), 2);
    assert!(lite.failed.is_empty() && price.failed.is_empty());
    for id in [1_001_001, 1_001_002] {
        let (model, price) = (&model.products[&id], &price.products[&id]);
        let sku_ids = |ids: Vec<i64>| ids;
        assert_eq!(
            sku_ids(model.skus.iter().map(|sku| sku.sku_id).collect()),
            sku_ids(price.skus.iter().map(|sku| sku.sku_id).collect())
        );
        let stock: i32 = model.skus.iter().map(|sku| sku.stock).sum();
        assert_eq!(stock, lite.products[&id].stock);
    }
    world.stop().await;
}

#[tokio::test]
async fn rooms_answer_in_relation_data_and_creator() {
    let world = running().await;
    let at = world.addresses();
    let relation = clients::product_relation(at.of(Downstream::ProductRelation));
    let request = GetRoomProductsRequest { room_id: 1001, ..Default::default() };
    assert_eq!(relation.get_room_products(request).await.unwrap().entries.len(), 200);
    let room_ids = vec![1001, 1002, 77];
    let request = MGetPinnedRequest { room_ids: room_ids.clone(), ..Default::default() };
    assert_eq!(relation.m_get_pinned(request).await.unwrap().pins.len(), 1);
    let request = MGetBagSummaryRequest { room_ids: room_ids.clone(), ..Default::default() };
    let summaries = relation.m_get_bag_summary(request).await.unwrap().summaries;
    assert_eq!((summaries[&1001].count, summaries[&1001].has_flash_sale), (200, true));
    assert_eq!((summaries[&1002].count, summaries[&1002].has_flash_sale), (0, false));
    let request = MGetRoomProductRelationRequest { room_id: 1001, product_ids: IDS.to_vec(), ..Default::default() };
    let entries = relation.m_get_room_product_relation(request).await.unwrap();
    assert_eq!((entries.entries.len(), entries.bag_version), (2, 7));
    let request = GetShowcaseRequest { creator_id: 104, count: 6, ..Default::default() };
    let showcase = relation.get_showcase(request).await.unwrap();
    assert_eq!((showcase.product_ids.len(), showcase.total), (6, 192));
    let data = clients::live_data(at.of(Downstream::LiveData));
    let request = MGetRoomRequest { room_ids: room_ids.clone(), ..Default::default() };
    let rooms = data.m_get_room(request).await.unwrap().rooms;
    assert_eq!(rooms.len(), 2);
    assert!(rooms[&1001].started_ms < NOW);
    let request = MGetRoomStatsRequest { room_ids, ..Default::default() };
    assert!(data.m_get_room_stats(request).await.unwrap().rooms[&1001].viewer_count > 0);
    let request = MGetCreatorRequest { creator_ids: vec![104, 101], ..Default::default() };
    let creators = clients::live_creator(at.of(Downstream::LiveCreator)).m_get_creator(request).await.unwrap().creators;
    assert_eq!(creators.len(), 1);
    let request = MGetSellerRequest { seller_ids: vec![10_011, 3], ..Default::default() };
    let sellers = clients::seller_core(at.of(Downstream::SellerCore)).m_get_seller(request).await.unwrap().sellers;
    assert_eq!(sellers[&10_011].owner_user_id, 104);
}

#[tokio::test]
async fn promotions_auctions_and_viewers_answer() {
    let world = running().await;
    let at = world.addresses();
    let delivery = clients::promotion_delivery(at.of(Downstream::PromotionDelivery));
    let request = MGetRoomVouchersRequest { room_ids: vec![1001, 1002], ..Default::default() };
    let rooms = delivery.m_get_room_vouchers(request).await.unwrap().rooms;
    assert_eq!((rooms[&1001].vouchers.len(), rooms[&1002].vouchers.len()), (10, 0));
    let request = GetBannersRequest { room_id: 1001, ..Default::default() };
    assert_eq!(delivery.get_banners(request).await.unwrap().banners.len(), 9);
    let request = GetClaimStateRequest { user_id: 101, voucher_ids: vec![100_101, 100_102, 5], ..Default::default() };
    assert_eq!(delivery.get_claim_state(request).await.unwrap().states.len(), 2);
    let request = MGetFlashWindowsRequest {
        room_id: 1001,
        product_ids: vec![1_001_001, 1_001_002, 1_001_005],
        ..Default::default()
    };
    let renderer = clients::promotion_renderer(at.of(Downstream::PromotionRenderer));
    assert_eq!(renderer.m_get_flash_windows(request).await.unwrap().products.len(), 2);
    let auction = clients::auction(at.of(Downstream::Auction));
    let request = MGetRoomAuctionsRequest { room_ids: vec![1006, 1001], ..Default::default() };
    let rooms = auction.m_get_room_auctions(request).await.unwrap().rooms;
    assert_eq!((rooms[&1006].auctions.len(), rooms[&1001].auctions.len()), (6, 0));
    let request = GetSurpriseSetRequest { room_id: 1006, surprise_set_id: 5001, ..Default::default() };
    assert!(auction.get_surprise_set(request).await.unwrap().surprise_set.is_some());
    let request = GetBidderStateRequest { user_id: 101, room_id: 1006, ..Default::default() };
    assert!(auction.get_bidder_state(request).await.unwrap().terms_signed);
    let cart = clients::cart(at.of(Downstream::Cart));
    let request = GetCartCountRequest { user_id: 101, ..Default::default() };
    assert_eq!(cart.get_cart_count(request).await.unwrap().count, 7);
    let request = MCheckInCartRequest { user_id: 101, product_ids: IDS.to_vec(), ..Default::default() };
    assert_eq!(cart.m_check_in_cart(request).await.unwrap().quantities[&1_001_002], 3);
    let request = MCheckBuyableRequest { product_ids: IDS.to_vec(), ..Default::default() };
    let chain = clients::trade_chain(at.of(Downstream::TradeChain));
    assert!(chain.m_check_buyable(request).await.unwrap().products[&1_001_001].buyable);
    assert_eq!(world.calls()["trade_chain.MCheckBuyable"], 1);
}

#[tokio::test]
async fn the_callers_metadata_changes_nothing() {
    let world = running().await;
    let client = clients::product_price(world.addresses().of(Downstream::ProductPrice));
    let request = || MGetProductPriceRequest { product_ids: IDS.to_vec(), region: "US".into(), ..Default::default() };
    let plain = client.m_get_product_price(request()).await.unwrap();
    let mut info = metainfo::MetaInfo::new();
    metainfo::Forward::set_persistent(&mut info, "ROUTE_GROUP", "SEA");
    metainfo::Forward::set_transient(&mut info, "LOG_ID", "x".repeat(300));
    let with_info = metainfo::METAINFO.scope(RefCell::new(info), client.m_get_product_price(request())).await.unwrap();
    assert_eq!(plain, with_info);
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_the_service() {
    let world = running().await;
    let settings = WorldSettings { picture_port: world.addresses().pictures.port(), ..WorldSettings::default() };
    let error = serve(settings).await.unwrap_err();
    assert!(matches!(error, Error::Listen { what: "pictures", .. }), "{error}");
    let settings = WorldSettings { base_port: 65_530, ..WorldSettings::default() };
    let error = serve(settings).await.unwrap_err();
    assert!(matches!(error, Error::PortRange { .. }), "{error}");
}

#[tokio::test]
async fn a_stopped_world_frees_its_ports_at_once() {
    let world = running().await;
    let address = world.addresses().of(Downstream::Cart);
    let client = clients::cart(address);
    let request = || GetCartCountRequest { user_id: 101, ..Default::default() };
    assert!(client.get_cart_count(request()).await.is_ok());
    world.stop().await;
    assert!(client.get_cart_count(request()).await.is_err());
    assert!(tokio::net::TcpListener::bind(address).await.is_ok());
}

#[tokio::test]
async fn the_clock_can_be_moved_while_the_world_runs() {
    let world = running().await;
    assert_eq!(world.now_ms(), NOW);
    world.set_clock(Clock::Frozen(NOW + 5));
    assert_eq!(world.now_ms(), NOW + 5);
    world.set_clock(Clock::System);
    assert_ne!(world.now_ms(), NOW + 5);
}

#[tokio::test]
async fn framed_and_buffered_callers_are_served_like_ttheader_ones() {
    let world = running().await;
    let address = world.addresses().of(Downstream::Cart);
    let request = || GetCartCountRequest { user_id: 101, ..Default::default() };
    let framed = CartServiceClientBuilder::new("cart").address(address).make_codec(DefaultMakeCodec::framed()).build();
    assert_eq!(framed.get_cart_count(request()).await.unwrap().count, 7);
    let buffered = CartServiceClientBuilder::new("cart").address(address).make_codec(DefaultMakeCodec::buffered());
    assert_eq!(buffered.build().get_cart_count(request()).await.unwrap().count, 7);
}

#[tokio::test]
async fn concurrent_callers_get_their_own_answers() {
    let world = running().await;
    let client = clients::product_price(world.addresses().of(Downstream::ProductPrice));
    let mut calls = tokio::task::JoinSet::new();
    for item in 1..=200 {
        let client = client.clone();
        calls.spawn(async move {
            let id = 1_001_000 + item;
            let request = MGetProductPriceRequest { product_ids: vec![id], ..Default::default() };
            let products = client.m_get_product_price(request).await.unwrap().products;
            (id, products.keys().copied().collect::<Vec<_>>())
        });
    }
    for (id, keys) in calls.join_all().await {
        assert_eq!(keys, [id]);
    }
    assert_eq!(world.calls()["product_price.MGetProductPrice"], 200);
}
