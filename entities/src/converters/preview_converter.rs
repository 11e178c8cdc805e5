//! Products in stock as they are shown before entering.

use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::ProductCard;

use super::{Cards, empty_page::note_no_status};
use crate::{rules::paging, scene::BagScene};

/// Cards of products in stock, and how many such products there are.
#[derive(Debug)]
pub struct PreviewCards {
    /// In order.
    pub cards: Vec<ProductCard>,
    /// After filters, before the cut.
    pub total: i32,
}

/// Hands over the cards.
#[derive(Debug)]
pub struct PreviewConverter;

impl SyncTask<BagScene> for PreviewConverter {
    type Output = PreviewCards;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none().page().need::<Cards>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, PreviewCards> {
        let page = paging::page(cx.list().total(), 0, cx.request().query.preview_count);
        note_no_status(cx, page.range, |_| true);
        let total = i32::try_from(cx.list().total()).unwrap_or(i32::MAX);
        Ok(PreviewCards { cards: cx.need::<Cards>()?.0.take(), total })
    }
}
