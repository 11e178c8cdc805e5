//! D1, product relation: the products of a room, their order, and the pinned card.

use std::sync::Arc;

use live_pack_idl::product_relation as wire;

use super::{
    Wiring,
    answer::{as_a_whole, by_key},
    convert::Malformed,
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{AgeClass, Bag, BagEntry, BagSummary, BagView, Pin, PinKind, RouteGroup, Showcase},
};

by_key!(wire::MGetPinnedResponse, wire::MGetBagSummaryResponse, wire::MGetRoomProductRelationResponse);
as_a_whole!(wire::GetRoomProductsResponse, wire::GetShowcaseResponse);

/// The client of D1.
#[derive(Debug)]
pub struct ProductRelationClient {
    routes: Arc<Routes<wire::ProductRelationServiceClient>>,
    products: Method,
    pinned: Method,
    bag_summaries: Method,
    relations: Method,
    showcases: Method,
}

impl ProductRelationClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::ProductRelation, |to| {
                to.tuned(wire::ProductRelationServiceClientBuilder::new(Downstream::ProductRelation.name())).build()
            }),
            products: wiring.method(DownstreamMethod::GetRoomProducts),
            pinned: wiring.method(DownstreamMethod::MGetPinned),
            bag_summaries: wiring.method(DownstreamMethod::MGetBagSummary),
            relations: wiring.method(DownstreamMethod::MGetRoomProductRelation),
            showcases: wiring.method(DownstreamMethod::GetShowcase),
        }
    }

    /// The viewer's route group, if calls for it go to addresses of its own and not to the default list.
    pub(crate) fn own_group(&self, call: &Call) -> Option<RouteGroup> {
        self.routes.own_group(call)
    }

    /// The bag of a room; a room without products has an empty bag.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn bag(&self, call: &Call, room_id: i64) -> Result<Arc<Bag>, Error> {
        let request = || wire::GetRoomProductsRequest { room_id, base: base(call) };
        let answer = self
            .products
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_room_products(request).await })
            .await?;
        let entries = answer.entries.iter().map(entry).collect();
        Ok(Arc::new(Bag { room_id, entries, version: answer.bag_version, whole: true, failed: Vec::new() }))
    }

    /// The pinned cards of rooms, aligned with `room_ids`; [`Lookup::Missing`]: none, or a kind this version does not
    /// know.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a room that failed alone is [`Lookup::Failed`].
    pub async fn pins(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Pin>>>, Error> {
        let request = || wire::MGetPinnedRequest { room_ids: distinct(room_ids), base: base(call) };
        let mut answer = self
            .pinned
            .run(call, room_ids, &self.routes, request, |to, request| async move { to.m_get_pinned(request).await })
            .await?;
        answer.pins.retain(|_, pin| pin.kind != wire::PinKind::NONE);
        Ok(self
            .pinned
            .align(call, room_ids, answer.pins, &answer.failed, |_, wire| Ok::<_, Malformed>(pin(&wire).map(Arc::new))))
    }

    /// Summaries of bags for one viewer, aligned with `room_ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a room that failed alone is [`Lookup::Failed`].
    pub async fn summaries(
        &self,
        call: &Call,
        view: BagView,
        room_ids: &[i64],
    ) -> Result<Vec<Lookup<Arc<BagSummary>>>, Error> {
        let request = || wire::MGetBagSummaryRequest {
            room_ids: distinct(room_ids),
            region: Some(region(call)),
            age_class: Some(match view.age_class {
                AgeClass::General => wire::AgeClass::GENERAL,
                AgeClass::Adult => wire::AgeClass::ADULT,
            }),
            app_version: Some(call.viewer.app_version),
            hide_sold_out: Some(view.hide_sold_out),
            base: base(call),
        };
        let answer = self
            .bag_summaries
            .run(
                call,
                room_ids,
                &self.routes,
                request,
                |to, request| async move { to.m_get_bag_summary(request).await },
            )
            .await?;
        Ok(self.bag_summaries.align(call, room_ids, answer.summaries, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(Arc::new(BagSummary {
                count: wire.count.max(0),
                has_flash_sale: wire.has_flash_sale,
                bag_version: wire.bag_version,
            })))
        }))
    }

    /// The lines of some products in the bag of a room, aligned with `product_ids`, and the version of the bag.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a product that failed alone is [`Lookup::Failed`].
    pub async fn relation(
        &self,
        call: &Call,
        room_id: i64,
        product_ids: &[i64],
    ) -> Result<(Vec<Lookup<BagEntry>>, i64), Error> {
        let request =
            || wire::MGetRoomProductRelationRequest { room_id, product_ids: distinct(product_ids), base: base(call) };
        let answer = self
            .relations
            .run(call, product_ids, &self.routes, request, |to, request| async move {
                to.m_get_room_product_relation(request).await
            })
            .await?;
        let entries = self
            .relations
            .align(call, product_ids, answer.entries, &answer.failed, |_, wire| Ok::<_, Malformed>(Some(entry(&wire))));
        Ok((entries, answer.bag_version))
    }

    /// The first `count` products of a creator's profile.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn showcase(&self, call: &Call, creator_id: i64, count: i32) -> Result<Arc<Showcase>, Error> {
        let request = || wire::GetShowcaseRequest { creator_id, count, base: base(call) };
        let answer = self
            .showcases
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_showcase(request).await })
            .await?;
        Ok(Arc::new(Showcase { product_ids: answer.product_ids, total: answer.total.max(0) }))
    }
}

const fn entry(wire: &wire::BagEntry) -> BagEntry {
    BagEntry { product_id: wire.product_id, item_no: wire.item_no, top_rank: wire.top_rank }
}

const fn pin(wire: &wire::Pin) -> Option<Pin> {
    let kind = match wire.kind {
        wire::PinKind::PRODUCT => PinKind::Product,
        wire::PinKind::VOUCHER => PinKind::Voucher,
        wire::PinKind::AUCTION => PinKind::Auction,
        wire::PinKind::SURPRISE_SET => PinKind::SurpriseSet,
        _ => return None,
    };
    Some(Pin {
        pin_id: wire.pin_id,
        kind,
        target_id: wire.target_id,
        pinned_at_ms: wire.pinned_at_ms,
        expire_ms: wire.expire_ms,
        version: wire.version,
    })
}
