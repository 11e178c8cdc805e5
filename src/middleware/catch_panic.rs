//! The outermost layer: a panic in a handler fails its own request and no other, and log lines have the request's label.
//!
//! Not volo's own layer: its handler sends the backtrace to the caller, and it panics itself if a panic was resumed
//! from another task.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use live_pack_dal::RequestLabel;
use motore::{Service, layer::Layer};
use volo_thrift::{ApplicationException, ApplicationExceptionKind, ServerError, context::ServerContext};

use crate::pack_service::{PackCall, PackService, Response};

/// Makes [`CatchPanic`].
#[derive(Debug, Clone, Copy)]
pub struct CatchPanicLayer;

impl<S> Layer<S> for CatchPanicLayer {
    type Service = CatchPanic<S>;

    fn layer(self, inner: S) -> Self::Service {
        CatchPanic { inner }
    }
}

/// Turns a panic below it into an `INTERNAL_ERROR` exception that contains only a log id, and scopes the label of the
/// request.
#[derive(Debug, Clone)]
pub struct CatchPanic<S> {
    inner: S,
}

impl<S: PackService> Service<ServerContext, PackCall> for CatchPanic<S> {
    type Response = Response;
    type Error = ServerError;

    fn call(
        &self,
        cx: &mut ServerContext,
        call: PackCall,
    ) -> impl Future<Output = Result<Response, ServerError>> + Send {
        let PackCall { method, origin, context, .. } = &call;
        let (caller, stated) = (origin.identity.name.clone(), context.caller.clone());
        let label =
            Arc::new(RequestLabel::new(context.log_id.clone(), *method, caller, stated, context.hints.trace.id));
        // Boxed: a request and the futures of fifteen handlers are large, and every idle connection would reserve room
        // for the largest.
        let call = Box::pin(self.inner.call(cx, call));
        async move {
            // Unwind safe: the inner call borrows only the context of this request mutably, and nothing reads it again.
            let outcome = AssertUnwindSafe(Arc::clone(&label).scope(call)).catch_unwind().await;
            // the panic hook has logged it
            outcome.unwrap_or_else(|_| {
                Err(ServerError::Application(ApplicationException::new(
                    ApplicationExceptionKind::INTERNAL_ERROR,
                    format!("internal error, log id {}", label.log_id),
                )))
            })
        }
    }
}
