//! The flags of `live-pack serve`: the settings, each with a line of help.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::{
    cli::{CliError, environments::environments},
    settings::{
        Environment, RawSettings, Settings, Span, UnixMillis,
        raw::{RawImages, RawLimits, RawOtlp, RawSources, RawTls},
    },
};

/// Default, if it exists.
const DEFAULT_SETTINGS: &str = "conf/server.json";

/// Every setting can be given here, in the environment, or in the settings file; the earlier ones take precedence.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// Thrift address [default: 127.0.0.1:8888]
    #[arg(long, env = "LIVE_PACK_ADDR", value_name = "IP:PORT")]
    pub addr: Option<SocketAddr>,
    /// HTTP address of metrics, probes and the ops API [default: 127.0.0.1:9888]
    #[arg(long, env = "LIVE_PACK_OPS_ADDR", value_name = "IP:PORT")]
    pub ops_addr: Option<SocketAddr>,
    /// Serve Thrift on this Unix socket as well, for callers on this machine [default: none]
    #[arg(long, env = "LIVE_PACK_UNIX_SOCKET", value_name = "PATH")]
    pub unix_socket: Option<PathBuf>,
    /// Use TLS on the Thrift address, with this certificate in PEM [default: in the clear]
    #[arg(long, env = "LIVE_PACK_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, env = "LIVE_PACK_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Accept only callers with a certificate of this authority, in PEM [default: any caller]
    #[arg(long, env = "LIVE_PACK_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
    /// Take the listening sockets over from the process that offers them on this Unix socket, if there is one, and
    /// offer them there to the next: a restart without refused connections [default: none]
    #[arg(long, env = "LIVE_PACK_HANDOVER", value_name = "PATH")]
    pub handover: Option<PathBuf>,
    /// A file with the bearer token for records, and for requests that change state, on the ops address [default: all of
    /// them are refused]
    #[arg(long, env = "LIVE_PACK_OPS_TOKEN_FILE", value_name = "FILE")]
    pub ops_token_file: Option<PathBuf>,
    /// Environment; prod refuses test aids [default: dev]
    #[arg(long, env = "LIVE_PACK_ENV", value_parser = environments())]
    pub env: Option<Environment>,
    /// Freeze the time of the service, as RFC 3339 or Unix milliseconds; not in prod [default: real time]
    #[arg(long, env = "LIVE_PACK_CLOCK", value_name = "TIME")]
    pub clock: Option<UnixMillis>,
    /// The folder of the hot configuration [default: conf/dynamic if it exists, else built-in values]
    #[arg(long, env = "LIVE_PACK_CONF", value_name = "DIR")]
    pub conf: Option<PathBuf>,
    /// The settings file [default: conf/server.json if it exists]
    #[arg(long, env = "LIVE_PACK_SETTINGS", value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Redis for the second cache level, pins and counters, such as redis://host:port/db; no TLS [default: none]
    #[arg(long, env = "LIVE_PACK_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis: Option<String>,
    /// The downstream services: embedded, none (those of the settings' `downstreams` and of DownstreamConf), or
    /// name=host:port,… with a name once per instance [default: embedded]
    #[arg(long, env = "LIVE_PACK_WORLD", value_name = "WORLD")]
    pub world: Option<String>,
    /// The name server for `dns` entries of DownstreamConf [default: those of the system]
    #[arg(long, env = "LIVE_PACK_DNS_SERVER", value_name = "IP:PORT")]
    pub dns_server: Option<SocketAddr>,
    /// The members of an etcd cluster for `etcd` entries of DownstreamConf, in the clear [default: none]
    #[arg(long, env = "LIVE_PACK_ETCD_ENDPOINTS", value_name = "HOST:PORT,…")]
    pub etcd_endpoints: Option<String>,
    /// A file with name:password for etcd [default: none]
    #[arg(long, env = "LIVE_PACK_ETCD_USER_FILE", value_name = "FILE")]
    pub etcd_user_file: Option<PathBuf>,
    /// Register this process in etcd under a name, at an address that callers can reach [default: no]
    #[arg(long, env = "LIVE_PACK_ETCD_REGISTER", value_name = "NAME=IP:PORT")]
    pub etcd_register: Option<String>,
    /// The server of pictures, such as `https://img.example.com`; more of them and sizes: the settings' `images`
    /// [default: that of the embedded world, else none]
    #[arg(long, env = "LIVE_PACK_IMAGE_BASE_URL", value_name = "URL")]
    pub image_base_url: Option<String>,
    /// Region of viewers whose region is unknown, ISO 3166-1 [default: that of RegionConf, US as shipped]
    #[arg(long, env = "LIVE_PACK_DEFAULT_REGION", value_name = "REGION", value_parser = region)]
    pub default_region: Option<String>,
    /// Export traces to this OTLP collector, a base URL such as http://localhost:4318 [default: none]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<String>,
    /// Form of OTLP: grpc or http/protobuf [default: http/protobuf]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_PROTOCOL", value_name = "PROTOCOL")]
    pub otlp_protocol: Option<String>,
    /// Headers of each export, percent-encoded; prefer the environment, because a command line is not secret
    /// [default: none]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_HEADERS", value_name = "NAME=VALUE,…", hide_env_values = true)]
    pub otlp_headers: Option<String>,
    /// Authorities of an https collector, in PEM [default: those of Mozilla]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_CERTIFICATE", value_name = "FILE")]
    pub otlp_certificate: Option<PathBuf>,
    /// error, warn, info, debug, trace, or target=level,… [default: info]
    #[arg(long, env = "LIVE_PACK_LOG_LEVEL", value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// A file with the key of user hashes in logs, 32 bytes or more [default: random]
    #[arg(long, env = "LIVE_PACK_LOG_KEY_FILE", value_name = "FILE")]
    pub log_key_file: Option<PathBuf>,
    /// Write one request in N to the access log; 0 writes none [default: 0]
    #[arg(long, env = "LIVE_PACK_ACCESS_LOG_ONE_IN", value_name = "N")]
    pub access_log_one_in: Option<u32>,
    /// Memory in bytes for the records of the last calls that were sampled, followed, slow, degraded or failed; 0 keeps
    /// none [default: 8388608]
    #[arg(long, env = "LIVE_PACK_RECORD_RING", value_name = "BYTES")]
    pub record_ring: Option<usize>,
    /// Threads that serve requests; 0 is one per core [default: 0]
    #[arg(long, env = "LIVE_PACK_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Maximum number of connections; further ones are closed at once [default: 20000]
    #[arg(long, env = "LIVE_PACK_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<usize>,
    /// Maximum number of connections from one address, IPv6 /64, or user of this machine [default: 15000]
    #[arg(long, env = "LIVE_PACK_MAX_CONNECTIONS_PER_PEER", value_name = "N")]
    pub max_connections_per_peer: Option<usize>,
    /// Close a connection on which no message begins for this long [default: 10m]
    #[arg(long, env = "LIVE_PACK_IDLE_TIMEOUT", value_name = "DURATION")]
    pub idle_timeout: Option<Span>,
    /// Close a connection whose message is not complete this long after its first byte [default: 10s]
    #[arg(long, env = "LIVE_PACK_MESSAGE_TIMEOUT", value_name = "DURATION")]
    pub message_timeout: Option<Span>,
    /// Maximum size of a message in bytes; a longer one is refused [default: 1048576]
    #[arg(long, env = "LIVE_PACK_MAX_MESSAGE", value_name = "BYTES")]
    pub max_message: Option<usize>,
    /// Maximum total of bytes buffered for messages and answers of all connections; more is refused [default: 67108864]
    #[arg(long, env = "LIVE_PACK_MAX_BUFFERED", value_name = "BYTES")]
    pub max_buffered: Option<usize>,
    /// Maximum number of requests in flight; further ones are refused with status 10006 [default: 4096]
    #[arg(long, env = "LIVE_PACK_MAX_IN_FLIGHT", value_name = "N")]
    pub max_in_flight: Option<usize>,
    /// Maximum size of an answer of a downstream service in bytes; a longer one is refused [default: 16777216]
    #[arg(long, env = "LIVE_PACK_MAX_ANSWER", value_name = "BYTES")]
    pub max_answer: Option<usize>,
    /// Maximum duration of a request, whatever timeout its caller states [default: 3s]
    #[arg(long, env = "LIVE_PACK_MAX_REQUEST_TIME", value_name = "DURATION")]
    pub max_request_time: Option<Span>,
    /// Continue to accept connections for this long after /readyz has turned to 503 [default: 200ms]
    #[arg(long, env = "LIVE_PACK_DRAIN_LINGER", value_name = "DURATION")]
    pub drain_linger: Option<Span>,
    /// End at most this long after SIGTERM or SIGINT [default: 10s]
    #[arg(long, env = "LIVE_PACK_DRAIN_LIMIT", value_name = "DURATION")]
    pub drain_limit: Option<Span>,
    /// Maximum number of connections to the ops address; a further one replaces the oldest [default: 64]
    #[arg(long, env = "LIVE_PACK_OPS_CONNECTIONS", value_name = "N")]
    pub ops_connections: Option<usize>,
    /// Close a connection to the ops address whose request is not answered this long after its first byte [default: 10s]
    #[arg(long, env = "LIVE_PACK_OPS_REQUEST_TIMEOUT", value_name = "DURATION")]
    pub ops_request_timeout: Option<Span>,
    /// Close a connection to the ops address on which no request begins for this long [default: 1m]
    #[arg(long, env = "LIVE_PACK_OPS_IDLE_TIMEOUT", value_name = "DURATION")]
    pub ops_idle_timeout: Option<Span>,
}

/// The text is not a region.
#[derive(Debug, thiserror::Error)]
#[error("must be two capital letters, ISO 3166-1")]
struct NotARegion;

fn region(text: &str) -> Result<String, NotARegion> {
    let good = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    good.then(|| text.to_owned()).ok_or(NotARegion)
}

impl ServeArgs {
    /// The checked settings: these arguments over the settings file.
    ///
    /// # Errors
    /// See [`crate::settings::SettingsError`].
    pub fn into_settings(self) -> Result<Settings, CliError> {
        let default = Some(PathBuf::from(DEFAULT_SETTINGS)).filter(|path| path.exists());
        let file = self.settings.clone().or(default);
        let (raw, faults) = file.as_deref().map(RawSettings::read).transpose()?.unwrap_or_default();
        let clock = self.clock;
        Ok(Settings::check_after(faults, &raw.overlaid(self.into_raw()), clock)?)
    }

    fn into_raw(self) -> RawSettings {
        fn text<T: ToString>(value: Option<T>) -> Option<String> {
            value.map(|value| value.to_string())
        }
        // every path on the command line is UTF-8, as clap has checked
        fn path(value: Option<PathBuf>) -> Option<String> {
            value.and_then(|path| path.into_os_string().into_string().ok())
        }
        RawSettings {
            addr: text(self.addr),
            ops_addr: text(self.ops_addr),
            env: text(self.env),
            conf: path(self.conf),
            unix_socket: path(self.unix_socket),
            handover: path(self.handover),
            ops_token_file: path(self.ops_token_file),
            tls: RawTls {
                certificate: path(self.tls_cert),
                key: path(self.tls_key),
                client_authority: path(self.tls_client_ca),
            },
            redis: self.redis,
            world: self.world,
            downstreams: Default::default(),
            sources: RawSources {
                dns_server: text(self.dns_server),
                etcd_endpoints: self.etcd_endpoints,
                etcd_user_file: path(self.etcd_user_file),
                etcd_register: self.etcd_register,
            },
            images: RawImages { base_url: self.image_base_url, ..RawImages::default() },
            default_region: self.default_region,
            otlp: RawOtlp {
                endpoint: self.otlp_endpoint,
                protocol: self.otlp_protocol,
                headers: self.otlp_headers,
                certificate: path(self.otlp_certificate),
            },
            log_level: self.log_level,
            log_key_file: path(self.log_key_file),
            access_log_one_in: self.access_log_one_in,
            record_ring: self.record_ring,
            workers: self.workers,
            limits: RawLimits {
                max_connections: self.max_connections,
                max_connections_per_peer: self.max_connections_per_peer,
                idle_timeout: text(self.idle_timeout),
                message_timeout: text(self.message_timeout),
                max_message: self.max_message,
                max_buffered: self.max_buffered,
                max_in_flight: self.max_in_flight,
                max_answer: self.max_answer,
                max_request_time: text(self.max_request_time),
                drain_linger: text(self.drain_linger),
                drain_limit: text(self.drain_limit),
                ops_connections: self.ops_connections,
                ops_request_timeout: text(self.ops_request_timeout),
                ops_idle_timeout: text(self.ops_idle_timeout),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn flags_override_the_file() {
        let args = ServeArgs {
            settings: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/conf/server.json").into()),
            addr: Some(([127, 0, 0, 1], 7777).into()),
            env: Some(Environment::Test),
            idle_timeout: Some("3s".parse().unwrap()),
            ..ServeArgs::default()
        };
        let settings = args.into_settings().unwrap();
        assert_eq!((settings.addr.port(), settings.environment), (7777, Environment::Test));
        assert_eq!(settings.server.idle_timeout.as_secs(), 3);
        assert_eq!(settings.server.max_connections, 20_000);
    }
}
