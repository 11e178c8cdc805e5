//! Pages without any card although some were expected: always noted in `degraded`.
//!
//! A product unknown to its service is left out of its page, which is not a failure. But if a whole page of products in the
//! bag is unknown to the product service, one of the two is wrong.

use std::ops::Range;

use live_pack_dal::{Asker, DownstreamMethod};
use live_pack_engine::{Context, Page};

use crate::{item::BagItem, scene::BagScene};

/// Notes that none of the `due` products of a page has a model.
pub(super) fn note_no_model(cx: &Context<BagScene>, due: usize) {
    note(cx, "ProductModelLoader", DownstreamMethod::MGetProductModel, due);
}

/// Notes a page without any product status. `range` is the page in the ordered list; `is_due` returns whether the
/// client requests a product of it.
pub(super) fn note_no_status(
    cx: &Context<BagScene>,
    page: Page<'_, BagScene>,
    range: Range<usize>,
    is_due: impl Fn(&BagItem) -> bool,
) {
    let due = || page.ordered().skip(range.start).take(range.len()).filter(|item| is_due(item));
    if page.is_empty() && due().all(|item| item.lite.is_none()) {
        note(cx, "ProductStatusProvider", DownstreamMethod::MGetProductLite, due().count());
    }
}

/// Notes `due` unknown products, unless keys of the method have failed, which is then the cause.
fn note(cx: &Context<BagScene>, task: &'static str, method: DownstreamMethod, due: usize) {
    let notes = &cx.request().call.notes;
    if due > 0 && notes.losses_of(cx.engine()).iter().all(|loss| loss.origin != method.into()) {
        let asker = Asker { engine: cx.engine(), task };
        notes.lose_keys(asker, method, due, due);
    }
}
