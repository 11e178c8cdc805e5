//! The command line: one binary that serves, asks, measures and explains.

pub mod bench;
pub mod call;
pub mod demo;
pub mod idl;
pub mod inspect;
pub mod outcome;
pub mod paths;
pub mod recommend;
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
    /// Call one of the fifteen methods, or one of a downstream service, and print the answer as JSON.
    Call(Box<call::CallArgs>),
    /// Walk through a room of a running server in the terminal: its bag, flash sales, pins, auctions, its end
    Demo(demo::DemoArgs),
    /// Measure throughput and latency of a running server.
    Bench(Box<bench::BenchArgs>),
    /// Print the plan of an engine: its tasks, in stages, with what configuration makes of them.
    Explain(inspect::ExplainArgs),
    /// Say what the server would say about a folder of hot configuration; exits 1 when it finds faults.
    CheckConfig(inspect::CheckConfigArgs),
    /// The shop: accounts, catalogue, cart, orders, stock over HTTP.
    #[cfg(feature = "shop")]
    #[command(subcommand)]
    Shop(shop::ShopCommand),
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
    /// The system grants fewer threads than needed.
    #[error(transparent)]
    Threads(#[from] threads::ThreadsError),
    /// The system grants fewer file descriptors than needed.
    #[error(transparent)]
    Descriptors(#[from] DescriptorsError),
    /// Whoever reads standard output has gone: nothing is left to do, and nobody is to blame.
    #[error("nobody reads standard output")]
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
    /// For `map_err`: names what was tried.
    fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}

/// Runs the command that the process was started with.
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
        Command::Demo(args) => demo::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Explain(args) => inspect::explain(&args),
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

/// Says what is wrong with the command line, or helps. A password in a URL that stands in the wrong place is not repeated.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && text.contains("://") {
        complain(without_passwords(&text).trim_end());
    } else {
        // nothing is left to do where it cannot be printed
        drop(error.print());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
}

/// The text with `…` for what stands between `://` and the last `@` of a word.
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

/// What holds for every argument of every command: paths are UTF-8, and an environment variable that is empty counts as one
/// that is not set, for shells and manifests cannot always tell the two apart.
fn with_rules(command: clap::Command) -> clap::Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| match arg.get_env() {
        Some(name) if is_empty(name) => paths::in_utf8(arg.env(None::<&'static str>)),
        _ => paths::in_utf8(arg),
    });
    command.mut_subcommands(with_rules)
}

/// Prints to standard output. A reader that has gone (`| head`) is no error of a command that has one thing to say.
fn print(text: &str) -> Result<(), CliError> {
    match print_on(text) {
        Err(CliError::ReaderGone) => Ok(()),
        printed => printed,
    }
}

/// Prints to standard output, for a command that has more to say: [`CliError::ReaderGone`] where nobody reads it.
fn print_on(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|source| match source.kind() {
        std::io::ErrorKind::BrokenPipe => CliError::ReaderGone,
        _ => CliError::System { what: "cannot write to standard output", source },
    })
}

/// Prints to standard error, if it can be written to; the exit status tells as much.
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
