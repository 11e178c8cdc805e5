//! The rows, by subject.

use crate::Group;

/// Defines a group of rows. Each row is `CONSTANT: Handle = "name" [labels] in BUCKETS => "advice";`. The doc comment above
/// it is the help text.
macro_rules! families {
    ($title:literal; $(
        $(#[doc = $help:literal])+
        $constant:ident: $handle:ty = $name:literal [$($label:literal),*] $(in $buckets:expr)? $(=> $advice:literal)?;
    )+) => {
        use crate::{Family, Group, Kind, Metric};

        $(
            $(#[doc = $help])+
            #[doc = concat!("\n\nIn the exposition: `", $name, "`.")]
            pub const $constant: Metric<$handle> = Metric::new(Family {
                name: $name,
                kind: Kind::Counter,
                labels: &[$($label),*],
                help: concat!($($help),+).trim_ascii_start(),
                buckets: { let buckets: &[f64] = &[]; $(let _ = buckets; let buckets: &[f64] = &$buckets;)? buckets },
                advice: { let advice = ""; $(let _ = advice; let advice = $advice;)? advice },
            });
        )+

        pub(super) const GROUP: Group = Group { title: $title, families: &[$($constant.family()),+] };
    };
}

/// Declares the modules of the rows and collects their groups, so that none can be missing from `GROUPS`.
macro_rules! groups {
    ($($module:ident)+) => {
        $(
            mod $module;
            pub use $module::*;
        )+

        /// All rows, by subject.
        pub const GROUPS: &[Group] = &[$($module::GROUP),+];
    };
}

groups! { requests admission engines downstreams data configuration signals process shop }

/// The meaning of each label.
pub const LABELS: &[(&str, &str)] = &[
    ("arm", "arm of an experiment, from `AbConf`"),
    ("cache", "cache of values of downstream services, as in `CacheConf`"),
    ("address", "address of an instance of a downstream service"),
    ("cap", "cap on connections: `total` or `peer`"),
    ("cause", "cause of a loss"),
    ("class", "class of a caller, from `CallerConf`"),
    ("code", "status of the answer, or `exception`, `panic`, `other`"),
    ("compared", "result of a comparison: `equal`, `different`, or why there was none"),
    ("downstream", "downstream service"),
    ("endpoint", "endpoint of the shop"),
    ("engine", "engine, as in `LivePackEngineConf`"),
    ("experiment", "experiment, from `AbConf`"),
    (
        "group",
        "route group of the viewer: `US`, `EU`, `SEA`, `JP`, `LATAM`, or `lane` for all lanes with addresses of their own",
    ),
    ("key", "key of the hot configuration, or `other` for unknown files"),
    ("kind", "kind of a failure or refusal"),
    ("language", "language (BCP 47), or `other`"),
    ("level", "level of a rate limit: service, interface or user"),
    ("memory", "memoised pure function"),
    ("method", "method of the interface; of a downstream service, if there is a label `downstream`"),
    ("outcome", "outcome, as the meaning of the metric lists them"),
    ("reason", "reason of a refusal or a loss"),
    ("result", "result of a look-up"),
    ("revision", "git revision of the build"),
    ("role", "purpose of a certificate file"),
    ("route", "set of addresses: `default`, a route group or a lane, from `DownstreamConf`"),
    ("rustc", "compiler"),
    ("severity", "level of a log line: error, warn, info, debug or trace"),
    ("shadow", "task that runs beside another one to be compared"),
    ("state", "state of an instance"),
    ("status", "HTTP status"),
    ("taken", "kind of addresses that a call used"),
    ("task", "task, as in `LivePackEngineConf`"),
    ("use_case", "use case of the shop"),
    ("value", "malformed value of a request"),
    ("version", "version of the build or of the configuration"),
];
