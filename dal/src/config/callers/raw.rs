//! The raw form of `CallerConf`, and its checks.

use std::{fmt::Display, net::IpAddr};

use ipnet::{IpNet, Ipv4Net};
use live_pack_idl::guard::services;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Caller, CallerConf, Class, Entry};
use crate::config::check::Check;

/// The callers, the importance of each, and the methods it may call.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Callers {
    /// Callers that match no entry.
    unknown: Unknown,
    /// The first entry that matches decides.
    callers: Vec<Known>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Unknown {
    /// Name in logs, metrics and rates.
    name: String,
    /// Importance of its requests.
    class: Class,
    /// The methods it may call, as the IDL spells them; left out: all; empty: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<String>>,
}

impl Default for Unknown {
    fn default() -> Self {
        Self { name: "unknown".to_owned(), class: Class::default(), methods: None }
    }
}

/// A caller is identified by its address, its user or its certificate: one match is enough.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Known {
    /// Name in logs, metrics and rates; unique.
    name: String,
    /// Importance of its requests; left out: normal.
    #[serde(default)]
    class: Class,
    /// Addresses, or ranges such as `10.1.0.0/16`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    /// User ids of processes at the other end of a Unix socket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    users: Vec<u32>,
    /// Names in its certificate: DNS names and URIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
    /// The methods it may call, as the IDL spells them; left out: all; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<String>>,
}

impl Callers {
    pub(super) fn checked(self, check: &mut Check<'_>) -> CallerConf {
        let Unknown { name, class, methods } = self.unknown;
        let unknown = caller("unknown", name, class, methods, check);
        let mut entries: Vec<Entry> = Vec::with_capacity(self.callers.len());
        for (index, known) in self.callers.into_iter().enumerate() {
            let at = format!("callers[{index}]");
            let entry = known.checked(&at, check);
            let name = &entry.caller.name;
            if *name == unknown.name || entries.iter().any(|other| other.caller.name == *name) {
                check.fail(format_args!("{at}.name"), "must not be the name of another caller", name.as_str());
            }
            entries.push(entry);
        }
        CallerConf { unknown, entries }
    }
}

impl Known {
    fn checked(self, at: &str, check: &mut Check<'_>) -> Entry {
        if self.addresses.is_empty() && self.users.is_empty() && self.certificates.is_empty() {
            check.fail(at, "must have addresses, users or certificates", &self.name);
        }
        let mut addresses = Vec::with_capacity(self.addresses.len());
        for (index, text) in self.addresses.iter().enumerate() {
            match range(text) {
                Some(range) => addresses.push(range),
                None => check.fail(
                    format_args!("{at}.addresses[{index}]"),
                    "must be an address or a range such as 10.1.0.0/16, without bits behind its prefix",
                    text,
                ),
            }
        }
        for (index, name) in self.certificates.iter().enumerate().filter(|(_, name)| name.is_empty()) {
            check.fail(format_args!("{at}.certificates[{index}]"), "must not be empty", name);
        }
        Entry {
            caller: caller(at, self.name, self.class, self.methods, check),
            addresses,
            users: self.users,
            certificates: self.certificates,
        }
    }
}

fn caller(at: impl Display, name: String, class: Class, methods: Option<Vec<String>>, check: &mut Check<'_>) -> Caller {
    if name.is_empty() {
        check.fail(format_args!("{at}.name"), "must not be empty", &name);
    }
    for (index, method) in methods.iter().flatten().enumerate() {
        method_exists(format_args!("{at}.methods[{index}]"), method, check);
    }
    let methods = methods.map(|methods| methods.into_iter().map(Into::into).collect());
    Caller { name: name.into(), class, methods }
}

/// Checks that the IDL has this method.
pub(in crate::config) fn method_exists(path: impl Display, method: &str, check: &mut Check<'_>) {
    if services::LIVE_PACK.method(method.as_bytes()).is_none() {
        let known: Vec<&str> = services::LIVE_PACK.methods.iter().map(|method| method.name).collect();
        check.fail(path, format!("must be a method, one of {}", known.join(", ")), method);
    }
}

/// An address alone is a range of one; IPv4 mapped into IPv6 is IPv4.
fn range(text: &str) -> Option<IpNet> {
    let range = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse::<IpNet>().ok().filter(|range| range.addr() == range.network())?,
    };
    let IpNet::V6(six) = range else { return Some(range) };
    let mapped = six.addr().to_ipv4_mapped().zip(six.prefix_len().checked_sub(96));
    Some(mapped.and_then(|(four, prefix)| Ipv4Net::new(four, prefix).ok()).map_or(range, IpNet::V4))
}
