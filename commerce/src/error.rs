//! Errors when a world is started.

use std::net::SocketAddr;

/// A world could not be started, or its faults could not be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An address could not be listened on: usually the port is in use.
    #[error("cannot listen on {address} for {what}")]
    Listen {
        /// The service, by module name, or `pictures`.
        what: &'static str,
        /// The requested address.
        address: SocketAddr,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The ports after the base port exceed 65,535.
    #[error("base port {base_port} leaves no room for {count} services; the last one would be above 65535")]
    PortRange {
        /// The requested base port.
        base_port: u16,
        /// Number of ports needed.
        count: u16,
    },
    /// A fault names a method that does not exist.
    #[error("no method is called {name:?}; known are {known}, or a service with .*")]
    UnknownMethod {
        /// The given name.
        name: String,
        /// All names, separated by commas.
        known: String,
    },
}
