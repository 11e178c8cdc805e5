//! The number of open connections per group of peers, so that one group cannot take them all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use crate::pack_service::peer::PeerGroup;

/// The open connections, counted by the group of their peer.
#[derive(Debug)]
pub struct Peers {
    most: usize,
    // std mutex: held for one look-up, never across an await
    open: Mutex<AHashMap<PeerGroup, usize>>,
}

impl Peers {
    /// Allows each group `most` connections at a time.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// Counts a connection until the seat is dropped; `None` if the group has reached its maximum.
    #[must_use]
    pub fn enter(self: &Arc<Self>, group: PeerGroup) -> Option<Seat> {
        let mut open = self.lock();
        let count = open.entry(group).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { peers: Arc::clone(self), group })
    }

    fn lock(&self) -> MutexGuard<'_, AHashMap<PeerGroup, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection of a group.
#[derive(Debug)]
pub struct Seat {
    peers: Arc<Peers>,
    group: PeerGroup,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.peers.lock();
        if let Some(count) = open.get_mut(&self.group) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_its_own_maximum() {
        let peers = Peers::new(2);
        let seats: Vec<_> = (0..3).map(|_| peers.enter(PeerGroup::User(1))).collect();
        assert_eq!(seats.iter().flatten().count(), 2);
        assert!(peers.enter(PeerGroup::User(2)).is_some());
        drop(seats);
        assert!(peers.enter(PeerGroup::User(1)).is_some());
        assert!(peers.lock().is_empty(), "who has none open is forgotten");
    }
}
