//! Test kit: a request without a server.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use live_pack_dal::{
    Asker, Call, Dal, Groups, Images, Notes, Rpc, RpcSettings, Texts,
    config::{Conf, Environment},
    experiment::Subject,
    model::{Platform, Region, Traffic, Viewer},
};
use live_pack_engine::Shared;
use live_pack_entities::request::{LiveRequest, Query, Resident};
use prometheus::Registry;
use tokio::time::Instant;

/// A request of a guest in the US about one room or several. Nothing listens at the addresses of its services.
pub(crate) fn request(rooms: Vec<i64>) -> Arc<LiveRequest> {
    let registry = Registry::new();
    let nowhere = RpcSettings::at(|_| ([127, 0, 0, 1], 1).into());
    let rpc = Arc::new(Rpc::new(&nowhere, &registry).unwrap());
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
    let deadline = Instant::now();
    Arc::new(LiveRequest {
        room_id: 1001,
        query: Query { rooms, ..Query::default() },
        language: resident.texts.language(&viewer.language),
        groups: Groups::resolve(
            &conf.experiments,
            Subject { viewer: &viewer, room_id: 1001 },
            std::iter::empty::<(&str, &str)>(),
            Environment::Dev,
        ),
        now_ms: 0,
        conf,
        resident: Arc::new(resident),
        shared: Arc::new(Shared::default()),
        page_ids: Default::default(),
        call: Call {
            deadline,
            viewer: Arc::clone(&viewer),
            traffic: Traffic::default(),
            log_id: "plans".into(),
            asker: Asker::default(),
            notes: Arc::new(Notes::default()),
            fresh: false,
            room_id: 0,
            recording: None,
        },
        viewer,
        early_deadline: deadline,
    })
}
