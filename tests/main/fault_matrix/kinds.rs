//! Twelve services, twenty kinds of faults, weak and strong: 480 cells. Each has a stack of its own without caches, and one
//! call: its code, the kind of what is degraded, the metric that shows it, and the end of its connections are checked.
//!
//! `make faults` fills all cells; the tests of each build fill a diagonal, in which every kind meets two services weak and
//! two strong.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use live_pack_commerce::{Failure, Fault};
use live_pack_dal::Downstream;
use serde_json::json;
use tokio::{runtime::Handle, sync::Semaphore};

use super::expected::{Due, EXPECTED, SERVICES, fits};
use crate::{
    fault_proxy::{FaultProxy, Tamper},
    json_client::{Answer, JsonClient},
    methods::{BUYER, Method, named},
    stack::{Setup, Stack, engines, eventually},
};

/// Concurrent cells.
static AT_ONCE: Semaphore = Semaphore::const_new(6);
/// Number of tries of a cell: with time limits, a busy machine may lose more than what fails.
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
    /// Its name is looked up, and no DNS server answers.
    Dns,
}

/// The effect of a fault on a call that needs the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// None: the answer is whole.
    Whole,
    /// The call fails with this code, and `live_pack_rpc_errors_total` counts this kind.
    Fails(i64, &'static str),
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
    use Effect::{AllKeys, Fails, SomeKeys, Whole};
    use Tamper as T;
    [
        Kind("refused", Proxies(&[T::Refuse]), Fails(30_002, "unreachable")),
        Kind("reset at once", Proxies(&[T::ResetAtOnce]), Fails(30_002, "broken")),
        Kind("reset mid-answer", Proxies(&[T::ResetMidAnswer]), Fails(30_002, "broken")),
        Kind("hang before connect", Proxies(&[T::HangBefore]), Fails(30_002, "unreachable")),
        Kind("hang after connect", Proxies(&[T::HangAfter]), Fails(30_001, "timeout")),
        Kind("slow start", Proxies(&[T::SlowStart]), Whole),
        Kind("one byte per second", Proxies(&[T::Drip]), Fails(30_001, "timeout")),
        Kind(
            "error status",
            Service(Fault { error: Some(Failure::Status(5_001)), ..fault() }),
            Fails(30_002, "remote"),
        ),
        Kind("exception", Service(Fault { error: Some(Failure::Exception), ..fault() }), Fails(30_002, "remote")),
        Kind("garbage", Proxies(&[T::Garbage]), Fails(30_003, "bad_response")),
        Kind("truncated", Proxies(&[T::Truncated]), Fails(30_002, "broken")),
        Kind("wrong sequence", Proxies(&[T::WrongSequence]), Fails(30_003, "bad_response")),
        Kind("huge length", Proxies(&[T::HugeLength]), Fails(30_003, "bad_response")),
        Kind("invalid UTF-8", Proxies(&[T::InvalidUtf8]), Fails(30_003, "bad_response")),
        Kind("half the keys", Service(Fault { fail_every: 2, ..fault() }), SomeKeys),
        Kind("all keys", Service(Fault { fail_every: 1, ..fault() }), AllKeys),
        Kind("half of the instances dead", Proxies(&[T::Pass, T::Refuse]), Whole),
        Kind("DNS gone", Dns, Fails(30_002, "unreachable")),
        Kind("one instance ten times slower", Proxies(&[T::Late(5), T::Late(5), T::Late(50)]), Whole),
        Kind("flapping", Proxies(&[T::Flapping, T::Pass]), Whole),
    ]
};

/// A method that needs a service weakly, and one that needs it strongly.
struct Roles {
    service: Downstream,
    weak: &'static str,
    strong: &'static str,
    /// The task of `LiveBagProductsEngine` that configuration makes strong for the second; `None`: it needs no help.
    made_strong: Option<&'static str>,
}

const fn roles(
    service: Downstream,
    weak: &'static str,
    strong: &'static str,
    made_strong: Option<&'static str>,
) -> Roles {
    Roles { service, weak, strong, made_strong }
}

const BAG: &str = "GetLiveBagData";

const ROLES: [Roles; 12] = [
    roles(Downstream::ProductRelation, "GetRoomFullData", BAG, None),
    roles(Downstream::ProductModel, "MGetRoomLiteData", BAG, None),
    roles(Downstream::ProductDetail, BAG, BAG, Some("ProductDetailLoader")),
    roles(Downstream::ProductPrice, "GetRoomFullData", BAG, None),
    roles(Downstream::PromotionRenderer, BAG, BAG, Some("PromotionDisplayInfoLoader")),
    roles(Downstream::PromotionDelivery, "GetLiveBagTab", "GetLiveBagTopBanner", None),
    roles(Downstream::Auction, "GetLiveBagTab", "GetSurpriseSetDetail", None),
    roles(Downstream::Cart, BAG, BAG, Some("CartInfoLoader")),
    roles(Downstream::TradeChain, BAG, BAG, Some("TradeChainLoader")),
    roles(Downstream::LiveCreator, "MGetRoomLiteData", BAG, None),
    roles(Downstream::LiveData, "MGetFcpEcomComponent", BAG, None),
    roles(Downstream::SellerCore, BAG, BAG, Some("SellerLoader")),
];

/// A cell: a service that fails in one way, and a method that needs it.
struct Cell {
    kind: &'static Kind,
    roles: &'static Roles,
    is_strong: bool,
}

impl Cell {
    fn method(&self) -> &'static Method {
        named(if self.is_strong { self.roles.strong } else { self.roles.weak })
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

    fn judge(&self, answer: &Answer) -> Result<(), String> {
        let degraded = answer.list("/degraded");
        let named: BTreeSet<&str> = degraded.iter().filter_map(|lost| lost["task"].as_str()).collect();
        let kinds: BTreeSet<&str> = degraded.iter().filter_map(|lost| lost["kind"].as_str()).collect();
        let whole = || if (answer.code(), degraded) == (0, &[]) { Ok(()) } else { Err("is not whole".to_owned()) };
        match (self.effect(), self.is_strong) {
            (Effect::Whole, _) => whole(),
            (Effect::SomeKeys, _)
                if answer.code() == 0 && kinds.iter().all(|kind| *kind == "partial") && !kinds.is_empty() =>
            {
                Ok(())
            }
            (Effect::SomeKeys, _) => Err(format!("has code {} and kinds {kinds:?}", answer.code())),
            (Effect::AllKeys, is_strong) => self.judge_failure(30_002, is_strong, answer, &named, &kinds),
            (Effect::Fails(code, _), is_strong) => self.judge_failure(code, is_strong, answer, &named, &kinds),
        }
    }

    fn judge_failure(
        &self,
        code: i64,
        is_strong: bool,
        answer: &Answer,
        named: &BTreeSet<&str>,
        kinds: &BTreeSet<&str>,
    ) -> Result<(), String> {
        if is_strong {
            return if answer.code() == code { Ok(()) } else { Err(format!("has code {}", answer.code())) };
        }
        let due = if code == 30_001 { "timed_out" } else { "failed" };
        // a task with its own time limit reports that one
        let codes = |found: i64| found == code || (code == 30_001 && found == 50_003);
        if answer.code() != 0 {
            Err(format!("has code {}", answer.code()))
        } else if !fits(self.weak_tasks(), named) {
            Err(format!("must name {}", self.weak_tasks()))
        } else if kinds.iter().any(|kind| *kind != due) {
            Err(format!("must be of kind {due}"))
        } else if let Some((_, code)) = answer.degraded().iter().find(|(_, code)| !codes(*code)) {
            Err(format!("is degraded by {code}"))
        } else {
            Ok(())
        }
    }

    fn judge_metric(&self, stack: &Stack) -> Result<(), String> {
        let kind = match self.effect() {
            Effect::Whole => return Ok(()),
            Effect::Fails(_, kind) => kind,
            Effect::SomeKeys | Effect::AllKeys => "key",
        };
        let labels = [("downstream", self.roles.service.name()), ("kind", kind)];
        match stack.counter("live_pack_rpc_errors_total", &labels) {
            0 => Err(format!("no metric of kind {kind} shows it")),
            _ => Ok(()),
        }
    }

    fn effect(&self) -> Effect {
        self.kind.2
    }
}

/// Fills cells concurrently; gives the number of those that are as they should be, and fails with the others.
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
    println!("{count} cells are as the table says");
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
