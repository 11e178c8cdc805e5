//! `live-pack recommend`: runs, checks and explains pipelines of the recommendation library, trains and measures
//! its models.

mod documents;
mod nodes;
mod offline;
mod run;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use live_pack_recommend::{Faults, Unanswered, UnknownScene};

use super::CliError;

/// Options of `recommend`.
#[derive(Debug, Args)]
pub struct RecommendArgs {
    #[command(subcommand)]
    command: RecommendCommand,
}

#[derive(Debug, Subcommand)]
enum RecommendCommand {
    /// Run one pipeline once and print its answer as JSON.
    Run(run::RunArgs),
    /// Print every fault of a specification, one per line; exits 1 if there is one.
    Check(run::CheckArgs),
    /// Print the node types, or the parameters of one as JSON Schema.
    Nodes(nodes::NodesArgs),
    /// Train on one part of a log of interactions and measure on the other; prints one JSON object.
    Eval(offline::EvalArgs),
    /// Read JSON lines {"ranked":[…],"relevant":[…],"k":n} and print the six metrics of each.
    Metrics,
    /// Train on a log of interactions and write an artefact for the online nodes.
    Train(offline::TrainArgs),
}

/// A failure of `live-pack recommend`.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    /// A file could not be read.
    #[error("cannot read {file}")]
    File {
        /// The file.
        file: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A file is not in its format.
    #[error("{file}: {reason}")]
    Document {
        /// The file.
        file: String,
        /// Place, rule and value found.
        reason: String,
    },
    /// The specification has faults.
    #[error("{file} has faults\n{faults}")]
    Faults {
        /// The file.
        file: String,
        /// All faults, one per line.
        faults: Faults,
    },
    /// The request names a scene without a pipeline.
    #[error(transparent)]
    Scene(#[from] UnknownScene),
    /// A strong node failed.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// The name is not a node type.
    #[error("{0}")]
    Node(String),
    /// Training or evaluation failed.
    #[error(transparent)]
    Offline(#[from] offline::OfflineError),
}

pub(super) fn run(args: &RecommendArgs) -> Result<ExitCode, CliError> {
    match &args.command {
        RecommendCommand::Run(args) => run::run(args),
        RecommendCommand::Check(args) => run::check(args),
        RecommendCommand::Nodes(args) => nodes::run(args),
        RecommendCommand::Eval(args) => offline::eval(args),
        RecommendCommand::Metrics => offline::metrics(),
        RecommendCommand::Train(args) => offline::train_artefact(args),
    }
}
