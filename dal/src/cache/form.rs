//! The encoding of values in Redis.
//!
//! A *stamp* is stored in Redis for each id whose values were forgotten, under `lp:forgotten:{cache}:{id}`: a random text
//! that no earlier value has. A value is written with the stamp that its load found, and is valid only while the id has
//! that stamp. Nearly all ids have no stamp, and their values are written without one.

use std::{hash::BuildHasher as _, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use super::{CacheRules, Key};
use crate::{
    model::{Lane, RouteGroup},
    redis::Stamping,
};

/// A decoded value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read<V> {
    /// Found, or known to be missing.
    Value(Option<V>),
    /// Invalid: its stamp is not that of its id.
    Void,
    /// Undecodable, and treated as absent.
    Unreadable,
}

impl<V> Read<V> {
    fn json(bytes: &[u8]) -> Self
    where
        V: DeserializeOwned,
    {
        sonic_rs::from_slice(bytes).map_or(Self::Unreadable, |value| Self::Value(Some(value)))
    }
}

/// The stamp of an id; `None`: it was not forgotten.
pub(crate) type Stamp<'a> = Option<&'a [u8]>;

/// Names, writes and reads values of one kind. Plain function pointers: a form holds no state.
pub(crate) struct Form<V> {
    cache: &'static str,
    name: fn(&'static str, u32, &Key) -> String,
    write: fn(Option<&V>, Stamp<'_>) -> Option<Vec<u8>>,
    read: fn(&[u8], Stamp<'_>) -> Read<V>,
    is_shared: bool,
}

// by hand: a derive would require `V: Clone`
impl<V> Clone for Form<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Form<V> {}

/// First byte of a value with a stamp; no JSON text begins with it.
const STAMPED: u8 = b'@';

/// Longest time for which a value may be in Redis: the maximum of the configuration (7 d ± 10 %), plus that of its load.
const KEPT: Duration = Duration::from_hours(8 * 24);

/// Longest time for which a load may be under way and its values wait to be written.
const LATE: Duration = Duration::from_secs(30);

impl<V: Serialize + DeserializeOwned> Form<V> {
    /// JSON under `lp:{cache}:{generation}:{group}:{region}:{within}:{id}`, followed by `:{lane}` in a lane. Missing values are not written: they would
    /// expire before they are read. With a stamp: `@{stamp}` before the JSON.
    pub(crate) const fn json(cache: &'static str) -> Self {
        Self {
            cache,
            name: |cache, generation, key| {
                let region = key.region.as_ref().map_or("-", |region| region.as_str());
                let group = key.group.map_or("-", RouteGroup::name);
                let name = format!("lp:{cache}:{generation}:{group}:{region}:{}:{}", key.within, key.id);
                key.lane.map_or(name.clone(), |lane| format!("{name}:{}", lane.name()))
            },
            write: |value, stamp| {
                let mut bytes = stamp.map_or_else(Vec::new, |stamp| [&[STAMPED], stamp].concat());
                sonic_rs::to_writer(&mut bytes, value?).ok()?;
                Some(bytes)
            },
            read: |bytes, stamp| match (bytes, stamp) {
                ([STAMPED, rest @ ..], Some(stamp)) => rest.strip_prefix(stamp).map_or(Read::Void, Read::json),
                ([STAMPED, ..], None) | (_, Some(_)) => Read::Void,
                (bytes, None) => Read::json(bytes),
            },
            is_shared: false,
        }
    }

    /// JSON, or the word `none`, under `lp:{cache}:{id}`: a form that other services read and write too. Where calls do
    /// not go to the default list, or in a lane: under `lp:{cache}:{id}:{group}:{lane}`, with `-` for none. Others know no
    /// stamps: while an id has one, its values are neither read nor written.
    pub(crate) const fn shared(cache: &'static str) -> Self {
        Self {
            cache,
            name: |cache, _, key| match (key.group, key.lane) {
                (None, None) => format!("lp:{cache}:{}", key.id),
                (group, lane) => {
                    let (group, lane) = (group.map_or("-", RouteGroup::name), lane.map_or("-", Lane::name));
                    format!("lp:{cache}:{}:{group}:{lane}", key.id)
                }
            },
            write: |value, stamp| match (value, stamp) {
                (_, Some(_)) => None,
                (None, None) => Some(NONE.to_vec()),
                (Some(value), None) => sonic_rs::to_vec(value).ok(),
            },
            read: |bytes, stamp| match stamp {
                Some(_) => Read::Void,
                None if bytes == NONE => Read::Value(None),
                None => Read::json(bytes),
            },
            is_shared: true,
        }
    }
}

const NONE: &[u8] = b"none";

impl<V> Form<V> {
    /// Whether other services write such values.
    pub(crate) const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// The name of a value.
    pub(crate) fn name(&self, generation: u32, key: &Key) -> String {
        (self.name)(self.cache, generation, key)
    }

    /// The name of the stamp of an id.
    pub(crate) fn stamp_name(&self, id: i64) -> String {
        format!("lp:forgotten:{}:{id}", self.cache)
    }

    /// A value to store; `None`: it is not stored.
    pub(crate) fn write(&self, value: Option<&V>, stamp: Stamp<'_>) -> Option<Vec<u8>> {
        (self.write)(value, stamp)
    }

    /// Decodes a stored value.
    pub(crate) fn read(&self, bytes: &[u8], stamp: Stamp<'_>) -> Read<V> {
        (self.read)(bytes, stamp)
    }

    /// A new stamp for an id: it invalidates every value that an earlier load has written or will write, and outlives all of
    /// them. Values that other services write are removed as well, because those services ignore stamps.
    pub(crate) fn stamping(&self, id: i64, rules: &CacheRules) -> Stamping {
        let (ttl, removed) = match self.is_shared {
            false => (KEPT, Vec::new()),
            true => (rules.redis_ttl.unwrap_or_default().saturating_mul(11) / 10 + LATE, self.everywhere(id)),
        };
        // seeded by the system: no two are equal, in whatever process
        let random = std::hash::RandomState::new().hash_one(id);
        Stamping { key: self.stamp_name(id), stamp: format!("{random:016x}"), ttl, removed }
    }

    /// The names of an id in all route groups and known lanes.
    fn everywhere(&self, id: i64) -> Vec<String> {
        let groups = || std::iter::once(None).chain(RouteGroup::ALL.map(Some));
        let lanes = std::iter::once(None).chain(Lane::all().into_iter().map(Some));
        let keys = lanes.flat_map(|lane| groups().map(move |group| Key { id, within: 0, region: None, group, lane }));
        keys.map(|key| self.name(0, &key)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_value_counts_only_with_the_stamp_of_its_id() {
        let json = Form::<i64>::json("price");
        let shared = Form::<i64>::shared("pin");
        let plain = json.write(Some(&7), None).unwrap();
        let stamped = json.write(Some(&7), Some(b"aa")).unwrap();
        assert_eq!((plain.as_slice(), stamped.as_slice()), (&b"7"[..], &b"@aa7"[..]));
        for (form, bytes, stamp, due) in [
            (json, &plain, None, Read::Value(Some(7))),
            (json, &plain, Some(&b"aa"[..]), Read::Void),
            (json, &stamped, Some(b"aa"), Read::Value(Some(7))),
            (json, &stamped, Some(b"bb"), Read::Void),
            (json, &stamped, None, Read::Void),
            (json, &b"what".to_vec(), None, Read::Unreadable),
            (shared, &plain, None, Read::Value(Some(7))),
            (shared, &b"none".to_vec(), None, Read::Value(None)),
            (shared, &plain, Some(b"aa"), Read::Void),
        ] {
            assert_eq!(form.read(bytes, stamp), due, "{bytes:?} {stamp:?}");
        }
        assert_eq!(shared.write(Some(&7), Some(b"aa")), None, "others would not know that it is void");
    }

    #[test]
    fn stamps_differ_and_outlive_the_values_that_they_void() {
        let rules = CacheRules::local(Duration::from_secs(1), 10).with_redis(Duration::from_secs(100));
        let (json, shared) = (Form::<i64>::json("price"), Form::<i64>::shared("pin"));
        let (one, other) = (json.stamping(5, &rules), json.stamping(5, &rules));
        assert_eq!((one.key.as_str(), one.removed.len()), ("lp:forgotten:price:5", 0));
        assert_ne!(one.stamp, other.stamp);
        assert!(one.ttl > Duration::from_hours(7 * 24) * 11 / 10);
        let pin = shared.stamping(5, &rules);
        assert_eq!(pin.ttl, Duration::from_secs(140));
        for name in ["lp:pin:5", "lp:pin:5:EU:-"] {
            assert!(pin.removed.iter().any(|removed| removed == name), "{name}: {:?}", pin.removed);
        }
    }
}
