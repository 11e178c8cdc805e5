//! Checks every rule of raw settings, and reports all that are broken.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use live_pack_dal::{
    Downstream, RedisUrl, RpcSettings,
    config::{Check, NotAnEnvironment},
    model::Region,
    rpc::HostPort,
};

use super::{
    Environment, Fault, NOT_SHOWN, RawSettings, Settings, Span, UnixMillis, World,
    raw::{RawLimits, RawTls},
};
use crate::{
    logging,
    ops::OpsLimits,
    pack_service::CallOptions,
    server::{ServerOptions, tls::TlsFiles, unix::LONGEST_PATH},
};

/// Default, if it exists.
const DEFAULT_CONF: &str = "conf/dynamic";

/// Below, ordinary messages do not fit; above, one message may take more memory than a machine has.
const BYTES: RangeInclusive<usize> = 1024..=256 * 1024 * 1024;

/// Default memory of the ring of records.
const RECORD_RING: usize = 8 * 1024 * 1024;

const DURATION: &str = "must be a whole number with a unit, above zero, such as 200ms, 10s, 10m";

/// The value of a text, or the default if it is rejected, so that the rest can be checked too.
fn parsed<T: FromStr>(check: &mut Check<'_>, path: &str, text: Option<&String>, default: T, rule: &'static str) -> T {
    match text.map(|text| text.parse()) {
        None => default,
        Some(Ok(value)) => value,
        Some(Err(_)) => {
            check.fail(path, rule, text.map_or("", String::as_str));
            default
        }
    }
}

fn bytes(check: &mut Check<'_>, path: &str, bytes: Option<usize>, default: usize) -> usize {
    if let Some(bytes) = bytes.filter(|bytes| !BYTES.contains(bytes)) {
        check.fail(path, "must be 1 KiB to 256 MiB, in bytes", &bytes);
    }
    bytes.unwrap_or(default)
}

fn duration(check: &mut Check<'_>, path: &str, text: Option<&String>, default: Duration) -> Duration {
    let Span(span) = parsed(check, path, text, Span(default), DURATION);
    if span.is_zero() {
        check.fail(path, DURATION, text.map_or("", String::as_str));
    }
    span
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

pub(super) fn check(raw: &RawSettings, clock: Option<UnixMillis>) -> Result<Settings, Vec<Fault>> {
    let mut faults = Vec::new();
    let check = &mut Check::new("", Environment::default(), &mut faults);
    let address = "must be an IP address and a port, such as 127.0.0.1:8888";
    let addr = parsed(check, "addr", raw.addr.as_ref(), local(8888), address);
    let ops_addr = parsed(check, "ops_addr", raw.ops_addr.as_ref(), local(9888), address);
    if addr == ops_addr && addr.port() != 0 {
        check.fail("ops_addr", "must differ from addr", &ops_addr.to_string());
    }
    let tls = tls(check, raw);
    let environment = environment(check, raw.env.as_deref());
    if let Some(clock) = clock.filter(|_| environment == Environment::Prod) {
        check.fail("clock", "must not be frozen in prod", &clock.to_string());
    }
    let world = world(check, raw, environment);
    let redis = raw.redis.as_deref().filter(|url| !url.is_empty()).map(str::parse::<RedisUrl>);
    if let Some(Err(error)) = &redis {
        let fault = Fault::of_file("", error.to_string(), NOT_SHOWN);
        check.faults.push(Fault { path: "redis".into(), ..fault });
    }
    let images = super::images::check(&raw.images, check);
    let sources = super::sources::check(&raw.sources, check);
    let traces = super::otlp::check(&raw.otlp, check);
    let default_region = raw.default_region.as_deref().map(str::parse::<Region>);
    if let (Some(Err(_)), Some(text)) = (&default_region, &raw.default_region) {
        check.fail("default_region", "must be two letters, ISO 3166-1", text);
    }
    let conf = raw.conf.as_ref().map(PathBuf::from);
    if let Some(conf) = conf.as_ref().filter(|conf| !conf.is_dir()) {
        check.fail("conf", "must be a folder", conf);
    }
    let unix_socket = socket_path(check, "unix_socket", raw.unix_socket.as_deref());
    let handover = socket_path(check, "handover", raw.handover.as_deref());
    if let (Some(unix_socket), Some(handover)) = (&unix_socket, &handover)
        && is_one_file(unix_socket, handover)
    {
        check.fail("handover", "must differ from unix_socket", handover);
    }
    let log_level = raw.log_level.clone().unwrap_or_else(|| "info".to_owned());
    if logging::filter(&log_level).is_err() {
        check.fail("log_level", logging::LEVELS, &log_level);
    }
    let ops_token_file = raw.ops_token_file.as_deref().map(PathBuf::from);
    if raw.ops_token_file.as_ref().is_some_and(String::is_empty) {
        check.fail("ops_token_file", "must be the path of a file", "");
    }
    let record_ring = raw.record_ring.unwrap_or(RECORD_RING);
    if record_ring != 0 && !BYTES.contains(&record_ring) {
        check.fail("record_ring", "must be 0 or 1 KiB to 256 MiB, in bytes", &record_ring);
    }
    let log_key_file = raw.log_key_file.as_deref().map(PathBuf::from);
    if raw.log_key_file.as_ref().is_some_and(String::is_empty) {
        check.fail("log_key_file", "must be the path of a file", "");
    }
    let server = limits(check, raw);
    let ops_limits = ops_limits(check, &raw.limits);
    let max_answer = bytes(check, "limits.max_answer", raw.limits.max_answer, RpcSettings::MAX_ANSWER);
    if !faults.is_empty() {
        return Err(faults);
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
        traces,
        log_level,
        record_ring,
        log_key_file,
        workers: raw.workers.filter(|workers| *workers > 0),
        max_answer,
        server,
        ops_limits,
    })
}

/// A path of a Unix socket, valid as far as its text shows.
fn socket_path(check: &mut Check<'_>, key: &str, text: Option<&str>) -> Option<PathBuf> {
    let text = text?;
    if !(1..=LONGEST_PATH).contains(&text.len()) {
        check.fail(key, "must be the path of a Unix socket, 1 to 107 bytes long", text);
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
fn tls(check: &mut Check<'_>, raw: &RawSettings) -> Option<TlsFiles> {
    let RawTls { certificate, key, client_authority } = &raw.tls;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsFiles {
            certificate: certificate.into(),
            key: key.into(),
            client_authority: client_authority.as_ref().map(PathBuf::from),
        }),
        (None, None) if client_authority.is_none() => None,
        _ => {
            check.fail("tls", "must name certificate and key, both or none, and an authority only with them", &raw.tls);
            None
        }
    }
}

fn environment(check: &mut Check<'_>, text: Option<&str>) -> Environment {
    let Some(text) = text else { return Environment::default() };
    text.parse().unwrap_or_else(|error: NotAnEnvironment| {
        check.fail("env", error.to_string(), text);
        Environment::default()
    })
}

fn limits(check: &mut Check<'_>, raw: &RawSettings) -> ServerOptions {
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
        idle_timeout: duration(check, "limits.idle_timeout", idle_timeout.as_ref(), defaults.idle_timeout),
        message_timeout: duration(check, "limits.message_timeout", message_timeout.as_ref(), defaults.message_timeout),
        max_message: bytes(check, "limits.max_message", raw.limits.max_message, defaults.max_message),
        max_buffered: bytes(check, "limits.max_buffered", raw.limits.max_buffered, defaults.max_buffered),
        drain_linger: duration(check, "limits.drain_linger", drain_linger.as_ref(), defaults.drain_linger),
        drain_limit: duration(check, "limits.drain_limit", drain_limit.as_ref(), defaults.drain_limit),
        calls: CallOptions {
            max_request_time: duration(
                check,
                "limits.max_request_time",
                max_request_time.as_ref(),
                defaults.calls.max_request_time,
            ),
            access_log_one_in: raw.access_log_one_in.unwrap_or(defaults.calls.access_log_one_in),
            max_in_flight: raw.limits.max_in_flight.unwrap_or(defaults.calls.max_in_flight),
        },
    };
    let counts = [
        ("limits.max_connections", options.max_connections),
        ("limits.max_connections_per_peer", options.max_connections_per_peer),
        ("limits.max_in_flight", options.calls.max_in_flight),
    ];
    for (key, _) in counts.into_iter().filter(|(_, count)| *count == 0) {
        check.fail(key, "must be at least 1", &0);
    }
    if options.max_buffered < options.max_message {
        check.fail("limits.max_buffered", "must be at least limits.max_message", &options.max_buffered);
    }
    if options.drain_linger >= options.drain_limit {
        let found = Span(options.drain_linger).to_string();
        check.fail("limits.drain_linger", "must be shorter than limits.drain_limit", &found);
    }
    options
}

fn ops_limits(check: &mut Check<'_>, raw: &RawLimits) -> OpsLimits {
    let defaults = OpsLimits::default();
    let connections = raw.ops_connections.unwrap_or(defaults.connections);
    if connections == 0 {
        check.fail("limits.ops_connections", "must be at least 1", &0);
    }
    let mut duration =
        |name, text: &Option<String>, default| duration(check, &format!("limits.{name}"), text.as_ref(), default);
    OpsLimits {
        connections,
        request: duration("ops_request_timeout", &raw.ops_request_timeout, defaults.request),
        idle: duration("ops_idle_timeout", &raw.ops_idle_timeout, defaults.idle),
    }
}

fn world(check: &mut Check<'_>, raw: &RawSettings, environment: Environment) -> World {
    let default = if cfg!(feature = "world") { "embedded" } else { "none" };
    match raw.world.as_deref().unwrap_or(default) {
        "embedded" if !cfg!(feature = "world") => {
            check.fail("world", "must name addresses: this build has no world of its own", "embedded");
            World::Embedded
        }
        "embedded" if environment == Environment::Prod => {
            check.fail("world", "must not be the embedded one in prod: name the downstreams", "embedded");
            World::Embedded
        }
        "embedded" => World::Embedded,
        "none" => World::Remote(addresses(check, raw.downstreams.clone())),
        list => {
            let mut listed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for part in list.split(',') {
                if let Some((name, addr)) = part.split_once('=') {
                    listed.entry(name.trim().to_owned()).or_default().push(addr.trim());
                } else {
                    check.fail("world", "must be embedded, none, or name=host:port with commas between", part);
                }
            }
            let listed = listed.into_iter().map(|(name, addrs)| (name, addrs.join(",")));
            let named = addresses(check, raw.downstreams.clone().into_iter().chain(listed).collect());
            for missing in Downstream::ALL.into_iter().filter(|downstream| !named.contains_key(downstream)) {
                let key = format!("downstreams.{missing}");
                if !check.faults.iter().any(|fault| fault.path == key) {
                    check.fail(
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
fn addresses(check: &mut Check<'_>, named: BTreeMap<String, String>) -> BTreeMap<Downstream, Vec<HostPort>> {
    let mut addresses = BTreeMap::new();
    for (name, listed) in named {
        let key = format!("downstreams.{name}");
        let Some(downstream) = Downstream::named(&name) else {
            check.fail(key, "must be the name of one of the twelve downstream services", &listed);
            continue;
        };
        let mut instances = Vec::new();
        for addr in listed.split(',').map(str::trim) {
            match addr.parse::<HostPort>() {
                Ok(addr) => instances.push(addr),
                Err(_) => check.fail(&key, "must be host:port", addr),
            }
        }
        if !instances.is_empty() {
            addresses.insert(downstream, instances);
        }
    }
    addresses
}
