//! Test kit: a service with the same behaviour for every method, and configurations.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use live_pack_admission::Admission;
use live_pack_dal::{
    Clock,
    config::{Centre, Conf, Environment, Options},
};
use live_pack_idl::{base::BaseResp, for_each_method, live_pack};
use prometheus::Registry;
use tokio::time::sleep;
use volo_thrift::ServerError;

use live_pack_handlers::request_context::RequestContext;

use crate::{
    metrics::ServerMetrics,
    middleware,
    pack_service::{CallOptions, PackService},
};

/// The behaviour of [`Double`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaviour {
    /// Answers this status; the message holds log id, caller and time left of the request context.
    Status(i32),
    /// Answers status 0 after this long.
    Slow(Duration),
    /// Panics with a secret.
    Panic,
}

/// Implements all fifteen methods alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Double(pub(crate) Behaviour);

impl Double {
    async fn act(self) -> BaseResp {
        let context = RequestContext::current();
        let message = context.map_or_else(String::new, |context| {
            let left = context.deadline - context.received;
            format!("{} {} {} {}", context.log_id, left.as_millis(), context.caller, context.peer.is_some())
        });
        let status_code = match self.0 {
            Behaviour::Status(code) => code,
            Behaviour::Slow(pause) => {
                sleep(pause).await;
                0
            }
            Behaviour::Panic => panic!("a secret of the handler"),
        };
        BaseResp { status_code, status_message: message.into(), ..BaseResp::default() }
    }
}

/// A service of this behaviour with all layers.
pub(crate) fn layered(
    behaviour: Behaviour,
    options: CallOptions,
    admission: &Arc<Admission>,
    metrics: &Arc<ServerMetrics>,
) -> impl PackService + use<> {
    middleware::around(Double(behaviour), options, Arc::clone(admission), Arc::clone(metrics))
}

macro_rules! act {
    ($($method:ident $name:ident($request:ident => $response:ident): $result:ident { $($common:ident)* };)*) => {
        impl live_pack::LivePackService for Double {
            $(async fn $method(&self, _request: live_pack::$request) -> Result<live_pack::$response, ServerError> {
                Ok(live_pack::$response { base_resp: self.act().await, ..Default::default() })
            })*
        }
    };
}
for_each_method!(act);

/// A configuration of these files, read as the service reads them.
pub(crate) fn conf(files: &[(&str, &str)]) -> Arc<Conf> {
    let folder = tempfile::tempdir().unwrap();
    for (key, text) in files {
        std::fs::write(folder.path().join(format!("{key}.json")), text).unwrap();
    }
    let options = Options {
        dir: Some(folder.path().to_owned()),
        environment: Environment::default(),
        clock: Clock::System,
        registry: Registry::new(),
    };
    Arc::clone(&Centre::open(options, |_: &Conf| Ok(())).unwrap().snapshot().conf)
}
