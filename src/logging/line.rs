//! The format of log lines: one JSON object with the fields of the event, and those of the request that it belongs to.

use std::{fmt, sync::Arc};

use live_pack_dal::RequestLabel;
use live_pack_engine::RunningTask;
use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Json, Writer},
    },
    registry::LookupSpan,
};

use super::limit::Limits;

/// Formats events as JSON lines.
pub(super) struct Lines {
    json: Format<Json>,
    limits: Arc<Limits>,
}

impl Lines {
    pub(super) fn new(limits: Arc<Limits>) -> Self {
        Self { json: tracing_subscriber::fmt::format().json().flatten_event(true), limits }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, cx: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::with_capacity(512);
        self.json.format_event(cx, Writer::new(&mut line), event)?;
        let object = line.trim_end().strip_suffix('}').ok_or(fmt::Error)?;
        writer.write_str(object)?;
        let own = event.metadata().fields();
        let mut add = |name: &str, value: serde_json::Value| match own.field(name) {
            None => write!(writer, ",\"{name}\":{value}"),
            Some(_) => Ok(()),
        };
        RequestLabel::with(|label| {
            add("log_id", json!(label.log_id.as_str()))?;
            add("method", json!(label.method.name()))?;
            add("caller", json!(label.caller.as_str()))?;
            add("trace_id", json!(label.trace.to_string()))?;
            let Some(checked) = label.checked() else { return Ok(()) };
            if checked.room_id != 0 {
                add("room", json!(checked.room_id))?;
            }
            checked.user.as_ref().map_or(Ok(()), |user| add("user", json!(user.as_str())))
        })
        .unwrap_or(Ok(()))?;
        if let Some(RunningTask { engine, task }) = RunningTask::current() {
            if !engine.is_empty() {
                add("engine", json!(engine))?;
            }
            add("task", json!(task))?;
        }
        let suppressed = self.limits.take_suppressed(event.metadata());
        if suppressed > 0 {
            add("suppressed", json!(suppressed))?;
        }
        writer.write_str("}\n")
    }
}
