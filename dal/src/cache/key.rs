//! Cache keys.

use std::hash::{Hash, Hasher};

use crate::{
    Call,
    model::{Region, RouteGroup},
};

/// The key of one value. Small and `Copy`, because a page builds twenty of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// The product, room, seller …
    pub(crate) id: i64,
    /// The room or version that `id` belongs to; 0 if it stands alone.
    pub(crate) within: i64,
    /// Set if the answer depends on the viewer's region.
    pub(crate) region: Option<Region>,
    /// Route group of the call: two of them may answer differently.
    pub(crate) group: RouteGroup,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // by hand: two words and a half instead of a length, two bytes and two discriminants
        state.write_i64(self.id);
        state.write_i64(self.within);
        state.write_u32(place(self.region, self.group));
    }
}

impl Key {
    pub(crate) const fn alone(&self) -> Keys<'_> {
        Keys { ids: std::slice::from_ref(&self.id), within: self.within, region: self.region, group: self.group }
    }
}

/// The keys of a page: ids that share all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys<'a> {
    /// The ids, in the order of the answer; duplicates are allowed.
    pub(crate) ids: &'a [i64],
    /// As [`Key::within`].
    pub(crate) within: i64,
    /// As [`Key::region`].
    pub(crate) region: Option<Region>,
    /// As [`Key::group`].
    pub(crate) group: RouteGroup,
}

impl<'a> Keys<'a> {
    /// Keys whose answer is the same in every region.
    pub(crate) fn anywhere(call: &Call, ids: &'a [i64]) -> Self {
        Self { ids, within: 0, region: None, group: call.viewer.route_group }
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

    /// The key of one of the ids.
    pub(crate) const fn key(&self, id: i64) -> Key {
        Key { id, within: self.within, region: self.region, group: self.group }
    }
}

impl Hash for Keys<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for id in self.ids {
            state.write_i64(*id);
        }
        state.write_i64(self.within);
        state.write_u32(place(self.region, self.group));
    }
}

fn place(region: Option<Region>, group: RouteGroup) -> u32 {
    let letters = region.map_or(0, |region| region.as_str().bytes().fold(0, |all, byte| all << 8 | u32::from(byte)));
    letters << 8 | group as u32
}
