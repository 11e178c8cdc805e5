//! The settings: read once at start from `conf/server.json`, the environment and the command line, in rising order.
//!
//! What may change while the service runs is hot configuration and lives elsewhere. The only way to a [`Settings`] is
//! through [`Settings::check`], which checks everything and reports all that is wrong.

mod check;
mod images;
pub mod instant;
pub mod raw;
pub mod span;

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf};

use live_pack_dal::{Downstream, ImageSettings, RedisUrl, model::Region};

pub use self::{instant::UnixMillis, raw::RawSettings};
use crate::{
    ops::OpsLimits,
    server::{ServerOptions, tls::TlsFiles},
};

/// What kind of place this process runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Environment {
    /// A developer's machine: everything is allowed.
    #[default]
    Dev,
    /// A shared test environment: as dev.
    Test,
    /// Real viewers: no frozen clock, no canned answers, no records, no embedded world.
    Prod,
}

/// Where the twelve downstream services are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// Seeded, in this process, on loopback.
    Embedded,
    /// At these addresses, `host:port` each; all twelve are there.
    Remote(BTreeMap<Downstream, String>),
}

/// Everything that is read once at start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where Thrift is served.
    pub addr: SocketAddr,
    /// Where the ops HTTP server listens.
    pub ops_addr: SocketAddr,
    /// A Unix socket for callers on this machine, beside `addr`; its permissions are 0660.
    pub unix_socket: Option<PathBuf>,
    /// TLS on `addr`; `None` is in the clear.
    pub tls: Option<TlsFiles>,
    /// Where a successor may ask for our listening sockets, and where we ask for those of a predecessor.
    pub handover: Option<PathBuf>,
    /// Holds the token without which the ops server changes no state; `None`: it changes none at all.
    pub ops_token_file: Option<PathBuf>,
    /// What kind of place this is.
    pub environment: Environment,
    /// The time that the service believes it is, for ever; `None` is the real time.
    pub clock: Option<UnixMillis>,
    /// The folder of the hot configuration; `None` means built-in defaults.
    pub conf: Option<PathBuf>,
    /// The second cache level; `None` does without.
    pub redis: Option<RedisUrl>,
    /// The downstream services.
    pub world: World,
    /// Servers and sizes of pictures. Without a server the embedded world serves its own; with downstream services elsewhere
    /// pictures then have no addresses.
    pub images: ImageSettings,
    /// The region of a viewer about whom nothing else is known; `None`: what `RegionConf` says.
    pub default_region: Option<Region>,
    /// As `tracing` writes it: `info`, or `info,live_pack=debug`.
    pub log_level: String,
    /// Threads that serve requests; `None` is one a core.
    pub workers: Option<usize>,
    /// Bytes of one answer of a downstream service; a longer one is refused.
    pub max_answer: usize,
    /// The limits of the listener and of its requests.
    pub server: ServerOptions,
    /// The limits of the ops server.
    pub ops_limits: OpsLimits,
}

/// One thing wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path of the setting, for example `limits.idle_timeout`.
    pub key: String,
    /// What it must be.
    pub rule: String,
    /// What was found; empty: nothing to show.
    pub found: String,
}

/// In the place of what may hold a password.
const NOT_SHOWN: &str = "something that is not shown, for it may hold a password";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.rule)?;
        if self.found.is_empty() { Ok(()) } else { write!(f, ", found {}", self.found) }
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file could not be read.
    #[error("cannot read the settings {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file has not the right shape, or values break rules; all of it is listed.
    #[error("the settings are not usable:{}", listed(faults))]
    Faults {
        /// Everything that is wrong.
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
    /// Every rule that is broken, in one error.
    pub fn check(raw: &RawSettings, clock: Option<UnixMillis>) -> Result<Self, SettingsError> {
        Self::check_after(Vec::new(), raw, clock)
    }

    /// The same where faults have been found before.
    ///
    /// # Errors
    /// Those faults and every rule that is broken, in one error.
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
