//! The command line: one binary that serves, asks, measures and explains.

pub mod bench;
pub mod call;
pub mod demo;
pub mod idl;
pub mod inspect;
pub mod outcome;
pub mod recommend;
pub mod serve;
pub mod target;
pub mod wire;
pub mod world;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    logging::LoggingError,
    ops::{OpsError, TokenError},
    server::{BindError, handover::HandoverError, tls::TlsError, unix::UnixBindError},
    settings::SettingsError,
    wiring::WiringError,
};

/// Assembles what a live-commerce client draws, from a dozen downstream services, within a deadline.
#[derive(Debug, Parser)]
#[command(name = "live-pack", version = crate::ops::version::VERSION, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Live Pack over Thrift, with its ops HTTP server beside it.
    Serve(Box<serve::ServeArgs>),
    /// Serve the commerce world, the twelve downstream services, in a process of its own.
    World(world::WorldArgs),
    /// Call one of the fifteen methods and print the answer as JSON.
    Call(Box<call::CallArgs>),
    /// Walk through a room of a running server in the terminal: its bag, flash sales, pins, auctions, its end
    Demo(demo::DemoArgs),
    /// Measure throughput and latency of a running server.
    Bench(Box<bench::BenchArgs>),
    /// Print the plan of an engine: its tasks, in stages, with what configuration makes of them.
    Explain(inspect::ExplainArgs),
    /// Say what the server would say about a folder of hot configuration; exits 1 when it finds faults.
    CheckConfig(inspect::CheckConfigArgs),
    /// Run, check and explain pipelines of the recommendation library; train and measure its models.
    Recommend(recommend::RecommendArgs),
}

/// Why a command ended early. Everything but the settings' faults and a bad request has a source worth printing.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings are not usable.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Logging could not start.
    #[error(transparent)]
    Logging(#[from] LoggingError),
    /// The ops server could not start.
    #[error(transparent)]
    Ops(#[from] OpsError),
    /// The Thrift address could not be listened on.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The Unix socket could not be listened on.
    #[error(transparent)]
    UnixBind(#[from] UnixBindError),
    /// The certificates cannot be used.
    #[error("TLS cannot be served")]
    Tls(#[from] TlsError),
    /// The place of the running process cannot be taken.
    #[error(transparent)]
    Handover(#[from] HandoverError),
    /// The token of the ops server cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The service could not be put together.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// A call failed, or could not even be made.
    #[error(transparent)]
    Call(#[from] call::CallError),
    /// A command of the recommendation library failed.
    #[error(transparent)]
    Recommend(#[from] recommend::RecommendError),
    /// The metrics could not be registered.
    #[error("the metrics could not be registered")]
    Metrics(#[from] prometheus::Error),
    /// The histogram of latencies could not be made.
    #[error("the histogram of latencies could not be made")]
    Histogram(#[from] hdrhistogram::CreationError),
    /// The system refused something that every process needs.
    #[error("{what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Something could not be written as JSON.
    #[error("the answer could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    /// For `map_err`: names what was tried.
    fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(*args),
        Command::World(args) => world::run(&args),
        Command::Call(args) => call::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Explain(args) => inspect::explain(&args),
        Command::CheckConfig(args) => inspect::check_config(&args),
        Command::Recommend(args) => recommend::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        let mut text = format!("error: {error}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        eprintln!("{text}");
        ExitCode::FAILURE
    })
}

/// The whole command. Its long help ends with that of `serve`, so that `live-pack --help` names every setting.
fn command() -> clap::Command {
    let mut command = Cli::command();
    let settings = command.find_subcommand_mut("serve").map(|serve| serve.render_long_help().to_string());
    let settings = settings.unwrap_or_default();
    command.after_long_help(format!("The settings, as `live-pack serve` takes them:\n\n{settings}"))
}

/// Prints to standard output. A reader that has gone (`| head`) is no error of ours.
fn print(text: &str) -> Result<(), CliError> {
    use std::io::Write;
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CliError::System { what: "cannot write to standard output", source: error })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_its_help_names_every_setting() {
        let mut command = command();
        command.clone().debug_assert();
        let help = command.render_long_help().to_string();
        for setting in ["--addr", "--ops-addr", "--drain-limit", "LIVE_PACK_REDIS_URL", "127.0.0.1:9888", "US"] {
            assert!(help.contains(setting), "{setting}");
        }
    }

    #[test]
    fn unknown_flags_and_values_are_refused_by_clap() {
        for line in [
            "live-pack",
            "live-pack serve --port 1",
            "live-pack serve --addr localhost",
            "live-pack serve --env staging",
            "live-pack serve --clock tomorrow",
            "live-pack serve --default-region usa",
            "live-pack serve --idle-timeout 10",
            "live-pack bench --requests 1 --duration 1s",
        ] {
            assert!(command().try_get_matches_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
