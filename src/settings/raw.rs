//! The structure of `conf/server.json`, before anything is checked.

use std::{collections::BTreeMap, path::Path};

use live_pack_dal::{
    files::Files,
    json::{self, Flaw},
};
use serde::{Deserialize, Serialize};

use super::{Fault, NOT_SHOWN, SettingsError};

/// Settings from one source; `None` for those that it leaves out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSettings {
    /// See [`super::Settings::addr`].
    pub addr: Option<String>,
    /// See [`super::Settings::ops_addr`].
    pub ops_addr: Option<String>,
    /// `dev`, `test` or `prod`.
    pub env: Option<String>,
    /// The folder of the hot configuration.
    pub conf: Option<String>,
    /// A `redis://` address, or "" for none.
    pub redis: Option<String>,
    /// `embedded`, `none`, or `name=host:port,…`; a name that is given twice has two instances.
    pub world: Option<String>,
    /// Addresses of the downstream services by their names, `host:port` each, with commas between several.
    pub downstreams: BTreeMap<String, String>,
    /// Sources of instances.
    pub sources: RawSources,
    /// Servers and sizes of pictures.
    pub images: RawImages,
    /// See [`super::Settings::default_region`].
    pub default_region: Option<String>,
    /// See [`super::Settings::unix_socket`].
    pub unix_socket: Option<String>,
    /// See [`super::Settings::handover`].
    pub handover: Option<String>,
    /// See [`super::Settings::ops_token_file`].
    pub ops_token_file: Option<String>,
    /// TLS on the Thrift address.
    pub tls: RawTls,
    /// See [`super::Settings::log_level`].
    pub log_level: Option<String>,
    /// See [`super::Settings::log_key_file`].
    pub log_key_file: Option<String>,
    /// One request in this many is logged; 0: none.
    pub access_log_one_in: Option<u32>,
    /// See [`super::Settings::record_ring`].
    pub record_ring: Option<usize>,
    /// Threads; 0 is one per core.
    pub workers: Option<usize>,
    /// Export of traces.
    pub otlp: RawOtlp,
    /// The limits of the listener.
    pub limits: RawLimits,
}

/// The section `sources`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSources {
    /// See [`super::Sources::dns_server`].
    pub dns_server: Option<String>,
    /// See [`super::Sources::etcd_endpoints`]; with commas between.
    pub etcd_endpoints: Option<String>,
    /// See [`super::Sources::etcd_user_file`].
    pub etcd_user_file: Option<String>,
    /// See [`super::Sources::etcd_register`]; `name=IP:PORT`.
    pub etcd_register: Option<String>,
}

/// The section `images`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawImages {
    /// See [`live_pack_dal::ImageHost::base_url`].
    pub base_url: Option<String>,
    /// See [`live_pack_dal::ImageHost::thumb`].
    pub thumb: Option<u32>,
    /// See [`live_pack_dal::ImageHost::large`].
    pub large: Option<u32>,
    /// Servers by route group; a field that is left out has the value above.
    pub groups: BTreeMap<String, RawImageHost>,
    /// Width and height in pixels, such as `[800, 800]`, by the kind of the picture.
    pub sizes: BTreeMap<String, [i32; 2]>,
}

/// The picture server of one route group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawImageHost {
    /// See [`live_pack_dal::ImageHost::base_url`].
    pub base_url: Option<String>,
    /// See [`live_pack_dal::ImageHost::thumb`].
    pub thumb: Option<u32>,
    /// See [`live_pack_dal::ImageHost::large`].
    pub large: Option<u32>,
}

/// The section `tls`: files in PEM.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTls {
    /// See [`crate::server::tls::TlsFiles::certificate`].
    pub certificate: Option<String>,
    /// See [`crate::server::tls::TlsFiles::key`].
    pub key: Option<String>,
    /// See [`crate::server::tls::TlsFiles::client_authority`].
    pub client_authority: Option<String>,
}

/// The section `otlp`; "" is the same as nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawOtlp {
    /// See [`live_pack_telemetry::CollectorSettings::endpoint`].
    pub endpoint: Option<String>,
    /// See [`live_pack_telemetry::CollectorSettings::protocol`].
    pub protocol: Option<String>,
    /// See [`live_pack_telemetry::CollectorSettings::headers`]; `name=value` with commas between.
    pub headers: Option<String>,
    /// See [`live_pack_telemetry::CollectorSettings::authorities`].
    pub certificate: Option<String>,
}

/// The section `limits`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLimits {
    /// See [`crate::server::ServerOptions::max_connections`].
    pub max_connections: Option<usize>,
    /// See [`crate::server::ServerOptions::max_connections_per_peer`].
    pub max_connections_per_peer: Option<usize>,
    /// See [`crate::server::ServerOptions::idle_timeout`].
    pub idle_timeout: Option<String>,
    /// See [`crate::server::ServerOptions::message_timeout`].
    pub message_timeout: Option<String>,
    /// See [`crate::server::ServerOptions::max_message`].
    pub max_message: Option<usize>,
    /// See [`crate::server::ServerOptions::max_buffered`].
    pub max_buffered: Option<usize>,
    /// See [`crate::pack_service::CallOptions::max_in_flight`].
    pub max_in_flight: Option<usize>,
    /// See [`super::Settings::max_answer`].
    pub max_answer: Option<usize>,
    /// See [`crate::pack_service::CallOptions::max_request_time`].
    pub max_request_time: Option<String>,
    /// See [`crate::server::ServerOptions::drain_linger`].
    pub drain_linger: Option<String>,
    /// See [`crate::server::ServerOptions::drain_limit`].
    pub drain_limit: Option<String>,
    /// See [`crate::ops::OpsLimits::connections`].
    pub ops_connections: Option<usize>,
    /// See [`crate::ops::OpsLimits::request`].
    pub ops_request_timeout: Option<String>,
    /// See [`crate::ops::OpsLimits::idle`].
    pub ops_idle_timeout: Option<String>,
}

impl RawSettings {
    /// Reads a settings file: the well-formed part, and all faults.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(path: &Path) -> Result<(Self, Vec<Fault>), SettingsError> {
        let read = Files::default().read_text(path);
        Ok(Self::parse(&read.map_err(|source| SettingsError::Read { path: path.to_owned(), source })?, path))
    }

    /// Parses the text of a settings file; `path` is for the faults only.
    #[must_use]
    pub fn parse(text: &str, path: &Path) -> (Self, Vec<Fault>) {
        let json::Read { value, flaws, .. } = json::read(text);
        (value, flaws.into_iter().map(|flaw| fault(path, flaw)).collect())
    }

    /// `self`, overridden by the values in `stronger`.
    #[must_use]
    pub fn overlaid(self, stronger: Self) -> Self {
        Self {
            addr: stronger.addr.or(self.addr),
            ops_addr: stronger.ops_addr.or(self.ops_addr),
            env: stronger.env.or(self.env),
            conf: stronger.conf.or(self.conf),
            redis: stronger.redis.or(self.redis),
            world: stronger.world.or(self.world),
            downstreams: self.downstreams.into_iter().chain(stronger.downstreams).collect(),
            sources: RawSources {
                dns_server: stronger.sources.dns_server.or(self.sources.dns_server),
                etcd_endpoints: stronger.sources.etcd_endpoints.or(self.sources.etcd_endpoints),
                etcd_user_file: stronger.sources.etcd_user_file.or(self.sources.etcd_user_file),
                etcd_register: stronger.sources.etcd_register.or(self.sources.etcd_register),
            },
            images: RawImages {
                base_url: stronger.images.base_url.or(self.images.base_url),
                thumb: stronger.images.thumb.or(self.images.thumb),
                large: stronger.images.large.or(self.images.large),
                groups: self.images.groups.into_iter().chain(stronger.images.groups).collect(),
                sizes: self.images.sizes.into_iter().chain(stronger.images.sizes).collect(),
            },
            default_region: stronger.default_region.or(self.default_region),
            unix_socket: stronger.unix_socket.or(self.unix_socket),
            handover: stronger.handover.or(self.handover),
            ops_token_file: stronger.ops_token_file.or(self.ops_token_file),
            tls: RawTls {
                certificate: stronger.tls.certificate.or(self.tls.certificate),
                key: stronger.tls.key.or(self.tls.key),
                client_authority: stronger.tls.client_authority.or(self.tls.client_authority),
            },
            log_level: stronger.log_level.or(self.log_level),
            log_key_file: stronger.log_key_file.or(self.log_key_file),
            access_log_one_in: stronger.access_log_one_in.or(self.access_log_one_in),
            record_ring: stronger.record_ring.or(self.record_ring),
            workers: stronger.workers.or(self.workers),
            otlp: RawOtlp {
                endpoint: stronger.otlp.endpoint.or(self.otlp.endpoint),
                protocol: stronger.otlp.protocol.or(self.otlp.protocol),
                headers: stronger.otlp.headers.or(self.otlp.headers),
                certificate: stronger.otlp.certificate.or(self.otlp.certificate),
            },
            limits: RawLimits {
                max_connections: stronger.limits.max_connections.or(self.limits.max_connections),
                max_connections_per_peer: stronger
                    .limits
                    .max_connections_per_peer
                    .or(self.limits.max_connections_per_peer),
                idle_timeout: stronger.limits.idle_timeout.or(self.limits.idle_timeout),
                message_timeout: stronger.limits.message_timeout.or(self.limits.message_timeout),
                max_message: stronger.limits.max_message.or(self.limits.max_message),
                max_buffered: stronger.limits.max_buffered.or(self.limits.max_buffered),
                max_in_flight: stronger.limits.max_in_flight.or(self.limits.max_in_flight),
                max_answer: stronger.limits.max_answer.or(self.limits.max_answer),
                max_request_time: stronger.limits.max_request_time.or(self.limits.max_request_time),
                drain_linger: stronger.limits.drain_linger.or(self.limits.drain_linger),
                drain_limit: stronger.limits.drain_limit.or(self.limits.drain_limit),
                ops_connections: stronger.limits.ops_connections.or(self.limits.ops_connections),
                ops_request_timeout: stronger.limits.ops_request_timeout.or(self.limits.ops_request_timeout),
                ops_idle_timeout: stronger.limits.ops_idle_timeout.or(self.limits.ops_idle_timeout),
            },
        }
    }
}

/// A fault in a settings file, with the file in front of the path. Values that may contain a password are not shown.
fn fault(path: &Path, flaw: Flaw) -> Fault {
    let is_secret = |text: &str| text.contains("://") || text.contains('@');
    let path_in_lower_case = flaw.path.to_ascii_lowercase();
    let holds_secrets = ["redis", "otlp"].iter().any(|section| path_in_lower_case.contains(section));
    Fault {
        key: path.display().to_string(),
        path: flaw.path,
        // "invalid type: string …" repeats the value
        rule: if is_secret(&flaw.rule) || holds_secrets && flaw.rule.starts_with("invalid type") {
            "has the wrong type".to_owned()
        } else {
            flaw.rule
        },
        found: if holds_secrets || is_secret(&flaw.found) { NOT_SHOWN.to_owned() } else { flaw.found },
    }
}
