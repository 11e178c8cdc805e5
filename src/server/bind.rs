//! Binds a listening address, or reports the process that occupies it and the remedy.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use super::port_owner;

/// Failures to listen on an address.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error(
        "cannot listen on {addr}: the address is in use by {owner}; stop that process, or choose another address with {flag}"
    )]
    InUse {
        /// The address wanted.
        addr: SocketAddr,
        /// The process that occupies it, as far as known.
        owner: String,
        /// The option that changes the address.
        flag: &'static str,
    },
    /// Anything else, for example a port below 1024 or an address of another machine.
    #[error("cannot listen on {addr}, choose another address with {flag}")]
    Other {
        /// The address wanted.
        addr: SocketAddr,
        /// The option that changes the address.
        flag: &'static str,
        /// The system's error.
        source: io::Error,
    },
}

/// Maximum number of connections waiting to be accepted; the kernel caps it at `net.core.somaxconn`. The usual 128 are
/// used up within milliseconds if all callers come back at once, and a caller that finds no place tries again only
/// after a second.
const BACKLOG: u32 = 4096;

/// Listens on `addr`, without `SO_REUSEPORT`: a second server on the same port is a mistake and must fail.
///
/// `flag` is the option that an error tells the reader to change.
///
/// # Errors
/// See [`BindError`].
pub fn bind(addr: SocketAddr, flag: &'static str) -> Result<TcpListener, BindError> {
    listen(addr).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse { addr, owner: port_owner::describe(addr.port()), flag },
        _ => BindError::Other { addr, flag, source },
    })
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Otherwise a restart would have to wait until the last connections of its predecessor have timed out.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_port_in_use_names_address_owner_and_option() {
        let first = bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
        let addr = first.local_addr().unwrap();
        let error = bind(addr, "--addr").unwrap_err().to_string();
        assert!(error.contains(&addr.to_string()), "{error}");
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        assert!(error.contains("--addr"), "{error}");
    }
}
