//! The sources that a route may have, as the configuration names them.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr, sync::Arc};

use super::{Discovery, Dns, Etcd, Fixed, HostPort, Listing, MalformedAddress, StaticInstance};
use crate::files::Files;

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

/// Settings of all sources, beside their own entries. Read once at the start.
#[derive(Debug, Clone, Default)]
pub struct SourceSettings {
    /// The folder in which relative paths of files start.
    pub folder: Option<PathBuf>,
    /// The name server; `None`: those of the system.
    pub dns_server: Option<SocketAddr>,
    /// The members of an etcd cluster, asked in turn; empty: there is none.
    pub etcd_endpoints: Vec<HostPort>,
    /// Name and password for etcd.
    pub etcd_user: Option<EtcdUser>,
    /// Reads files within a time limit.
    pub files: Arc<Files>,
}

/// Name and password for etcd.
#[derive(Clone, PartialEq, Eq)]
pub struct EtcdUser {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

// by hand: the password must not reach a log
impl fmt::Debug for EtcdUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EtcdUser").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Source {
    /// Begins to ask the source.
    pub(crate) fn open(&self, settings: &SourceSettings) -> Box<dyn Discovery> {
        match self {
            Self::Static(list) => Box::new(Fixed::new(list.clone())),
            Self::File(path) => Box::new(Listing::new(path, settings)),
            Self::Dns(name) => Box::new(Dns::new(name.clone(), settings.dns_server)),
            Self::Etcd(name) => Box::new(Etcd::new(name, settings)),
        }
    }
}
