//! `MGetFcpEcomComponent`: the commerce components of slots in a feed.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use live_pack_entities::{
    converters::{FcpComponents, wire_room_status},
    request::{Query, SlotQuery},
};
use live_pack_idl::live_pack::{FcpSlot, FcpSlotResult, MGetFcpEcomComponentRequest, MGetFcpEcomComponentResponse};

use crate::{
    check::{Check, or_default},
    degraded::Losses,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

/// Maximum number of slots of one call.
const MAX_SLOTS: usize = 20;
/// Maximum length of the name of a scene, and of a component.
const MAX_NAME: usize = 64;
/// Maximum number of components requested by one slot.
const MAX_KEYS: usize = 64;

pub(crate) struct MGetFcpEcomComponent;

impl Interface for MGetFcpEcomComponent {
    type Request = MGetFcpEcomComponentRequest;

    /// A room may occur in several slots. Keys of other businesses are ignored.
    fn asked(req: &MGetFcpEcomComponentRequest, check: &mut Check) -> Asked {
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
        Asked { query: Query { slots: slots.collect(), ..Query::default() }, ..Asked::default() }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.m_get_fcp_ecom_component.slot)
    }

    /// A slot with a closed, missing or failed room has no components; the others have theirs.
    async fn answer(turn: &Arc<Turn>) -> Part<MGetFcpEcomComponentResponse> {
        let slots = turn.request.query.slots.clone();
        let places = slots.into_iter().map(|(room_id, slot)| place(turn, room_id, slot));
        let places: Vec<_> = stream::iter(places).buffered(turn.request.conf.fcp.concurrency).collect().await;
        let mut losses = Losses::default();
        let mut result = |(mut result, part): (FcpSlotResult, Part<FcpComponents>)| {
            result.components = part.received(&mut losses).map(|components| components.0).unwrap_or_default();
            result
        };
        let results = places.into_iter().map(&mut result).collect();
        let answer = MGetFcpEcomComponentResponse { results, ..MGetFcpEcomComponentResponse::default() };
        Part { outcome: Ok(answer), losses }
    }
}

async fn place(turn: &Turn, room_id: i64, slot: SlotQuery) -> (FcpSlotResult, Part<FcpComponents>) {
    let scene = slot.scene.clone();
    let request = Arc::new(turn.request.of_slot(room_id, slot));
    let part = turn.run_for(&request, &turn.plans().m_get_fcp_ecom_component.slot).await;
    let room_status = request.known_room().map(|room| wire_room_status(room.state));
    (FcpSlotResult { room_id, scene, room_status, ..FcpSlotResult::default() }, part)
}
