//! The command line: one binary that serves, calls, measures and explains.

pub mod bench;
pub mod call;
pub mod demo;
pub mod environments;
pub mod experiment;
pub mod inspect;
pub mod outcome;
pub mod paths;
pub mod recommend;
pub mod record;
pub mod serve;
#[cfg(feature = "shop")]
pub mod shop;
pub mod target;
pub mod threads;
pub mod wire;
pub mod world;

use std::{io::Write as _, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    logging::LoggingError,
    ops::{OpsError, TokenError},
    server::{BindError, descriptors::DescriptorsError, handover::HandoverError, tls::TlsError, unix::UnixBindError},
    settings::SettingsError,
    wiring::WiringError,
};

/// Assembles the data for a live-commerce client from a dozen downstream services within a deadline.
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
    /// Serve the commerce world, the twelve downstream services, in a separate process.
    World(world::WorldArgs),
    /// Call one of the fifteen methods, or one of a downstream service, and print the answer as JSON.
    #[command(after_help = call::methods_help())]
    Call(Box<call::CallArgs>),
    /// Call one of the fifteen methods, and write the downstream answers that went into it as mock answers; not in prod.
    #[command(after_help = call::our_methods_help())]
    Record(Box<record::RecordArgs>),
    /// Walk through a room of a running server in the terminal: its bag, flash sales, pins, auctions, its end
    Demo(demo::DemoArgs),
    /// Measure throughput and latency of a running server.
    Bench(Box<bench::BenchArgs>),
    /// Print the plan of an engine: its tasks, in stages, with the effect of the configuration.
    Explain(inspect::ExplainArgs),
    /// Check a folder of hot configuration as the server would; exits 1 when it finds faults.
    CheckConfig(inspect::CheckConfigArgs),
    /// Compare the arms of experiments.
    #[command(subcommand)]
    Experiment(experiment::ExperimentCommand),
    /// The shop: accounts, catalogue, cart, orders, stock over HTTP.
    #[cfg(feature = "shop")]
    #[command(subcommand)]
    Shop(shop::ShopCommand),
    /// Run, check and explain pipelines of the recommendation library; train and measure its models.
    Recommend(recommend::RecommendArgs),
}

/// Failures of a command. All but faults of the settings and bad requests have a source worth printing.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Logging could not start.
    #[error(transparent)]
    Logging(#[from] LoggingError),
    /// The ops server could not start.
    #[error(transparent)]
    Ops(#[from] OpsError),
    /// The Thrift address could not be bound.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The Unix socket could not be bound.
    #[error(transparent)]
    UnixBind(#[from] UnixBindError),
    /// The certificates cannot be used.
    #[error("TLS cannot be served")]
    Tls(#[from] TlsError),
    /// The running process cannot be replaced.
    #[error(transparent)]
    Handover(#[from] HandoverError),
    /// The token of the ops server cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The service could not be put together.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// A call failed, or could not be made.
    #[error(transparent)]
    Call(#[from] call::CallError),
    /// The arms of an experiment could not be compared.
    #[error(transparent)]
    Report(#[from] experiment::ReportError),
    /// A call could not be recorded.
    #[error(transparent)]
    Record(#[from] record::RecordError),
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
        /// The failed action.
        what: &'static str,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The system grants fewer threads than needed.
    #[error(transparent)]
    Threads(#[from] threads::ThreadsError),
    /// The system grants fewer file descriptors than needed.
    #[error(transparent)]
    Descriptors(#[from] DescriptorsError),
    /// The reader of standard output has gone: there is nothing left to do, and it is not a failure.
    #[error("standard output is closed")]
    ReaderGone,
    /// A command of the shop failed.
    #[cfg(feature = "shop")]
    #[error(transparent)]
    Shop(#[from] shop::ShopError),
    /// Something could not be written as JSON.
    #[error("the answer could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    /// For `map_err`: names the failed action.
    fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}

/// Runs the command of this process.
#[must_use]
pub fn run() -> ExitCode {
    let parsed = command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(*args),
        Command::World(args) => world::run(&args),
        Command::Call(args) => call::run(&args),
        Command::Record(args) => record::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Explain(args) => inspect::explain(&args),
        Command::Experiment(command) => experiment::run(&command),
        Command::CheckConfig(args) => inspect::check_config(&args),
        #[cfg(feature = "shop")]
        Command::Shop(command) => shop::run(command),
        Command::Recommend(args) => recommend::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        if matches!(error, CliError::ReaderGone) {
            return ExitCode::SUCCESS;
        }
        let mut text = format!("error: {error}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        complain(&without_passwords(&text));
        ExitCode::FAILURE
    })
}

/// Prints the error in the command line, or the help. A password in a misplaced URL is not repeated.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && text.contains("://") {
        complain(without_passwords(&text).trim_end());
    } else {
        // if it cannot be printed, nothing is left to do
        drop(error.print());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
}

/// The text with `…` for the part between `://` and the last `@` of a word.
fn without_passwords(text: &str) -> String {
    let shortened = text.split_inclusive(char::is_whitespace).map(|word| match (word.find("://"), word.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            let (head, tail) = (word.get(..start + 3).unwrap_or_default(), word.get(end..).unwrap_or_default());
            format!("{head}…{tail}")
        }
        _ => word.to_owned(),
    });
    shortened.collect()
}

/// The whole command. Its long help ends with that of `serve`, so that `live-pack --help` names every setting.
fn command() -> clap::Command {
    let mut command = with_rules(Cli::command());
    let settings = command.find_subcommand_mut("serve").map(|serve| serve.render_long_help().to_string());
    let settings = settings.unwrap_or_default();
    command.after_long_help(format!("The settings, as `live-pack serve` takes them:\n\n{settings}"))
}

/// Rules for every argument of every command: paths are UTF-8, and an empty environment variable counts as unset,
/// because shells and manifests cannot always distinguish the two.
fn with_rules(command: clap::Command) -> clap::Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| match arg.get_env() {
        Some(name) if is_empty(name) => paths::in_utf8(arg.env(None::<&'static str>)),
        _ => paths::in_utf8(arg),
    });
    command.mut_subcommands(with_rules)
}

/// Prints to standard output. For a command with a single output, a closed reader (`| head`) is not an error.
fn print(text: &str) -> Result<(), CliError> {
    match print_on(text) {
        Err(CliError::ReaderGone) => Ok(()),
        printed => printed,
    }
}

/// Prints to standard output, for a command with further output: [`CliError::ReaderGone`] if the reader has closed.
fn print_on(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|source| match source.kind() {
        std::io::ErrorKind::BrokenPipe => CliError::ReaderGone,
        _ => CliError::System { what: "cannot write to standard output", source },
    })
}

/// Prints to standard error, if possible; the exit status reports the failure as well.
fn complain(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
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
    fn a_password_in_the_wrong_place_is_not_repeated() {
        for (text, shown) in [
            ("found 'redis://:s3@cret@cache:1' here\n", "found 'redis://…@cache:1' here\n"),
            ("a@b ://x http://y/z", "a@b ://x http://y/z"),
        ] {
            assert_eq!(without_passwords(text), shown);
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
