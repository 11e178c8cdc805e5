//! `live-pack explain` and `live-pack check-config`: commands that need no running server.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{CliError, environments::environments, print};
use crate::{
    settings::Environment,
    wiring::{self, ExplainFormat},
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

pub(super) fn explain(args: &ExplainArgs) -> Result<ExitCode, CliError> {
    print(&wiring::explain(&args.engine, args.method.as_deref(), args.conf.as_deref(), args.format)?)?;
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
