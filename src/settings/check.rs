//! Checks raw settings: every rule, and a report of all that are broken.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use clap::ValueEnum;
use live_pack_dal::{Downstream, RedisUrl, RpcSettings, model::Region, rpc::HostPort};

use super::{
    Environment, Fault, NOT_SHOWN, RawSettings, Settings, UnixMillis, World,
    raw::{RawLimits, RawTls},
    span::Span,
};
use crate::{
    logging,
    middleware::MiddlewareOptions,
    ops::OpsLimits,
    server::{ServerOptions, tls::TlsFiles, unix::LONGEST_PATH},
};

/// Default, if it exists.
const DEFAULT_CONF: &str = "conf/dynamic";

/// Below, ordinary messages do not fit; above, one message may take more memory than a machine has.
const BYTES: RangeInclusive<usize> = 1024..=256 * 1024 * 1024;

const DURATION: &str = "must be a whole number with a unit, above zero, as 200ms, 10s, 10m";

/// Collects faults; a rejected value is replaced by its default so that the rest can be checked too.
#[derive(Default)]
struct Checker {
    faults: Vec<Fault>,
}

impl Checker {
    fn fault(&mut self, key: impl Into<String>, rule: &'static str, found: impl Debug) {
        self.faults.push(Fault { key: key.into(), rule: rule.into(), found: format!("{found:?}") });
    }

    fn parsed<T: FromStr>(&mut self, key: &str, text: Option<&String>, default: T, rule: &'static str) -> T {
        match text.map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.fault(key, rule, text.map_or("", String::as_str));
                default
            }
        }
    }

    fn bytes(&mut self, key: &str, bytes: Option<usize>, default: usize) -> usize {
        if let Some(bytes) = bytes.filter(|bytes| !BYTES.contains(bytes)) {
            self.fault(key, "must be 1 KiB to 256 MiB, in bytes", bytes);
        }
        bytes.unwrap_or(default)
    }

    fn duration(&mut self, key: &str, text: Option<&String>, default: Duration) -> Duration {
        let Span(span) = self.parsed(key, text, Span(default), DURATION);
        if span.is_zero() {
            self.fault(key, DURATION, text.map_or("", String::as_str));
        }
        span
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

pub(super) fn check(raw: &RawSettings, clock: Option<UnixMillis>) -> Result<Settings, Vec<Fault>> {
    let mut checker = Checker::default();
    let address = "must be an IP address and a port, as 127.0.0.1:8888";
    let addr = checker.parsed("addr", raw.addr.as_ref(), local(8888), address);
    let ops_addr = checker.parsed("ops_addr", raw.ops_addr.as_ref(), local(9888), address);
    if addr == ops_addr && addr.port() != 0 {
        checker.fault("ops_addr", "must differ from addr", ops_addr.to_string());
    }
    let tls = tls(&mut checker, raw);
    let environment = environment(&mut checker, raw.env.as_deref());
    if let Some(clock) = clock.filter(|_| environment == Environment::Prod) {
        checker.fault("clock", "must not be frozen in prod", clock.to_string());
    }
    let world = world(&mut checker, raw, environment);
    let redis = raw.redis.as_deref().filter(|url| !url.is_empty()).map(str::parse::<RedisUrl>);
    if let Some(Err(error)) = &redis {
        checker.faults.push(Fault { key: "redis".into(), rule: error.to_string(), found: NOT_SHOWN.into() });
    }
    let images = super::images::check(&raw.images, &mut |key, rule, found| checker.fault(key, rule, found));
    let sources = super::sources::check(&raw.sources, &mut |key, rule, found| {
        checker.fault(format!("sources.{key}"), rule, found);
    });
    let default_region = raw.default_region.as_deref().map(str::parse::<Region>);
    if let (Some(Err(_)), Some(text)) = (&default_region, &raw.default_region) {
        checker.fault("default_region", "must be two letters, ISO 3166-1", text);
    }
    let conf = raw.conf.as_ref().map(PathBuf::from);
    if let Some(conf) = conf.as_ref().filter(|conf| !conf.is_dir()) {
        checker.fault("conf", "must be a folder", conf);
    }
    let unix_socket = socket_path(&mut checker, "unix_socket", raw.unix_socket.as_deref());
    let handover = socket_path(&mut checker, "handover", raw.handover.as_deref());
    if let (Some(unix_socket), Some(handover)) = (&unix_socket, &handover)
        && is_one_file(unix_socket, handover)
    {
        checker.fault("handover", "must differ from unix_socket", handover);
    }
    let log_level = raw.log_level.clone().unwrap_or_else(|| "info".to_owned());
    if logging::filter(&log_level).is_err() {
        checker.fault("log_level", logging::LEVELS, &log_level);
    }
    let ops_token_file = raw.ops_token_file.as_deref().map(PathBuf::from);
    if raw.ops_token_file.as_ref().is_some_and(String::is_empty) {
        checker.fault("ops_token_file", "must be the path of a file", "");
    }
    let server = limits(&mut checker, raw);
    let ops_limits = ops_limits(&mut checker, &raw.limits);
    let max_answer = checker.bytes("limits.max_answer", raw.limits.max_answer, RpcSettings::MAX_ANSWER);
    if !checker.faults.is_empty() {
        return Err(checker.faults);
    }
    Ok(Settings {
        addr,
        ops_addr,
        unix_socket,
        tls,
        handover,
        ops_token_file,
        environment,
        clock,
        conf: conf.or_else(|| Some(PathBuf::from(DEFAULT_CONF)).filter(|conf| conf.is_dir())),
        redis: redis.and_then(Result::ok),
        world,
        sources,
        images,
        default_region: default_region.and_then(Result::ok),
        log_level,
        workers: raw.workers.filter(|workers| *workers > 0),
        max_answer,
        server,
        ops_limits,
    })
}

/// A path of a Unix socket, valid as far as its text shows.
fn socket_path(checker: &mut Checker, key: &str, text: Option<&str>) -> Option<PathBuf> {
    let text = text?;
    if !(1..=LONGEST_PATH).contains(&text.len()) {
        checker.fault(key, "must be the path of a Unix socket, 1 to 107 bytes long", text);
    }
    Some(PathBuf::from(text))
}

/// Whether both paths lead to the same file, which may not exist yet.
fn is_one_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let path = std::path::absolute(path).ok()?;
        let folder = path.parent()?;
        Some((folder.canonicalize().unwrap_or_else(|_| folder.to_owned()), path.file_name()?.to_owned()))
    };
    one == other || whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// Certificate and key, or neither.
fn tls(checker: &mut Checker, raw: &RawSettings) -> Option<TlsFiles> {
    let RawTls { certificate, key, client_authority } = &raw.tls;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsFiles {
            certificate: certificate.into(),
            key: key.into(),
            client_authority: client_authority.as_ref().map(PathBuf::from),
        }),
        (None, None) if client_authority.is_none() => None,
        _ => {
            checker.fault(
                "tls",
                "must name certificate and key, both or none, and an authority only with them",
                &raw.tls,
            );
            None
        }
    }
}

fn environment(checker: &mut Checker, text: Option<&str>) -> Environment {
    let Some(text) = text else { return Environment::default() };
    Environment::from_str(text, false).unwrap_or_else(|_| {
        checker.fault("env", "must be dev, test or prod", text);
        Environment::default()
    })
}

fn limits(checker: &mut Checker, raw: &RawSettings) -> ServerOptions {
    let defaults = ServerOptions::default();
    let RawLimits {
        max_connections,
        max_connections_per_peer,
        idle_timeout,
        message_timeout,
        max_request_time,
        drain_linger,
        drain_limit,
        ..
    } = &raw.limits;
    let options = ServerOptions {
        max_connections: max_connections.unwrap_or(defaults.max_connections),
        max_connections_per_peer: max_connections_per_peer.unwrap_or(defaults.max_connections_per_peer),
        idle_timeout: checker.duration("limits.idle_timeout", idle_timeout.as_ref(), defaults.idle_timeout),
        message_timeout: checker.duration("limits.message_timeout", message_timeout.as_ref(), defaults.message_timeout),
        max_message: checker.bytes("limits.max_message", raw.limits.max_message, defaults.max_message),
        max_buffered: checker.bytes("limits.max_buffered", raw.limits.max_buffered, defaults.max_buffered),
        drain_linger: checker.duration("limits.drain_linger", drain_linger.as_ref(), defaults.drain_linger),
        drain_limit: checker.duration("limits.drain_limit", drain_limit.as_ref(), defaults.drain_limit),
        middleware: MiddlewareOptions {
            max_request_time: checker.duration(
                "limits.max_request_time",
                max_request_time.as_ref(),
                defaults.middleware.max_request_time,
            ),
            access_log_one_in: raw.access_log_one_in.unwrap_or(defaults.middleware.access_log_one_in),
            max_in_flight: raw.limits.max_in_flight.unwrap_or(defaults.middleware.max_in_flight),
        },
    };
    let counts = [
        ("limits.max_connections", options.max_connections),
        ("limits.max_connections_per_peer", options.max_connections_per_peer),
        ("limits.max_in_flight", options.middleware.max_in_flight),
    ];
    for (key, _) in counts.into_iter().filter(|(_, count)| *count == 0) {
        checker.fault(key, "must be at least 1", 0);
    }
    if options.max_buffered < options.max_message {
        checker.fault("limits.max_buffered", "must be at least limits.max_message", options.max_buffered);
    }
    if options.drain_linger >= options.drain_limit {
        let found = Span(options.drain_linger).to_string();
        checker.fault("limits.drain_linger", "must be shorter than limits.drain_limit", found);
    }
    options
}

fn ops_limits(checker: &mut Checker, raw: &RawLimits) -> OpsLimits {
    let defaults = OpsLimits::default();
    let connections = raw.ops_connections.unwrap_or(defaults.connections);
    if connections == 0 {
        checker.fault("limits.ops_connections", "must be at least 1", 0);
    }
    let mut duration =
        |name, text: &Option<String>, default| checker.duration(&format!("limits.{name}"), text.as_ref(), default);
    OpsLimits {
        connections,
        request: duration("ops_request_timeout", &raw.ops_request_timeout, defaults.request),
        idle: duration("ops_idle_timeout", &raw.ops_idle_timeout, defaults.idle),
    }
}

fn world(checker: &mut Checker, raw: &RawSettings, environment: Environment) -> World {
    let default = if cfg!(feature = "world") { "embedded" } else { "none" };
    match raw.world.as_deref().unwrap_or(default) {
        "embedded" if !cfg!(feature = "world") => {
            checker.fault("world", "must name addresses: this build has no world of its own", "embedded");
            World::Embedded
        }
        "embedded" if environment == Environment::Prod => {
            checker.fault("world", "must not be the embedded one in prod: name the downstreams", "embedded");
            World::Embedded
        }
        "embedded" => World::Embedded,
        "none" => World::Remote(addresses(checker, raw.downstreams.clone())),
        list => {
            let mut listed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for part in list.split(',') {
                if let Some((name, addr)) = part.split_once('=') {
                    listed.entry(name.trim().to_owned()).or_default().push(addr.trim());
                } else {
                    checker.fault("world", "must be embedded, none, or name=host:port with commas between", part);
                }
            }
            let listed = listed.into_iter().map(|(name, addrs)| (name, addrs.join(",")));
            let named = addresses(checker, raw.downstreams.clone().into_iter().chain(listed).collect());
            for missing in Downstream::RPC.into_iter().filter(|downstream| !named.contains_key(downstream)) {
                let key = format!("downstreams.{missing}");
                if !checker.faults.iter().any(|fault| fault.key == key) {
                    checker.fault(
                        key,
                        "must have an address: --world names some of the twelve, but not this one",
                        "nothing",
                    );
                }
            }
            World::Remote(named)
        }
    }
}

/// The instances of each service that is named, or a fault for each name that is unknown and each address that is
/// malformed. Several addresses have commas between them.
fn addresses(checker: &mut Checker, named: BTreeMap<String, String>) -> BTreeMap<Downstream, Vec<HostPort>> {
    let mut addresses = BTreeMap::new();
    for (name, listed) in named {
        let key = format!("downstreams.{name}");
        let Some(downstream) = Downstream::RPC.into_iter().find(|downstream| downstream.name() == name) else {
            checker.fault(key, "must be the name of one of the twelve downstream services", listed);
            continue;
        };
        let mut instances = Vec::new();
        for addr in listed.split(',').map(str::trim) {
            match addr.parse::<HostPort>() {
                Ok(addr) => instances.push(addr),
                Err(_) => checker.fault(&key, "must be host:port", addr),
            }
        }
        if !instances.is_empty() {
            addresses.insert(downstream, instances);
        }
    }
    addresses
}
