//! The admission layer: answers refused requests with a status.

use std::sync::Arc;

use live_pack_admission::Admission;
use live_pack_idl::methods;
use motore::{Service, layer::Layer};
use volo_thrift::{ServerError, context::ServerContext};

use crate::pack_service::{PackCall, PackService, Response};

/// Makes [`Admit`].
#[derive(Debug, Clone)]
pub struct AdmissionLayer {
    /// Makes the decision.
    pub admission: Arc<Admission>,
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admit<S>;

    fn layer(self, inner: S) -> Self::Service {
        Admit { inner, admission: self.admission }
    }
}

/// Passes the requests that [`Admission`] admits; the others never reach a handler.
#[derive(Debug, Clone)]
pub struct Admit<S> {
    inner: S,
    admission: Arc<Admission>,
}

impl<S: PackService> Service<ServerContext, PackCall> for Admit<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, call: PackCall) -> Result<Response, ServerError> {
        let candidate = call.origin.candidate(call.method, methods::user(&call.request));
        let admitted = self.admission.admit(candidate, call.context.deadline).await;
        match admitted {
            Ok(_in_flight) => self.inner.call(cx, call).await,
            Err(refusal) => Ok(methods::refusal(call.method, refusal.code(), refusal.message())),
        }
    }
}
