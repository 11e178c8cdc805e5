//! `live-pack experiment report`: two arms of an experiment, compared by their counters.

pub mod counters;
pub mod statistics;

use std::{
    fmt::Write as _,
    io::{self, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Subcommand};

use self::{
    counters::ArmCounters,
    statistics::{Estimate, Share, sample_ratio},
};
use super::{CliError, print};

/// Commands about experiments.
#[derive(Debug, Subcommand)]
pub enum ExperimentCommand {
    /// Compare two arms: sizes, failed and degraded answers, latency, and a check of the sample ratio.
    Report(ReportArgs),
}

/// Options of `experiment report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The experiment
    pub experiment: String,
    /// The arm to compare with
    pub control: String,
    /// The arm to compare
    pub treatment: String,
    /// The metrics: the URL of an ops address, or a file with its answer
    #[arg(long, value_name = "URL|FILE", default_value = "http://127.0.0.1:9888/metrics")]
    pub metrics: String,
    /// The shares of both arms, as AbConf has them
    #[arg(long, value_name = "A:B", default_value = "50:50", value_parser = shares)]
    pub shares: Shares,
}

/// The shares of two arms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares([f64; 2]);

/// The text is not a ratio.
#[derive(Debug, thiserror::Error)]
#[error("must be two numbers above 0 with a colon between them, such as 50:50")]
pub struct NoShares;

fn shares(text: &str) -> Result<Shares, NoShares> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|share| *share > 0.0 && share.is_finite());
    let found = text.split_once(':').and_then(|(one, two)| Some([number(one)?, number(two)?]));
    found.map(Shares).ok_or(NoShares)
}

/// Failures of a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The metrics could not be read.
    #[error("cannot read the metrics from {from}")]
    Read {
        /// The URL or the file.
        from: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The metrics name no such experiment.
    #[error("{from} has no counters of experiment {experiment}; they begin with its first counted request")]
    NoExperiment {
        /// The URL or the file.
        from: String,
        /// The experiment.
        experiment: String,
    },
    /// The metrics have no such arm.
    #[error("the metrics have no arm {asked} of {experiment}; known: {known}")]
    NoArm {
        /// The experiment.
        experiment: String,
        /// The arm.
        asked: String,
        /// The arms in the metrics.
        known: String,
    },
}

/// A p-value below which the sizes do not fit the shares. The usual bound of 0.05 would call every twentieth good
/// experiment broken.
const MISMATCH: f64 = 0.001;

pub(super) fn run(command: &ExperimentCommand) -> Result<ExitCode, CliError> {
    let ExperimentCommand::Report(args) = command;
    let text = read(&args.metrics).map_err(|source| ReportError::Read { from: args.metrics.clone(), source })?;
    let mut arms = counters::read(&text, &args.experiment);
    if arms.is_empty() {
        let (from, experiment) = (args.metrics.clone(), args.experiment.clone());
        return Err(ReportError::NoExperiment { from, experiment }.into());
    }
    let known = arms.keys().cloned().collect::<Vec<_>>().join(", ");
    let mut arm = |name: &str| {
        arms.remove(name).ok_or_else(|| ReportError::NoArm {
            experiment: args.experiment.clone(),
            asked: name.to_owned(),
            known: known.clone(),
        })
    };
    let pair = [arm(&args.control)?, arm(&args.treatment)?];
    print(report(args, &pair).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// The report on two arms.
fn report(args: &ReportArgs, [control, treatment]: &[ArmCounters; 2]) -> String {
    let mut text = format!("{}: {} against {}\n", args.experiment, args.treatment, args.control);
    let mut row = |name: &str, cells: [String; 3]| {
        let [one, two, difference] = cells;
        // writing to a String cannot fail
        let _ = writeln!(text, "{name:<14}{one:<28}{two:<28}{difference}");
    };
    row("", [args.control.clone(), args.treatment.clone(), "difference".to_owned()]);
    row("requests", [format!("{:.0}", control.exposures), format!("{:.0}", treatment.exposures), String::new()]);
    for outcome in ["failed", "degraded"] {
        let share = |arm: &ArmCounters| Share { hits: arm.with(outcome), of: arm.answered() };
        let (one, two) = (share(control), share(treatment));
        row(outcome, [percent(one.estimate()), percent(two.estimate()), percent(two.minus(one))]);
    }
    for (name, q) in [("p50", 0.5), ("p95", 0.95)] {
        let (one, two) = (control.seconds.quantile(q), treatment.seconds.quantile(q));
        let difference = one.zip(two).map_or_else(String::new, |(one, two)| {
            // 95 % intervals that do not overlap: the difference is significant at 95 % at least
            let apart = one.high < two.low || two.high < one.low;
            format!("{:+.2} ms{}", (two.value - one.value) * 1e3, if apart { "" } else { ", within chance" })
        });
        row(name, [milliseconds(one), milliseconds(two), difference]);
    }
    let Shares(due) = args.shares;
    let verdict = match sample_ratio([control.exposures, treatment.exposures], due) {
        None => "no requests".to_owned(),
        Some((square, p)) => {
            let what = if p < MISMATCH { "MISMATCH" } else { "as due" };
            let advice = if p < MISMATCH { "; check --shares; uneven viewers alone can cause it" } else { "" };
            format!("{what} (due {}:{}, chi-square {square:.2}, p {p:.4}){advice}", due[0], due[1])
        }
    };
    format!("{text}{:<14}{verdict}\n{FOOT}", "sample ratio")
}

/// The meaning of the numbers.
const FOOT: &str = "Counts are of requests, not of viewers: requests of one viewer resemble each other, so the \
                    intervals (95 %) are too narrow.";

fn percent(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "none".to_owned(),
        |it| format!("{:.3} % [{:.3}, {:.3}]", it.value * 100.0, it.low * 100.0, it.high * 100.0),
    )
}

fn milliseconds(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "none".to_owned(),
        |it| {
            let high = if it.high.is_finite() { format!("{:.2}", it.high * 1e3) } else { "–".to_owned() };
            format!("{:.2} ms [{:.2}, {high}]", it.value * 1e3, it.low * 1e3)
        },
    )
}

/// Longest wait for the server.
const LIMIT: Duration = Duration::from_secs(10);

/// The text of a file, or of a URL without TLS.
fn read(from: &str) -> io::Result<String> {
    if from.starts_with("https://") {
        return Err(io::Error::other("must be http://HOST:PORT/metrics or a file; TLS is not supported"));
    }
    let Some(rest) = from.strip_prefix("http://") else { return std::fs::read_to_string(PathBuf::from(from)) };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let path = if path.is_empty() { "/metrics" } else { path };
    // HTTP/1.0: the answer is not chunked, and ends with the connection
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.split(' ').nth(1) == Some("200") => Ok(body.to_owned()),
        _ => Err(io::Error::other(answer.lines().next().unwrap_or("no answer").to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn arm(exposures: u32, failed: u32, degraded: u32) -> String {
        let name = if failed > 0 { "new" } else { "control" };
        let series = |metric: &str, more: &str, value: u32| {
            format!("live_pack_experiment_{metric}{{arm=\"{name}\",experiment=\"x\"{more}}} {value}\n")
        };
        [
            series("exposures_total", "", exposures),
            series("answers_total", ",outcome=\"failed\"", failed),
            series("answers_total", ",outcome=\"degraded\"", degraded),
            series("answers_total", ",outcome=\"whole\"", exposures - failed - degraded),
            series("seconds_bucket", ",le=\"0.001\"", exposures / 2),
            series("seconds_bucket", ",le=\"0.01\"", exposures),
        ]
        .concat()
    }

    fn lines(control: u32, new: u32) -> String {
        let mut arms = counters::read(&(arm(control, 0, 100) + &arm(new, 50, 100)), "x");
        let pair = [arms.remove("control").unwrap(), arms.remove("new").unwrap()];
        let args = ReportArgs {
            experiment: "x".into(),
            control: "control".into(),
            treatment: "new".into(),
            metrics: String::new(),
            shares: shares("50:50").unwrap(),
        };
        report(&args, &pair)
    }

    #[test]
    fn a_report_has_sizes_shares_with_intervals_latency_and_the_sample_ratio() {
        let text = lines(10_000, 10_040);
        for part in [
            "x: new against control",
            "requests      10000                       10040",
            "failed        0.000 % [0.000, 0.038]      0.498 % [0.378, 0.656]      0.498 % [0.37",
            "degraded      1.000 % [0.823, 1.215]",
            "p50           1.00 ms [0.98, 1.",
            "sample ratio  as due (due 50:50, chi-square 0.08, p 0.7",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(lines(10_000, 11_000).contains("sample ratio  MISMATCH"));
    }

    #[test]
    fn shares_are_two_numbers_above_zero() {
        assert_eq!(shares("45:55").unwrap(), Shares([45.0, 55.0]));
        for text in ["", "50", "0:1", "a:b", "1:-1", "1:inf"] {
            assert!(shares(text).is_err(), "{text}");
        }
    }
}
