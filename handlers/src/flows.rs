//! The flows: the composition of methods with several engines. Built once, checked as a whole.

use live_pack_engine::{Fault, flow::Flow};

use crate::interfaces::{Assemble, Bag, RoomFull, assemble_flow, bag_flow, room_full_flow};

/// The flows of all methods. Resident.
#[derive(Debug)]
pub(crate) struct Flows {
    /// A page of the bag.
    pub(crate) bag: Flow<Bag>,
    /// Everything around the bag at once.
    pub(crate) assemble: Flow<Assemble>,
    /// Entering a room.
    pub(crate) room_full: Flow<RoomFull>,
}

impl Flows {
    /// # Errors
    /// All faults of a flow: a mistake in its definition.
    pub(crate) fn build() -> Result<Self, Vec<Fault>> {
        Ok(Self { bag: bag_flow().build()?, assemble: assemble_flow().build()?, room_full: room_full_flow().build()? })
    }
}
