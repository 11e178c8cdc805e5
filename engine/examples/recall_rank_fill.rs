//! A page of recommendations: recall → filter → rank → fill, merged with a pinned book, and recalled again with wider limits
//! if too few books are left. `cargo run -p live-pack-engine --example recall_rank_fill`
//!
//! Two nested flows: the inner one is a sequence with a jump back; the outer one runs it concurrently with the engine of
//! the pinned book. Fetches are simulated by sleeping on a paused clock, so the times in the record are exact.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "an example")]

use std::{sync::Arc, time::Duration};

use live_pack_engine::{
    Answered, Context, Definition, Engine, NeedRun, Plan, PlanConf, Scene, Stage, Subject, Task, TaskResult,
    flow::{BranchOutcome, Business, Flow, FlowError, FlowRecord, Fork, Jump, Next, Step, Turn},
};
use tokio::time::{Instant, sleep};

/// The request: the wanted number of books that are not lent.
pub(crate) struct Request {
    pub(crate) count: usize,
    pub(crate) pinned: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the library does not answer")]
pub(crate) struct Down;

/// A simulated remote call.
async fn call() {
    sleep(Duration::from_millis(10)).await;
}

// --- The engine that fills books with the data of their cards, for any list of books.

struct Cards;

impl Scene for Cards {
    type Request = Vec<u32>;
    type Item = ();
    type Stop = ();
    type Error = Down;

    fn subject(_: &Vec<u32>) -> Subject<'_> {
        Subject { key: 0, region: "", app_version: 0 }
    }

    fn item_id((): &()) -> i64 {
        0
    }
}

struct Covers(Vec<String>);
struct CoverLoader;

impl Task<Cards> for CoverLoader {
    type Output = Covers;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<Cards>, (): ()) -> TaskResult<Cards, Covers> {
        call().await;
        Ok(Covers(cx.request().iter().map(|book| format!("{book}.webp")).collect()))
    }
}

/// The answer of the engine: one card for each book.
struct Filled(Vec<String>);
struct CardConverter;

impl Task<Cards> for CardConverter {
    type Output = Filled;
    type Input<'a> = &'a Covers;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<Cards>, Covers(covers): &Covers) -> TaskResult<Cards, Filled> {
        let cards = cx.request().iter().zip(covers).map(|(book, cover)| format!("book {book} ({cover})"));
        Ok(Filled(cards.collect()))
    }
}

fn cards(engine: &'static str) -> Plan<Cards, Filled> {
    let definition = Definition::<Cards>::new(engine).task(CoverLoader).task(CardConverter).answer::<Filled>();
    Plan::compile(&definition, &PlanConf::default()).expect("a plan without faults")
}

// --- The inner flow: recall → filter → rank → fill.

struct Feed;

/// The context owns its data: the branch that runs the flow creates it from the outer context.
struct Candidates {
    count: usize,
    recalled: Vec<u32>,
    kept: Vec<u32>,
    cards: Vec<String>,
}

impl Business for Feed {
    type Context<'r> = Candidates;
    type Error = Down;
}

/// Each round requests more books, so that few rounds are needed.
struct Recall;

impl Step<Candidates, Down> for Recall {
    async fn run(&self, feed: &mut Candidates, turn: &mut Turn<'_>) -> Result<Next, Down> {
        call().await;
        let wanted = feed.count << turn.round();
        feed.recalled = (1..).take(wanted).collect();
        Ok(Next::Next)
    }
}

/// Two of three books are lent.
fn filter(feed: &mut Candidates, _turn: &mut Turn<'_>) -> Result<Next, Down> {
    feed.kept = feed.recalled.iter().copied().filter(|book| book % 3 == 0).collect();
    if feed.kept.len() < feed.count { Ok(Next::Jump("recall")) } else { Ok(Next::Next) }
}

fn rank(feed: &mut Candidates, _turn: &mut Turn<'_>) -> Result<Next, Down> {
    feed.kept.sort_unstable_by_key(|book| std::cmp::Reverse(book % 7));
    feed.kept.truncate(feed.count);
    Ok(Next::Next)
}

struct Fill(Plan<Cards, Filled>);

impl Step<Candidates, Down> for Fill {
    async fn run(&self, feed: &mut Candidates, turn: &mut Turn<'_>) -> Result<Next, Down> {
        let books = Arc::new(std::mem::take(&mut feed.kept));
        let filled = Engine::new(&self.0, books).until(turn.deadline()).answer().await;
        let Answered { answer, record } = filled.map_err(|_| Down)?;
        turn.attach(record);
        feed.cards = answer.0;
        Ok(Next::Finish)
    }
}

fn feed() -> Flow<Feed> {
    Flow::<Feed>::define("Feed")
        .step("recall", Recall)
        .sync("filter", filter)
        .may_jump(Jump { to: "recall", at_most: 2, while_left: Duration::from_millis(50) })
        .sync("rank", rank)
        .step("fill", Fill(cards("FillEngine")))
        .build()
        .expect("a flow without faults")
}

// --- The outer flow: the feed and the pinned book.

pub(crate) struct Recommendations;

/// Borrows the request, and holds the answer under construction.
pub(crate) struct Page<'r> {
    request: &'r Request,
    pub(crate) cards: Vec<String>,
}

impl Business for Recommendations {
    type Context<'r> = Page<'r>;
    type Error = FlowError<Down>;
}

/// Runs the inner flow; its record goes to the merge together with the cards.
async fn run_feed(
    feed: Arc<Flow<Feed>>,
    count: usize,
    until: Instant,
) -> Result<(Vec<String>, FlowRecord), FlowError<Down>> {
    let mut candidates = Candidates { count, recalled: vec![], kept: vec![], cards: vec![] };
    let (ended, record) = feed.run(&mut candidates, until).await;
    ended.map(|()| (candidates.cards, record))
}

pub(crate) fn recommendations() -> Flow<Recommendations> {
    let (feed, pinned) = (Arc::new(feed()), cards("PinnedEngine"));
    let within = Duration::from_millis(200);
    Flow::<Recommendations>::define("Recommendations")
        .timeout(within)
        .fork(
            "page",
            Fork::<Recommendations>::all()
                .strong("Feed", move |page| run_feed(Arc::clone(&feed), page.request.count, Instant::now() + within))
                .weak("PinnedEngine", move |page| {
                    let book = Arc::new(page.request.pinned.into_iter().collect());
                    Engine::new(&pinned, book).answer()
                })
                .timeout(Duration::from_millis(80))
                .need_run(|page| match page.request.pinned {
                    Some(_) => NeedRun::Run,
                    None => NeedRun::Skip("nothing_pinned"),
                }),
            |page, ((cards, record), pinned), turn| {
                turn.attach(record);
                if let BranchOutcome::Done(Answered { answer: Filled(pinned), record }) = pinned {
                    turn.attach(record);
                    page.cards.extend(pinned.into_iter().map(|card| format!("pinned: {card}")));
                }
                page.cards.extend(cards);
                Ok(Next::Next)
            },
        )
        .build()
        .expect("a flow without faults")
}

/// The cards of the page, and the record.
pub(crate) async fn recommend(flow: &Flow<Recommendations>, request: &Request) -> (Vec<String>, FlowRecord) {
    let mut page = Page { request, cards: Vec::new() };
    let (ended, record) = flow.run(&mut page, Instant::now() + Duration::from_secs(1)).await;
    if let Err(error) = ended {
        println!("no page: {error}");
    }
    (page.cards, record)
}

#[allow(dead_code, reason = "the test includes this file for the rest of it")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let flow = recommendations();
        println!("{}", flow.explain());
        let (cards, record) = recommend(&flow, &Request { count: 3, pinned: Some(42) }).await;
        println!("{}\n", cards.join("\n"));
        println!("{}", record.line());
        for (at, record) in record.attached() {
            println!("  {at}: {}", record.line());
        }
        println!("\n{}", record.to_mermaid());
    });
}
