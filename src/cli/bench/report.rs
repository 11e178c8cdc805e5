//! The result of a measurement, for people and for programs.

use std::{collections::BTreeMap, fmt};

use live_pack_idl::status_code;
use serde::Serialize;

use super::{BenchArgs, load::Tally};

/// The measurement and its conditions.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The method called.
    pub method: String,
    /// The server.
    pub addr: String,
    /// Connections.
    pub connections: u16,
    /// Calls started per second; `None` for the closed loop.
    pub rate: Option<u32>,
    /// From the first call to the last answer.
    pub seconds: f64,
    /// Calls that were answered, with any status.
    pub answers: u64,
    /// Answers per second.
    pub throughput: f64,
    /// Answers per second with status 0 within the limit.
    pub goodput: f64,
    /// The limit, in milliseconds.
    pub slo_ms: f64,
    /// Latency of answers.
    pub latency_ms: Latency,
    /// Answers by status.
    pub statuses: BTreeMap<i32, u64>,
    /// Calls without an answer, by kind.
    pub errors: BTreeMap<&'static str, u64>,
}

/// Latencies in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    /// Half were faster.
    pub p50: f64,
    /// Nine of ten were faster.
    pub p90: f64,
    /// 99 of 100 were faster.
    pub p99: f64,
    /// 999 of 1000 were faster.
    pub p999: f64,
    /// The slowest.
    pub max: f64,
}

impl Tally {
    /// The result, with the conditions of the measurement.
    #[must_use]
    pub fn report(self, method: &str, args: &BenchArgs) -> Report {
        let seconds = self.elapsed.as_secs_f64();
        let answers = self.latency.len();
        let a_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        let at = |quantile| self.latency.value_at_quantile(quantile) as f64 / 1000.0;
        Report {
            method: method.to_owned(),
            addr: args.target.addr.to_string(),
            connections: args.connections,
            rate: args.rate,
            seconds,
            answers,
            throughput: a_second(answers),
            goodput: a_second(self.good),
            slo_ms: args.slo.0.as_secs_f64() * 1000.0,
            latency_ms: Latency {
                p50: at(0.5),
                p90: at(0.9),
                p99: at(0.99),
                p999: at(0.999),
                max: self.latency.max() as f64 / 1000.0,
            },
            statuses: self.statuses,
            errors: self.errors,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = self.rate.map_or("closed loop".to_owned(), |rate| format!("open loop at {rate} calls/s"));
        let statuses: Vec<_> =
            self.statuses.iter().map(|(code, count)| format!("{code} {}: {count}", status_code::name(*code))).collect();
        let errors: Vec<_> = self.errors.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
        let or_none = |list: Vec<String>| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        let Latency { p50, p90, p99, p999, max } = self.latency_ms;
        writeln!(
            f,
            "{} at {}, {} connections, {how}, {:.1} s",
            self.method, self.addr, self.connections, self.seconds
        )?;
        writeln!(f, "throughput  {:.0} answers/s", self.throughput)?;
        writeln!(f, "goodput     {:.0} answers/s with status 0 within {} ms", self.goodput, self.slo_ms)?;
        writeln!(f, "latency ms  p50 {p50:.2}  p90 {p90:.2}  p99 {p99:.2}  p99.9 {p999:.2}  max {max:.2}")?;
        writeln!(f, "statuses    {}", or_none(statuses))?;
        write!(f, "errors      {}", or_none(errors))
    }
}
