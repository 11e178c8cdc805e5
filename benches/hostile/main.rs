//! Attack, overload and restart tests: a table of figures, each with its target.
//!
//! ```text
//! make hostile                                     everything, about fifteen minutes
//! cargo bench --bench hostile -- drain overload    some of it
//! ```
//!
//! The servers are processes of the release binary, and so are the clients that only hold connections. Compared
//! alternatives alternate in one run. Exits with 1 if a target is missed.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a failing benchmark may panic"
)]

mod calm;
mod cores;
mod corpus;
mod downstreams;
mod drain;
mod flood;
mod guard_cost;
mod idle;
mod instance;
mod outages;
mod overload;
mod pairs;
mod rates;
#[path = "../stage.rs"]
mod stage;
mod storms;
mod table;
mod traffic;
mod worlds;

use std::process::ExitCode;

use self::{stage::Outcome, table::Table};

/// A measurement: its name on the command line, its description, and its function.
struct Measurement(&'static str, &'static str, fn(&mut Table) -> Outcome<()>);

const MEASUREMENTS: [Measurement; 17] = [
    Measurement("corpus", "every named hostile message, sent to a server over sockets", corpus::measure),
    Measurement("flood", "hostile and damaged messages alongside good traffic", flood::measure),
    Measurement("guard", "throughput with the guard and with volo's own codec", guard_cost::measure),
    Measurement("idle", "10,000 idle connections and 1,000 that dribble", idle::measure),
    Measurement("drain", "20 restarts of each of 3 instances at 80 % of their capacity", drain::measure),
    Measurement("calm", "no request refused while waits are short", calm::measure),
    Measurement("overload", "ten times the capacity for a minute", overload::measure),
    Measurement("slow", "one of three instances of every downstream service ten times slower", downstreams::slow),
    Measurement("killed", "one of three instances killed and restarted for a minute", downstreams::killed),
    Measurement("changes", "a thousand changes of DownstreamConf under load", downstreams::changes),
    Measurement("dead", "a weak downstream service fails and recovers", outages::dead),
    Measurement("hedged", "one of three instances ten times slower, with hedging", outages::hedged),
    Measurement("retried", "retries of a downstream service whose instances are all dead", outages::retried),
    Measurement("outage", "all downstream services fail at peak load", outages::outage),
    Measurement("storm", "logs, records and traces in a full outage at peak load", storms::storm),
    Measurement("stuck", "a stuck log, dead collectors and slow readers of records", storms::stuck),
    Measurement("rates", "one limit for 4 instances, with Redis and without", rates::measure),
];

fn main() -> Outcome<ExitCode> {
    let asked: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if asked.first().is_some_and(|word| word == idle::HOLD) {
        return idle::hold(&asked).map(|()| ExitCode::SUCCESS);
    }
    let unknown = asked.iter().find(|name| !MEASUREMENTS.iter().any(|Measurement(known, ..)| known == name));
    if let Some(unknown) = unknown {
        let known: Vec<_> =
            MEASUREMENTS.iter().map(|Measurement(name, what, _)| format!("  {name:8} {what}")).collect();
        println!("there is no measurement {unknown}; there are:\n{}", known.join("\n"));
        return Ok(ExitCode::FAILURE);
    }
    let mut table = Table::default();
    for Measurement(name, what, measure) in &MEASUREMENTS {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            println!("{name}: {what} …");
            if let Err(error) = measure(&mut table) {
                table.broke(name, error.as_ref());
            }
        }
    }
    println!("\n{table}");
    Ok(if table.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
