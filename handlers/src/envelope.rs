//! The fields that every answer has: status, losses, the state of the room, the time.

use live_pack_entities::converters::wire_room_status;
use live_pack_idl::{live_pack::RoomStatus, methods::MethodResponse};

use crate::{
    active_call::ActiveCall,
    status::{Status, degraded_by_stale},
    with_losses::WithLosses,
};

/// Turns the result of an interface into its answer; the caller adds losses that no engine reports. Stale values are named in
/// every answer of the request, no matter which engine got them first.
pub(crate) fn enveloped<R: MethodResponse>(call: &ActiveCall, result: WithLosses<R>) -> R {
    let room_status = call.request.known_room().map(|room| wire_room_status(room.state));
    let mut response = filled(result, room_status, call.request.now_ms);
    response.envelope().degraded.extend(call.request.call.notes.stale().iter().map(degraded_by_stale));
    response
}

fn filled<R: MethodResponse>(result: WithLosses<R>, room_status: Option<RoomStatus>, now_ms: i64) -> R {
    let WithLosses { outcome, losses } = result;
    let mut response = outcome.unwrap_or_else(|failure| with_status(failure.status));
    let envelope = response.envelope();
    *envelope.degraded = losses.into_list();
    if let Some(status) = envelope.room_status {
        *status = room_status;
    }
    if let Some(now) = envelope.server_now_ms {
        *now = now_ms;
    }
    response
}

/// The answer to an invalid request.
pub(crate) fn refused<R: MethodResponse>(status: Status, now_ms: i64) -> R {
    let mut response: R = with_status(status);
    if let Some(now) = response.envelope().server_now_ms {
        *now = now_ms;
    }
    response
}

/// An answer with only a status.
fn with_status<R: MethodResponse>(status: Status) -> R {
    let mut response = R::default();
    *response.envelope().base_resp = status.into_base_resp();
    response
}

#[cfg(test)]
mod tests;
