//! The layers around every handler, outermost first: panics → counting and access log → admission → context of the
//! handler.

pub mod admission;
pub mod catch_panic;
pub mod handler_context;
pub mod observe;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use live_pack_admission::Admission;
use live_pack_idl::live_pack::{LivePackService, LivePackServiceServer};
use motore::layer::Layer;

use self::{
    admission::AdmissionLayer, catch_panic::CatchPanicLayer, handler_context::HandlerContextLayer,
    observe::ObserveLayer,
};
use crate::{
    metrics::ServerMetrics,
    pack_service::{CallOptions, PackService},
};

/// Puts all layers around `service`.
pub fn around<S>(
    service: S,
    options: CallOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
) -> impl PackService
where
    S: LivePackService + Send + Sync + 'static,
{
    let service = HandlerContextLayer.layer(LivePackServiceServer::from_handler(service));
    let service = AdmissionLayer { admission: Arc::clone(&admission) }.layer(service);
    let service = ObserveLayer { metrics, options, admission }.layer(service);
    CatchPanicLayer.layer(service)
}
