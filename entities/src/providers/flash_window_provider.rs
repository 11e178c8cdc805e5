//! Times of the flash sales of the bag: lightweight data of the whole bag, because the order depends on it.

use std::sync::Arc;

use live_pack_dal::{config::Feature, model::BagWindows};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::ProductList;
use crate::{
    questions::{Lines, WindowsOf},
    scene::{Ask as _, LiveScene},
};

/// The flash sales of each line of the bag.
#[derive(Debug, Clone)]
pub struct FlashWindows(pub BagWindows);

/// Calls D5 `MGetFlashWindows` for the whole bag in one call, once per request.
#[derive(Debug)]
pub struct FlashWindowProvider;

impl<S: LiveScene> Task<S> for FlashWindowProvider {
    type Output = FlashWindows;
    type Input<'a> = &'a ProductList;
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, _bag: &&ProductList) -> NeedRun {
        cx.request().need(Feature::FlashSale)
    }

    async fn run(&self, cx: &Context<S>, ProductList(bag): &ProductList) -> TaskResult<S, FlashWindows> {
        let question = WindowsOf(Lines(Arc::clone(bag)));
        Ok(FlashWindows(cx.request().ask(question, cx.early_call()).await?))
    }
}
