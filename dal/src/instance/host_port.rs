//! Addresses as people write them.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// A host and a port: `10.0.0.1:7001`, `[::1]:7001` or `price.example:7001`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    host: String,
    port: u16,
}

/// Not `host:port`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be host:port")]
pub struct MalformedAddress;

impl HostPort {
    /// Host and port, as a resolver takes them; an address of IPv6 is without brackets.
    pub(crate) fn parts(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// The address, if the host is one and not a name.
    #[must_use]
    pub fn literal(&self) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.host.parse::<IpAddr>().ok()?, self.port))
    }
}

impl FromStr for HostPort {
    type Err = MalformedAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or(MalformedAddress)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(MalformedAddress)?;
        let host = match host.strip_prefix('[').map(|host| host.strip_suffix(']')) {
            Some(Some(inner)) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
            Some(_) => return Err(MalformedAddress),
            None => host,
        };
        let is_name = |host: &str| !host.is_empty() && host.len() <= 253 && host.bytes().all(is_letter);
        let is_v6 = host.contains(':');
        if is_v6 && host.parse::<std::net::Ipv6Addr>().is_err() || !is_v6 && !is_name(host) {
            return Err(MalformedAddress);
        }
        Ok(Self { host: host.to_owned(), port })
    }
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

impl From<SocketAddr> for HostPort {
    fn from(address: SocketAddr) -> Self {
        Self { host: address.ip().to_string(), port: address.port() }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, shown) in [
            ("10.0.0.1:7001", Some("10.0.0.1:7001")),
            ("price.eu-1.example:7001", Some("price.eu-1.example:7001")),
            ("product_price:1", Some("product_price:1")),
            ("[::1]:7001", Some("[::1]:7001")),
            ("::1:7001", Some("[::1]:7001")),
            ("10.0.0.1", None),
            (":7001", None),
            ("a:0", None),
            ("a:65536", None),
            ("a b:1", None),
            ("http://a:1", None),
            ("[::1:7001", None),
            ("[a]:7001", None),
            ("", None),
        ] {
            let parsed = text.parse::<HostPort>().ok().map(|address| address.to_string());
            assert_eq!(parsed.as_deref(), shown, "{text:?}");
        }
    }
}
