//! `GetLiveBagPreviewData`: products in stock before entering the room, the host's top products first.

use std::sync::Arc;

use live_pack_entities::{converters::PreviewCards, request::Query};
use live_pack_idl::live_pack::{GetLiveBagPreviewDataRequest, GetLiveBagPreviewDataResponse};

use crate::{
    check::{Check, or_default},
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetLiveBagPreviewData;

impl Interface for GetLiveBagPreviewData {
    type Request = GetLiveBagPreviewDataRequest;

    fn asked(req: &GetLiveBagPreviewDataRequest, check: &mut Check) -> Asked {
        let count = or_default(req.count, GetLiveBagPreviewDataRequest::default().count);
        let preview_count = preview_count("count", count, check);
        Asked { query: Query { preview_count, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_preview_data.preview)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagPreviewDataResponse> {
        turn.run(&turn.plans().get_live_bag_preview_data.preview).await.map(|PreviewCards { cards, total }| {
            GetLiveBagPreviewDataResponse { products: cards, total, ..GetLiveBagPreviewDataResponse::default() }
        })
    }
}

/// The number of cards in the preview.
pub(super) fn preview_count(field: &str, count: i32, check: &mut Check) -> i32 {
    check.that((1..=10).contains(&count), field, "1 to 10", count);
    count
}
