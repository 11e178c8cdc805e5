//! The layers around every handler, outermost first: panics → counting and access log → admission → deadline and raw
//! identity.

pub mod admission;
pub mod catch_panic;
pub mod context;
pub mod deadline;
pub mod entry;
pub mod observe;

use std::{sync::Arc, time::Duration};

use live_pack_idl::live_pack::{
    LivePackService, LivePackServiceRequestRecv, LivePackServiceResponseSend, LivePackServiceServer,
};
use motore::{Service, layer::Layer};
use volo_thrift::{ServerError, context::ServerContext};

use self::{admission::AdmissionLayer, catch_panic::CatchPanicLayer, deadline::DeadlineLayer, observe::ObserveLayer};
use crate::{admission::Admission, metrics::ServerMetrics};

/// A decoded request of any method.
pub type Request = LivePackServiceRequestRecv;
/// A finished answer of any method.
pub type Response = LivePackServiceResponseSend;

/// A service of the layers: takes a request of any method, returns its answer.
pub trait PackService:
    Service<ServerContext, Request, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

impl<S> PackService for S where
    S: Service<ServerContext, Request, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

/// The settings of the layers.
#[derive(Debug, Clone, Copy)]
pub struct MiddlewareOptions {
    /// Maximum duration of a request, whatever timeout its caller states.
    pub max_request_time: Duration,
    /// One request in this many is written to the access log; 0 writes none.
    pub access_log_one_in: u32,
    /// Maximum number of requests between decode and answer; further ones are refused, and the last tenth is reserved
    /// for critical callers.
    pub max_in_flight: usize,
}

impl Default for MiddlewareOptions {
    fn default() -> Self {
        Self { max_request_time: Duration::from_secs(3), access_log_one_in: 0, max_in_flight: 4_096 }
    }
}

/// Puts all layers around `service`.
pub fn around<S>(
    service: S,
    options: MiddlewareOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
) -> impl PackService
where
    S: LivePackService + Send + Sync + 'static,
{
    let service = LivePackServiceServer::from_handler(service);
    let max_request_time = options.max_request_time;
    let service = DeadlineLayer { max_request_time }.layer(service);
    let service = AdmissionLayer { admission, max_request_time }.layer(service);
    let service = ObserveLayer { metrics, access_log_one_in: options.access_log_one_in }.layer(service);
    CatchPanicLayer.layer(service)
}
