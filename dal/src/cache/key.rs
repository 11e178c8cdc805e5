//! Cache keys.

use std::hash::{Hash, Hasher};

use crate::{
    Call,
    model::{Lane, Region, RouteGroup},
};

/// The key of one value. Small and `Copy`, because a page builds twenty of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// The product, room, seller …
    pub(crate) id: i64,
    /// The room or version that `id` belongs to; 0 if there is none.
    pub(crate) within: i64,
    /// Set if the answer depends on the viewer's region.
    pub(crate) region: Option<Region>,
    /// Route group of the call: two of them may answer differently. `None`: calls go to the default list, and the value
    /// is shared by all route groups that do.
    pub(crate) group: Option<RouteGroup>,
    /// Lane of the call, if it has addresses of its own.
    pub(crate) lane: Option<Lane>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // by hand: two words and a half instead of a length, two bytes and two discriminants
        state.write_i64(self.id);
        state.write_i64(self.within);
        state.write_u32(place(self.region, self.group));
        hash_lane(self.lane, state);
    }
}

impl Key {
    pub(crate) const fn alone(&self) -> Keys<'_> {
        Keys {
            ids: std::slice::from_ref(&self.id),
            within: self.within,
            region: self.region,
            group: self.group,
            lane: self.lane,
        }
    }
}

/// The keys of a page: ids that share all other parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys<'a> {
    /// The ids, in the order of the answer; duplicates are allowed.
    pub(crate) ids: &'a [i64],
    /// As [`Key::within`].
    pub(crate) within: i64,
    /// As [`Key::region`].
    pub(crate) region: Option<Region>,
    /// As [`Key::group`].
    pub(crate) group: Option<RouteGroup>,
    /// As [`Key::lane`].
    pub(crate) lane: Option<Lane>,
}

impl<'a> Keys<'a> {
    /// Keys whose answer is the same in every region.
    pub(crate) fn anywhere(call: &Call, ids: &'a [i64]) -> Self {
        Self { ids, within: 0, region: None, group: Some(call.viewer.route_group), lane: call.traffic.lane }
    }

    /// Keys whose answer depends on the viewer's region.
    pub(crate) fn regional(call: &Call, ids: &'a [i64]) -> Self {
        Self { region: Some(call.viewer.region), ..Self::anywhere(call, ids) }
    }

    /// The same keys, within a room or version.
    pub(crate) const fn within(mut self, within: i64) -> Self {
        self.within = within;
        self
    }

    /// The same keys, of this route group or of the default list.
    pub(crate) const fn of_group(mut self, group: Option<RouteGroup>) -> Self {
        self.group = group;
        self
    }

    /// The key of one of the ids.
    pub(crate) const fn key(&self, id: i64) -> Key {
        Key { id, within: self.within, region: self.region, group: self.group, lane: self.lane }
    }
}

impl Hash for Keys<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for id in self.ids {
            state.write_i64(*id);
        }
        state.write_i64(self.within);
        state.write_u32(place(self.region, self.group));
        hash_lane(self.lane, state);
    }
}

/// Requests without a lane, which are nearly all, cost one comparison only.
fn hash_lane<H: Hasher>(lane: Option<Lane>, state: &mut H) {
    if let Some(lane) = lane {
        lane.hash(state);
    }
}

fn place(region: Option<Region>, group: Option<RouteGroup>) -> u32 {
    let letters = region.map_or(0, |region| region.as_str().bytes().fold(0, |all, byte| all << 8 | u32::from(byte)));
    letters << 8 | group.map_or(u32::from(u8::MAX), |group| group as u32)
}
