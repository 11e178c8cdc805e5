//! Probes, metrics and the `OpenAPI` document.

use prometheus::TextEncoder;

use crate::{
    app::App,
    problem::{self, Problem},
};

/// Answers if the process is alive.
pub(crate) fn healthz(_: &App) -> Result<String, Problem> {
    Ok("ok\n".to_owned())
}

/// Answers 200 unless the process is draining.
pub(crate) fn readyz(app: &App) -> Result<String, Problem> {
    if app.is_draining() {
        Err(Problem::new(problem::DRAINING, "the server is draining"))
    } else {
        Ok("ok\n".to_owned())
    }
}

/// Metrics in the text format of Prometheus.
pub(crate) fn metrics(app: &App) -> Result<String, Problem> {
    let text = TextEncoder::new().encode_to_string(&app.registry().gather());
    text.map_err(|error| Problem::new(problem::INTERNAL, error.to_string()))
}

/// The `OpenAPI` document.
pub(crate) fn document(app: &App) -> Result<String, Problem> {
    app.document().map(ToOwned::to_owned).ok_or_else(|| Problem::new(problem::INTERNAL, "the document has a fault"))
}
