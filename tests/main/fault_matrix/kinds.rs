//! Twelve services, twenty kinds of faults, weak and strong: 480 cells. Each has its own stack without caches, and makes one
//! call. Checked are its code, the kind of the degraded part, the metric that shows it, and that its connections close.
//!
//! `make faults` runs all cells; the tests of each build run a diagonal, in which each kind of fault hits two weak services
//! and two strong ones.

mod roles;

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use live_pack_commerce::{Failure, Fault};
use serde_json::json;
use tokio::{runtime::Handle, sync::Semaphore};

use self::roles::{BAG, Loss, Need, ROLES, Roles};
use super::expected::{Due, EXPECTED, SERVICES, fits};
use crate::{
    fault_proxy::{FaultProxy, Tamper},
    json_client::{Answer, JsonClient},
    methods::{BUYER, Method, named},
    stack::{Setup, Stack, engines, eventually},
};

/// Concurrent cells.
static AT_ONCE: Semaphore = Semaphore::const_new(6);
/// Attempts per cell: on a busy machine, time limits may cost more than the failing part.
const ATTEMPTS: usize = 3;
/// Maximum time until connections and tasks of a stack have ended.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time limit of an engine, with the part that is reserved for converters.
const TIMEOUT: &str = "1500ms";
const RESERVE: &str = "400ms";

/// The injection of a fault.
#[derive(Debug, Clone, Copy)]
enum By {
    /// Proxies in front of the service, one per instance.
    Proxies(&'static [Tamper]),
    /// The service itself.
    Service(Fault),
    /// Its name must be resolved, and no DNS server answers.
    Dns,
}

/// The effect of a fault on a call that needs the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// None: the answer is whole.
    Whole,
    /// The call fails with this code, and `live_pack_rpc_errors_total` counts one of these kinds.
    Fails(i64, &'static [&'static str]),
    /// Answers with texts cannot be read.
    BadTexts,
    /// Some keys of batches fail.
    SomeKeys,
    /// All keys of batches fail.
    AllKeys,
}

/// A kind of fault.
struct Kind(&'static str, By, Effect);

const fn fault() -> Fault {
    Fault {
        delay_ms: 0,
        spread_percent: 0,
        error: None,
        hang: false,
        refuse: false,
        bad_answer: None,
        fail_every: 0,
        miss_every: 0,
        every_nth_call: 0,
    }
}

const KINDS: [Kind; 20] = {
    use By::{Dns, Proxies, Service};
    use Effect::{AllKeys, BadTexts, Fails, SomeKeys, Whole};
    use Tamper as T;
    [
        Kind("refused", Proxies(&[T::Refuse]), Fails(30_002, &["unreachable"])),
        // the reset may arrive before the connection is established
        Kind("reset at once", Proxies(&[T::ResetAtOnce]), Fails(30_002, &["broken", "unreachable"])),
        Kind("reset mid-answer", Proxies(&[T::ResetMidAnswer]), Fails(30_002, &["broken"])),
        Kind("hang before connect", Proxies(&[T::HangBefore]), Fails(30_002, &["unreachable"])),
        Kind("hang after connect", Proxies(&[T::HangAfter]), Fails(30_001, &["timeout"])),
        Kind("slow start", Proxies(&[T::SlowStart]), Whole),
        Kind("one byte per second", Proxies(&[T::Drip]), Fails(30_001, &["timeout"])),
        Kind(
            "error status",
            Service(Fault { error: Some(Failure::Status(5_001)), ..fault() }),
            Fails(30_002, &["remote"]),
        ),
        Kind("exception", Service(Fault { error: Some(Failure::Exception), ..fault() }), Fails(30_002, &["remote"])),
        Kind("garbage", Proxies(&[T::Garbage]), Fails(30_003, &["bad_response"])),
        Kind("truncated", Proxies(&[T::Truncated]), Fails(30_002, &["broken"])),
        Kind("wrong sequence", Proxies(&[T::WrongSequence]), Fails(30_003, &["bad_response"])),
        Kind("huge length", Proxies(&[T::HugeLength]), Fails(30_003, &["bad_response"])),
        Kind("invalid UTF-8", Proxies(&[T::InvalidUtf8]), BadTexts),
        Kind("half the keys", Service(Fault { fail_every: 2, ..fault() }), SomeKeys),
        Kind("all keys", Service(Fault { fail_every: 1, ..fault() }), AllKeys),
        Kind("half of the instances dead", Proxies(&[T::Pass, T::Refuse]), Whole),
        Kind("DNS gone", Dns, Fails(30_002, &["unreachable"])),
        Kind("one instance ten times slower", Proxies(&[T::Late(5), T::Late(5), T::Late(50)]), Whole),
        Kind("flapping", Proxies(&[T::Flapping, T::Pass]), Whole),
    ]
};

/// A cell: a service with one kind of fault, and a method that needs it.
struct Cell {
    kind: &'static Kind,
    roles: &'static Roles,
    is_strong: bool,
}

impl Cell {
    fn method(&self) -> &'static Method {
        named(self.need().method)
    }

    fn need(&self) -> &'static Need {
        if self.is_strong { &self.roles.strong } else { &self.roles.weak }
    }

    /// The tasks that are degraded where the method needs the service weakly.
    fn weak_tasks(&self) -> &'static str {
        let (_, row) = EXPECTED.iter().find(|(name, _)| *name == self.method().name).unwrap();
        match row[SERVICES.iter().position(|name| *name == self.roles.service.name()).unwrap()] {
            Due::Weak(tasks) => tasks,
            due => panic!("{} is {due:?}", self.method().name),
        }
    }

    fn name(&self) -> String {
        let how = if self.is_strong { "strong" } else { "weak" };
        format!("{}, {how} in {}, {}", self.roles.service.name(), self.method().name, self.kind.0)
    }

    async fn start(&self) -> Stack {
        let mut limits = engines(json!({ "timeout": TIMEOUT, "reserve": RESERVE }));
        if let Some(task) = self.roles.made_strong.filter(|_| self.is_strong) {
            let strong = json!({ "method": BAG, "engine": "LiveBagProductsEngine", "tasks": { task: { "strength": "strong" } } });
            limits["engines"].as_array_mut().unwrap().push(strong);
        }
        let setup = Setup::default().without_caches().conf("LivePackEngineConf", limits);
        let service = self.roles.service;
        match self.kind.1 {
            By::Proxies(tampers) => setup.behind(service, tampers).start().await,
            By::Service(fault) => {
                let stack = setup.start().await;
                stack.world.faults().set(&format!("{service}.*"), fault).unwrap();
                stack
            }
            By::Dns => {
                let list = json!({ "groups": { "default": { "dns": "gone.example:7001" } } });
                let conf = json!({ "services": { service.name(): list } });
                setup.conf("DownstreamConf", conf).with_silent_dns().start().await
            }
        }
    }

    /// Makes the call and checks everything about it.
    async fn fill(&self) -> Result<(), String> {
        let mut stack = self.start().await;
        let method = self.method();
        let answer = JsonClient::to(&stack).await.ask(method.name, &method.at_home(BUYER)).await;
        let verdict = self.judge(&answer).and_then(|()| self.judge_metric(&stack));
        let proxies = std::mem::take(&mut stack.proxies);
        drop(stack);
        let is_open = |proxy: &FaultProxy| proxy.open() > 0;
        eventually(PATIENCE, async || (!proxies.iter().any(is_open)).then_some(())).await;
        verdict.map_err(|what| format!("{}: {what}; {} {}", self.name(), answer.message(), answer.at("/degraded")))
    }

    /// The loss of the method by the fault.
    fn loss(&self) -> Loss {
        let need = self.need();
        match self.kind.2 {
            Effect::BadTexts => need.texts,
            Effect::AllKeys => need.keys,
            Effect::SomeKeys if !need.several => Loss::Nothing,
            _ => Loss::Everything,
        }
    }

    /// The effect on this method.
    fn effect(&self) -> Effect {
        if self.loss() == Loss::Nothing { Effect::Whole } else { self.kind.2 }
    }

    /// The tasks that are degraded; `None` if the call fails.
    fn degraded(&self) -> Option<&'static str> {
        match self.loss() {
            Loss::Tasks(tasks) => Some(tasks),
            _ => (!self.is_strong).then(|| self.weak_tasks()),
        }
    }

    fn judge(&self, answer: &Answer) -> Result<(), String> {
        let degraded = answer.list("/degraded");
        let (code, kind) = match self.effect() {
            Effect::Whole if (answer.code(), degraded) == (0, &[]) => return Ok(()),
            Effect::Whole => return Err("is not whole".to_owned()),
            Effect::SomeKeys => (30_002, "partial"),
            Effect::AllKeys => (30_002, "failed"),
            Effect::BadTexts => (30_003, "failed"),
            Effect::Fails(30_001, _) => (30_001, "timed_out"),
            Effect::Fails(code, _) => (code, "failed"),
        };
        let kinds: BTreeSet<_> = degraded.iter().filter_map(|lost| lost["kind"].as_str()).collect();
        if kind == "partial" {
            let is_partial = answer.code() == 0 && kinds == [kind].into();
            return if is_partial { Ok(()) } else { Err(format!("has code {} and kinds {kinds:?}", answer.code())) };
        }
        let Some(tasks) = self.degraded() else {
            return if answer.code() == code { Ok(()) } else { Err(format!("has code {}", answer.code())) };
        };
        let named: BTreeSet<_> = degraded.iter().filter_map(|lost| lost["task"].as_str()).collect();
        // a task with its own time limit reports a timeout
        let explains = |found: i64| found == code || (code == 30_001 && found == 50_003);
        if answer.code() != 0 {
            Err(format!("has code {}", answer.code()))
        } else if !fits(tasks, &named) {
            Err(format!("must name {tasks}"))
        } else if kinds != [kind].into() {
            Err(format!("must be of kind {kind}"))
        } else if let Some((_, code)) = answer.degraded().iter().find(|(_, code)| !explains(*code)) {
            Err(format!("is degraded by {code}"))
        } else {
            Ok(())
        }
    }

    fn judge_metric(&self, stack: &Stack) -> Result<(), String> {
        let kinds = match self.effect() {
            Effect::Whole => return Ok(()),
            Effect::Fails(_, kinds) => kinds,
            Effect::BadTexts => &["bad_response"],
            Effect::SomeKeys | Effect::AllKeys => &["key"],
        };
        let counted = |kind: &&str| {
            let labels = [("downstream", self.roles.service.name()), ("kind", *kind)];
            stack.counter("live_pack_rpc_errors_total", &labels) > 0
        };
        if kinds.iter().any(counted) { Ok(()) } else { Err(format!("no metric of {kinds:?} shows it")) }
    }
}

/// Runs cells concurrently; prints the number of good ones and panics with the faults of the others.
async fn fill(cells: Vec<Cell>) {
    let before = Handle::current().metrics().num_alive_tasks();
    let count = cells.len();
    let filled = join_all(cells.into_iter().map(async |cell| {
        let _turn = AT_ONCE.acquire().await.unwrap();
        let mut verdict = cell.fill().await;
        for _ in 1..ATTEMPTS {
            if verdict.is_err() {
                verdict = cell.fill().await;
            }
        }
        verdict
    }))
    .await;
    let faults: Vec<String> = filled.into_iter().filter_map(Result::err).collect();
    assert!(faults.is_empty(), "{} of {count} cells:\n{}", faults.len(), faults.join("\n"));
    // every task of every stack has ended
    let have_ended = || Handle::current().metrics().num_alive_tasks() <= before;
    eventually(PATIENCE, async || have_ended().then_some(())).await;
    println!("{count} cells match the table");
}

fn cells(wanted: impl Fn(usize, usize, bool) -> bool) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (kind_at, kind) in KINDS.iter().enumerate() {
        for (at, roles) in ROLES.iter().enumerate() {
            cells.extend(
                [false, true].into_iter().filter(|strong| wanted(kind_at, at, *strong)).map(|is_strong| Cell {
                    kind,
                    roles,
                    is_strong,
                }),
            );
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_diagonal_of_the_kinds_of_faults_is_as_the_table_says() {
    fill(cells(|kind, service, is_strong| service % 6 == (kind + usize::from(is_strong)) % 6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make faults"]
async fn every_kind_of_fault_of_every_service_is_as_the_table_says() {
    fill(cells(|_, _, _| true)).await;
}
