//! Who is on air, and what the creator may sell.

use std::sync::Arc;

use live_pack_dal::{
    Call, Downstream, Error, Lookup,
    model::{Creator, Permission},
};
use live_pack_engine::{Context, Stage, TaskResult, typed::Task};

use super::RoomInfo;
use crate::{
    request::LiveRequest,
    scene::{Ask as _, LiveScene},
};

/// The creator of the room; `None`: the account is not known, and so has no permission.
#[derive(Debug, Clone)]
pub struct CreatorInfo(pub Option<Arc<Creator>>);

impl CreatorInfo {
    /// What the creator may sell.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.0.as_ref().map_or(Permission::None, |creator| creator.permission)
    }
}

/// Asks D10 `MGetCreator`, once a request.
#[derive(Debug)]
pub struct CreatorProvider;

impl<S: LiveScene> Task<S> for CreatorProvider {
    type Output = CreatorInfo;
    type Input<'a> = &'a RoomInfo;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, RoomInfo(room): &RoomInfo) -> TaskResult<S, CreatorInfo> {
        match creator(cx.request(), cx.shared_call(), room.anchor_id).await? {
            Lookup::Found(creator) => Ok(CreatorInfo(Some(creator))),
            Lookup::Missing => Ok(CreatorInfo(None)),
            Lookup::Failed => Err(Error::key(Downstream::LiveCreator, "MGetCreator").into()),
        }
    }
}

/// A creator: fetched once a request, with the `call` of whoever asks first.
///
/// # Errors
/// What D10 failed with.
pub async fn creator(request: &LiveRequest, call: Call, creator_id: i64) -> Result<Lookup<Arc<Creator>>, Error> {
    let fetch = || {
        let resident = Arc::clone(&request.resident);
        async move { resident.dal.creator(&call, creator_id).await }
    };
    request.shared.once(creator_id, fetch).await
}
