//! The data of the world, fetched directly from its services, and expected values computed independently in the
//! simplest way.

use std::{collections::HashMap, time::Duration};

use live_pack_idl::{
    Downstream,
    product_model::{
        MGetProductLiteRequest, MGetProductModelRequest, ProductLite, ProductModel, ProductModelServiceClientBuilder,
    },
    product_price::{MGetProductPriceRequest, ProductPrice, ProductPriceServiceClientBuilder},
    product_relation::{BagEntry, GetRoomProductsRequest, MGetPinnedRequest, Pin, ProductRelationServiceClientBuilder},
    promotion_renderer::{
        Activity, ActivityKind, FlashWindow, MGetFlashWindowsRequest, PromotionRendererServiceClientBuilder,
        RenderProductPromotionsRequest,
    },
};
use rust_decimal::Decimal;

use crate::stack::Stack;

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(5));
/// The value in the built-in `FlashSaleAllConfigs`.
const PREHEAT_MS: i64 = 300_000;

/// A room and its products, from the services.
pub(crate) struct Truth {
    pub(crate) entries: Vec<BagEntry>,
    pub(crate) pin: Option<Pin>,
    pub(crate) lites: HashMap<i64, ProductLite>,
    pub(crate) windows: HashMap<i64, Vec<FlashWindow>>,
    pub(crate) models: HashMap<i64, ProductModel>,
    pub(crate) prices: HashMap<i64, ProductPrice>,
    pub(crate) activities: HashMap<i64, Vec<Activity>>,
    now_ms: i64,
}

/// The price of a product.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) min: Decimal,
    pub(crate) max: Decimal,
    pub(crate) source: i32,
    /// Reference price of the SKU with price `min`, if it was validated and is above it.
    pub(crate) reference: Option<Decimal>,
}

impl Truth {
    /// Fetches everything.
    pub(crate) async fn of(stack: &Stack, room_id: i64, region: &'static str) -> Self {
        let at = stack.world.addresses();
        let relation = ProductRelationServiceClientBuilder::new("truth")
            .rpc_timeout(TIMEOUT)
            .address(at.of(Downstream::ProductRelation))
            .build();
        let model = ProductModelServiceClientBuilder::new("truth")
            .rpc_timeout(TIMEOUT)
            .address(at.of(Downstream::ProductModel))
            .build();
        let price = ProductPriceServiceClientBuilder::new("truth")
            .rpc_timeout(TIMEOUT)
            .address(at.of(Downstream::ProductPrice))
            .build();
        let renderer = PromotionRendererServiceClientBuilder::new("truth")
            .rpc_timeout(TIMEOUT)
            .address(at.of(Downstream::PromotionRenderer))
            .build();
        let request = GetRoomProductsRequest { room_id, base: None };
        let entries = relation.get_room_products(request).await.unwrap().entries;
        let product_ids: Vec<i64> = entries.iter().map(|entry| entry.product_id).collect();
        let request = MGetPinnedRequest { room_ids: vec![room_id], base: None };
        let pin = relation.m_get_pinned(request).await.unwrap().pins.remove(&room_id);
        let request = MGetProductLiteRequest { product_ids: product_ids.clone(), ..Default::default() };
        let lites = model.m_get_product_lite(request).await.unwrap().products.into_iter().collect();
        let request = MGetProductModelRequest { product_ids: product_ids.clone(), base: None };
        let models = model.m_get_product_model(request).await.unwrap().products.into_iter().collect();
        let request =
            MGetProductPriceRequest { product_ids: product_ids.clone(), region: region.into(), ..Default::default() };
        let prices = price.m_get_product_price(request).await.unwrap().products.into_iter().collect();
        let request = MGetFlashWindowsRequest { room_id, product_ids: product_ids.clone(), base: None };
        let windows = renderer.m_get_flash_windows(request).await.unwrap().products;
        let request =
            RenderProductPromotionsRequest { room_id, product_ids, region: region.into(), ..Default::default() };
        let activities = renderer.render_product_promotions(request).await.unwrap().products;
        Self {
            entries,
            pin,
            lites,
            windows: windows.into_iter().map(|(id, windows)| (id, windows.windows)).collect(),
            models,
            prices,
            activities: activities.into_iter().map(|(id, promotions)| (id, promotions.activities)).collect(),
            now_ms: stack.world.now_ms(),
        }
    }

    /// The ids of the bag in the order of the rules; nothing is filtered.
    pub(crate) fn order(&self) -> Vec<i64> {
        let pinned = self.pin.as_ref().map_or(0, |pin| pin.target_id);
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|entry| {
            let id = entry.product_id;
            let top = if entry.top_rank > 0 { entry.top_rank } else { i32::MAX };
            (id != pinned, top, self.flash_place(id), self.lites[&id].stock == 0, entry.item_no, id)
        });
        entries.iter().map(|entry| entry.product_id).collect()
    }

    /// The rank of a flash sale (running, announced, none), with the time that sorts within it.
    pub(crate) fn flash_place(&self, product_id: i64) -> (u8, i64) {
        let windows = self.windows.get(&product_id).map_or(&[][..], Vec::as_slice);
        let running = windows.iter().filter(|it| self.runs(it.start_ms, it.end_ms, it.stock_left));
        if let Some(window) = running.min_by_key(|it| (-level(it.kind), it.end_ms)) {
            return (0, window.end_ms);
        }
        let coming = windows.iter().map(|it| it.start_ms).filter(|start| *start > self.now_ms);
        coming.filter(|start| start - PREHEAT_MS <= self.now_ms).min().map_or((2, 0), |start| (1, start))
    }

    /// The current price of a product.
    pub(crate) fn cost(&self, product_id: i64) -> Cost {
        let model = &self.models[&product_id];
        let stock = |sku_id: i64| model.skus.iter().find(|sku| sku.sku_id == sku_id).map_or(0, |sku| sku.stock);
        let all_out = model.skus.iter().all(|sku| sku.stock == 0);
        let skus = self.prices[&product_id].skus.iter().filter(|sku| all_out || stock(sku.sku_id) > 0);
        let costs: Vec<Cost> = skus
            .map(|sku| {
                let retail = decimal(&sku.retail);
                let (sale, source) =
                    self.offer(product_id, sku.sku_id).filter(|(sale, _)| *sale < retail).unwrap_or((retail, 0));
                let reference = sku.reference.as_deref().filter(|_| sku.reference_validated).map(decimal);
                Cost { min: sale, max: sale, source, reference: reference.filter(|reference| *reference > sale) }
            })
            .collect();
        let max = costs.iter().map(|cost| cost.max).max().unwrap();
        let lowest = costs.into_iter().min_by_key(|cost| cost.min).unwrap();
        Cost { max, ..lowest }
    }

    /// The best price of the highest level of activities that run on an SKU.
    fn offer(&self, product_id: i64, sku_id: i64) -> Option<(Decimal, i32)> {
        let running =
            self.activities.get(&product_id)?.iter().filter(|it| self.runs(it.start_ms, it.end_ms, it.stock_left));
        let offers = running.filter_map(|it| {
            let price = it.prices.iter().find(|price| price.sku_id == sku_id)?;
            Some((-level(it.kind), decimal(&price.price), it.kind.inner()))
        });
        offers.min().map(|(_, price, kind)| (price, kind))
    }

    fn runs(&self, start_ms: i64, end_ms: i64, stock_left: i32) -> bool {
        start_ms <= self.now_ms && self.now_ms < end_ms && stock_left != 0
    }
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn level(kind: ActivityKind) -> i32 {
    match kind {
        ActivityKind::CREATOR_LIVE_FLASH_SALE | ActivityKind::LIVE_FLASH_SALE => 4,
        ActivityKind::CAMPAIGN => 3,
        ActivityKind::FLASH_SALE => 2,
        _ => 1,
    }
}
