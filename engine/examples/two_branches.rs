//! One flow with two branches: a profile page of two engines that run at the same time.
//! `cargo run -p live-pack-engine --example two_branches`
//!
//! The profile is a strong branch: without it there is no page. The friends are a weak branch: the page works without them.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "an example")]

use std::{sync::Arc, time::Duration};

use live_pack_engine::{
    Context, Definition, Engine, NeedRun, Plan, PlanConf, Scene, Stage, Subject, Task, TaskResult, Unanswered,
    flow::{Business, Flow, FlowErrorOf, FlowRecord, Fork, Next},
};
use tokio::time::{Instant, sleep};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the service of {0} does not answer")]
pub(crate) struct Down(&'static str);

// --- Two engines of one task each. Their request is the user's id.

pub(crate) struct Users;

impl Scene for Users {
    type Request = u64;
    type Item = ();
    type Stop = ();
    type Error = Down;

    fn subject(user: &u64) -> Subject<'_> {
        Subject { key: *user, region: "", app_version: 0 }
    }

    fn item_id((): &()) -> i64 {
        0
    }
}

struct Name(String);
struct NameLoader;

impl Task<Users> for NameLoader {
    type Output = Name;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<Users>, (): ()) -> TaskResult<Users, Name> {
        sleep(Duration::from_millis(10)).await;
        match cx.request() {
            0 => Err(Down("profiles").into()),
            user => Ok(Name(format!("user {user}"))),
        }
    }
}

struct Friends(u32);
struct FriendLoader;

impl Task<Users> for FriendLoader {
    type Output = Friends;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<Users>, (): ()) -> TaskResult<Users, Friends> {
        // for user 8, longer than the branch's timeout
        sleep(Duration::from_millis(if *cx.request() == 8 { 900 } else { 20 })).await;
        Ok(Friends(12))
    }
}

fn plan<A: Send + Sync + 'static>(engine: &'static str, loader: impl Task<Users, Output = A>) -> Plan<Users, A> {
    let definition = Definition::<Users>::new(engine).strong(loader).answer::<A>();
    Plan::compile(&definition, &PlanConf::default()).expect("a plan without faults")
}

// --- The flow.

pub(crate) struct ProfilePage;

/// Its context: the request, and the answer under construction.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) user: u64,
    pub(crate) with_friends: bool,
    pub(crate) title: String,
    pub(crate) friends: Option<u32>,
}

impl Business for ProfilePage {
    type Context<'r> = Page;
    type Error = Unanswered<Users>;
}

/// Built once. All faults of a flow are reported here.
pub(crate) fn profile_page() -> Flow<ProfilePage> {
    let (name, friends) = (plan("NameEngine", NameLoader), plan("FriendEngine", FriendLoader));
    Flow::<ProfilePage>::define("ProfilePage")
        .fork(
            "engines",
            Fork::<ProfilePage>::all()
                .strong("NameEngine", move |page| Engine::new(&name, Arc::new(page.user)).answer())
                .weak("FriendEngine", move |page| Engine::new(&friends, Arc::new(page.user)).answer())
                .timeout(Duration::from_millis(50))
                .need_run(|page| if page.with_friends { NeedRun::Run } else { NeedRun::Skip("not_requested") }),
            |page, (name, friends), turn| {
                turn.attach(name.record); // strong: it is there
                page.title = name.answer.0;
                page.friends = friends.done().map(|friends| friends.answer.0); // weak: done, skipped or failed
                Ok(Next::Finish)
            },
        )
        .build()
        .expect("a flow without faults")
}

/// The end of the flow, and its record.
pub(crate) type Ended = (Result<(), FlowErrorOf<ProfilePage>>, FlowRecord);

/// Fills the page within 200 ms.
pub(crate) async fn fill(flow: &Flow<ProfilePage>, page: &mut Page) -> Ended {
    flow.run(page, Instant::now() + Duration::from_millis(200)).await
}

#[allow(dead_code, reason = "the test includes this file for the rest of it")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let flow = profile_page();
        println!("{}", flow.explain());
        for (user, with_friends) in [(7, true), (7, false), (8, true), (0, true)] {
            let mut page = Page { user, with_friends, ..Page::default() };
            let (ended, record) = fill(&flow, &mut page).await;
            match ended {
                Ok(()) => println!("{}, friends: {:?}", page.title, page.friends),
                Err(error) => println!("no page: {error}"),
            }
            println!("  {}", record.line());
        }
    });
}
