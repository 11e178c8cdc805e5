//! Computes the deadline of the answer, and passes the raw facts of the request to the handler.

use std::time::Duration;

use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo::context::Context;
use volo_thrift::{ServerError, context::ServerContext};

use live_pack_handlers::request_context::RequestContext;

use super::{PackService, Request, Response, context, entry::Entry};

/// Makes [`Deadline`].
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer {
    /// Maximum duration of a request, whatever timeout its caller states.
    pub max_request_time: Duration,
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(self, inner: S) -> Self::Service {
        Deadline { inner, max_request_time: self.max_request_time }
    }
}

/// Scopes a [`RequestContext`] around the handler. It does not cancel the handler at the deadline: engines watch it,
/// and still return an answer then.
#[derive(Debug, Clone)]
pub struct Deadline<S> {
    inner: S,
    max_request_time: Duration,
}

impl<S: PackService> Service<ServerContext, Request> for Deadline<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, request: Request) -> Result<Response, ServerError> {
        let Entry { log_id, caller, received, .. } = cx.extensions().get::<Entry>().cloned().unwrap_or_else(Entry::now);
        let deadline = deadline(received, cx.rpc_info().config().rpc_timeout(), self.max_request_time);
        let peer = context::peer().and_then(|peer| peer.address);
        let context = RequestContext { log_id, deadline, caller, header: context::hints(), peer, received };
        context.scope(self.inner.call(cx, request)).await
    }
}

/// The deadline of a request received at `received`.
pub(super) fn deadline(received: Instant, callers: Option<Duration>, max: Duration) -> Instant {
    received + allowed_time(callers, max)
}

/// The caller's timeout if it states one, and never more than `max`. A timeout of 0 means "none" in TTHeader.
fn allowed_time(callers: Option<Duration>, max: Duration) -> Duration {
    callers.filter(|timeout| !timeout.is_zero()).map_or(max, |timeout| timeout.min(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_of_the_callers_timeout_and_our_own_decides() {
        let ms = Duration::from_millis;
        for (callers, expected) in
            [(None, ms(3000)), (Some(ms(200)), ms(200)), (Some(ms(9000)), ms(3000)), (Some(ms(0)), ms(3000))]
        {
            assert_eq!(allowed_time(callers, ms(3000)), expected, "{callers:?}");
        }
    }
}
