//! `live-pack recommend nodes`.

use std::process::ExitCode;

use clap::Args;
use live_pack_recommend::{Types, builtin};

use super::RecommendError;
use crate::cli::{CliError, print};

/// Options of `recommend nodes`.
#[derive(Debug, Args)]
pub(super) struct NodesArgs {
    /// A node type, for example rerank.dpp [default: list all]
    #[arg(value_name = "TYPE")]
    kind: Option<String>,
}

pub(super) fn run(args: &NodesArgs) -> Result<ExitCode, CliError> {
    let types: Types<()> = builtin();
    let text = match &args.kind {
        None => types.names().collect::<Vec<_>>().join("\n"),
        Some(kind) => {
            let entry = types.get(kind).ok_or_else(|| RecommendError::Node(types.unknown(kind)))?;
            serde_json::to_string_pretty(&(entry.schema)())?
        }
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
