//! The server that a command calls: its address, and its proof of identity.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
};

use clap::Args;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream, UnixStream},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        self, ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem, pem::PemObject as _},
    },
};

/// Options for the address of the server.
#[derive(Debug, Clone, Default, Args)]
pub struct Target {
    /// The server: an address and a port, or the path of its Unix socket
    #[arg(long, env = "LIVE_PACK_ADDR", value_name = "IP:PORT|unix:PATH", default_value_t)]
    pub addr: Endpoint,
    /// Speak TLS, and trust servers whose certificate this authority has signed, in PEM
    #[arg(long, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// Present this certificate, in PEM
    #[arg(long, value_name = "FILE", requires_all = ["tls_ca", "tls_key"])]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// The name that the certificate of the server must contain [default: its address]
    #[arg(long, value_name = "NAME", requires = "tls_ca")]
    pub tls_name: Option<String>,
}

/// A socket to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Over the network.
    Tcp(SocketAddr),
    /// On this machine.
    Unix(PathBuf),
}

/// The text is not an address of a socket.
#[derive(Debug, thiserror::Error)]
#[error("must be an IP address and a port such as 127.0.0.1:8888, or unix: and a path")]
pub struct NoEndpoint;

impl Default for Endpoint {
    fn default() -> Self {
        Self::Tcp(([127, 0, 0, 1], 8888).into())
    }
}

impl FromStr for Endpoint {
    type Err = NoEndpoint;

    fn from_str(text: &str) -> Result<Self, NoEndpoint> {
        match text.strip_prefix("unix:") {
            Some(path) if !path.is_empty() => Ok(Self::Unix(path.into())),
            _ => text.parse().map(Self::Tcp).map_err(|_| NoEndpoint),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(addr) => addr.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Faults of a target.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// A file cannot be read, or is not PEM.
    #[error("cannot read {}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The fault.
        source: pem::Error,
    },
    /// The files do not match each other.
    #[error("the certificates cannot be used")]
    Tls(#[from] rustls::Error),
    /// The name of the server is invalid.
    #[error("{0:?} is not a valid server name; set one with --tls-name")]
    Name(String),
}

/// A target whose files have been read.
#[derive(Clone)]
pub struct Route {
    endpoint: Endpoint,
    source: Option<IpAddr>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

/// A connection of any kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl From<SocketAddr> for Route {
    fn from(addr: SocketAddr) -> Self {
        Self { endpoint: Endpoint::Tcp(addr), source: None, tls: None }
    }
}

impl Target {
    /// Reads the files.
    ///
    /// # Errors
    /// See [`TargetError`].
    pub fn route(&self) -> Result<Route, TargetError> {
        let Some(authority) = &self.tls_ca else {
            return Ok(Route { endpoint: self.addr.clone(), source: None, tls: None });
        };
        let mut roots = RootCertStore::empty();
        for root in certificates(authority)? {
            roots.add(root)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let config = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                let wrong = |source| TargetError::Pem { path: key.clone(), source };
                let private = PrivateKeyDer::from_pem_file(key).map_err(wrong)?;
                builder.with_client_auth_cert(certificates(certificate)?, private)?
            }
            _ => builder.with_no_client_auth(),
        };
        let name = match (&self.tls_name, &self.addr) {
            (Some(name), _) => name.clone(),
            (None, Endpoint::Tcp(addr)) => addr.ip().to_string(),
            (None, Endpoint::Unix(_)) => "localhost".to_owned(),
        };
        let name = ServerName::try_from(name.clone()).map_err(|_| TargetError::Name(name))?;
        Ok(Route { endpoint: self.addr.clone(), source: None, tls: Some((TlsConnector::from(Arc::new(config)), name)) })
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, TargetError> {
    let wrong = |source| TargetError::Pem { path: path.clone(), source };
    CertificateDer::pem_file_iter(path).map_err(wrong)?.collect::<Result<_, _>>().map_err(wrong)
}

impl Route {
    /// Connects from this source address, to appear as another caller.
    #[must_use]
    pub fn from_source(self, source: IpAddr) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Connects; over TLS the server has proved its name when this returns.
    ///
    /// # Errors
    /// The error of the system or of TLS.
    pub async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match &self.endpoint {
            Endpoint::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Endpoint::Tcp(addr) => {
                let stream = match self.source {
                    None => TcpStream::connect(addr).await?,
                    Some(source) => {
                        let socket = if source.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                        socket.bind((source, 0).into())?;
                        socket.connect(*addr).await?
                    }
                };
                stream.set_nodelay(true)?;
                match &self.tls {
                    None => Ok(Box::new(stream)),
                    Some((connector, name)) => Ok(Box::new(connector.connect(name.clone(), stream).await?)),
                }
            }
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("endpoint", &self.endpoint).field("tls", &self.tls.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_endpoint_reads_back_as_it_was_written() {
        for text in ["127.0.0.1:8888", "[::1]:1", "unix:/run/live-pack.sock"] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
        for bad in ["", "unix:", "localhost", "127.0.0.1", "/run/live-pack.sock"] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_missing_authority_is_named() {
        let target = Target { tls_ca: Some("/nowhere/ca.pem".into()), ..Target::default() };
        assert!(target.route().unwrap_err().to_string().contains("/nowhere/ca.pem"));
    }
}
