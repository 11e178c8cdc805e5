//! The runtime record, for callers that request it outside production.

use live_pack_dal::{Call, config::Environment};
use live_pack_engine::{Record, Scene, flow::FlowRecord};
use live_pack_idl::base::{Base, BaseResp};
use serde_json::{Value, json};

/// The key in `Base.Extra` that requests the record, and in `BaseResp.Extra` that holds it.
const KEY: &str = "lp-record";

/// Whether the caller requests the record and may have it.
pub(crate) fn is_asked_for(base: Option<&Base>, environment: Environment) -> bool {
    let asked = base.and_then(|base| base.extra.as_ref()?.get(KEY)).is_some_and(|value| value == "1");
    asked && !environment.is_prod()
}

/// The records of the engines and flows of a request.
#[derive(Debug, Default)]
pub(crate) struct Records {
    engines: Vec<Value>,
    flows: Vec<Value>,
}

impl Records {
    pub(crate) fn add<S: Scene>(&mut self, record: &Record<S>) {
        self.engines.push(record.to_json());
    }

    pub(crate) fn add_flow(&mut self, record: &FlowRecord) {
        self.flows.push(record.to_json());
    }

    /// Puts the records into the envelope, with the route of the calls.
    pub(crate) fn attach(self, base_resp: &mut BaseResp, config_version: &str, call: &Call) {
        let Self { engines, flows } = self;
        let record = json!({
            "log_id": call.log_id.as_str(), "config_version": config_version,
            "route_group": call.viewer.route_group.name(), "lane": call.traffic.name.as_str(),
            "own_lane": call.traffic.lane.is_some(), "engines": engines, "flows": flows,
        });
        base_resp.extra.get_or_insert_default().insert(KEY.into(), record.to_string().into());
    }
}
