//! In which language the cards of the page speak.

use live_pack_dal::texts::Language;
use live_pack_engine::{Context, Maybe, Reads, Stage, SyncTask, TaskResult};

use crate::scene::LiveScene;

/// The language of the texts.
#[derive(Debug)]
pub struct CardTexts(Language);

impl CardTexts {
    /// The language to speak; English is built in and stands in for what could not be had.
    #[must_use]
    pub fn language(texts: Maybe<'_, Self>) -> Language {
        texts.done().map_or(Language::English, |texts| texts.0)
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

    fn run(&self, cx: &Context<S>) -> TaskResult<S, CardTexts> {
        Ok(CardTexts(cx.request().language))
    }
}
