//! A contest: requests take turns in batches, and the median batch of each is compared.

use tokio::runtime::Runtime;

use crate::{Local, Request, batch, local_batch};

/// Target duration of a batch in nanoseconds.
const BATCH: f64 = 1e6;
const ROUNDS: usize = 75;

enum Contestant {
    Sent(Request),
    Local(Local),
}

impl Contestant {
    fn batch(&self, runtime: &Runtime, requests: u32) -> f64 {
        match self {
            Self::Sent(request) => batch(runtime, request, requests),
            Self::Local(request) => local_batch(runtime, request, requests),
        }
    }
}

#[derive(Default)]
pub(crate) struct Contest(Vec<Contestant>);

impl Contest {
    pub(crate) fn add(&mut self, request: Request) {
        self.0.push(Contestant::Sent(request));
    }

    pub(crate) fn add_local(&mut self, request: Local) {
        self.0.push(Contestant::Local(request));
    }

    /// The median of nanoseconds per request, by contestant.
    pub(crate) fn run(self, runtime: &Runtime) -> Vec<f64> {
        let sizes: Vec<u32> = self.0.iter().map(|request| size(request.batch(runtime, 3))).collect();
        let mut taken = vec![Vec::with_capacity(ROUNDS); self.0.len()];
        for _ in 0..ROUNDS {
            for ((request, size), taken) in self.0.iter().zip(&sizes).zip(&mut taken) {
                taken.push(request.batch(runtime, *size));
            }
        }
        taken.into_iter().map(median).collect()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 2 and 10,000")]
fn size(ns: f64) -> u32 {
    (BATCH / ns).clamp(2.0, 10_000.0) as u32
}

fn median(mut taken: Vec<f64>) -> f64 {
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}
