//! Experiments: the arms of a viewer, decided once per request, and a note of those that are read.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use live_pack_engine::hash::{FNV_BASIS, finish, fnv1a};

pub use crate::config::{Experiment, Param};
use crate::{
    config::{AbConf, Arm, Conditions, Environment, ExperimentRules, MOST_EXPERIMENTS, Params},
    model::{BucketKey, Viewer},
};

/// The facts of a request that decide its arms.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The viewer.
    pub viewer: &'a Viewer,
    /// The room; 0 for a batch of rooms.
    pub room_id: i64,
}

/// The arms of one request. All clones share the note of what was read.
#[derive(Clone)]
pub struct Groups {
    /// By the place of the experiment in [`AbConf::experiments`]: the place of the arm, counted from 1; 0: in none.
    arms: [u8; MOST_EXPERIMENTS],
    /// A bit per experiment that is on.
    on: u32,
    params: Params,
    /// A bit per experiment that was read.
    read: Arc<AtomicU32>,
}

const fn bit(place: usize) -> u32 {
    1 << place
}

impl Groups {
    /// Puts a request in an arm of every experiment that it takes part in.
    ///
    /// `asked` is `UserContext.ab_params`: names of experiments with the name of an arm, or `off` for none. It is read
    /// outside production only; unknown entries are ignored.
    pub fn resolve<'a>(
        conf: &AbConf,
        subject: Subject<'_>,
        asked: impl IntoIterator<Item = (&'a str, &'a str)>,
        environment: Environment,
    ) -> Self {
        let mut groups =
            Self { arms: [0; MOST_EXPERIMENTS], on: 0, params: Param::ALL.map(Param::shipped), read: Arc::default() };
        for (place, rules) in conf.experiments.iter().enumerate() {
            groups.put(place, rules, rules.arm_of(subject));
        }
        if environment.is_prod() {
            return groups;
        }
        for (name, arm) in asked {
            let Some(place) = conf.experiments.iter().position(|rules| rules.name.as_str() == name) else { continue };
            let Some(rules) = conf.experiments.get(place) else { continue };
            match rules.arms.iter().position(|known| known.name.as_str() == arm) {
                Some(index) => groups.put(place, rules, Some(index)),
                None if arm == "off" => groups.put(place, rules, None),
                None => {}
            }
        }
        groups
    }

    fn put(&mut self, place: usize, rules: &ExperimentRules, index: Option<usize>) {
        let arm = index.and_then(|index| rules.arms.get(index));
        if let Some(slot) = self.arms.get_mut(place) {
            *slot = index.map_or(0, |index| u8::try_from(index + 1).unwrap_or_default());
        }
        self.on = if arm.is_some_and(|arm| arm.on) { self.on | bit(place) } else { self.on & !bit(place) };
        for (param, value) in Param::ALL.into_iter().zip(&mut self.params) {
            if param.experiment() as usize == place {
                let set = arm.and_then(|arm| arm.params.get(param as usize));
                *value = set.copied().unwrap_or(param.shipped());
            }
        }
    }

    /// Whether the experiment is on for the request. Counts as reading its arm.
    #[must_use]
    pub fn is_on(&self, experiment: Experiment) -> bool {
        self.note(experiment as usize);
        self.on & bit(experiment as usize) != 0
    }

    /// A parameter of the arm; its shipped value if the request is in no arm. Counts as reading the arm.
    #[must_use]
    pub fn param(&self, param: Param) -> i32 {
        self.note(param.experiment() as usize);
        self.params.get(param as usize).copied().unwrap_or(param.shipped())
    }

    /// The overlay of `LivePackEngineConf` for a method, as a place in [`AbConf::overlays`]. At most one: experiments with
    /// overlays share a layer. Counts as reading the arms of the experiments that change an engine of the method.
    #[must_use]
    pub fn overlay(&self, conf: &AbConf, method: &str) -> Option<usize> {
        if conf.overlays.is_empty() {
            return None;
        }
        let covering = conf.experiments.iter().enumerate().filter(|(_, rules)| rules.covers(method, &conf.overlays));
        let mut found = None;
        for (place, rules) in covering {
            self.note(place);
            found = found.or_else(|| self.arm(place, rules)?.overlay);
        }
        found
    }

    /// The experiments that were read, with the arm of the request, in the order of the configuration. An experiment that
    /// the request takes no part in is left out.
    pub fn exposed<'c>(&self, conf: &'c AbConf) -> impl Iterator<Item = Exposure<'c>> {
        let read = self.read.load(Ordering::Relaxed);
        let arms = self.arms;
        let known = conf.experiments.iter().enumerate().filter(move |(place, _)| read & bit(*place) != 0);
        known.filter_map(move |(experiment, rules)| {
            let arm = usize::from(*arms.get(experiment)?).checked_sub(1)?;
            Some(Exposure { experiment, arm, names: (rules.name.as_str(), rules.arms.get(arm)?.name.as_str()) })
        })
    }

    fn arm<'c>(&self, place: usize, rules: &'c ExperimentRules) -> Option<&'c Arm> {
        rules.arms.get(usize::from(*self.arms.get(place)?).checked_sub(1)?)
    }

    fn note(&self, place: usize) {
        // a load is cheaper than a write to a line that all tasks of the request share
        if self.read.load(Ordering::Relaxed) & bit(place) == 0 {
            self.read.fetch_or(bit(place), Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = Experiment::ALL.into_iter().filter(|experiment| self.on & bit(*experiment as usize) != 0);
        f.debug_set().entries(on.map(Experiment::name)).finish()
    }
}

/// An experiment whose arm a request has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure<'c> {
    /// Its place in [`AbConf::experiments`].
    pub experiment: usize,
    /// The place of the arm.
    pub arm: usize,
    /// The names of both.
    pub names: (&'c str, &'c str),
}

impl ExperimentRules {
    /// The place of the arm of a request; `None`: it takes no part.
    fn arm_of(&self, subject: Subject<'_>) -> Option<usize> {
        let Subject { viewer, room_id } = subject;
        if let Some(arm) = self.testers.get(&viewer.user_id) {
            return Some(*arm);
        }
        let key = viewer.bucket_key();
        let in_layer = self.slot.as_ref().is_none_or(|slot| {
            let bucket = bucket_of(&["layer/", &slot.layer], key);
            (slot.from..slot.to).contains(&bucket)
        });
        if !in_layer || !self.conditions.hold(&self.name, viewer, room_id) {
            return None;
        }
        let bucket = bucket(&self.name, key);
        let mut end = 0;
        self.arms.iter().position(|arm| {
            end += arm.share.hundredths();
            bucket < end
        })
    }
}

impl Conditions {
    fn hold(&self, experiment: &str, viewer: &Viewer, room_id: i64) -> bool {
        let version = viewer.app_version;
        (self.regions.is_empty() || self.regions.contains(&viewer.region))
            && (self.platforms.is_empty() || self.platforms.contains(&viewer.platform))
            && self.min_app_version.is_none_or(|min| version >= min)
            && self.max_app_version.is_none_or(|max| version <= max)
            && self.rooms.is_none_or(|share| {
                room_id > 0 && bucket_of(&["rooms/", experiment], BucketKey::User(room_id)) < share.hundredths()
            })
    }
}

/// A stable bucket from 0 to 9,999. A viewer's bucket never moves, so a share that grows only adds viewers.
///
/// Its values are a promise: FNV-1a of the salt, a zero, `u` with the user's id as eight bytes little-endian or `d` with
/// the device's text; then the finaliser of SplitMix64. The salt is the name of the experiment; `layer/` and the name
/// of a layer; `rooms/` and the name of the experiment, with the room in place of the user.
#[must_use]
pub fn bucket(salt: &str, viewer: BucketKey<'_>) -> u16 {
    bucket_of(&[salt], viewer)
}

/// The same for a salt in parts.
fn bucket_of(salt: &[&str], viewer: BucketKey<'_>) -> u16 {
    let salted = salt.iter().fold(FNV_BASIS, |hash, part| fnv1a(hash, part.as_bytes()));
    let hash = fnv1a(salted, &[0]);
    let hash = match viewer {
        BucketKey::User(id) => fnv1a(fnv1a(hash, b"u"), &id.to_le_bytes()),
        BucketKey::Device(device) => fnv1a(fnv1a(hash, b"d"), device.as_bytes()),
    };
    u16::try_from(finish(hash) % 10_000).unwrap_or_default()
}

#[cfg(test)]
mod tests;
