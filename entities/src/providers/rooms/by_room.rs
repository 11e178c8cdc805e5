//! Answers about each room of a request.

use live_pack_engine::{TaskError, TaskFault, TaskResult};

use crate::{item::RoomItem, request::LiveRequest, scene::RoomScene};

/// One value for each room of the request, in its order. The length is checked on creation.
#[derive(Debug)]
pub struct ByRoom<T>(Vec<T>);

impl<T> ByRoom<T> {
    /// Wraps values in the order of [`LiveRequest::rooms`].
    ///
    /// # Errors
    /// The number of values is not the number of rooms.
    pub fn new(request: &LiveRequest, values: Vec<T>) -> TaskResult<RoomScene, Self> {
        let rooms = request.rooms().len();
        if values.len() == rooms {
            return Ok(Self(values));
        }
        let [rows, values] = [rooms, values.len()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Err(TaskError::Fault(TaskFault::WrongLength { rows, values }))
    }

    /// The value of a room of the same request.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "an item is made for a room of the request, which has a value each")]
    pub fn of(&self, item: &RoomItem) -> &T {
        &self.0[item.index]
    }

    /// The values, in the order of the request.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}
