//! The number of open connections per origin, so that one origin cannot take them all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use super::peer::Origin;

/// The open connections, counted by their origin.
#[derive(Debug)]
pub struct Peers {
    most: usize,
    // std mutex: held for one look-up, never across an await
    open: Mutex<AHashMap<Origin, usize>>,
}

impl Peers {
    /// Allows each origin `most` connections at a time.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// Counts a connection until the seat is dropped; `None` if the origin has reached its maximum.
    #[must_use]
    pub fn enter(self: &Arc<Self>, origin: Origin) -> Option<Seat> {
        let mut open = self.lock();
        let count = open.entry(origin).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { peers: Arc::clone(self), origin })
    }

    fn lock(&self) -> MutexGuard<'_, AHashMap<Origin, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection of an origin.
#[derive(Debug)]
pub struct Seat {
    peers: Arc<Peers>,
    origin: Origin,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.peers.lock();
        if let Some(count) = open.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_its_share_and_others_have_theirs() {
        let peers = Peers::new(2);
        let seats: Vec<_> = (0..3).map(|_| peers.enter(Origin::User(1))).collect();
        assert_eq!(seats.iter().flatten().count(), 2);
        assert!(peers.enter(Origin::User(2)).is_some());
        drop(seats);
        assert!(peers.enter(Origin::User(1)).is_some());
        assert!(peers.lock().is_empty(), "who has none open is forgotten");
    }
}
