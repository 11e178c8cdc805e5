//! Levels by target: the setting, and `LogConf`.

use std::sync::{Mutex, PoisonError};

use live_pack_dal::config::LogLevels;
use tracing_subscriber::{EnvFilter, Registry, filter::LevelFilter, reload};

use super::LoggingError;

/// Volo logs every undecodable message as an error, with its whole context: a sender of garbage could fill the disk.
/// The guard counts them all and logs one per second. An entry for this target in the levels overrides the directive.
const QUIET: &str = "volo_thrift::transport::pingpong=off";

/// The rule for a level.
pub const LEVELS: &str = "must be off, error, warn, info, debug or trace, or TARGET=LEVEL, with commas between";

/// The filter for a setting.
pub fn filter(level: &str) -> Result<EnvFilter, LoggingError> {
    let wrong = |found: &str| LoggingError::Level { found: found.to_owned() };
    let parts: Vec<_> = level.split(',').map(str::trim).collect();
    let is_level = |text: &str| !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    // the filter would take a misspelt level for a crate name without an error; a filter on spans contains commas and
    // equals signs itself, so only the parser checks it
    let misspelt = parts.iter().find(|part| match part.split_once('=') {
        _ if level.contains('[') => part.is_empty(),
        None => !is_level(part),
        Some((target, level)) => target.is_empty() || !is_level(level),
    });
    match misspelt {
        Some(misspelt) => Err(wrong(misspelt)),
        None => EnvFilter::try_new(format!("{QUIET},{}", parts.join(","))).map_err(|_| wrong(level)),
    }
}

/// The levels in force.
#[derive(Debug)]
pub(super) struct Levels {
    /// The setting, which applies while `LogConf` has no levels.
    setting: String,
    // std mutex: held to compare and replace; changes are rare
    in_force: Mutex<String>,
    handle: reload::Handle<EnvFilter, Registry>,
}

impl Levels {
    /// The layer that applies the levels in force, and the levels of the setting.
    pub(super) fn new(setting: &str) -> Result<(reload::Layer<EnvFilter, Registry>, Self), LoggingError> {
        let (layer, handle) = reload::Layer::new(filter(setting)?);
        let setting = setting.to_owned();
        Ok((layer, Self { in_force: Mutex::new(setting.clone()), setting, handle }))
    }

    /// Applies the levels of `LogConf`; `None`: the setting.
    pub(super) fn configure(&self, levels: Option<&LogLevels>) {
        let wanted = levels.map_or_else(|| self.setting.clone(), ToString::to_string);
        let mut in_force = self.in_force.lock().unwrap_or_else(PoisonError::into_inner);
        if *in_force == wanted {
            return;
        }
        let Ok(new) = filter(&wanted) else {
            tracing::error!(levels = wanted, "the levels of LogConf cannot be applied");
            return;
        };
        // fails only if another subscriber is in force (tests)
        if self.handle.reload(new).is_ok() {
            tracing::info!(levels = wanted, "log levels changed");
            *in_force = wanted;
        }
    }
}
