//! In which language the cards of the page speak.

use live_pack_dal::texts::Language;
use live_pack_engine::{Context, Importance, Maybe, Reads, SkipReason, Stage, SyncTask, TaskResult};

use crate::scene::LiveScene;

/// The language of the texts.
#[derive(Debug)]
pub struct CardTexts(Language);

impl CardTexts {
    /// The language to speak; English is built in and stands in for what could not be had. Where nothing was loaded because
    /// the list is empty, what is left to say is said in the language of the request.
    #[must_use]
    pub fn language<S: LiveScene>(cx: &Context<S>) -> Language {
        match cx.maybe::<Self>() {
            Maybe::Done(texts) => texts.0,
            Maybe::Skipped(SkipReason::EmptyList) => cx.request().language,
            Maybe::Skipped(_) | Maybe::Failed => Language::English,
        }
    }
}

/// Chooses the language of the request.
#[derive(Debug)]
pub struct TextLoader;

impl<S: LiveScene> SyncTask<S> for TextLoader {
    type Output = CardTexts;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none()
    }

    fn importance(&self) -> Importance {
        Importance::High
    }

    fn run(&self, cx: &Context<S>) -> TaskResult<S, CardTexts> {
        Ok(CardTexts(cx.request().language))
    }
}
