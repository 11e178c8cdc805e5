//! The creator on air, and the permission to sell.

use std::sync::Arc;

use live_pack_dal::{
    DownstreamMethod, Error, Lookup,
    model::{Creator, Permission},
};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::RoomInfo;
use crate::{
    questions::CreatorOf,
    scene::{Ask as _, LiveScene},
};

/// The creator of the room; `None`: the account is unknown and therefore has no permission.
#[derive(Debug, Clone)]
pub struct CreatorInfo(pub Option<Arc<Creator>>);

impl CreatorInfo {
    /// The permission to sell.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.0.as_ref().map_or(Permission::None, |creator| creator.permission)
    }
}

/// Calls D10 `MGetCreator`, once per request.
#[derive(Debug)]
pub struct CreatorProvider;

impl<S: LiveScene> Task<S> for CreatorProvider {
    type Output = CreatorInfo;
    type Input<'a> = &'a RoomInfo;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, RoomInfo(room): &RoomInfo) -> TaskResult<S, CreatorInfo> {
        match cx.request().ask(CreatorOf(room.anchor_id), cx.shared_call()).await? {
            Lookup::Found(creator) => Ok(CreatorInfo(Some(creator))),
            Lookup::Missing => Ok(CreatorInfo(None)),
            Lookup::Failed => Err(Error::key(DownstreamMethod::MGetCreator).into()),
        }
    }
}
