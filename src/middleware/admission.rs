//! The admission layer: answers refused requests with a status.

use std::{sync::Arc, time::Duration};

use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo::context::Context;
use volo_thrift::{ServerError, context::ServerContext};

use super::{PackService, Request, Response, context, deadline::deadline, entry::Entry};
use crate::{
    Method,
    admission::{Admission, Asked},
    methods,
};

/// Makes [`Admit`].
#[derive(Debug, Clone)]
pub struct AdmissionLayer {
    /// Makes the decision.
    pub admission: Arc<Admission>,
    /// Maximum duration of a request, whatever timeout its caller states.
    pub max_request_time: Duration,
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admit<S>;

    fn layer(self, inner: S) -> Self::Service {
        Admit { inner, admission: self.admission, max_request_time: self.max_request_time }
    }
}

/// Passes the requests that [`Admission`] admits; the others never reach a handler.
#[derive(Debug, Clone)]
pub struct Admit<S> {
    inner: S,
    admission: Arc<Admission>,
    max_request_time: Duration,
}

impl<S: PackService> Service<ServerContext, Request> for Admit<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, request: Request) -> Result<Response, ServerError> {
        let method = Method::of(&request);
        let caller = self.admission.identify(context::peer().as_deref(), method);
        let timeout = cx.rpc_info().config().rpc_timeout();
        let (mut received, mut number) = (Instant::now(), 0);
        if let Some(entry) = cx.extensions_mut().get_mut::<Entry>() {
            entry.verified = caller.name.clone();
            (received, number) = (entry.received, entry.number);
        }
        let deadline = deadline(received, timeout, self.max_request_time);
        let asked = Asked { caller: &caller, method, viewer: methods::user(&request), number };
        match self.admission.admit(asked, deadline).await {
            Ok(_in_flight) => self.inner.call(cx, request).await,
            Err(refusal) => Ok(methods::refusal(method, refusal.code(), refusal.message())),
        }
    }
}
