//! `live-pack explain` and `live-pack check-config`: commands that need no running server.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{CliError, environments::environments, print};
use crate::{
    settings::Environment,
    wiring::{self, ExplainFormat, Explained},
};

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The engine, for example LiveBagProductsEngine, or the flow of engines, for example Bag
    pub engine: String,
    /// The method it runs for, if it serves several [default: all]
    #[arg(long, value_name = "METHOD")]
    pub method: Option<String>,
    /// The folder of the hot configuration [default: built-in values]
    #[arg(long, env = "LIVE_PACK_CONF", value_name = "DIR")]
    pub conf: Option<PathBuf>,
    /// The arm of the viewer in an experiment of AbConf [default: none]
    #[arg(long, value_name = "EXPERIMENT=ARM", value_parser = arm)]
    pub arm: Option<(String, String)>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: ExplainFormat,
}

/// Options of `check-config`.
#[derive(Debug, Args)]
pub struct CheckConfigArgs {
    /// The folder of the hot configuration
    #[arg(value_name = "DIR", default_value = "conf/dynamic")]
    pub dir: PathBuf,
    /// The environment whose rules apply; prod refuses test aids
    #[arg(long, value_name = "ENV", env = "LIVE_PACK_ENV", value_parser = environments(), default_value = "dev")]
    pub env: Environment,
}

/// The text is not the name of an arm.
#[derive(Debug, thiserror::Error)]
#[error("must be EXPERIMENT=ARM")]
pub struct NotAnArm;

/// An experiment and an arm.
fn arm(text: &str) -> Result<(String, String), NotAnArm> {
    text.split_once('=').map(|(experiment, arm)| (experiment.to_owned(), arm.to_owned())).ok_or(NotAnArm)
}

pub(super) fn explain(args: &ExplainArgs) -> Result<ExitCode, CliError> {
    let explained = Explained {
        engine: &args.engine,
        method: args.method.as_deref(),
        conf: args.conf.as_deref(),
        arm: args.arm.as_ref().map(|(experiment, arm)| (experiment.as_str(), arm.as_str())),
    };
    print(&wiring::explain(explained, args.format)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check_config(args: &CheckConfigArgs) -> Result<ExitCode, CliError> {
    let faults = wiring::check_config(&args.dir, args.env);
    if faults.is_empty() {
        print(&format!("{}: no faults", args.dir.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&faults.join("\n"))?;
    Ok(ExitCode::FAILURE)
}
