//! Whether a room sells: its state and its creator's permission.

use live_pack_dal::model::{Permission, RoomState};

/// Whether a room sells. The status code of an interface is decided elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomVerdict {
    /// It sells.
    Normal,
    /// The broadcast is over.
    Closed,
    /// The room was taken off the air.
    RoomBanned,
    /// The creator may no longer sell.
    EcBanned,
}

/// The state of the room decides first, then the permission of its creator.
///
/// PREPARE, LIVE, PAUSE and a state that this version does not know sell: a new state of a later release must not empty the
/// rooms of this one. Only a revoked permission stops a room; a caller without the permission decides
/// what to assume ([`Permission::Normal`], unless configured otherwise).
#[must_use]
pub const fn verdict(state: RoomState, permission: Permission) -> RoomVerdict {
    match (state, permission) {
        (RoomState::Finish, _) => RoomVerdict::Closed,
        (RoomState::Banned, _) => RoomVerdict::RoomBanned,
        (_, Permission::Banned) => RoomVerdict::EcBanned,
        (RoomState::Unknown | RoomState::Prepare | RoomState::Live | RoomState::Pause, _) => RoomVerdict::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::{RoomVerdict as V, verdict};
    use live_pack_dal::model::{Permission as P, RoomState as S};

    const CASES: &[(&str, S, P, V)] = &[
        ("announced", S::Prepare, P::Normal, V::Normal),
        ("on air", S::Live, P::Normal, V::Normal),
        ("interrupted", S::Pause, P::Normal, V::Normal),
        ("a state of a later release", S::Unknown, P::Normal, V::Normal),
        ("over", S::Finish, P::Normal, V::Closed),
        ("taken off the air", S::Banned, P::Normal, V::RoomBanned),
        ("creator banned on air", S::Live, P::Banned, V::EcBanned),
        ("creator banned before", S::Prepare, P::Banned, V::EcBanned),
        ("creator banned in a pause", S::Pause, P::Banned, V::EcBanned),
        ("creator banned, state unknown", S::Unknown, P::Banned, V::EcBanned),
        ("over, then creator banned", S::Finish, P::Banned, V::Closed),
        ("room and creator banned", S::Banned, P::Banned, V::RoomBanned),
        ("limited creators sell", S::Live, P::Limited, V::Normal),
        ("only a ban stops", S::Live, P::None, V::Normal),
    ];

    #[test]
    fn state_decides_before_permission() {
        for (name, state, permission, expected) in CASES {
            assert_eq!(verdict(*state, *permission), *expected, "{name}");
        }
    }

    #[test]
    fn every_verdict_has_a_case() {
        for verdict in [V::Normal, V::Closed, V::RoomBanned, V::EcBanned] {
            assert!(CASES.iter().any(|case| case.3 == verdict), "{verdict:?}");
        }
    }
}
