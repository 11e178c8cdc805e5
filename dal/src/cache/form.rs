//! The encoding of values in Redis.

use serde::{Serialize, de::DeserializeOwned};

use super::Key;
use crate::model::{Lane, RouteGroup};

/// A decoded value; inner `None`: known to be missing. Outer `None`: undecodable, and treated as absent.
pub(crate) type Read<V> = Option<Option<V>>;

/// Names, writes and reads values of one kind. Plain function pointers: a form holds no state.
pub(crate) struct Form<V> {
    cache: &'static str,
    shared: bool,
    name: fn(&'static str, u32, &Key) -> String,
    write: fn(Option<&V>) -> Option<Vec<u8>>,
    read: fn(&[u8]) -> Read<V>,
}

// by hand: a derive would ask for `V: Clone`
impl<V> Clone for Form<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Form<V> {}

impl<V: Serialize + DeserializeOwned> Form<V> {
    /// JSON under `lp:{cache}:{generation}:{group}:{region}:{within}:{id}`, followed by `:{lane}` in a lane. Missing values are not written: they would
    /// expire before they are read.
    pub(crate) const fn json(cache: &'static str) -> Self {
        Self {
            cache,
            shared: false,
            name: |cache, generation, key| {
                let region = key.region.as_ref().map_or("-", |region| region.as_str());
                let group = key.group.map_or("-", RouteGroup::name);
                let name = format!("lp:{cache}:{generation}:{group}:{region}:{}:{}", key.within, key.id);
                key.lane.map_or(name.clone(), |lane| format!("{name}:{}", lane.name()))
            },
            write: |value| value.and_then(|value| sonic_rs::to_vec(value).ok()),
            read: |bytes| sonic_rs::from_slice(bytes).ok().map(Some),
        }
    }

    /// JSON, or the word `none`, under `lp:{cache}:{id}`: a form that other services read and write too. Where calls do
    /// not go to the default list, or in a lane: under `lp:{cache}:{id}:{group}:{lane}`, with `-` for none.
    pub(crate) const fn shared(cache: &'static str) -> Self {
        Self {
            cache,
            shared: true,
            name: |cache, _, key| match (key.group, key.lane) {
                (None, None) => format!("lp:{cache}:{}", key.id),
                (group, lane) => {
                    let (group, lane) = (group.map_or("-", RouteGroup::name), lane.map_or("-", Lane::name));
                    format!("lp:{cache}:{}:{group}:{lane}", key.id)
                }
            },
            write: |value| match value {
                None => Some(NONE.to_vec()),
                Some(value) => sonic_rs::to_vec(value).ok(),
            },
            read: |bytes| if bytes == NONE { Some(None) } else { sonic_rs::from_slice(bytes).ok().map(Some) },
        }
    }
}

const NONE: &[u8] = b"none";

impl<V> Form<V> {
    /// Whether other services write such values.
    pub(crate) const fn is_shared(&self) -> bool {
        self.shared
    }

    /// The name of a value.
    pub(crate) fn name(&self, generation: u32, key: &Key) -> String {
        (self.name)(self.cache, generation, key)
    }

    /// A value to store; `None`: it is not stored.
    pub(crate) fn write(&self, value: Option<&V>) -> Option<Vec<u8>> {
        (self.write)(value)
    }

    /// Decodes a stored value.
    pub(crate) fn read(&self, bytes: &[u8]) -> Read<V> {
        (self.read)(bytes)
    }
}
