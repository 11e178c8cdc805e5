//! The same good traffic alone and alongside hostile traffic, alternating.
//!
//! The speed of a shared machine varies by a third within minutes, and the slowest calls of a turn are often those
//! disturbed by other tenants. So turns are short, the two kinds alternate, and the calls of all turns of a kind are
//! combined: disturbances affect both kinds equally.

use std::time::Duration;

use hdrhistogram::Histogram;
use live_pack::cli::bench::load::{Plan, Tally};

use crate::{instance::Instance, stage::Outcome, table::Table, traffic};

/// Duration of a turn.
pub(crate) const TURN: Duration = Duration::from_secs(3);
/// Good calls per second: far below the capacity of one core.
const GOOD: u32 = 800;
/// Few: the first call of each must connect first, and must not be among the slowest percent.
const CONNECTIONS: u16 = 4;

/// Good traffic of this call.
pub(crate) fn good(server: &Instance, frame: &[u8], lasts: Duration) -> Plan {
    Plan { connections: CONNECTIONS, ..traffic::plan(server.addr, frame, Some(GOOD), lasts) }
}

/// The results of all turns.
pub(crate) struct Pairs {
    /// Latencies in µs.
    alone: Histogram<u64>,
    beside: Histogram<u64>,
    /// Calls alongside hostile traffic that were not answered with status 0.
    pub(crate) lost: u64,
}

impl Pairs {
    /// Runs this many pairs of turns; `turn` makes one, with hostile traffic or alone.
    pub(crate) fn run(pairs: usize, mut turn: impl FnMut(bool) -> Outcome<Tally>) -> Outcome<Self> {
        let (alone, beside) = (Tally::new()?.latency, Tally::new()?.latency);
        let mut all = Self { alone, beside, lost: 0 };
        for pair in 0..pairs {
            // The two kinds alternate in going first.
            for beside in [pair % 2 == 0, pair % 2 == 1] {
                let tally = turn(beside)?;
                if beside {
                    all.beside.add(&tally.latency)?;
                    all.lost += traffic::failed(&tally);
                } else {
                    all.alone.add(&tally.latency)?;
                }
            }
        }
        for (name, kind) in [("alone ", &all.alone), ("beside", &all.beside)] {
            let ms = |quantile| kind.value_at_quantile(quantile) as f64 / 1e3;
            println!(
                "  {name} {} answers, p50 {:.2}, p90 {:.2}, p99 {:.2}, p99.9 {:.2} ms",
                kind.len(),
                ms(0.5),
                ms(0.9),
                ms(0.99),
                ms(0.999)
            );
        }
        Ok(all)
    }

    /// The rows of the 99th percentiles; with hostile traffic, good traffic may be a tenth slower.
    pub(crate) fn tell(&self, name: &str, table: &mut Table) {
        let [alone, beside] = [&self.alone, &self.beside].map(|kind| kind.value_at_quantile(0.99) as f64 / 1e3);
        table.tell(format!("{name}: p99 of good traffic alone, disturbed"), format!("{alone:.2} ms, {beside:.2} ms"));
        table.at_most(format!("{name}: p99 of good traffic, disturbed / alone"), beside / alone, 1.10, "");
    }
}
