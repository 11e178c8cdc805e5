//! The other end of a connection, by facts that the listener has verified, not by claims in messages.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use live_pack_dal::config::Evidence;

/// The verified facts about the other end. The configuration maps them to a caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peer {
    /// Source address; `None` on a Unix socket.
    pub address: Option<SocketAddr>,
    /// The user of the process that connected to the Unix socket.
    pub uid: Option<u32>,
    /// The names in its certificate, which our authority has signed: DNS names, URIs, then the common name.
    pub certificates: Vec<String>,
}

impl Peer {
    /// A peer known only by its address.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self { address: Some(address), ..Self::default() }
    }

    /// A process of this user, on this machine.
    #[must_use]
    pub fn user(uid: u32) -> Self {
        Self { uid: Some(uid), ..Self::default() }
    }

    /// The evidence by which the configuration identifies a caller.
    #[must_use]
    pub fn evidence(&self) -> Evidence<'_> {
        Evidence { address: self.address.map(|address| address.ip()), uid: self.uid, certificates: &self.certificates }
    }

    /// The group under which its connections are counted.
    #[must_use]
    pub fn group(&self) -> PeerGroup {
        match (self.address.map(|address| address.ip()), self.uid) {
            (Some(IpAddr::V4(ip)), _) => PeerGroup::Address(ip.into()),
            (Some(IpAddr::V6(ip)), _) => PeerGroup::Address(network_of(ip)),
            (None, Some(uid)) => PeerGroup::User(uid),
            (None, None) => PeerGroup::Unknown,
        }
    }
}

/// One address, one network of a household or a machine, or one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeerGroup {
    /// An IPv4 address, or the first address of a /64 of IPv6.
    Address(IpAddr),
    /// A user of this machine.
    User(u32),
    /// Unknown.
    Unknown,
}

/// The /64 of an IPv6 address: the owner of one address in it has them all. IPv4 written as IPv6 is IPv4.
fn network_of(ip: Ipv6Addr) -> IpAddr {
    match ip.to_ipv4_mapped() {
        Some(ip) => ip.into(),
        None => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.certificates.first(), self.address, self.uid) {
            (Some(name), Some(address), _) => write!(f, "{name} at {address}"),
            (_, Some(address), _) => address.fmt(f),
            (_, None, Some(uid)) => write!(f, "user {uid}"),
            (_, None, None) => f.write_str("an unknown peer"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn connections_are_counted_by_address_by_network_and_by_user() {
        let group = |address: &str| Peer::at(address.parse().unwrap()).group();
        assert_eq!(group("10.0.0.1:1"), group("10.0.0.1:2"));
        assert_eq!(group("10.0.0.1:1"), group("[::ffff:10.0.0.1]:1"));
        assert_ne!(group("10.0.0.1:1"), group("10.0.0.2:1"));
        assert_eq!(group("[2001:db8::1]:1"), group("[2001:db8::ffff:1]:1"));
        assert_ne!(group("[2001:db8::1]:1"), group("[2001:db8:0:1::1]:1"));
        assert_eq!(Peer::user(7).group(), PeerGroup::User(7));
    }

    #[test]
    fn a_peer_is_named_by_the_best_known_fact() {
        let mut peer = Peer::at("10.0.0.1:1".parse().unwrap());
        assert_eq!(peer.to_string(), "10.0.0.1:1");
        peer.certificates.push("gateway.internal".to_owned());
        assert_eq!(peer.to_string(), "gateway.internal at 10.0.0.1:1");
        assert_eq!(Peer::user(7).to_string(), "user 7");
    }
}
