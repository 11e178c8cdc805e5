//! In-request orchestration: typed tasks in five stages, with a deadline and a record of what happened.
//!
//! A request that needs a dozen remote calls is written as small **tasks**. Each returns one typed **datum**, and its input
//! type declares what it reads. A [`Definition`] lists the tasks, [`Plan::compile`] checks them together with their
//! configuration and freezes the result, and an [`Engine`] runs the plan for one request:
//!
//! Providers → Filters → Sorters → Loaders → Converters
//!
//! The engine guarantees that:
//!
//! - a weak task that fails is recorded and its readers see [`Maybe::Failed`]; a strong one ends the engine at once;
//! - every wait ends at a deadline, and the last milliseconds are kept for the converters;
//! - a panic in a task is caught and never reaches the caller; [`RunningTask::current`] names the task in the panic hook;
//! - nothing of an engine runs after it has ended;
//! - each task has exactly one outcome, which is in the [`Record`];
//! - a plan or a flow with faults is rejected, and all of its faults are reported;
//! - under pressure the least important weak tasks are skipped first ([`Shedding`]);
//! - a new version of a task can run alongside the old one without any effect on the answer ([`Definition::shadow`]).
//!
//! The [`guide`] has the smallest example of each. A [`flow`] combines several engines and plain steps.
//!
//! The crate depends on no business domain and no transport.
//!
//! # Quick start
//!
//! ## A scene
//!
//! An engine family has a [`Scene`]: its request, the item of its list, the reason for which a rule may stop it, and its error.
//!
//! ```
//! # mod scene {
//! use live_pack_engine::{Scene, Subject};
//!
//! pub struct Reader { pub id: u64, pub mature: bool }
//! pub struct Book { pub id: i64, pub title: &'static str, pub for_adults: bool }
//!
//! #[derive(Debug, Clone, PartialEq, thiserror::Error)]
//! #[error("the library does not answer")]
//! pub struct Down;
//!
//! pub struct Library;
//!
//! impl Scene for Library {
//!     type Request = Reader;
//!     type Item = Book;
//!     type Stop = &'static str;
//!     type Error = Down;
//!
//!     fn subject(request: &Reader) -> Subject<'_> {
//!         Subject { key: request.id, region: "", app_version: 0 }
//!     }
//!
//!     fn item_id(book: &Book) -> i64 {
//!         book.id
//!     }
//! }
//! # }
//! ```
//!
//! ## Tasks
//!
//! A datum is identified by its type: if one [`Task`] returns `Lent`, another reads it with `&'a Lent` or
//! `Maybe<'a, Lent>` in its [`Inputs`], and the plan derives the edge from that type. A task with `WAITS = false` costs no
//! future. An [`ItemProvider`] contributes to the list, a [`Filter`] rejects items, a [`Sorter`] orders them, and a
//! [`Cut`] selects the page. A loader returns its value per item in a [`Column`], which is read by [`Row`].
//!
//! ```
//! # mod scene {
//! #     use live_pack_engine::{Scene, Subject};
//! #     pub struct Reader { pub id: u64, pub mature: bool }
//! #     pub struct Book { pub id: i64, pub title: &'static str, pub for_adults: bool }
//! #     #[derive(Debug, Clone, PartialEq, thiserror::Error)]
//! #     #[error("the library does not answer")]
//! #     pub struct Down;
//! #     pub struct Library;
//! #     impl Scene for Library {
//! #         type Request = Reader;
//! #         type Item = Book;
//! #         type Stop = &'static str;
//! #         type Error = Down;
//! #         fn subject(request: &Reader) -> Subject<'_> { Subject { key: request.id, region: "", app_version: 0 } }
//! #         fn item_id(book: &Book) -> i64 { book.id }
//! #     }
//! # }
//! # use scene::*;
//! use std::{collections::HashSet, sync::Arc, time::Duration};
//! use live_pack_engine::{
//!     Column, Context, Definition, Engine, Filter, Inputs, ItemProvider, Maybe, Page, Plan, PlanConf, SortKey, Sorter, Stage,
//!     Task, TaskResult, Verdict,
//! };
//!
//! // Two providers, which run at the same time.
//! struct Shelf(Vec<(i64, &'static str, bool)>);
//! struct ShelfProvider;
//!
//! impl Task<Library> for ShelfProvider {
//!     type Output = Shelf;
//!     type Input<'a> = ();
//!     const STAGE: Stage = Stage::Providers;
//!
//!     async fn run(&self, _cx: &Context<Library>, (): ()) -> TaskResult<Library, Shelf> {
//!         tokio::time::sleep(Duration::from_millis(20)).await; // a call to elsewhere, within cx.remaining()
//!         Ok(Shelf(vec![(1, "Ulysses", false), (2, "Emma", false), (3, "Justine", true)]))
//!     }
//! }
//!
//! struct Lent(HashSet<i64>);
//! struct LentProvider;
//!
//! impl Task<Library> for LentProvider {
//!     type Output = Lent;
//!     type Input<'a> = ();
//!     const STAGE: Stage = Stage::Providers;
//!
//!     async fn run(&self, _cx: &Context<Library>, (): ()) -> TaskResult<Library, Lent> {
//!         Err(Down.into()) // weak: recorded, and its readers see that it failed
//!     }
//! }
//!
//! struct Books;
//!
//! impl ItemProvider<Library> for Books {
//!     type Input<'a> = &'a Shelf; // a need: without a shelf there are no books
//!
//!     fn items(&self, _cx: &Context<Library>, Shelf(books): &Shelf) -> TaskResult<Library, Vec<Book>> {
//!         let book = |&(id, title, for_adults): &(i64, &'static str, bool)| Book { id, title, for_adults };
//!         Ok(books.iter().map(book).collect())
//!     }
//! }
//!
//! struct AgeFilter;
//!
//! impl Filter<Library> for AgeFilter {
//!     type Input<'a> = ();
//!
//!     fn judge(&self, cx: &Context<Library>, (): &(), book: &Book) -> Verdict {
//!         if book.for_adults && !cx.request().mature { Verdict::Reject("for_adults") } else { Verdict::Keep }
//!     }
//! }
//!
//! struct ByTitle;
//!
//! impl Sorter<Library> for ByTitle {
//!     type Input<'a> = ();
//!
//!     fn key(&self, _cx: &Context<Library>, (): &(), book: &Book) -> SortKey {
//!         i64::from(book.title.as_bytes()[0]).into()
//!     }
//! }
//!
//! struct Covers(Column<String>); // one for each book of the page
//! struct CoverLoader;
//!
//! impl Task<Library> for CoverLoader {
//!     type Output = Covers;
//!     type Input<'a> = Page<'a, Library>;
//!     const STAGE: Stage = Stage::Loaders;
//!
//!     async fn run(&self, _cx: &Context<Library>, page: Page<'_, Library>) -> TaskResult<Library, Covers> {
//!         let found = page.items().map(|book| format!("{}.webp", book.id)).collect(); // a call to elsewhere
//!         Ok(Covers(page.column(found)?)) // fails if the answer is short
//!     }
//! }
//!
//! #[derive(Debug, PartialEq)]
//! struct Shown(Vec<String>);
//! struct PageConverter;
//!
//! // more than two or three inputs have names
//! #[derive(Inputs)]
//! struct PageInputs<'a> {
//!     page: Page<'a, Library>,
//!     covers: &'a Covers,
//!     lent: Maybe<'a, Lent>,
//! }
//!
//! impl Task<Library> for PageConverter {
//!     type Output = Shown;
//!     type Input<'a> = PageInputs<'a>;
//!     const STAGE: Stage = Stage::Converters;
//!     const WAITS: bool = false;
//!
//!     async fn run(&self, _cx: &Context<Library>, input: PageInputs<'_>) -> TaskResult<Library, Shown> {
//!         let lines = input.page.rows().map(|row| {
//!             // "failed" does not become "not there": the three answers are spelled out
//!             let lent = match input.lent {
//!                 Maybe::Done(lent) => if lent.0.contains(&row.item.id) { "lent" } else { "here" },
//!                 Maybe::Skipped(_) => "not asked",
//!                 Maybe::Failed => "ask at the desk",
//!             };
//!             format!("{} ({}): {lent}", row.item.title, input.covers.0.of(row))
//!         });
//!         Ok(Shown(lines.collect()))
//!     }
//! }
//!
//! // Resident: the definition, and the plan compiled from it and its configuration.
//! let definition = Definition::<Library>::new("ShelfPage")
//!     .strong(ShelfProvider) // its failure ends the engine
//!     .task(LentProvider) // the page can do without
//!     .items(Books)
//!     .filter(AgeFilter)
//!     .sorter(ByTitle)
//!     .task(CoverLoader)
//!     .task(PageConverter)
//!     .answer::<Shown>();
//! let conf = PlanConf { timeout: Duration::from_millis(300), reserve: Duration::from_millis(20), ..PlanConf::default() };
//! let plan = Plan::compile(&definition, &conf).expect("no faults");
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! // Per request: an engine.
//! let request = Arc::new(Reader { id: 7, mature: false });
//! let (page, record) = Engine::new(&plan, request).run().await.into_answer(); // of the type that the definition named
//!
//! let lines = ["Emma (2.webp): ask at the desk", "Ulysses (1.webp): ask at the desk"];
//! assert_eq!(page, Ok(Shown(lines.map(str::to_owned).to_vec())));
//! assert_eq!(record.rejected().collect::<Vec<_>>(), [(3, "AgeFilter", "for_adults")]);
//! assert_eq!(record.failures().map(|(task, _)| task).collect::<Vec<_>>(), ["LentProvider"]);
//! assert_eq!(record.line(), "ShelfPage 20.000ms; LentProvider failed: the library does not answer");
//! # });
//! ```
//!
//! ## Outcome of a task, and its effect on readers
//!
//! | the writer | `&T`, [`Own`] | [`Maybe`], [`IfWritten`] |
//! |---|---|---|
//! | done | the value | [`Maybe::Done`] |
//! | skipped: switched off, not needed, rolled out to others, shed, not in the plan, empty list | a weak reader is skipped ([`SkipReason::NoInput`]), a strong one ends the engine | [`Maybe::Skipped`] |
//! | weak, and failed, timed out, panicked or cut off at the reserve | a weak reader has failed ([`Failure::DependencyFailed`]), a strong one ends the engine | [`Maybe::Failed`] |
//! | strong, and any of these | the engine has ended | the engine has ended |
//!
//! A rule ends the engine on purpose with [`TaskError::Stop`]; that is not a failure. Filters, sorters, contributions and
//! the cut are always strong: a rule that could not be applied must not let through what it would have stopped.
//!
//! ## Time
//!
//! The engine's deadline is the earlier of its own timeout and [`Engine::until`]. A task's deadline is the earlier of its own
//! timeout and the engine's deadline, minus the reserve unless the task is a converter; [`Context::remaining`] is the time
//! available for a remote call. When only the reserve is left, weak tasks are cut off and the converters run with the
//! available data; an unfinished strong task then ends the engine. Without a reserve, converters are still polled once at
//! the end.
//!
//! ## Two modes
//!
//! [`Mode::Staged`] runs stage by stage; inside a stage, tasks follow their edges. [`Mode::Dag`] starts a task as soon as
//! its inputs are ready. The tasks and the answer are the same; [`TaskConf::join_before`] lets a slow task
//! of a staged plan overlap the stages that do not read it.
//!
//! A task is polled once in place. If it waits, it moves to a tokio task of its own, so that several can compute in parallel
//! ([`Waits::Tokio`]), or stays in the engine's tokio task ([`Waits::InPlace`], cheaper for tasks that only wait), as set by
//! [`Definition::waits`], [`PlanConf::waits`] for an engine or [`TaskConf::waits`] for a task.
//!
//! ## Several engines
//!
//! [`Shared::ask`] fetches the answer to a [`Question`] once per request; [`Scene::carry`] takes task-local values along when
//! a task moves to a tokio task of its own. A [`flow`] runs engines concurrently and in sequence; [`Engine::answer`] returns
//! the end of an engine as a `Result`.
//!
//! ## Hot configuration
//!
//! A [`PlanConf`] sets which tasks run, for how long and for which requests, with the origin of each value;
//! [`AnyPlan::explain`] prints the effective plan. A change compiles a new plan off the request path; a request keeps the
//! plan that it started with.
//!
//! ## Tests
//!
//! Feature `test-util` has one-line fakes, a ready-made scene and a recorder: see the `test_util` module.

// The derive macro generates paths to `::live_pack_engine`, also in the tests of this crate.
#[allow(unused_extern_crates, reason = "used by code that the derive macro generates in tests")]
extern crate self as live_pack_engine;

mod by_node;
mod catch;
mod compile;
mod conf;
mod cut;
mod definition;
mod error;
mod filter;
pub mod flow;
pub mod guide;
pub mod hash;
mod inputs;
mod item_provider;
mod list;
mod outcome;
mod page;
mod plan;
mod reads;
mod registration;
mod rejections;
mod run;
mod scene;
mod shadow;
mod shared;
mod shedding;
mod side_effects;
mod sort_key;
mod sorter;
mod stage;
mod strength_rule;
mod task;
mod task_entry;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;
pub mod trace;
mod wake;

pub use catch::RunningTask;
pub use conf::{Mode, Origins, PlanConf, Rollout, TaskConf, Waits};
pub use cut::Cut;
pub use definition::{Definition, NoAnswer};
pub use error::{EngineError, EngineErrorOf, TaskError, TaskResult};
pub use filter::{Filter, Verdict};
pub use inputs::{IfWritten, Inputs, Items, Own, Taker};
pub use item_provider::ItemProvider;
pub use list::{Fold, WhenEmpty};
pub use live_pack_engine_derive::Inputs;
pub use outcome::{Failure, Importance, NeedRun, Outcome, SkipReason, Strength, TaskFault};
pub use page::{Column, Kept, OfKept, OfPage, Page, RememberedList, Row};
pub use plan::{
    AnyPlan, Fault, Plan,
    context::{Context, Maybe},
    hook::Hook,
    record::{Record, StageRecord, TaskRecord},
    shadow_node::{ShadowCounts, Shadowed},
};
pub use reads::Reads;
pub use registration::{Register, Registered, Registration, high, how, kind, low, named};
pub use rejections::Rejections;
pub use run::{Answered, Engine, Finished, Unanswered};
pub use scene::{Scene, Subject, Work};
pub use shared::{Question, Shared};
pub use shedding::{Pressure, Pressures, ShedPolicy, Shedding};
pub use side_effects::{SideEffectCounts, SideEffects, SideEffectsConf};
pub use sort_key::SortKey;
pub use sorter::Sorter;
pub use stage::Stage;
pub use task::Task;
