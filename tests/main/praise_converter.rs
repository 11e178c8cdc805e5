//! What viewers think of the room and of its products.

use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskResult};

use crate::{
    loaders::{LikeCount, ProductDetails},
    scene::BagScene,
};

/// Praise for the page.
#[derive(Debug)]
pub struct Praise {
    /// Products on the page with a rating.
    pub rated: usize,
    /// Likes of the room; 0 if unknown.
    pub likes: i64,
}

/// Inputs of [`PraiseConverter`].
#[derive(Debug, Inputs)]
pub struct PraiseInputs<'a> {
    page: Page<'a, BagScene>,
    details: &'a ProductDetails,
    likes: Maybe<'a, LikeCount>,
}

/// Counts the praise.
#[derive(Debug)]
pub struct PraiseConverter;

impl Task<BagScene> for PraiseConverter {
    type Output = Praise;
    type Input<'a> = PraiseInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<BagScene>, input: PraiseInputs<'_>) -> TaskResult<BagScene, Praise> {
        let details = input.page.rows().filter_map(|row| input.details.0.of(row).found());
        let likes = input.likes.done().and_then(|likes| likes.0);
        Ok(Praise { rated: details.filter(|detail| detail.rating > 0.0).count(), likes: likes.unwrap_or(0) })
    }
}
