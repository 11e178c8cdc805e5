//! The outermost layer: a panic in a handler fails its own request and no other.
//!
//! Not volo's own layer: its handler sends the backtrace to the caller, and it panics itself if a panic was resumed
//! from another task.

use std::{any::Any, future::Future, panic::AssertUnwindSafe};

use futures_util::FutureExt;
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

/// Turns a panic below it into an `INTERNAL_ERROR` exception that contains only a log id.
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
        let (log_id, method) = (call.context.log_id.clone(), call.method);
        // Boxed: a request and the futures of fifteen handlers are large, and every idle connection would reserve room
        // for the largest.
        let call = Box::pin(self.inner.call(cx, call));
        async move {
            // Unwind safe: the inner call borrows only the context of this request mutably, and nothing reads it again.
            let outcome = AssertUnwindSafe(call).catch_unwind().await;
            outcome.unwrap_or_else(|payload| {
                tracing::error!(%log_id, method = method.name(), panic = text_of(payload.as_ref()), "handler panicked");
                Err(ServerError::Application(ApplicationException::new(
                    ApplicationExceptionKind::INTERNAL_ERROR,
                    format!("internal error, log id {log_id}"),
                )))
            })
        }
    }
}

/// The message of a panic, if it is text.
fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without text")
}
