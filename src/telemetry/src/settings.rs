//! Settings of the exporter, in the forms of the OpenTelemetry specification.

use std::{fmt, path::PathBuf, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;

/// Headers that belong to the protocol.
const RESERVED: [&str; 7] =
    ["connection", "content-encoding", "content-length", "content-type", "host", "te", "transfer-encoding"];

/// Faults of a setting of the exporter. Their texts never contain values of headers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The protocol is unknown.
    #[error("must be grpc or http/protobuf")]
    Protocol,
    /// The endpoint is not a URL with scheme and host.
    #[error("must be a URL, such as http://localhost:4318")]
    Endpoint,
    /// The endpoint names a user, which would be written to logs.
    #[error("must not contain a user or a password: use OTEL_EXPORTER_OTLP_HEADERS")]
    EndpointUser,
    /// The endpoint has a query, which would not be sent.
    #[error("must be a base URL without a query")]
    EndpointQuery,
    /// A header is not `name=value`, or its name or its percent-encoded value is invalid.
    #[error("must be name=value with commas between, percent-encoded; entry {position} is not")]
    Header {
        /// Position in the list, from 1.
        position: usize,
    },
    /// A header belongs to the protocol.
    #[error("must not contain {name}, which the protocol sets")]
    ReservedHeader {
        /// The header.
        name: String,
    },
}

/// The transport protocol of OTLP. The default is that of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// gRPC over HTTP/2.
    Grpc,
    /// Protocol buffers in the body of HTTP/1.1.
    #[default]
    HttpProtobuf,
}

impl Protocol {
    /// Name as in `OTEL_EXPORTER_OTLP_PROTOCOL`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::HttpProtobuf => "http/protobuf",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protocol {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let named = [Self::Grpc, Self::HttpProtobuf].into_iter().find(|protocol| protocol.name() == text);
        named.ok_or(SettingError::Protocol)
    }
}

/// Base URL of a collector, `http` or `https`. Without a port, the port is that of the scheme: 80 or 443.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Uri);

impl Endpoint {
    /// The base URL as it is, for gRPC.
    pub(crate) fn base(&self) -> &Uri {
        &self.0
    }

    /// The URL of traces over HTTP: the base URL with `/v1/traces` appended.
    pub(crate) fn traces(&self) -> Result<Uri, http::uri::InvalidUri> {
        format!("{}/v1/traces", self.0.to_string().trim_end_matches('/')).parse()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().trim_end_matches('/'))
    }
}

impl FromStr for Endpoint {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let uri: Uri = text.parse().map_err(|_| SettingError::Endpoint)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
            return Err(SettingError::Endpoint);
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(SettingError::EndpointUser);
        }
        if uri.query().is_some() {
            return Err(SettingError::EndpointQuery);
        }
        Ok(Self(uri))
    }
}

/// Headers of each export, for example the key of a vendor. The values are secrets: `Debug` does not show them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    pub(crate) fn map(&self) -> &HeaderMap {
        &self.0
    }

    /// Names, in no particular order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(HeaderName::as_str)
    }
}

impl FromStr for Headers {
    type Err = SettingError;

    /// Reads `name=value,…` as `OTEL_EXPORTER_OTLP_HEADERS` has it.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let mut headers = HeaderMap::new();
        for (index, entry) in text.split(',').enumerate().filter(|(_, entry)| !entry.trim().is_empty()) {
            let (name, value) = header(entry).ok_or(SettingError::Header { position: index + 1 })?;
            if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("grpc-") {
                return Err(SettingError::ReservedHeader { name: name.as_str().to_owned() });
            }
            headers.append(name, value);
        }
        Ok(Self(headers))
    }
}

fn header(entry: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = entry.split_once('=')?;
    let name = percent_decode_str(name.trim()).decode_utf8().ok()?.parse().ok()?;
    let value: Vec<u8> = percent_decode_str(value.trim()).collect();
    let mut value = HeaderValue::from_bytes(&value).ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

/// Destination of traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorSettings {
    /// Base URL.
    pub endpoint: Endpoint,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Headers of each export.
    pub headers: Headers,
    /// Authorities that the collector's certificate is checked against, in PEM; `None`: Mozilla's list.
    pub authorities: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_endpoint_is_a_base_url() {
        for (text, traces) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("http://localhost:4318/", "http://localhost:4318/v1/traces"),
            ("https://otlp.example.com/tenant/7", "https://otlp.example.com/tenant/7/v1/traces"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().traces().unwrap().to_string(), traces, "{text}");
        }
        for (text, error) in [
            ("localhost:4317", SettingError::Endpoint),
            ("ftp://localhost", SettingError::Endpoint),
            ("http://", SettingError::Endpoint),
            ("", SettingError::Endpoint),
            ("http://me:secret@localhost", SettingError::EndpointUser),
            ("http://localhost?key=secret", SettingError::EndpointQuery),
        ] {
            assert_eq!(text.parse::<Endpoint>(), Err(error), "{text}");
        }
    }

    #[test]
    fn headers_are_percent_decoded_and_never_shown() {
        let headers: Headers = "api-key=a%20b%3D, x-tenant = 7 ,".parse().unwrap();
        assert_eq!(headers.map()["api-key"], "a b=");
        assert_eq!(headers.map()["x-tenant"], "7");
        let shown = format!("{headers:?}");
        assert!(shown.contains("api-key") && !shown.contains("a b="), "{shown}");
    }

    #[test]
    fn a_bad_header_is_named_by_its_position() {
        for (text, error) in [
            ("a=1,novalue", SettingError::Header { position: 2 }),
            ("=1", SettingError::Header { position: 1 }),
            ("a b=1", SettingError::Header { position: 1 }),
            ("a=%00", SettingError::Header { position: 1 }),
            ("Content-Type=x", SettingError::ReservedHeader { name: "content-type".to_owned() }),
            ("grpc-timeout=1S", SettingError::ReservedHeader { name: "grpc-timeout".to_owned() }),
        ] {
            assert_eq!(text.parse::<Headers>(), Err(error), "{text}");
        }
    }

    #[test]
    fn protocols_have_the_names_of_the_specification() {
        assert_eq!("grpc".parse(), Ok(Protocol::Grpc));
        assert_eq!("http/protobuf".parse(), Ok(Protocol::HttpProtobuf));
        assert_eq!("http/json".parse::<Protocol>(), Err(SettingError::Protocol));
    }
}
