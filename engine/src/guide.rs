//! Each guarantee of the engine with the smallest example that shows it. All of them run as tests on a paused clock, with the
//! fakes of feature `test-util`; the [crate documentation](crate) shows how to write real tasks.
//!
//! # A failed weak task is visible; a failed strong task ends the engine
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use live_pack_engine::{*, test_util::*};
//! struct Price;
//! #[derive(Debug, PartialEq)]
//! struct Card(&'static str);
//!
//! struct CardConverter;
//!
//! impl Task<Tiny> for CardConverter {
//!     type Output = Card;
//!     type Input<'a> = Maybe<'a, Price>; // an edge of the plan, and the only way to the price
//!     const STAGE: Stage = Stage::Converters;
//!     const WAITS: bool = false;
//!
//!     async fn run(&self, _cx: &Context<Tiny>, price: Maybe<'_, Price>) -> TaskResult<Tiny, Card> {
//!         Ok(Card(match price {
//!             Maybe::Done(_) => "a price",
//!             Maybe::Skipped(_) => "no price today",
//!             Maybe::Failed => "price on request",
//!         }))
//!     }
//! }
//!
//! let card = |price: Fake<Tiny, Price>| {
//!     let definition = Definition::<Tiny>::new("Card").fake(price.stage(Stage::Loaders));
//!     definition.task(CardConverter).answer::<Card>()
//! };
//! let down = || Fake::error("PriceLoader", TinyError("down"));
//!
//! let (answer, record) = run(&card(down()), &PlanConf::default()).await.into_answer();
//! assert_eq!(answer, Ok(Card("price on request")));
//! assert_eq!(record.line(), "Card 0.000ms; PriceLoader failed: down");
//!
//! let (answer, _) = run(&card(down().strong()), &PlanConf::default()).await.into_answer();
//! assert_eq!(answer, Err(EngineError::Task { task: "PriceLoader", error: TinyError("down") }));
//! # });
//! ```
//!
//! # A datum may be taken by value, and then has only one reader
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use live_pack_engine::{*, test_util::*};
//! #[derive(Debug, PartialEq)]
//! struct Cards(Vec<&'static str>); // need not be `Clone`
//! #[derive(Debug, PartialEq)]
//! struct Answer(Vec<&'static str>);
//! struct AnswerConverter;
//!
//! impl Task<Tiny> for AnswerConverter {
//!     type Output = Answer;
//!     type Input<'a> = Own<Cards>;
//!     const STAGE: Stage = Stage::Converters;
//!     const WAITS: bool = false;
//!
//!     async fn run(&self, _cx: &Context<Tiny>, Own(cards): Own<Cards>) -> TaskResult<Tiny, Answer> {
//!         Ok(Answer(cards.0))
//!     }
//! }
//!
//! let cards = Fake::new("CardConverter", |_| Ok(Cards(vec!["a card"])));
//! let definition = Definition::<Tiny>::new("Page").fake(cards).task(AnswerConverter).answer::<Answer>();
//! assert_eq!(run(&definition, &PlanConf::default()).await.answer, Ok(Answer(vec!["a card"])));
//!
//! let definition = definition.fake(Fake::value("Counter", 1).maybe::<Cards>());
//! let faults = Plan::compile(&definition, &PlanConf::default()).unwrap_err();
//! let fault = "Page: Counter: reads Cards, which AnswerConverter takes by value: it can have no second reader";
//! assert_eq!(fault_lines(&faults), [fault]);
//! # });
//! ```
//!
//! # A column has one value for each row of the page
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use live_pack_engine::{*, test_util::*};
//! struct Numbers;
//!
//! impl ItemProvider<Tiny> for Numbers {
//!     type Input<'a> = ();
//!
//!     fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
//!         Ok(vec![1, 2, 3])
//!     }
//! }
//!
//! struct Prices(Column<u32>);
//! struct PriceLoader(Vec<u32>);
//!
//! impl Task<Tiny> for PriceLoader {
//!     type Output = Prices;
//!     type Input<'a> = Page<'a, Tiny>;
//!     const STAGE: Stage = Stage::Loaders;
//!
//!     async fn run(&self, _cx: &Context<Tiny>, page: Page<'_, Tiny>) -> TaskResult<Tiny, Prices> {
//!         Ok(Prices(page.column(self.0.clone())?)) // in the order of the page
//!     }
//! }
//!
//! struct LineConverter;
//!
//! impl Task<Tiny> for LineConverter {
//!     type Output = Vec<String>;
//!     type Input<'a> = (Page<'a, Tiny>, &'a Prices);
//!     const STAGE: Stage = Stage::Converters;
//!     const WAITS: bool = false;
//!
//!     async fn run(&self, _cx: &Context<Tiny>, (page, prices): (Page<'_, Tiny>, &Prices)) -> TaskResult<Tiny, Vec<String>> {
//!         Ok(page.rows().map(|row| format!("{}: {}", row.item, prices.0.of(row))).collect())
//!     }
//! }
//!
//! let page = |prices: &[u32]| {
//!     let definition = Definition::<Tiny>::new("Page").items(Numbers).strong(PriceLoader(prices.to_vec()));
//!     definition.task(LineConverter).answer::<Vec<String>>()
//! };
//! let answer = run(&page(&[10, 20, 30]), &PlanConf::default()).await.answer;
//! assert_eq!(answer.unwrap(), ["1: 10", "2: 20", "3: 30"]);
//!
//! let short = run(&page(&[10, 20]), &PlanConf::default()).await.answer;
//! assert_eq!(short.unwrap_err().to_string(), "PriceLoader has 2 values for 3 rows");
//! # });
//! ```
//!
//! # Every wait ends, and the last milliseconds are reserved for the converters
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use live_pack_engine::{*, test_util::*};
//! struct Slow;
//! let definition = Definition::<Tiny>::new("Page")
//!     .fake(Fake::<_, Slow>::hang("SlowLoader").stage(Stage::Loaders))
//!     .fake(Fake::value("Converter", "a page").maybe::<Slow>())
//!     .answer::<&'static str>();
//! let (timeout, reserve) = (Duration::from_millis(300), Duration::from_millis(20));
//! let conf = PlanConf { timeout, reserve, ..PlanConf::default() };
//!
//! let (answer, record) = run(&definition, &conf).await.into_answer();
//! assert_eq!(answer, Ok("a page"));
//! assert_eq!(record.line(), "Page 280.000ms; SlowLoader failed: cut off at the reserve");
//! # });
//! ```
//!
//! This is strict: once the reserve begins, only converters are started, whether the other tasks would have waited or
//! not.
//!
//! # A panic is contained, and nothing runs after the end
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use live_pack_engine::{*, test_util::*};
//! # std::panic::set_hook(Box::new(|_| {}));
//! let recorder = Recorder::new();
//! let definition = Definition::<Tiny>::new("Page")
//!     .fake(Fake::<_, u8>::hang("Hangs").stage(Stage::Loaders).on(&recorder))
//!     .fake(Fake::<_, u16>::panic("Panics").stage(Stage::Loaders).after(Duration::from_millis(5)).strong())
//!     .fake(Fake::value("Converter", ()).maybe::<u8>())
//!     .answer::<()>();
//!
//! let (answer, record) = run(&definition, &PlanConf::default()).await.into_answer();
//! assert_eq!(answer, Err(EngineError::Panic { task: "Panics" }));
//! assert_eq!(outcome_of(&record, "Hangs"), Some(Outcome::Cancelled));
//! assert!(recorder.alive().is_empty());
//! # });
//! ```
//!
//! # The record: one outcome per task; waiting, queueing and running are separate
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use live_pack_engine::{*, test_util::*};
//! let ms = Duration::from_millis;
//! let definition = Definition::<Tiny>::new("Page")
//!     .fake(Fake::value("Quick", 1_u8).stage(Stage::Loaders).after(ms(10)))
//!     .fake(Fake::value("Slow", 1_u16).stage(Stage::Loaders).after(ms(30)))
//!     .fake(Fake::<_, u32>::skip("Unasked", "no_budget").stage(Stage::Loaders))
//!     .fake(Fake::value("Converter", ()).need::<u16>().maybe::<u8>().maybe::<u32>())
//!     .answer::<()>();
//!
//! let record = run(&definition, &PlanConf::default()).await.record;
//! let converter = record.tasks().find(|task| task.name == "Converter").unwrap();
//! assert_eq!(converter.waiting(), ms(30)); // for what it reads
//! assert_eq!(converter.queueing(), ms(0)); // for its turn
//! assert_eq!(converter.running(), ms(0));
//! assert_eq!(record.critical_path(), ["Slow", "Converter"]);
//! let reason = SkipReason::NotNeeded("no_budget"); // data, not text
//! assert_eq!(outcome_of(&record, "Unasked"), Some(Outcome::Skipped(reason)));
//! # });
//! ```
//!
//! # Configuration is checked as a whole, and `explain` shows where each value comes from
//!
//! ```
//! # use std::time::Duration;
//! # use live_pack_engine::{*, test_util::*};
//! let definition = Definition::<Tiny>::new("Page").fake(Fake::value("Converter", ())).answer::<()>();
//! let limit = TaskConf {
//!     timeout: Some(Duration::from_millis(80)),
//!     origins: [("timeout", "engines[2] (*/Page)".to_owned())].into(),
//!     ..TaskConf::default()
//! };
//! let conf = |task: &str| PlanConf { tasks: [(task.to_owned(), limit.clone())].into(), ..PlanConf::default() };
//!
//! let plan = Plan::compile(&definition, &conf("Converter")).expect("no faults");
//! assert!(plan.explain().ends_with("converters\n  Converter [timeout 80ms, engines[2] (*/Page)]\n"));
//!
//! let faults = Plan::compile(&definition, &conf("Convertor")).unwrap_err();
//! assert_eq!(fault_lines(&faults), ["Page: Convertor: is not a task of this engine; known: Converter"]);
//! ```
//!
//! # Under pressure the least important tasks are shed first
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use live_pack_engine::{*, test_util::*};
//! let ms = Duration::from_millis;
//! let definition = Definition::<Tiny>::new("Page")
//!     .fake(Fake::value("Ornaments", 1_u8).stage(Stage::Loaders).after(ms(90)).importance(Importance::Low))
//!     .fake(Fake::value("Converter", ()).maybe::<u8>())
//!     .answer::<()>();
//! let pressures = Pressures::default(); // resident: outlives every plan
//! let policy = ShedPolicy { target: ms(50), min_engines: 3, ..ShedPolicy::default() };
//! let shedding = Some(Shedding { policy, pressure: pressures.of("Page") });
//! let plan = plan(&definition, &PlanConf { shedding, ..PlanConf::default() });
//! let run = || Engine::new(&plan, Default::default()).run();
//!
//! for _ in 0..3 {
//!     assert_eq!(run().await.record.line(), "Page 90.000ms");
//! }
//! tokio::time::sleep(policy.window).await;
//! run().await; // the first to end after the window judges it
//! assert_eq!(run().await.record.line(), "Page 0.000ms; Ornaments skipped: shed");
//! assert_eq!(pressures.levels(), [("Page".to_owned(), 1)]);
//! # });
//! ```
//!
//! # A shadow is compared with the old version, and nothing reads it
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::{sync::Arc, time::Duration};
//! # use live_pack_engine::{*, test_util::*};
//! # use tokio::time::Instant;
//! struct Prices(u32);
//! struct NewPrices(u32);
//! let definition = Definition::<Tiny>::new("Page")
//!     .fake(Fake::new("PriceLoader", |_| Ok(Prices(990))).stage(Stage::Loaders))
//!     .fake_shadow(Fake::new("NewPriceLoader", |_| Ok(NewPrices(999))), |old: &Prices, new: &NewPrices| old.0 == new.0)
//!     .fake(Fake::value("Converter", ()).need::<Prices>())
//!     .answer::<()>(); // a task as it is written: .shadow(NewPriceLoader, |old: &Prices, new: &NewPrices| …)
//! let share = Rollout { percent: 100.0, ..Rollout::default() }; // nobody, unless configuration says so
//! let conf = TaskConf { rollout: Some(share), ..TaskConf::default() };
//! let plan = plan(&definition, &PlanConf { tasks: [("NewPriceLoader".to_owned(), conf)].into(), ..PlanConf::default() });
//!
//! let queue = SideEffectsConf { capacity: 100, at_once: 8, timeout: Duration::from_millis(500) };
//! let queue = Arc::new(SideEffects::start(queue));
//! assert!(Engine::new(&plan, Default::default()).shadows_on(&queue).run().await.is_ok());
//! queue.drain(Instant::now() + Duration::from_secs(1)).await;
//! let counts = ShadowCounts { different: 1, ..ShadowCounts::default() };
//! assert_eq!(definition.shadow_counts().collect::<Vec<_>>(), [("NewPriceLoader", counts)]);
//! # });
//! ```
//!
//! # A question that several engines ask is fetched once
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::{sync::{Arc, atomic::{AtomicU32, Ordering::Relaxed}}};
//! # use live_pack_engine::{Question, Shared};
//! #[derive(Clone, PartialEq, Eq)]
//! struct RoomOf(i64);
//!
//! impl Question for RoomOf {
//!     type With = Arc<AtomicU32>; // what the fetch needs beside the question
//!     type Answer = &'static str;
//!     type Error = ();
//!
//!     async fn fetch(self, fetched: Arc<AtomicU32>) -> Result<&'static str, ()> {
//!         fetched.fetch_add(1, Relaxed);
//!         Ok("open")
//!     }
//! }
//!
//! let shared = Shared::default(); // one per request
//! let fetched = Arc::new(AtomicU32::new(0));
//! for _ in 0..2 {
//!     assert_eq!(shared.ask(RoomOf(7), Arc::clone(&fetched)).await, Ok("open"));
//! }
//! assert_eq!(shared.known(&RoomOf(7)), Some(Ok("open")));
//! assert_eq!((shared.known(&RoomOf(8)), fetched.load(Relaxed)), (None, 1));
//! # });
//! ```
//!
//! # Several engines form one flow
//!
//! See [`crate::flow`], and `examples/recall_rank_fill.rs` for a page that repeats its recall if too few items are left.
