//! Tells a downstream service how much time it has: the remaining time of the call, in the transport header.

use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo::context::Context as _;
use volo_thrift::context::ClientContext;

tokio::task_local! {
    /// The time at which the current call times out.
    pub(super) static DEADLINE: Instant;
}

/// Makes [`Remaining`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RemainingLayer;

impl<S> Layer<S> for RemainingLayer {
    type Service = Remaining<S>;

    fn layer(self, inner: S) -> Remaining<S> {
        Remaining(inner)
    }
}

/// Sets the timeout in the header from [`DEADLINE`]. The layer is inside volo's own timeout, which therefore never sees it.
#[derive(Debug, Clone)]
pub(super) struct Remaining<S>(S);

impl<S, Req> Service<ClientContext, Req> for Remaining<S>
where
    S: Service<ClientContext, Req> + Send + Sync + 'static,
    Req: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;

    async fn call(&self, cx: &mut ClientContext, request: Req) -> Result<S::Response, S::Error> {
        if let Ok(deadline) = DEADLINE.try_with(|deadline| *deadline) {
            let left = deadline.saturating_duration_since(Instant::now());
            cx.rpc_info_mut().config_mut().set_rpc_timeout(Some(left));
        }
        self.0.call(cx, request).await
    }
}
