//! The innermost layer: hands the facts about a request to its handler.

use motore::{Service, layer::Layer};
use volo_thrift::{ServerError, context::ServerContext};

use crate::pack_service::{PackCall, Request, Response};

/// Makes [`HandlerContext`].
#[derive(Debug, Clone, Copy)]
pub struct HandlerContextLayer;

impl<S> Layer<S> for HandlerContextLayer {
    type Service = HandlerContext<S>;

    fn layer(self, inner: S) -> Self::Service {
        HandlerContext { inner }
    }
}

/// Scopes the context of the request around the handler. It does not cancel the handler at the deadline: engines watch
/// it, and still return an answer then.
#[derive(Debug, Clone)]
pub struct HandlerContext<S> {
    inner: S,
}

impl<S> Service<ServerContext, PackCall> for HandlerContext<S>
where
    S: Service<ServerContext, Request, Response = Response, Error = ServerError> + Send + Sync + 'static,
{
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, call: PackCall) -> Result<Response, ServerError> {
        let PackCall { request, context, .. } = call;
        context.scope(self.inner.call(cx, request)).await
    }
}
