//! `MGetFcpEcomComponent`: the commerce components of slots in a feed.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use live_pack_entities::{
    converters::{FcpComponents, wire_room_status},
    request::{Query, SlotQuery},
    scene::BagScene,
};
use live_pack_idl::live_pack::{FcpSlot, FcpSlotResult, MGetFcpEcomComponentRequest, MGetFcpEcomComponentResponse};

use crate::{
    active_call::ActiveCall,
    check::{Check, or_default},
    degraded::Losses,
    engines::fcp_component_engine,
    interface::Interface,
    params::Params,
    plans::plans,
    with_losses::WithLosses,
};

plans! {
    /// The engine of a slot in a feed.
    FcpPlans {
        /// The components of one slot.
        slot: BagScene => FcpComponents = fcp_component_engine;
    }
}

/// Maximum number of slots of one call.
const MAX_SLOTS: usize = 20;
/// Maximum length of the name of a scene, and of a component.
const MAX_NAME: usize = 64;
/// Maximum number of components requested by one slot.
const MAX_KEYS: usize = 64;

pub(crate) struct MGetFcpEcomComponent;

impl Interface for MGetFcpEcomComponent {
    type Request = MGetFcpEcomComponentRequest;
    type Plans = FcpPlans;

    /// A room may occur in several slots. Keys of other businesses are ignored.
    fn params(req: &MGetFcpEcomComponentRequest, check: &mut Check) -> Params {
        check.that((1..=MAX_SLOTS).contains(&req.slots.len()), "slots", "1 to 20 slots", req.slots.len());
        for (index, slot) in req.slots.iter().enumerate().take(MAX_SLOTS) {
            let room_id = slot.room.room_id;
            let (scene, keys) = (slot.scene.len(), slot.component_keys.len());
            let longest = slot.component_keys.iter().map(|key| key.len()).max().unwrap_or(0);
            check
                .that(room_id > 0, &format!("slots[{index}].room.room_id"), "above 0", room_id)
                .that(scene <= MAX_NAME, &format!("slots[{index}].scene"), "at most 64 bytes", scene)
                .that(keys <= MAX_KEYS, &format!("slots[{index}].component_keys"), "at most 64 keys", keys)
                .that(longest <= MAX_NAME, &format!("slots[{index}].component_keys"), "of at most 64 bytes", longest);
        }
        let slots = req.slots.iter().take(MAX_SLOTS).map(|slot| {
            let scene = or_default(slot.scene.clone(), FcpSlot::default().scene);
            let query = SlotQuery { scene, component_keys: slot.component_keys.clone() };
            (slot.room.room_id, query)
        });
        Params { query: Query { slots: slots.collect(), ..Query::default() }, ..Params::default() }
    }

    /// A slot with a closed, missing or failed room has no components; the others have theirs.
    async fn answer(plans: &FcpPlans, call: &Arc<ActiveCall>) -> WithLosses<MGetFcpEcomComponentResponse> {
        let slots = call.request.query.slots.clone();
        let slots = slots.into_iter().map(|(room_id, slot)| answer_slot(plans, call, room_id, slot));
        let slots: Vec<_> = stream::iter(slots).buffered(call.request.conf.fcp.concurrency).collect().await;
        let mut losses = Losses::default();
        let mut result = |(mut slot, found): (FcpSlotResult, WithLosses<FcpComponents>)| {
            slot.components = found.received(&mut losses).map(|components| components.0).unwrap_or_default();
            slot
        };
        let results = slots.into_iter().map(&mut result).collect();
        let answer = MGetFcpEcomComponentResponse { results, ..MGetFcpEcomComponentResponse::default() };
        WithLosses { outcome: Ok(answer), losses }
    }
}

/// Returns a slot with its components, or without any.
async fn answer_slot(
    plans: &FcpPlans,
    call: &ActiveCall,
    room_id: i64,
    slot: SlotQuery,
) -> (FcpSlotResult, WithLosses<FcpComponents>) {
    let scene = slot.scene.clone();
    let request = Arc::new(call.request.of_slot(room_id, slot));
    let components = call.run_for(&request, &plans.slot).await;
    let room_status = request.known_room().map(|room| wire_room_status(room.state));
    (FcpSlotResult { room_id, scene, room_status, ..FcpSlotResult::default() }, components)
}
