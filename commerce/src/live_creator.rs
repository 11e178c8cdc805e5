//! D10 live creator: a creator's permission to sell, and the shop bound to the account.

use live_pack_idl::{
    DownstreamMethod,
    live_creator::{LiveCreatorService, MGetCreatorRequest, MGetCreatorResponse},
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl LiveCreatorService for Backend {
    async fn m_get_creator(&self, req: MGetCreatorRequest) -> Result<MGetCreatorResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetCreator).await?;
        let mut answer = MGetCreatorResponse::default();
        if let Some(base_resp) = call.refusal(req.creator_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.creators, answer.failed) =
                call.look_up(&req.creator_ids, |id| Some(self.world.creator(id)?.creator.clone()));
        }
        Ok(answer)
    }
}
