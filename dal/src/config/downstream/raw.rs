//! The raw form of `DownstreamConf`, and its checks.

use std::{borrow::Cow, collections::BTreeMap, fmt, net::SocketAddr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    DownstreamConf, GroupConf, ServiceConf,
    failing::{FailingEntry, RawAdaptive, RawBreaker, RawBulkhead, RawFailing, RawHedge, RawRetry},
    is_path,
};
use crate::{
    Downstream,
    config::{Environment, Key, check::Check, keyed::Keyed},
    instance::{DnsName, HostPort, Source, StaticInstance},
    json,
    model::{Lane, RouteGroup},
};

/// The name of the entry for every service.
const EVERY: &str = "*";

/// The name of the default list among the route groups.
const DEFAULT: &str = "default";

/// Maximum number of instances in a list.
const MOST: usize = 1_000;

/// Instances of downstream services.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct RawDownstreams {
    /// By the name of the service, as `--world` has it; `*` holds for every service, in the fields that the service's own
    /// entry leaves out.
    services: BTreeMap<String, RawService>,
}

#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawService {
    /// Instances by the viewer's route group (US, EU, SEA, JP, LATAM), and `default` for groups that are not named.
    /// Without `default` that list is the one of `--world`.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<BTreeMap<String, RawTarget>>,
    /// Instances by the name of a lane: 1 to 64 letters, digits, `.`, `_`, `-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<BTreeMap<String, RawTarget>>,
    /// Addresses that get no further calls, such as `10.0.0.2:7001`; calls under way end as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    drain: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    breaker: Option<RawBreaker>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<RawRetry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bulkhead: Option<RawBulkhead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hedge: Option<RawHedge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adaptive: Option<RawAdaptive>,
}

/// One of `static`, `file`, `dns` and `etcd`.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawTarget {
    /// A list of 1 to 1000 instances.
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    list: Option<Vec<RawInstance>>,
    /// A JSON file that holds such a list and may change; a relative path starts in `instances/` beside this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Every address of a name, such as `price.example:7001`, or the SRV records of `_thrift._tcp.price.example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    dns: Option<String>,
    /// A name in Kitex's registry in etcd, see `--etcd-endpoints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    etcd: Option<String>,
    /// `default`: calls for this route group go to the default list while none of its instances can be reached. Without
    /// it such calls fail, and the data of its viewers stay in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<String>,
}

/// An address, or an object with a weight.
#[derive(Clone, Serialize)]
#[serde(untagged)]
enum RawInstance {
    Plain(String),
    Weighted(Weighted),
}

/// An instance with a weight.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Weighted {
    /// The address, such as `10.0.0.1:7001`.
    addr: String,
    /// Its share of the calls, relative to the others of the list: 1 to 10000. An address without a weight has 100.
    weight: u32,
}

// by hand: an untagged enum could not say which field of which form is wrong
impl<'de> Deserialize<'de> for RawInstance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawInstance;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an address or an object with addr and weight")
            }

            fn visit_str<E>(self, text: &str) -> Result<RawInstance, E> {
                Ok(RawInstance::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawInstance, A::Error> {
                Weighted::deserialize(MapAccessDeserializer::new(map)).map(RawInstance::Weighted)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for RawInstance {
    fn schema_name() -> Cow<'static, str> {
        "Instance".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let weighted = generator.subschema_for::<Weighted>();
        json_schema!({ "description": "An address, such as 10.0.0.1:7001, or an object with a weight.",
            "anyOf": [{ "type": "string" }, weighted] })
    }
}

impl Keyed for DownstreamConf {
    const KEY: Key = Key::Downstream;
    type Raw = RawDownstreams;

    fn checked(mut raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let every = raw.services.remove(EVERY).unwrap_or_default();
        // checked separately, so that its faults are reported once, with their own path
        let base = every.checked(&format!("services.{EVERY}"), None, &Entry::default(), check);
        let mut services = BTreeMap::new();
        for (name, entry) in raw.services {
            let at = format!("services.{name}");
            let service = Downstream::named(&name);
            let checked = entry.checked(&at, service, &base, check);
            match service {
                Some(service) => drop(services.insert(service, checked)),
                None => {
                    let known = Downstream::ALL.map(Downstream::name).join(", ");
                    check.fail(&at, format!("must be a service, one of {known}, or *"), &name);
                }
            }
        }
        let of = |service| (service, services.remove(&service).unwrap_or_default().over(&base));
        let services: BTreeMap<_, _> = Downstream::ALL.into_iter().map(of).collect();
        let lanes = services.values().flat_map(|service| service.lanes.keys().copied()).collect();
        Self { services: services.into_iter().filter(|(_, conf)| *conf != ServiceConf::default()).collect(), lanes }
    }
}

/// A checked entry, with what it leaves out.
#[derive(Default)]
struct Entry {
    groups: Option<(Option<Source>, BTreeMap<RouteGroup, GroupConf>)>,
    lanes: Option<BTreeMap<Lane, Source>>,
    drain: Option<Vec<SocketAddr>>,
    failing: FailingEntry,
}

impl Entry {
    /// The entry with the fields of `base` where it has none.
    fn over(self, base: &Self) -> ServiceConf {
        let (default, groups) = self.groups.or_else(|| base.groups.clone()).unwrap_or_default();
        let lanes = self.lanes.or_else(|| base.lanes.clone()).unwrap_or_default();
        let drain = self.drain.or_else(|| base.drain.clone()).unwrap_or_default();
        let failing = self.failing.over(&base.failing);
        ServiceConf { default, groups, lanes, drain: drain.into_iter().collect(), failing }
    }
}

impl RawService {
    fn checked(self, at: &str, service: Option<Downstream>, base: &Entry, check: &mut Check<'_>) -> Entry {
        let groups = self.groups.map(|groups| {
            let (mut default, mut checked) = (None, BTreeMap::new());
            for (name, target) in groups {
                let at = format!("{at}.groups.{name}");
                let group = RouteGroup::ALL.into_iter().find(|group| group.name() == name);
                if group.is_none() && name != DEFAULT {
                    check.fail(&at, "must be US, EU, SEA, JP, LATAM or default", &name);
                }
                let fallback = target.fallback(&at, group.is_some(), check);
                let Some(source) = target.checked(&at, check) else { continue };
                match group {
                    Some(group) => drop(checked.insert(group, GroupConf { source, fallback })),
                    None => default = Some(source),
                }
            }
            (default, checked)
        });
        let lanes = self.lanes.map(|lanes| {
            let mut checked = BTreeMap::new();
            for (name, target) in lanes {
                let at = format!("{at}.lanes.{name}");
                if !Lane::is_name(&name) {
                    check.fail(&at, "must have 1 to 64 characters out of letters, digits, ., _ and -", &name);
                }
                target.fallback(&at, false, check);
                if let Some(source) = target.checked(&at, check).filter(|_| Lane::is_name(&name)) {
                    checked.insert(Lane::named(&name), source);
                }
            }
            checked
        });
        let drain = self.drain.map(|addresses| {
            let mut drained = Vec::with_capacity(addresses.len());
            for (index, text) in addresses.iter().enumerate() {
                match text.parse() {
                    Ok(address) => drained.push(address),
                    Err(_) => check.fail(format_args!("{at}.drain[{index}]"), "must be an IP address and a port", text),
                }
            }
            drained
        });
        let failing = RawFailing {
            breaker: self.breaker.unwrap_or_default(),
            retry: self.retry.unwrap_or_default(),
            bulkhead: self.bulkhead.unwrap_or_default(),
            hedge: self.hedge.unwrap_or_default(),
            adaptive: self.adaptive.unwrap_or_default(),
        };
        Entry { groups, lanes, drain, failing: failing.checked(at, service, &base.failing, check) }
    }
}

impl RawTarget {
    /// Whether the target may be replaced by the default list; only a route group's may.
    fn fallback(&self, at: &str, is_group: bool, check: &mut Check<'_>) -> bool {
        match self.fallback.as_deref() {
            None => false,
            Some(DEFAULT) if is_group => true,
            Some(found) if is_group => {
                check.fail(format_args!("{at}.fallback"), "must be default", found);
                false
            }
            Some(found) => {
                check.fail(format_args!("{at}.fallback"), "is allowed in the entry of a route group only", found);
                false
            }
        }
    }

    fn checked(self, at: &str, check: &mut Check<'_>) -> Option<Source> {
        let named = [
            ("static", self.list.is_some()),
            ("file", self.file.is_some()),
            ("dns", self.dns.is_some()),
            ("etcd", self.etcd.is_some()),
        ];
        let named: Vec<_> = named.into_iter().filter(|(_, is_named)| *is_named).map(|(name, _)| name).collect();
        if named.len() != 1 {
            check.fail(at, "must have exactly one of static, file, dns and etcd", &named);
        }
        let list = self.list.map(|list| instances(&format!("{at}.static"), list, check)).map(Source::Static);
        let file = self.file.and_then(|path| {
            if !is_path(&path) {
                check.fail(format_args!("{at}.file"), "must be an absolute path, or one inside the folder", &path);
                return None;
            }
            Some(Source::File(path.into()))
        });
        let dns = self.dns.and_then(|name| match name.parse::<DnsName>() {
            Ok(name) => Some(Source::Dns(name)),
            Err(_) => {
                check.fail(
                    format_args!("{at}.dns"),
                    "must be name:port, or a name of SRV records that begins with _",
                    &name,
                );
                None
            }
        });
        let etcd = self.etcd.and_then(|name| {
            if name.is_empty() || name.len() > 255 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                check.fail(
                    format_args!("{at}.etcd"),
                    "must be the name of a service in 1 to 255 plain characters",
                    &name,
                );
                return None;
            }
            Some(Source::Etcd(name))
        });
        list.or(file).or(dns).or(etcd)
    }
}

fn address(at: impl fmt::Display, text: &str, check: &mut Check<'_>) -> Option<HostPort> {
    let parsed = text.parse();
    if parsed.is_err() {
        check.fail(at, "must be host:port", text);
    }
    parsed.ok()
}

fn instances(at: &str, list: Vec<RawInstance>, check: &mut Check<'_>) -> Vec<StaticInstance> {
    if list.is_empty() || list.len() > MOST {
        check.fail(at, format!("must have 1 to {MOST} instances"), &list.len());
    }
    let mut instances: Vec<StaticInstance> = Vec::with_capacity(list.len());
    for (index, raw) in list.into_iter().enumerate() {
        let at = format!("{at}[{index}]");
        let (text, weight, field) = match raw {
            RawInstance::Plain(text) => (text, StaticInstance::WEIGHT, at.clone()),
            RawInstance::Weighted(Weighted { addr, weight }) => {
                (addr, check.within(format_args!("{at}.weight"), weight, 1..=10_000), format!("{at}.addr"))
            }
        };
        match address(&field, &text, check) {
            Some(found) if instances.iter().any(|known| known.at == found) => {
                check.fail(&field, "must not be repeated", &text);
            }
            Some(found) => instances.push(StaticInstance { at: found, weight }),
            None => {}
        }
    }
    instances
}

/// The instances of a file with the content of `static`.
///
/// # Errors
///
/// All faults, as text.
pub(crate) fn static_instances(text: &str) -> Result<Vec<StaticInstance>, Vec<String>> {
    let json::Read { value, flaws, .. } = json::read::<Vec<RawInstance>>(text);
    let mut faults: Vec<String> = flaws.iter().map(ToString::to_string).collect();
    let mut found = Vec::new();
    let mut check = Check::new(Key::Downstream.name(), Environment::default(), &mut found);
    let list = if faults.is_empty() { instances("", value, &mut check) } else { Vec::new() };
    faults.extend(found.iter().map(|fault| format!("{}: {}, found {}", fault.path, fault.rule, fault.found)));
    if faults.is_empty() { Ok(list) } else { Err(faults) }
}
