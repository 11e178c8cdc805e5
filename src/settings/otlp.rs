//! Settings of the export of traces: an OTLP collector, or none.

use std::{fmt, path::PathBuf, str::FromStr};

use live_pack_dal::config::Check;
use live_pack_telemetry::{CollectorSettings, SettingError};

use super::{Fault, NOT_SHOWN, raw::RawOtlp};

/// Checks the section; `None`: traces are not exported.
pub(super) fn check(raw: &RawOtlp, check: &mut Check<'_>) -> Option<CollectorSettings> {
    let endpoint = parsed(check, "otlp.endpoint", raw.endpoint.as_deref());
    let protocol = parsed(check, "otlp.protocol", raw.protocol.as_deref());
    let headers = parsed(check, "otlp.headers", raw.headers.as_deref());
    Some(CollectorSettings {
        endpoint: endpoint?,
        protocol: protocol.unwrap_or_default(),
        headers: headers.unwrap_or_default(),
        authorities: raw.certificate.as_deref().filter(|path| !path.is_empty()).map(PathBuf::from),
    })
}

/// The value of a text; `None` if it is rejected, missing or empty. A rejected text may be a secret.
fn parsed<T: FromStr<Err = SettingError>>(check: &mut Check<'_>, path: &str, text: Option<&str>) -> Option<T> {
    let text = text.filter(|text| !text.is_empty())?;
    text.parse().map_err(|error: SettingError| check.faults.push(fault(path, &error, shown(path, text)))).ok()
}

/// A protocol cannot be a secret; an endpoint may hold a password, and headers do.
fn shown<'a>(path: &str, text: &'a str) -> &'a str {
    if path == "otlp.protocol" { text } else { NOT_SHOWN }
}

fn fault(path: &str, rule: &dyn fmt::Display, found: &str) -> Fault {
    Fault { path: path.to_owned(), ..Fault::of_file("", rule.to_string(), found) }
}
