//! Settings of the sources.

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc};

use crate::{files::Files, instance::HostPort};

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
