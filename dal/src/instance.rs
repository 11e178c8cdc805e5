//! Instances of downstream services, and their sources, as configuration names them.

mod host_port;

use std::{fmt, path::PathBuf, str::FromStr};

pub use self::host_port::{HostPort, MalformedAddress};

/// A source of instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This list. Names are resolved by the system.
    Static(Vec<StaticInstance>),
    /// A file that holds such a list.
    File(PathBuf),
    /// Every address of a name.
    Dns(DnsName),
    /// Everything registered under this name, in the layout of Kitex's registry-etcd.
    Etcd(String),
}

/// A name of the domain name system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsName {
    /// Records of type A and AAAA, and the port.
    Host(HostPort),
    /// Records of type SRV, which name hosts, ports and weights.
    Service(String),
}

impl FromStr for DnsName {
    type Err = MalformedAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('_') && !text.contains(':') {
            // the port is only there to check the name
            return format!("{text}:1").parse::<HostPort>().map(|_| Self::Service(text.to_owned()));
        }
        let at: HostPort = text.parse()?;
        if at.literal().is_some() { Err(MalformedAddress) } else { Ok(Self::Host(at)) }
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(at) => at.fmt(f),
            Self::Service(name) => f.write_str(name),
        }
    }
}

/// An instance of a static list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticInstance {
    /// Its address.
    pub at: HostPort,
    /// Its share of the calls, relative to the others of the list; at least 1.
    pub weight: u32,
}

impl StaticInstance {
    /// The weight of an instance that names none.
    pub const WEIGHT: u32 = 100;
}

impl From<HostPort> for StaticInstance {
    fn from(at: HostPort) -> Self {
        Self { at, weight: Self::WEIGHT }
    }
}
