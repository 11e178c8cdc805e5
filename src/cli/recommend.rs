//! `live-pack recommend`: runs, checks and explains pipelines of the recommendation library, trains and measures models.

mod offline;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::CliError;

/// Options of `recommend`.
#[derive(Debug, Args)]
pub struct RecommendArgs {
    #[command(subcommand)]
    command: RecommendCommand,
}

#[derive(Debug, Subcommand)]
enum RecommendCommand {
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
    /// Training or evaluation failed.
    #[error(transparent)]
    Offline(#[from] offline::OfflineError),
}

pub(super) fn run(args: &RecommendArgs) -> Result<ExitCode, CliError> {
    match &args.command {
        RecommendCommand::Eval(args) => offline::eval(args),
        RecommendCommand::Metrics => offline::metrics(),
        RecommendCommand::Train(args) => offline::train_artefact(args),
    }
}
