//! The components wanted by a slot in a feed.

use live_pack_dal::config::{FcpComponent, FcpScene};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::{rules::fcp, scene::LiveScene};

/// The components wanted by a slot, and its rules.
#[derive(Debug)]
pub struct FcpSlot {
    /// The requested components.
    pub wanted: Vec<FcpComponent>,
    /// The rules of its scene.
    pub scene: FcpScene,
}

impl FcpSlot {
    /// Whether the component is requested.
    #[must_use]
    pub fn wants(&self, component: FcpComponent) -> bool {
        self.wanted.contains(&component)
    }
}

/// Reads the slot from the request and `FcpComponentConf`.
#[derive(Debug)]
pub struct FcpSlotProvider;

impl<S: LiveScene> Task<S> for FcpSlotProvider {
    type Output = FcpSlot;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, FcpSlot> {
        let request = cx.request();
        let slot = &request.query.slot;
        let scene = request.conf.fcp.of(&slot.scene).clone();
        Ok(FcpSlot { wanted: fcp::wanted(&slot.component_keys, &scene), scene })
    }
}
