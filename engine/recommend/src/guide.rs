//! A pipeline from Rust, in four steps. Each example is a test.
//!
//! # Run a specification
//!
//! ```
//! use live_pack_recommend::{Ask, Data, Pipeline, Request, builtin};
//! use serde_json::json;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let data = json!({ "stores": { "hot": [["1", 9.0], ["2", 8.0]], "i2i:2": [["3", 0.7], ["1", 0.6]] } });
//! let parts = Data::read(&data)?.into_parts("models".into());
//! let spec = json!({ "nodes": [
//!     { "type": "recall.fanout", "params": {
//!         "sources": [ { "type": "recall.hot", "name": "hot" }, { "type": "recall.i2i", "name": "similar" } ],
//!         "merge": { "strategy": "round_robin" } } },
//!     { "type": "rerank.topn", "params": { "n": 3 } } ] });
//! let pipeline: Pipeline = Pipeline::compile(&spec, &parts, &builtin())?; // resident; all faults are reported here
//!
//! let request: Request = serde_json::from_value(json!({ "realtime": { "history": ["2"] } }))?;
//! let until = tokio::time::Instant::now() + pipeline.timeout();
//! let (slate, record) = pipeline.recommend(&Ask::new(&request), until).await?;
//!
//! let ids: Vec<i64> = slate.items.iter().map(|item| item.id).collect();
//! assert_eq!(ids, [1, 3, 2]);
//! assert_eq!(record.why(3).sources[0].rank, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! # See every fault at once
//!
//! ```
//! use live_pack_recommend::{Parts, Pipeline, builtin};
//! use serde_json::json;
//!
//! let spec = json!({ "nodes": [{ "type": "rerank.dp" }, { "type": "rerank.topn", "params": { "n": -1 } }] });
//! let faults = Pipeline::<()>::compile(&spec, &Parts::default(), &builtin()).err().unwrap();
//! assert!(faults.0[0].to_string().starts_with("nodes[0].type: unknown type, nearest is \"rerank.dpp\""));
//! assert_eq!(faults.0[1].to_string(), "nodes[1].params.n: must be an integer of at least 0, found -1");
//! ```
//!
//! # Add a node
//!
//! A node reads the list and returns an [`Effect`](crate::Effect): new scores, removals, an order. The pipeline checks the
//! effect and applies it as a whole, so a node cannot invent, duplicate or lose an item.
//!
//! ```
//! use live_pack_recommend::{
//!     Ask, Call, Candidates, Configure, Effect, Node, NodeType, Parts, Pipeline, Removal, Request, Site, Work, builtin,
//! };
//! use serde_json::json;
//!
//! /// Keeps even ids.
//! struct Even;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct NoParams {}
//!
//! impl Configure<()> for Even {
//!     const TYPE: &'static str = "filter.even";
//!     type Params = NoParams;
//!
//!     fn configure(_: NoParams, _: &mut Site<'_, '_, ()>) -> Option<Self> {
//!         Some(Self)
//!     }
//! }
//!
//! impl Node for Even {
//!     fn run<'a>(&'a self, _: &'a Call<'a>, list: &'a Candidates) -> Work<'a, Effect> {
//!         let odd = (0..).zip(list.ids()).filter(|(_, id)| *id % 2 != 0);
//!         Work::now(Effect::remove(odd.map(|(position, _)| Removal::new(position, "odd")).collect()))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let types = builtin().with(NodeType::node::<Even>());
//! let spec = json!({ "nodes": [{ "type": "recall.static", "params": { "items": [[1, 1], [2, 1]] } }, { "type": "filter.even" }] });
//! let pipeline = Pipeline::compile(&spec, &Parts::default(), &types).unwrap();
//! let request = Request::default();
//! let until = tokio::time::Instant::now() + pipeline.timeout();
//! let (slate, record) = pipeline.recommend(&Ask::new(&request), until).await.unwrap();
//! assert_eq!(slate.items[0].id, 2);
//! assert_eq!(record.why(1).reason.as_deref(), Some("odd"));
//! # });
//! ```
//!
//! # Replace pipelines while requests run
//!
//! ```
//! use live_pack_recommend::{Parts, Recommender, Scenes, builtin};
//! use serde_json::json;
//!
//! let parts = Parts::default();
//! let good = json!({ "scenes": { "live": { "nodes": [] }, "*": { "nodes": [] } } });
//! let recommender: Recommender = Recommender::new(Scenes::compile(&good, &parts, &builtin()).unwrap());
//! assert!(recommender.reload(&json!({ "scenes": {} }), &parts, &builtin()).is_err()); // the last good set goes on
//! assert!(recommender.scenes().get(Some("live")).is_ok());
//! ```
//!
//! # Make a pipeline a task of an engine
//!
//! A specification chooses the steps of a pipeline at run time, so the steps themselves cannot be tasks: a plan of
//! `live-pack-engine` has one Rust type for each task's datum. A whole pipeline can. It gets the deadline of the engine, less
//! the time that the answer needs; dropping the engine drops the sources that have not answered.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! use std::time::Duration;
//!
//! use live_pack_engine::{Context, Definition, PlanConf, Stage, Task, TaskError, TaskResult};
//! use live_pack_engine::test_util::{Tiny, TinyError, run};
//! use live_pack_recommend::{Ask, Id, Parts, Pipeline, Request, Slate, builtin};
//! use serde_json::json;
//!
//! struct Recommend(Pipeline);
//!
//! impl Task<Tiny> for Recommend {
//!     type Output = Slate;
//!     type Input<'a> = ();
//!     const STAGE: Stage = Stage::Providers;
//!
//!     async fn run(&self, cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Slate> {
//!         let viewer = i64::try_from(cx.request().user).ok().map(Id);
//!         let request = Request { viewer, ..Request::default() };
//!         let until = cx.deadline() - Duration::from_millis(1);
//!         let answer = self.0.recommend(&Ask::new(&request), until).await;
//!         answer.map(|(slate, _)| slate).map_err(|_| TaskError::Failed(TinyError("a strong node failed")))
//!     }
//! }
//!
//! let spec = json!({ "nodes": [{ "type": "recall.fanout", "params": { "sources": [
//!     { "type": "recall.static", "name": "hot", "params": { "items": [["1", 0.9]] } },
//!     { "type": "recall.static", "name": "slow", "params": { "items": [["2", 0.8]], "delay": "10m" } }] } }] });
//! let pipeline = Pipeline::compile(&spec, &Parts::default(), &builtin()).unwrap();
//! let engine = Definition::<Tiny>::new("Strip").task(Recommend(pipeline)).answer::<Slate>();
//!
//! let conf = PlanConf { timeout: Duration::from_millis(80), ..PlanConf::default() };
//! let slate = run(&engine, &conf).await.answer.unwrap();
//! assert_eq!(slate.items[0].id, 1);
//! assert_eq!((slate.degraded[0].node.as_str(), slate.degraded[0].reason.as_str()), ("slow", "timeout after 79ms"));
//! # });
//! ```
