//! What stands around every handler, outermost first: panics → counting and access log → admission → deadline and
//! raw identity.

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

/// A service as the layers see it: any method in, its answer out.
pub trait PackService:
    Service<ServerContext, Request, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

impl<S> PackService for S where
    S: Service<ServerContext, Request, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

/// What the layers need to know.
#[derive(Debug, Clone, Copy)]
pub struct MiddlewareOptions {
    /// The longest a request may take, whatever its caller says.
    pub max_request_time: Duration,
    /// One request in so many is written to the access log; 0 writes none.
    pub access_log_one_in: u32,
    /// Requests between decode and answer beyond this many are refused, and the last tenth is kept for critical callers.
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
