//! Products in stock, before entering.

use live_pack_engine::{Context, Own, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::ProductCard;

use super::{Cards, empty_page::note_no_status};
use crate::{rules::paging, scene::BagScene};

/// Cards of products in stock, and the number of such products.
#[derive(Debug)]
pub struct PreviewCards {
    /// In order.
    pub cards: Vec<ProductCard>,
    /// After filters, before the cut.
    pub total: i32,
}

/// Passes the cards on.
#[derive(Debug)]
pub struct PreviewConverter;

impl Task<BagScene> for PreviewConverter {
    type Output = PreviewCards;
    type Input<'a> = (Page<'a, BagScene>, Own<Cards>);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<BagScene>,
        (list, Own(Cards(cards))): (Page<'_, BagScene>, Own<Cards>),
    ) -> TaskResult<BagScene, PreviewCards> {
        let page = paging::page(list.total(), 0, cx.request().query.preview_count);
        note_no_status(cx, list, page.range, |_| true);
        Ok(PreviewCards { cards, total: i32::try_from(list.total()).unwrap_or(i32::MAX) })
    }
}
