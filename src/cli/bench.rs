//! `live-pack bench`: a closed loop (as many calls as the connections allow) or an open one (a fixed rate).
//!
//! In the open loop a call's latency runs from its scheduled start, not from the time when a connection became free:
//! every call delayed by a stalled server counts.

pub mod load;
pub mod report;

use std::{process::ExitCode, time::Duration};

use clap::Args;
use live_pack_idl::schema::Schema;
use tokio::runtime::Builder;

use self::load::{Plan, Stop};
use super::{
    CliError,
    call::{self, CallError, request::Fields},
    print,
    target::Target,
    threads,
};
use crate::settings::Span;

/// Options of `bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The method to call
    #[arg(long, value_name = "METHOD", default_value = "GetLiveBagData")]
    pub method: String,
    /// Fields of the request
    #[command(flatten)]
    pub fields: Fields,
    /// The server
    #[command(flatten)]
    pub target: Target,
    /// Connections, each with one call at a time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    pub connections: u16,
    /// Stop after this many calls
    #[arg(long, value_name = "N", conflicts_with = "duration")]
    pub requests: Option<u64>,
    /// Stop after this long [default: 10s]
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<Span>,
    /// Open loop: start this many calls per second, whatever the server does [default: closed loop]
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// A good answer has status 0 and takes at most this long
    #[arg(long, value_name = "DURATION", default_value = "300ms")]
    pub slo: Span,
    /// Send a call once more, over a new connection, if its connection was closed before a byte of the answer arrived
    #[arg(long)]
    pub resend: bool,
    /// Time limit of a call
    #[arg(long, value_name = "DURATION", default_value = "5s")]
    pub timeout: Span,
    /// Threads that make the calls
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: u16,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Measures and prints. Fails if no call was answered.
pub(super) fn run(args: &BenchArgs) -> Result<ExitCode, CliError> {
    let schema = Schema::embedded().map_err(CallError::from)?;
    let method = call::method(&schema, &args.method)?;
    let mut fields = args.fields.clone();
    if fields.room.is_empty() {
        fields.room.push(1001);
    }
    let plan = Plan {
        frame: call::frame(&schema, method, serde_json::json!({}), &fields)?,
        route: args.target.route().map_err(CallError::from)?,
        connections: args.connections,
        stop: args.requests.map_or(
            Stop::After(args.duration.map_or(Duration::from_secs(10), |Span(duration)| duration)),
            Stop::Requests,
        ),
        rate: args.rate,
        timeout: args.timeout.0,
        slo: args.slo.0,
        resend: args.resend,
    };
    threads::try_out(usize::from(args.threads) + 2)?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(args.threads.into())
        .enable_all()
        .build()
        .map_err(CliError::system("cannot start the runtime"))?;
    let report = runtime.block_on(load::run(plan))?.report(&method.name, args);
    print(&if args.json { serde_json::to_string_pretty(&report)? } else { report.to_string() })?;
    Ok(if report.answers > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests;
