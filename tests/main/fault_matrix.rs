//! Every method over every downstream service and every way to fail: 540 cells, and 180 more in the other mode of the
//! engines. Checks the code and `degraded` of each, and that only the failed service's data are lost.
//!
//! Each combination of service and way to fail has its own stack without caches, which all methods call concurrently.

mod expected;
mod kinds;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use live_pack_commerce::{Failure, Fault};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use self::expected::{Due, EXPECTED, PARTS, SERVICES, fits, lost};
use crate::{
    json_client::{Answer, JsonClient, differences},
    methods::{BUYER, Method, all, named},
    stack::{Setup, Stack, engines},
};

/// Concurrent calls in this process: hanging ones only wait, the others use CPU time.
static AT_ONCE: [Semaphore; 2] = [Semaphore::const_new(12), Semaphore::const_new(3)];
/// Number of tries of a cell.
const ATTEMPTS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Refused,
    Hanging,
    Erring,
    /// Fails in DAG mode, where each task starts as soon as it can.
    ErringInDag,
}

impl Way {
    fn fault(self) -> Fault {
        match self {
            Self::Refused => Fault { refuse: true, ..Fault::default() },
            Self::Hanging => Fault { hang: true, ..Fault::default() },
            Self::Erring | Self::ErringInDag => Fault { error: Some(Failure::Exception), ..Fault::default() },
        }
    }

    /// The code of a strong failure.
    const fn code(self) -> i64 {
        match self {
            Self::Hanging => 30_001,
            Self::Refused | Self::Erring | Self::ErringInDag => 30_002,
        }
    }

    /// Whether a weak failure may have this code: a task with its own time limit reports a timeout.
    fn explains(self, code: i64) -> bool {
        code == self.code() || (self == Self::Hanging && code == 50_003)
    }

    /// Engines get little more than a second while something hangs, a large part of it reserved for converters; if nothing
    /// hangs, time does not matter. Flash sales do not reorder products here, so that lists remain comparable without them.
    async fn stack(self) -> Stack {
        let timeout = if self == Self::Hanging { "1500ms" } else { "3s" };
        let mode = if self == Self::ErringInDag { "dag" } else { "staged" };
        let limits = engines(json!({ "mode": mode, "timeout": timeout, "reserve": "400ms" }));
        let experiments = json!({ "experiments": { "flash_sale_first": { "percent": 0 } } });
        Setup::default().without_caches().conf("LivePackEngineConf", limits).conf("AbConf", experiments).start().await
    }
}

/// The answer of a method while nothing fails.
struct Sound {
    whole: Answer,
    /// The content of an empty answer.
    empty: Map<String, Value>,
    /// The downstream methods that it called, such as `cart.GetCartCount`.
    asked: BTreeSet<String>,
}

async fn sound() -> BTreeMap<&'static str, Sound> {
    let stack = Way::Refused.stack().await;
    let mut line = JsonClient::to(&stack).await;
    let mut sound = BTreeMap::new();
    for method in all() {
        let empty = line.ask(method.name, &method.request(-1, BUYER)).await.content();
        stack.world.faults().reset_calls();
        let whole = line.whole(method.name, &method.at_home(BUYER)).await;
        let asked = stack.world.calls().into_keys().collect();
        sound.insert(method.name, Sound { whole, empty, asked });
    }
    sound
}

/// Checks the answer of a method while something fails; `Err` describes the fault.
fn judge(due: Due, way: Way, target: &str, sound: &Sound, answer: &Answer) -> Result<(), String> {
    let wrong = |what: String| Err(format!("{what}; {} {:?}", answer.message(), answer.degraded()));
    match due {
        Due::Untouched if *answer != sound.whole => {
            wrong(format!("is touched: {:?}", differences(&sound.whole.0, &answer.0)))
        }
        Due::Untouched => Ok(()),
        Due::Strong => {
            let room = if target.starts_with("live_data.") { &[None][..] } else { &[None, Some("LIVE")] };
            let message = answer.message();
            if answer.code() != way.code() {
                wrong(format!("has code {}", answer.code()))
            } else if answer.content() != sound.empty {
                wrong("draws something".to_owned())
            } else if !room.contains(&answer.room_status()) || message.is_empty() || message.contains("127.0.0.1") {
                wrong(format!("says {:?} and {message:?}", answer.room_status()))
            } else {
                Ok(())
            }
        }
        Due::Weak(tasks) => {
            let named: BTreeSet<&str> = answer.degraded().iter().map(|(task, _)| *task).collect();
            let told_twice = answer.degraded().len() != named.len();
            if answer.code() != 0 {
                return wrong(format!("has code {}", answer.code()));
            }
            if !fits(tasks, &named) || told_twice {
                return wrong(format!("must name {tasks}"));
            }
            if let Some(strange) = answer.degraded().iter().find(|(_, code)| !way.explains(*code)) {
                return wrong(format!("is degraded by {strange:?}"));
            }
            // The inner bag reports its own failures, as it does alone.
            let within: BTreeSet<&str> =
                answer.list("/bag/degraded").iter().map(|lost| lost["task"].as_str().unwrap()).collect();
            let holds = match bag_due(target) {
                Some(Due::Weak(tasks)) if answer.at("/bag").is_object() => fits(tasks, &within),
                _ => within.is_empty(),
            };
            if target.ends_with(".*") && !holds {
                return wrong(format!("reports {within:?} in the inner bag"));
            }
            let (owned, seen) = lost(target);
            let whole = Value::Object(sound.whole.content());
            let found = Value::Object(answer.content());
            let more: Vec<_> = differences(&whole, &found)
                .into_iter()
                .filter(|path| !path.split('.').any(|part| owned.contains(&part) || part == "degraded"))
                .collect();
            if !more.is_empty() {
                return wrong(format!("lost more than its share: {more:?}"));
            }
            seen(&found).map_or(Ok(()), |what| wrong(format!("still shows {what}")))
        }
    }
}

/// The expected effect of a service's failure on the bag.
fn bag_due(target: &str) -> Option<Due> {
    let at = SERVICES.iter().position(|service| target.strip_suffix(".*") == Some(service))?;
    EXPECTED.iter().find(|(name, _)| *name == "GetLiveBagData").map(|(_, row)| row[at])
}

/// A method with a wrong answer, and the fault.
type Wrong = (&'static Method, Due, String);

/// A service that fails, with the methods that use it.
struct Column<'a> {
    way: Way,
    target: String,
    sound: &'a BTreeMap<&'static str, Sound>,
    stack: Stack,
}

impl<'a> Column<'a> {
    async fn start(way: Way, target: String, sound: &'a BTreeMap<&'static str, Sound>) -> Self {
        let stack = way.stack().await;
        // Connections are opened before the service fails, as in a process that has run for a while.
        let bag = named("GetLiveBagData");
        JsonClient::to(&stack).await.ask(bag.name, &bag.at_home(BUYER)).await;
        stack.world.faults().set(&target, way.fault()).unwrap();
        Self { way, target, sound, stack }
    }

    async fn cell(&self, method: &'static Method, due: Due) -> Result<(), Wrong> {
        let answer = JsonClient::to(&self.stack).await.ask(method.name, &method.at_home(BUYER)).await;
        let verdict = judge(due, self.way, &self.target, &self.sound[method.name], &answer);
        verdict.map_err(|what| (method, due, what))
    }

    /// Calls the methods concurrently.
    async fn cells(&self, rows: &[(&'static Method, Due)]) -> Vec<Wrong> {
        let cells = rows.iter().map(async |(method, due)| {
            let _turn = AT_ONCE[usize::from(self.way != Way::Hanging)].acquire().await.unwrap();
            self.cell(method, *due).await.err()
        });
        join_all(cells).await.into_iter().flatten().collect()
    }

    /// On a busy machine, time limits may cost more than the hanging part: tries again without concurrent calls.
    async fn alone(&self, mut wrong: Wrong) -> Option<String> {
        for _ in 0..if self.way == Way::Hanging { ATTEMPTS } else { 0 } {
            wrong = self.cell(wrong.0, wrong.1).await.err()?;
        }
        Some(format!("{} with {} {:?} {}", wrong.0.name, self.target, self.way, wrong.2))
    }
}

/// Runs columns concurrently: the failing service or method, and the expected effect on each method.
async fn fill(way: Way, columns: Vec<(String, Vec<(&'static Method, Due)>)>) {
    let sound = sound().await;
    let columns = columns.into_iter().map(async |(target, rows)| {
        let column = Column::start(way, target, &sound).await;
        let wrong = column.cells(&rows).await;
        (column, wrong)
    });
    let mut faults = Vec::new();
    for (column, wrong) in join_all(columns).await {
        for wrong in wrong {
            faults.extend(column.alone(wrong).await);
        }
    }
    assert!(faults.is_empty(), "{} cells:\n{}", faults.len(), faults.join("\n"));
}

async fn every_cell(way: Way) {
    let rows = |at: usize| EXPECTED.iter().map(|(name, row)| (named(name), row[at])).collect();
    fill(way, (0..).zip(SERVICES).map(|(at, service)| (format!("{service}.*"), rows(at))).collect()).await;
}

#[tokio::test]
async fn a_service_that_refuses_costs_what_the_table_says() {
    every_cell(Way::Refused).await;
}

#[tokio::test]
async fn a_service_that_hangs_costs_what_the_table_says() {
    every_cell(Way::Hanging).await;
}

#[tokio::test]
async fn a_service_that_errs_costs_what_the_table_says() {
    every_cell(Way::Erring).await;
}

#[tokio::test]
async fn a_service_that_errs_costs_the_same_where_tasks_do_not_wait_for_stages() {
    every_cell(Way::ErringInDag).await;
}

#[tokio::test]
async fn one_method_of_a_service_that_errs_costs_only_its_part() {
    let rows = |rows: &[(&str, Due)]| rows.iter().map(|(name, due)| (named(name), *due)).collect();
    fill(Way::Erring, PARTS.iter().map(|(target, parts)| ((*target).to_owned(), rows(parts))).collect()).await;
}

#[tokio::test]
async fn a_method_calls_exactly_the_services_whose_failure_affects_it() {
    for (method, sound) in sound().await {
        let row = EXPECTED.iter().find(|(name, _)| *name == method).unwrap().1;
        for (service, due) in SERVICES.into_iter().zip(row) {
            let asked = sound.asked.iter().any(|name| name.starts_with(&format!("{service}.")));
            assert_eq!(asked, due != Due::Untouched, "{method} and {service}: {:?}", sound.asked);
        }
    }
}
