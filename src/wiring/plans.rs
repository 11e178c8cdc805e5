//! Questions about configuration and plans that need no running server.

use std::path::Path;

use live_pack_dal::config::{self, Centre, Conf, Options};
use live_pack_engine::Pressures;
use live_pack_handlers::Plans;

use super::{WiringError, derive};

/// The plans of a configuration that no engine has run under yet.
fn at_rest(conf: &Conf) -> Result<Plans, Vec<config::Fault>> {
    derive(conf, &Pressures::default())
}

/// How `live-pack explain` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ExplainFormat {
    /// For people.
    #[default]
    Text,
}

/// The plan of `engine` as `conf` shapes it, for one method where the engine serves several.
///
/// # Errors
/// The configuration is bad, or there is no such engine.
pub fn explain(
    engine: &str,
    method: Option<&str>,
    conf: Option<&Path>,
    format: ExplainFormat,
) -> Result<String, WiringError> {
    let options = Options { dir: conf.map(Path::to_owned), ..Options::default() };
    let centre = Centre::open(options, at_rest).map_err(|faults| WiringError::Config { faults })?;
    let snapshot = centre.snapshot();
    let asked = |(of, named): &(&str, &str)| *named == engine && method.is_none_or(|method| method == *of);
    let found: Vec<String> = Plans::engines()
        .into_iter()
        .filter(asked)
        .filter_map(|(method, engine)| Some(format!("{method}\n{}", snapshot.derived.explain(method, engine)?)))
        .collect();
    if found.is_empty() {
        let mut known: Vec<_> =
            Plans::engines().iter().map(|(method, engine)| format!("{engine} (of {method})")).collect();
        known.sort();
        let asked = method.map_or_else(|| engine.to_owned(), |method| format!("{engine} of {method}"));
        return Err(WiringError::NoEngine { asked, known: known.join(", ") });
    }
    match format {
        ExplainFormat::Text => Ok(found.join("\n").trim_end().to_owned()),
    }
}

/// Everything that the server would refuse about the hot configuration in `dir`.
#[must_use]
pub fn check_config(dir: &Path) -> Vec<String> {
    let faults = config::check_dir(dir, config::Environment::default(), at_rest);
    faults.iter().map(ToString::to_string).collect()
}
