//! Follows docs/add-a-task.md: one new file, one line in the list of an engine, and nothing else.

use std::{sync::Arc, time::Duration};

use live_pack_commerce::{Clock, WorldSettings};
use live_pack_dal::{
    Asker, Call, Dal, Groups, Images, Notes, Rpc, RpcSettings, Texts,
    config::{Conf, Environment},
    experiment::Subject,
    model::{Platform, Region, Traffic, Viewer},
};
use live_pack_engine::{Engine, Outcome, Plan, PlanConf, Shared};
use live_pack_entities::request::{LiveRequest, Query, Resident};
use live_pack_handlers::engines::live_bag_products_engine;
use prometheus::Registry;
use tokio::time::Instant;

use crate::{
    like_count_loader::LikeCountLoader,
    new_product_filter::NewProductFilter,
    praise_converter::{Praise, PraiseConverter},
    stack::NOW,
};

fn conf() -> PlanConf {
    PlanConf { timeout: Duration::from_secs(3), ..PlanConf::default() }
}

#[test]
fn the_document_shows_the_files_that_are_run() {
    let document = include_str!("../../docs/add-a-task.md");
    for file in [
        include_str!("like_count_loader.rs"),
        include_str!("new_product_filter.rs"),
        include_str!("praise_converter.rs"),
    ] {
        assert!(document.contains(file), "docs/add-a-task.md shows another file than\n{file}");
    }
}

#[tokio::test]
async fn a_loader_is_one_file_and_one_line() {
    let definition = live_bag_products_engine().task(LikeCountLoader);
    let plan = Plan::compile(&definition, &conf()).unwrap();
    let (request, _world) = request(NOW).await;

    let (answer, record) = Engine::new(&plan, request).run().await.into_answer();

    assert_eq!(answer.unwrap().0.products.len(), 20);
    let outcome = record.tasks().find(|task| task.name == "LikeCountLoader").map(|task| task.outcome.clone());
    assert!(matches!(outcome, Some(Outcome::Done)), "{outcome:?}");
}

#[tokio::test]
async fn a_filter_is_one_file_and_one_line() {
    let definition = live_bag_products_engine().filter(NewProductFilter);
    let plan = Plan::compile(&definition, &conf()).unwrap();
    // The products of the world were listed in the days and weeks before this instant.
    for (now_ms, all_are_new) in [(NOW, false), (1, true)] {
        let (request, _world) = request(now_ms).await;
        let record = Engine::new(&plan, request).run().await.record;
        let rejected =
            record.rejected().filter(|(_, by, why)| (*by, *why) == ("NewProductFilter", "just_listed")).count();
        let filtered = record.tasks().find(|task| task.name == "NewProductFilter").and_then(|task| task.items).unwrap();
        assert_eq!(rejected == filtered.0, all_are_new, "{rejected} of {filtered:?} at {now_ms}");
    }
}

#[tokio::test]
async fn a_converter_reads_the_page_and_what_loaders_left_for_its_rows() {
    let definition = live_bag_products_engine().task(LikeCountLoader).strong(PraiseConverter).answer::<Praise>();
    let plan = Plan::compile(&definition, &conf()).unwrap();
    let (request, _world) = request(NOW).await;
    let Praise { rated, likes } = Engine::new(&plan, request).run().await.answer.unwrap();
    assert!((1..=20).contains(&rated) && likes > 0, "{rated} {likes}");

    let without_loader = live_bag_products_engine().strong(PraiseConverter).answer::<Praise>();
    let faults = Plan::compile(&without_loader, &conf()).unwrap_err();
    let fault = "PraiseConverter: reads LikeCount, but no task with this Output is registered";
    assert_eq!(faults[0].to_string(), format!("LiveBagProductsEngine: {fault}"));
}

/// A guest in the US opens the bag of room 1001: the request as the server passes it to the engines.
async fn request(now_ms: i64) -> (Arc<LiveRequest>, live_pack_commerce::RunningWorld) {
    let settings = WorldSettings { clock: Clock::Frozen(NOW), ..WorldSettings::default() };
    let world = live_pack_commerce::serve(settings).await.unwrap();
    let registry = Registry::new();
    let rpc = Arc::new(Rpc::new(&RpcSettings::at(|service| world.addresses().of(service)), &registry).unwrap());
    let resident = Resident {
        dal: Dal::new(rpc, None, &registry).unwrap(),
        texts: Arc::new(Texts::new(&registry).unwrap()),
        images: Arc::new(Images::default()),
    };
    let conf = Arc::new(Conf::default());
    let speech = conf.regions.speech(Region::US, "en");
    let viewer = Arc::new(Viewer {
        user_id: 0,
        device_id: "a device".into(),
        platform: Platform::Unknown,
        app_version: 350_000,
        region: Region::US,
        route_group: conf.regions.get(Region::US).unwrap().route_group,
        language: speech.language,
        locale: speech.locale,
        claims_minor: false,
        is_region_private: false,
    });
    let none = std::iter::empty::<(&str, &str)>();
    let deadline = Instant::now() + Duration::from_secs(3);
    let notes = Arc::new(Notes::default());
    let request = LiveRequest {
        room_id: 1001,
        query: Query::default(),
        language: resident.texts.language(&viewer.language),
        groups: Groups::resolve(&conf.experiments, Subject { viewer: &viewer, room_id: 1001 }, none, Environment::Dev),
        now_ms,
        conf,
        resident: Arc::new(resident),
        shared: Arc::new(Shared::default()),
        page_ids: Default::default(),
        call: Call {
            deadline,
            viewer: Arc::clone(&viewer),
            traffic: Traffic::default(),
            log_id: "walk".into(),
            asker: Asker::default(),
            notes,
            fresh: false,
            room_id: 0,
            recording: None,
        },
        viewer,
        early_deadline: deadline,
    };
    (Arc::new(request), world)
}
