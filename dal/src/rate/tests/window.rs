//! The script against an exact log, on a real Redis, with a clock of the test's.

use proptest::prelude::*;
use redis::{Script, aio::MultiplexedConnection};

use super::{super::rules::Grain, alone::most_in, *};

/// The script, with the time as its last two arguments.
fn script() -> String {
    let text = include_str!("../window.lua");
    let told = text.replace("redis.call('TIME')", "{ ARGV[#ARGV - 1], ARGV[#ARGV] }");
    assert_ne!(text, told);
    told
}

/// A counter of the script.
#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u32,
    period: u64,
    grain: Grain,
}

impl Window {
    fn new(limit: u32, period_ms: u64) -> Self {
        let rate = rate(RateLevel::Service, limit, millis(period_ms));
        let grain = super::super::rules::Counter::new(rate, &ahash::RandomState::new()).grain();
        Self { limit, period: period_ms * 1_000, grain }
    }

    /// Number of requests of a log that the counter still holds at a time.
    fn held(&self, log: &[u64], at: u64) -> usize {
        let oldest = at / self.grain.width - self.grain.buckets;
        log.len() - log.partition_point(|then| then / self.grain.width < oldest)
    }
}

/// The answer of the script, in microseconds.
type Said = (usize, u64, u64);

/// Puts requests – when, and bits for the counters they count for – to an empty Redis, many in one go.
async fn put(redis: &mut MultiplexedConnection, windows: &[Window], requests: &[(u64, u32)]) -> Vec<Said> {
    let (text, mut said) = (script(), Vec::with_capacity(requests.len()));
    let hash = Script::new(&text).get_hash().to_owned();
    let mut first = redis::pipe();
    first.cmd("FLUSHALL").cmd("SCRIPT").arg("LOAD").arg(text).exec_async(redis).await.unwrap();
    for requests in requests.chunks(1_000) {
        let mut pipe = redis::pipe();
        for (at, bits) in requests {
            let counted = counted(windows, *bits);
            pipe.cmd("EVALSHA").arg(&hash).arg(counted.len());
            for index in &counted {
                pipe.arg(format!("{{lp:rate}}:{index}"));
            }
            for index in &counted {
                let Window { limit, grain, .. } = windows[*index];
                pipe.arg(limit).arg(grain.width).arg(grain.buckets).arg(600_000);
            }
            pipe.arg(at / 1_000_000).arg(at % 1_000_000);
        }
        said.extend(pipe.query_async::<Vec<Said>>(redis).await.unwrap());
    }
    said
}

fn counted(windows: &[Window], bits: u32) -> Vec<usize> {
    (0..windows.len()).filter(|index| bits & (1 << index) != 0).collect()
}

/// Compares the decisions of the script with the exact log of admitted requests.
fn hold(windows: &[Window], requests: &[(u64, u32)], said: &[Said]) -> Result<(), TestCaseError> {
    let mut logs = vec![Vec::new(); windows.len()];
    prop_assert_eq!(said.len(), requests.len());
    for ((at, bits), (by, wait, now)) in requests.iter().zip(said) {
        prop_assert_eq!(at, now);
        let counted = counted(windows, *bits);
        match by.checked_sub(1) {
            None => counted.iter().for_each(|index| logs[*index].push(*at)),
            Some(by) => {
                // a refusal counts for no rate: the log explains it, and the wait, to the microsecond
                let index = counted[by];
                let (window, log) = (&windows[index], &logs[index]);
                prop_assert!(window.held(log, *at) >= window.limit as usize, "refused with places free");
                prop_assert!(window.held(log, at + wait) < window.limit as usize, "no place when it said");
                prop_assert!(window.held(log, at + wait - 1) >= window.limit as usize, "a place before it said");
                let earliest = at - window.period - window.grain.width;
                let recent = log.len() - log.partition_point(|then| *then < earliest);
                prop_assert!(recent >= window.limit as usize, "more than a bucket was lost");
            }
        }
    }
    for (window, log) in windows.iter().zip(&logs) {
        prop_assert!(most_in(log, window.period) <= window.limit as usize, "{window:?}: {log:?}");
    }
    Ok(())
}

const START: u64 = 1_790_000_000_000_000;

fn requests() -> impl Strategy<Value = Vec<(u64, u32)>> {
    let pause = prop_oneof![4 => Just(0), 8 => 0..300_u64, 2 => 0..20_000_u64, 1 => 90_000..320_000_u64];
    prop::collection::vec((pause, 1..8_u32), 1..900).prop_map(|steps| {
        let timed = steps.into_iter().scan(START, |at, (pause, bits)| {
            *at += pause;
            Some((*at, bits))
        });
        timed.collect()
    })
}

#[test]
fn no_window_holds_more_than_the_limit_and_no_more_than_a_bucket_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(RedisServer::start());
    let redis = runtime.block_on(server.raw()).unwrap();
    let limit = prop_oneof![1..12_u32, 190..260_u32];
    let windows = prop::collection::vec((limit, 100..300_u64), 3);
    proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) }, |(windows in windows, requests in requests())| {
        let windows: Vec<Window> = windows.into_iter().map(|(limit, period)| Window::new(limit, period)).collect();
        let said = runtime.block_on(put(&mut redis.clone(), &windows, &requests));
        hold(&windows, &requests, &said)?;
    });
}

#[tokio::test]
async fn under_steady_excess_ninety_nine_percent_of_the_limit_is_admitted() {
    let server = RedisServer::start().await;
    let mut redis = server.raw().await.unwrap();
    for (limit, excess, periods) in [(10, 150.0, 40), (200, 1.2, 40), (201, 1.2, 40), (201, 5.0, 40), (1_000, 3.0, 10)]
    {
        let window = Window::new(limit, 1_000);
        let count = (f64::from(limit) * excess) as u64 * periods;
        let requests: Vec<_> = (0..count).map(|index| (START + index * periods * window.period / count, 1)).collect();
        let said = put(&mut redis, &[window], &requests).await;
        hold(&[window], &requests, &said).unwrap();
        let admitted = said.iter().filter(|(by, ..)| *by == 0).count();
        let share = admitted as f64 / (f64::from(limit) * periods as f64);
        println!("fleet: limit {limit} at {excess} times: {share:.4} of it in {periods} periods");
        assert!(share >= 0.99, "{limit} at {excess}: {share}");
    }
}

#[tokio::test]
async fn a_small_limit_admits_a_burst_and_then_exactly_the_limit_in_any_second() {
    let server = RedisServer::start().await;
    let mut redis = server.raw().await.unwrap();
    let at = [vec![0; 12], vec![999_999, 1_000_000], vec![1_000_001; 12]].concat();
    let requests: Vec<_> = at.into_iter().map(|at| (START + at, 1)).collect();
    let said = put(&mut redis, &[Window::new(10, 1_000)], &requests).await;
    let refused: Vec<_> = said.iter().map(|(by, wait, _)| (*by, *wait)).collect();
    let full = |places: usize, wait| [vec![(0, 0); places], vec![(1, wait); 12 - places]].concat();
    assert_eq!(refused, [full(10, 1_000_001), vec![(1, 2), (1, 1)], full(10, 1_000_001)].concat());
}

#[tokio::test]
async fn a_clock_that_is_set_back_neither_lifts_the_limit_nor_blocks_for_long() {
    let server = RedisServer::start().await;
    let mut redis = server.raw().await.unwrap();
    let hour = 3_600_000_000;
    for limit in [3, 300] {
        let window = Window::new(limit, 1_000);
        let burst = |at| vec![(at, 1); limit as usize + 1];
        let requests = [burst(START), burst(START - 400_000), burst(START - hour)].concat();
        let said = put(&mut redis, &[window], &requests).await;
        let admitted = |part: usize| {
            said.chunks(limit as usize + 1).nth(part).unwrap().iter().filter(|(by, ..)| *by == 0).count() as u32
        };
        assert_eq!([admitted(0), admitted(1), admitted(2)], [limit, 0, limit], "{limit}");
    }
}
