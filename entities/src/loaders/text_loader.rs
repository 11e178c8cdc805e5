//! The language of the texts on the cards of the page.

use live_pack_dal::texts::Language;
use live_pack_engine::{Context, Inputs, Maybe, SkipReason, Stage, Task, TaskResult};

use crate::{request::LiveRequest, scene::LiveScene};

/// The language of the texts.
#[derive(Debug)]
pub struct CardTexts(Language);

/// The language of the texts, as an input of tasks that draw cards.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct Texts<'a>(Maybe<'a, CardTexts>);

impl Texts<'_> {
    /// The language of the texts. English is built in and replaces missing languages; if nothing was loaded because the
    /// list is empty, this is the language of the request.
    #[must_use]
    pub fn language(self, request: &LiveRequest) -> Language {
        match self.0 {
            Maybe::Done(texts) => texts.0,
            Maybe::Skipped(SkipReason::EmptyList) => request.language,
            Maybe::Skipped(_) | Maybe::Failed => Language::English,
        }
    }
}

/// Chooses the language of the request.
#[derive(Debug)]
pub struct TextLoader;

impl<S: LiveScene> Task<S> for TextLoader {
    type Output = CardTexts;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, CardTexts> {
        Ok(CardTexts(cx.request().language))
    }
}
