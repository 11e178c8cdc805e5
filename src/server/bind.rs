//! Takes a listening address, or says who has it and what to do.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use super::port_owner;

/// Why an address could not be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody else listens there.
    #[error(
        "cannot listen on {addr}: the address is in use by {owner}; stop that process, or choose another address with {flag}"
    )]
    InUse {
        /// The address wanted.
        addr: SocketAddr,
        /// Who has it, as far as can be told.
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
        /// What the system said.
        source: io::Error,
    },
}

/// How many connections may wait to be accepted; the kernel takes less where `net.core.somaxconn` is less. The usual 128 are used
/// up within milliseconds where all callers come back at once, and who finds no place tries again only after a second.
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
    // Or a restart would have to wait until the last connections of its predecessor are forgotten.
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
