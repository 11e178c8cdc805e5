//! D5, promotion renderer: flash-sale windows of a whole bag and the activities on the products of a page.

use std::sync::Arc;

use live_pack_idl::promotion_renderer as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, amount, limited},
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{Activity, ActivityKind, Bag, BagWindows, FlashWindow, ProductPromotions},
};

by_key!(wire::MGetFlashWindowsResponse, wire::RenderProductPromotionsResponse);

/// The client of D5.
#[derive(Debug)]
pub struct PromotionRendererClient {
    routes: Arc<Routes<wire::PromotionRendererServiceClient>>,
    windows: Method,
    render: Method,
}

impl PromotionRendererClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::PromotionRenderer, |to| {
                to.tuned(wire::PromotionRendererServiceClientBuilder::new(Downstream::PromotionRenderer.name())).build()
            }),
            windows: wiring.method(DownstreamMethod::MGetFlashWindows),
            render: wiring.method(DownstreamMethod::RenderProductPromotions),
        }
    }

    /// The flash sales of a whole bag in one call, aligned with its lines; a product without any is an empty list.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a line that failed alone is [`Lookup::Failed`].
    pub async fn bag_windows(&self, call: &Call, bag: &Bag) -> Result<BagWindows, Error> {
        let ids: Vec<i64> = bag.entries.iter().map(|entry| entry.product_id).collect();
        let request =
            || wire::MGetFlashWindowsRequest { room_id: bag.room_id, product_ids: distinct(&ids), base: base(call) };
        let answer = self
            .windows
            .run(call, &ids, &self.routes, request, |to, request| async move { to.m_get_flash_windows(request).await })
            .await?;
        Ok(Arc::new(self.windows.align(call, &ids, answer.products, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(wire.windows.iter().filter_map(|window| self.window(window)).collect()))
        })))
    }

    /// The activities on products of a room, in the viewer's region, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone, or has an invalid amount, is [`Lookup::Failed`].
    pub async fn promotions(
        &self,
        call: &Call,
        room_id: i64,
        ids: &[i64],
    ) -> Result<Vec<Lookup<Arc<ProductPromotions>>>, Error> {
        let request = || wire::RenderProductPromotionsRequest {
            room_id,
            product_ids: distinct(ids),
            region: region(call),
            base: base(call),
        };
        let answer =
            self.render
                .run(call, ids, &self.routes, request, |to, request| async move {
                    to.render_product_promotions(request).await
                })
                .await?;
        Ok(self.render.align(call, ids, answer.products, &answer.failed, |_, wire| {
            let activities = wire.activities.into_iter().filter_map(|activity| self.activity(activity));
            Ok(Some(Arc::new(ProductPromotions {
                activities: activities.collect::<Result<_, _>>()?,
                free_shipping: wire.free_shipping,
                has_gift: wire.has_gift,
            })))
        }))
    }

    fn window(&self, wire: &wire::FlashWindow) -> Option<FlashWindow> {
        Some(FlashWindow {
            promotion_id: wire.promotion_id,
            kind: kind(wire.kind, &self.windows)?,
            start_ms: wire.start_ms,
            end_ms: wire.end_ms,
            stock_left: limited(wire.stock_left),
        })
    }

    fn activity(&self, wire: wire::Activity) -> Option<Result<Activity, Malformed>> {
        let kind = kind(wire.kind, &self.render)?;
        let prices = wire.prices.iter().map(|sku| Ok((sku.sku_id, amount(&sku.price, "price")?)));
        Some(prices.collect::<Result<_, _>>().map(|prices| Activity {
            activity_id: wire.activity_id,
            kind,
            start_ms: wire.start_ms,
            end_ms: wire.end_ms,
            stock_total: limited(wire.stock_total),
            stock_left: limited(wire.stock_left),
            limit_per_user: limited(wire.limit_per_user),
            prices,
            title: wire.title,
        }))
    }
}

/// `None`, counted: an unknown kind has no rank in the order of prices.
fn kind(wire: wire::ActivityKind, method: &Method) -> Option<ActivityKind> {
    match wire {
        wire::ActivityKind::PRODUCT_DISCOUNT => Some(ActivityKind::ProductDiscount),
        wire::ActivityKind::FLASH_SALE => Some(ActivityKind::FlashSale),
        wire::ActivityKind::CAMPAIGN => Some(ActivityKind::Campaign),
        wire::ActivityKind::LIVE_FLASH_SALE => Some(ActivityKind::LiveFlashSale),
        wire::ActivityKind::CREATOR_LIVE_FLASH_SALE => Some(ActivityKind::CreatorLiveFlashSale),
        _ => {
            method.dropped();
            None
        }
    }
}
