//! Every method over every downstream service and every way to fail: 540 cells, each with its code, what `degraded`
//! names, and that nothing but what the failed service owns is lost.
//!
//! A service that fails in one way is a stack of its own without caches, which all methods ask side by side.

mod expected;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use live_pack_commerce::{Failure, Fault};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use self::expected::{Due, EXPECTED, PARTS, SERVICES, fits, lost};
use crate::{
    any::{Answer, Line, differences},
    methods::{BUYER, Method, all, named},
    stack::{Setup, Stack, engines},
};

/// Calls that are made at the same time in this process: those that hang only wait, the others work.
static AT_ONCE: [Semaphore; 2] = [Semaphore::const_new(12), Semaphore::const_new(3)];
/// A cell that hangs is asked again where a busy machine lost something else as well.
const ATTEMPTS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Refused,
    Hanging,
    Erring,
}

impl Way {
    fn fault(self) -> Fault {
        match self {
            Self::Refused => Fault { refuse: true, ..Fault::default() },
            Self::Hanging => Fault { hang: true, ..Fault::default() },
            Self::Erring => Fault { error: Some(Failure::Exception), ..Fault::default() },
        }
    }

    /// The code of a strong failure.
    const fn code(self) -> i64 {
        match self {
            Self::Hanging => 30_001,
            Self::Refused | Self::Erring => 30_002,
        }
    }

    /// Whether a weak failure may be told like this: a task of its own time limit says so.
    fn explains(self, code: i64) -> bool {
        code == self.code() || (self == Self::Hanging && code == 50_003)
    }

    /// Engines may take a second while something hangs, and what of it is kept for converters is plenty; where nothing
    /// waits, time is no matter. Flash sales do not move products here, so that lists stay comparable without them.
    async fn stack(self) -> Stack {
        let timeout = if self == Self::Hanging { "1s" } else { "3s" };
        let limits = engines(json!({ "timeout": timeout, "reserve": "250ms" }));
        let experiments = json!({ "experiments": { "flash_sale_first": { "percent": 0 } } });
        Setup::default().without_caches().conf("LivePackEngineConf", limits).conf("AbConf", experiments).start().await
    }
}

/// What a method answers while nothing fails.
struct Sound {
    whole: Answer,
    /// The content of an answer that has none.
    empty: Map<String, Value>,
    /// The downstream methods that it asked, such as `cart.GetCartCount`.
    asked: BTreeSet<String>,
}

async fn sound() -> BTreeMap<&'static str, Sound> {
    let stack = Way::Refused.stack().await;
    let mut line = Line::to(&stack).await;
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

/// A method while something fails: `Err` says what is wrong with its answer.
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
                wrong(format!("tells {:?} and {message:?}", answer.room_status()))
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
            // An answer within tells of its own failures only.
            let within = answer.list("/bag/degraded").iter().map(|lost| lost["task"].as_str().unwrap());
            if let Some(strange) = within.filter(|task| !named.contains(task)).last() {
                return wrong(format!("tells of {strange} only within"));
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

/// Asks methods side by side while `target` fails, and gathers what is wrong.
async fn column(way: Way, target: &str, rows: &[(&'static Method, Due)], sound: &BTreeMap<&str, Sound>) -> Vec<String> {
    let stack = way.stack().await;
    // Connections stand before it fails, as they do in a service that has run for a while.
    let bag = named("GetLiveBagData");
    Line::to(&stack).await.ask(bag.name, &bag.at_home(BUYER)).await;
    stack.world.faults().set(target, way.fault()).unwrap();
    let cells = rows.iter().map(async |(method, due)| {
        let _turn = AT_ONCE[usize::from(way != Way::Hanging)].acquire().await.unwrap();
        let mut line = Line::to(&stack).await;
        let mut verdict = Ok(());
        for _ in 0..if way == Way::Hanging { ATTEMPTS } else { 1 } {
            let answer = line.ask(method.name, &method.at_home(BUYER)).await;
            verdict = judge(*due, way, target, &sound[method.name], &answer);
            if verdict.is_ok() {
                break;
            }
        }
        verdict.err().map(|what| format!("{} with {target} {way:?} {what}", method.name))
    });
    join_all(cells).await.into_iter().flatten().collect()
}

async fn every_cell(way: Way) {
    let sound = sound().await;
    let columns = SERVICES.iter().enumerate().map(async |(at, service)| {
        let rows: Vec<_> = EXPECTED.iter().map(|(name, row)| (named(name), row[at])).collect();
        column(way, &format!("{service}.*"), &rows, &sound).await
    });
    let faults: Vec<_> = join_all(columns).await.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{} cells:\n{}", faults.len(), faults.join("\n"));
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
async fn one_method_of_a_service_that_errs_costs_only_its_part() {
    let sound = sound().await;
    let columns = PARTS.iter().map(async |(target, rows)| {
        let rows: Vec<_> = rows.iter().map(|(name, due)| (named(name), *due)).collect();
        column(Way::Erring, target, &rows, &sound).await
    });
    let faults: Vec<_> = join_all(columns).await.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{} cells:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn the_services_that_a_method_asks_are_those_that_can_hurt_it() {
    for (method, sound) in sound().await {
        let row = EXPECTED.iter().find(|(name, _)| *name == method).unwrap().1;
        for (service, due) in SERVICES.into_iter().zip(row) {
            let asked = sound.asked.iter().any(|name| name.starts_with(&format!("{service}.")));
            assert_eq!(asked, due != Due::Untouched, "{method} and {service}: {:?}", sound.asked);
        }
    }
}
