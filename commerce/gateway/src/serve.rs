//! The listener: serves until it must drain, then answers the requests in flight.

use std::{future::Future, io, time::Duration};

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::{App, router};

/// Time limit of a drain.
const DRAIN: Duration = Duration::from_secs(30);

/// The listener failed.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP listener failed")]
pub struct ServeError(#[from] io::Error);

/// Serves until `stop` resolves; then `/readyz` answers 503, idle connections are closed, and requests in flight are answered.
///
/// # Errors
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    // Nagle's algorithm would delay small responses until the peer's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let draining = app.clone();
    let (begun, drain_begins) = tokio::sync::oneshot::channel();
    let served = axum::serve(listener, router(app)).with_graceful_shutdown(async move {
        stop.await;
        draining.drain();
        let _ = begun.send(());
    });
    tokio::select! {
        result = served => Ok(result?),
        () = async { let _ = drain_begins.await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("the drain was cut off after 30 s");
            Ok(())
        }
    }
}
