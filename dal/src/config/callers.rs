//! `CallerConf`: the callers, the importance of each, and the methods it may call.

use std::net::IpAddr;

use ipnet::IpNet;
use pilota::FastStr;

use super::{Key, check::Check, keyed::Keyed};

mod raw;

pub(super) use raw::method_exists;

/// Importance of a caller's requests, from the most to the least important. The least important are shed first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A user waits for it and cannot continue without it.
    Critical,
    /// A user waits for it.
    High,
    /// The default.
    #[default]
    Normal,
    /// No user waits for it: prefetching, batches, tests.
    Low,
}

impl Class {
    /// All classes, most important first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Normal, Self::Low];

    /// The name as configuration and metrics write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// Index in [`Class::ALL`]: 0 for the most important, 3 for the least.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Facts about a peer that the listener has verified; never the claim of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence<'a> {
    /// Source address of a TCP connection.
    pub address: Option<IpAddr>,
    /// User id of the process at the other end of a Unix socket, from the kernel.
    pub uid: Option<u32>,
    /// The names in a verified certificate: DNS names and URIs.
    pub certificates: &'a [String],
}

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Unique name.
    pub name: FastStr,
    /// Importance of its requests.
    pub class: Class,
    /// Methods it may call. `None`: all.
    methods: Option<Vec<FastStr>>,
}

impl Caller {
    /// Whether it may call this method, named as in the IDL.
    #[must_use]
    pub fn may_call(&self, method: &str) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.iter().any(|allowed| allowed.as_str() == method))
    }
}

/// `CallerConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerConf {
    unknown: Caller,
    /// In the order of the file.
    entries: Vec<Entry>,
}

/// A caller and the evidence that identifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    caller: Caller,
    addresses: Vec<IpNet>,
    users: Vec<u32>,
    certificates: Vec<String>,
}

impl CallerConf {
    /// The caller for this evidence: the first entry of the file that fits, else the unknown caller. An IPv4 address
    /// mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn of(&self, evidence: &Evidence<'_>) -> &Caller {
        let address = evidence.address.map(|address| address.to_canonical());
        self.entries.iter().find(|entry| entry.fits(address, evidence)).map_or(&self.unknown, |entry| &entry.caller)
    }

    /// The names of all callers, the unknown caller first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.unknown).chain(self.entries.iter().map(|entry| &entry.caller)).map(|of| of.name.as_str())
    }
}

impl Entry {
    fn fits(&self, address: Option<IpAddr>, evidence: &Evidence<'_>) -> bool {
        address.is_some_and(|address| self.addresses.iter().any(|range| range.contains(&address)))
            || evidence.uid.is_some_and(|uid| self.users.contains(&uid))
            || evidence.certificates.iter().any(|name| self.certificates.contains(name))
    }
}

impl Keyed for CallerConf {
    const KEY: Key = Key::Callers;
    type Raw = raw::Callers;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        raw.checked(check)
    }
}
