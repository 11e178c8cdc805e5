//! Experiments: a viewer's groups, decided once per request.

use std::fmt;

use live_pack_engine::hash::{FNV_BASIS, finish, fnv1a};

pub use crate::config::Experiment;
use crate::{
    config::{AbConf, Environment},
    model::BucketKey,
};

/// The bit of an experiment in [`Groups`].
const fn bit(experiment: Experiment) -> u8 {
    1 << experiment as u8
}

/// The experiments that are on for one viewer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Groups(u8);

impl Groups {
    /// Puts a viewer in a group of every experiment.
    ///
    /// `asked` is `UserContext.ab_params`: an experiment's name with `on` or `off`. It is heard outside production
    /// only; everything else in it is ignored.
    pub fn resolve<'a>(
        conf: &AbConf,
        viewer: BucketKey<'_>,
        asked: impl IntoIterator<Item = (&'a str, &'a str)>,
        environment: Environment,
    ) -> Self {
        let on = Experiment::ALL
            .into_iter()
            .filter(|experiment| bucket(experiment.name(), viewer) < conf.share(*experiment).hundredths());
        let mut groups = on.fold(Self::default(), |groups, experiment| groups.with(experiment, true));
        if environment.is_prod() {
            return groups;
        }
        for (name, arm) in asked {
            let experiment = Experiment::ALL.into_iter().find(|experiment| experiment.name() == name);
            groups = match (experiment, arm) {
                (Some(experiment), "on") => groups.with(experiment, true),
                (Some(experiment), "off") => groups.with(experiment, false),
                _ => groups,
            };
        }
        groups
    }

    /// The same with one experiment on or off.
    #[must_use]
    pub const fn with(self, experiment: Experiment, on: bool) -> Self {
        if on { Self(self.0 | bit(experiment)) } else { Self(self.0 & !bit(experiment)) }
    }

    /// Whether the experiment is on for the viewer.
    #[must_use]
    pub const fn is_on(self, experiment: Experiment) -> bool {
        self.0 & bit(experiment) != 0
    }

    /// Every experiment and whether it is on, for records and metrics.
    pub fn iter(self) -> impl Iterator<Item = (Experiment, bool)> {
        Experiment::ALL.into_iter().map(move |experiment| (experiment, self.is_on(experiment)))
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = self.iter().filter(|(_, on)| *on).map(|(experiment, _)| experiment.name());
        f.debug_set().entries(on).finish()
    }
}

/// A stable bucket from 0 to 9,999. A viewer's bucket never moves, so a share that grows only adds viewers.
///
/// Its values are a promise: FNV-1a of the salt, a zero, `u` with the user's id as eight bytes little-endian or `d` with
/// the device's text; then the finaliser of SplitMix64.
#[must_use]
pub fn bucket(salt: &str, viewer: BucketKey<'_>) -> u16 {
    let hash = fnv1a(fnv1a(FNV_BASIS, salt.as_bytes()), &[0]);
    let hash = match viewer {
        BucketKey::User(id) => fnv1a(fnv1a(hash, b"u"), &id.to_le_bytes()),
        BucketKey::Device(device) => fnv1a(fnv1a(hash, b"d"), device.as_bytes()),
    };
    u16::try_from(finish(hash) % 10_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::config::Conf;

    #[test]
    fn buckets_are_the_ones_that_were_promised() {
        let rows = [
            ("auction_in_bag", BucketKey::User(101), 6493),
            ("auction_in_bag", BucketKey::User(102), 402),
            ("price_range_style", BucketKey::User(101), 9391),
            ("price_range_style", BucketKey::Device("a-device"), 7255),
            ("price_range_style", BucketKey::Device(""), 4625),
        ];
        let found: Vec<_> = rows.iter().map(|(salt, viewer, _)| bucket(salt, *viewer)).collect();
        assert_eq!(found, rows.map(|(_, _, bucket)| bucket));
    }

    #[test]
    fn every_share_is_hit_and_raising_it_drops_nobody() {
        let on = |share: u16| (0..100_000).filter(move |id| bucket("atmosphere_v2", BucketKey::User(*id)) < share);
        for share in [0_u16, 100, 2_500, 5_000, 9_900, 10_000] {
            let (count, want) = (on(share).count(), usize::from(share) * 10);
            assert!(count.abs_diff(want) < 600, "{share}: {count}");
        }
        let few: Vec<_> = on(2_500).collect();
        let more: std::collections::HashSet<_> = on(2_501).collect();
        assert!(few.iter().all(|id| more.contains(id)));
    }

    #[test]
    fn experiments_divide_viewers_independently() {
        let both = (0..40_000)
            .filter(|id| {
                ["atmosphere_v2", "price_range_style"].iter().all(|salt| bucket(salt, BucketKey::User(*id)) < 5_000)
            })
            .count();
        assert!((9_500..10_500).contains(&both), "{both}");
    }

    #[test]
    fn the_shipped_shares_decide_and_a_request_may_ask_otherwise_outside_production() {
        let conf = Conf::default().experiments;
        let viewer = BucketKey::User(101);
        let none: [(&str, &str); 0] = [];
        let groups = Groups::resolve(&conf, viewer, none, Environment::Prod);
        let on = |groups: Groups| {
            groups.iter().filter(|(_, on)| *on).map(|(experiment, _)| experiment.name()).collect::<Vec<_>>()
        };
        assert_eq!(on(groups), ["auction_in_bag", "flash_sale_first", "sold_out_sink"]);
        let asked =
            [("auction_in_bag", "off"), ("price_range_style", "on"), ("sold_out_sink", "maybe"), ("other", "on")];
        assert_eq!(Groups::resolve(&conf, viewer, asked, Environment::Prod), groups);
        let groups = Groups::resolve(&conf, viewer, asked, Environment::Test);
        assert_eq!(on(groups), ["flash_sale_first", "sold_out_sink", "price_range_style"]);
    }
}
