//! `GetLiveBagPreviewData`: products in stock before entering the room, the host's top products first.

use std::sync::Arc;

use live_pack_entities::{converters::PreviewCards, request::Query, scene::BagScene};
use live_pack_idl::live_pack::{GetLiveBagPreviewDataRequest, GetLiveBagPreviewDataResponse};

use crate::{
    active_call::ActiveCall,
    check::{Check, or_default},
    engines::live_bag_preview_engine,
    interface::Interface,
    params::Params,
    plans::plans,
    with_losses::WithLosses,
};

plans! {
    /// The engine of the bag before entering.
    PreviewPlans {
        /// Products in stock.
        preview: BagScene => PreviewCards = live_bag_preview_engine;
    }
}

pub(crate) struct GetLiveBagPreviewData;

impl Interface for GetLiveBagPreviewData {
    type Request = GetLiveBagPreviewDataRequest;
    type Plans = PreviewPlans;

    fn params(req: &GetLiveBagPreviewDataRequest, check: &mut Check) -> Params {
        let count = or_default(req.count, GetLiveBagPreviewDataRequest::default().count);
        let preview_count = preview_count("count", count, check);
        Params { query: Query { preview_count, ..Query::default() }, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &PreviewPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagPreviewDataResponse> {
        call.run(&plans.preview).await.map(|PreviewCards { cards, total }| GetLiveBagPreviewDataResponse {
            products: cards,
            total,
            ..GetLiveBagPreviewDataResponse::default()
        })
    }
}

/// The number of cards in the preview.
pub(super) fn preview_count(field: &str, count: i32, check: &mut Check) -> i32 {
    check.that((1..=10).contains(&count), field, "1 to 10", count);
    count
}
