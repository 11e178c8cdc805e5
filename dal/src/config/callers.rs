//! `CallerConf`: who calls, how important that is, and which methods it may ask for.

use std::net::IpAddr;

use ipnet::IpNet;
use pilota::FastStr;

use super::{Key, check::Check, keyed::Keyed};

mod raw;

pub(super) use raw::method_exists;

/// How important a caller's requests are, most important first: what is shed last comes first.
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
    /// Somebody waits for it and cannot go on without.
    Critical,
    /// Somebody waits for it.
    High,
    /// Nothing is said of it.
    #[default]
    Normal,
    /// Nobody waits: prefetching, batches, tests.
    Low,
}

impl Class {
    /// All of them, most important first.
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

    /// Its place in [`Class::ALL`]: 0 for the most important, 3 for the least.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What the listener has verified about a peer, never what a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence<'a> {
    /// Where a TCP connection is from.
    pub address: Option<IpAddr>,
    /// The user id of the process at the other end of a Unix socket, as the kernel says it.
    pub uid: Option<u32>,
    /// The names in a certificate that was verified: DNS names and URIs.
    pub certificates: &'a [String],
}

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Its name, which no other entry has.
    pub name: FastStr,
    /// How important its requests are.
    pub class: Class,
    /// `None`: all.
    methods: Option<Vec<FastStr>>,
}

impl Caller {
    /// Whether it may ask for this method, named as the IDL spells it.
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

/// A caller and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    caller: Caller,
    addresses: Vec<IpNet>,
    users: Vec<u32>,
    certificates: Vec<String>,
}

impl CallerConf {
    /// Who that is: the first entry of the file that fits, else the caller that nobody knows. An IPv4 address that comes
    /// mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn of(&self, evidence: &Evidence<'_>) -> &Caller {
        let address = evidence.address.map(|address| address.to_canonical());
        self.entries.iter().find(|entry| entry.fits(address, evidence)).map_or(&self.unknown, |entry| &entry.caller)
    }

    /// The names of all callers, that of the unknown one first.
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
