//! The settings: read once at start from `conf/server.json`, the environment and the command line, later ones taking
//! precedence.
//!
//! Hot configuration, which may change while the service runs, is elsewhere. A [`Settings`] is made only through
//! [`Settings::check`], which checks everything and reports all faults.

mod check;
mod images;
pub mod instant;
mod otlp;
pub mod raw;
mod sources;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use live_pack_dal::{Downstream, ImageSettings, RedisUrl, model::Region, rpc::HostPort};
use live_pack_telemetry::CollectorSettings;

pub use live_pack_dal::config::{Environment, Fault, Span};

pub use self::{
    instant::UnixMillis,
    raw::RawSettings,
    sources::{EtcdUserError, Sources},
};
use crate::{
    ops::OpsLimits,
    server::{ServerOptions, tls::TlsFiles},
};

/// The source of the twelve downstream services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// Seeded, in this process, on loopback.
    Embedded,
    /// At these addresses, at least one for each service that is named. The others have none until the hot configuration
    /// names some.
    Remote(BTreeMap<Downstream, Vec<HostPort>>),
}

/// All settings that are read once at start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Thrift address.
    pub addr: SocketAddr,
    /// Address of the ops HTTP server.
    pub ops_addr: SocketAddr,
    /// A Unix socket for callers on this machine, beside `addr`; its permissions are 0660.
    pub unix_socket: Option<PathBuf>,
    /// TLS on `addr`; `None` is in the clear.
    pub tls: Option<TlsFiles>,
    /// Handover socket: this process asks its predecessor there for the listening sockets, and offers them to its successor.
    pub handover: Option<PathBuf>,
    /// File with the token for requests that change state on the ops server; `None`: all of them are refused.
    pub ops_token_file: Option<PathBuf>,
    /// The environment.
    pub environment: Environment,
    /// A fixed time for the service; `None` is the real time.
    pub clock: Option<UnixMillis>,
    /// The folder of the hot configuration; `None` means built-in defaults.
    pub conf: Option<PathBuf>,
    /// The second cache level; `None`: not used.
    pub redis: Option<RedisUrl>,
    /// The downstream services.
    pub world: World,
    /// The sources in which instances are looked up.
    pub sources: Sources,
    /// Servers and sizes of pictures. Without a server the embedded world serves its own; with other downstream
    /// services pictures then have no URLs.
    pub images: ImageSettings,
    /// Region of a viewer whose region is unknown; `None`: the default of `RegionConf`.
    pub default_region: Option<Region>,
    /// The collector that traces are exported to; `None`: they are not.
    pub traces: Option<CollectorSettings>,
    /// In the syntax of `tracing`: `info`, or `info,live_pack=debug`.
    pub log_level: String,
    /// Maximum memory of the ring of records in bytes; 0: no records are kept.
    pub record_ring: usize,
    /// File with the key of user hashes in logs; `None`: a random key.
    pub log_key_file: Option<PathBuf>,
    /// Threads that serve requests; `None` is one per core.
    pub workers: Option<usize>,
    /// Maximum size in bytes of an answer of a downstream service; a longer one is refused.
    pub max_answer: usize,
    /// The limits of the listener and of its requests.
    pub server: ServerOptions,
    /// The limits of the ops server.
    pub ops_limits: OpsLimits,
}

/// Replaces values that may contain a password.
const NOT_SHOWN: &str = "something that is not shown because it may contain a password";

/// Failures to read the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file could not be read.
    #[error("cannot read the settings {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The file has the wrong structure, or values break rules; all faults are listed.
    #[error("the settings are invalid:{}", listed(faults))]
    Faults {
        /// All faults.
        faults: Vec<Fault>,
    },
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}

impl Settings {
    /// Checks raw settings. `clock` comes from the command line only.
    ///
    /// # Errors
    /// All broken rules, in one error.
    pub fn check(raw: &RawSettings, clock: Option<UnixMillis>) -> Result<Self, SettingsError> {
        Self::check_after(Vec::new(), raw, clock)
    }

    /// The same with earlier faults.
    ///
    /// # Errors
    /// Those faults and all broken rules, in one error.
    pub fn check_after(
        mut faults: Vec<Fault>,
        raw: &RawSettings,
        clock: Option<UnixMillis>,
    ) -> Result<Self, SettingsError> {
        match check::check(raw, clock) {
            Ok(settings) if faults.is_empty() => Ok(settings),
            checked => {
                faults.extend(checked.err().unwrap_or_default());
                Err(SettingsError::Faults { faults })
            }
        }
    }
}

#[cfg(test)]
mod tests;
