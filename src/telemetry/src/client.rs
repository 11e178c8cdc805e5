//! The HTTP client of both protocols: one connector, with or without TLS.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{
        CertificateDer,
        pem::{self, PemObject as _},
    },
};

use crate::settings::{CollectorSettings, Protocol};

/// Connect timeout for each address of the host.
const CONNECT: Duration = Duration::from_secs(3);

/// Interval of pings on an HTTP/2 connection, so that a dead connection is noticed.
const PING_EVERY: Duration = Duration::from_secs(10);
/// Time for the answer to a ping.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads a file. The caller supplies it, so that a file that never opens, such as a pipe, cannot block the start.
pub type ReadFile = fn(&Path) -> io::Result<Vec<u8>>;

/// The exporter cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// TLS cannot be set up.
    #[error("TLS to the collector cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The file of authorities cannot be used.
    #[error("cannot read the collector's authorities {}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// The I/O error, or the fault in the PEM.
        #[source]
        source: pem::Error,
    },
    /// The file of authorities has none.
    #[error("{}: must have at least one certificate in PEM", path.display())]
    NoAuthority {
        /// The file.
        path: PathBuf,
    },
    /// The endpoint does not give a valid URL.
    #[error("the URL of traces is invalid")]
    Url(#[from] http::uri::InvalidUri),
}

/// A client with request bodies of type `B`.
pub(crate) type HttpClient<B> = Client<HttpsConnector<HttpConnector>, B>;

/// A client that speaks HTTP/2 only for gRPC, else HTTP/1.1.
pub(crate) fn client<B>(settings: &CollectorSettings, read: ReadFile) -> Result<HttpClient<B>, StartError>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
{
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    let tls = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(StartError::Tls)?;
    let tls = match &settings.authorities {
        Some(path) => tls.with_root_certificates(authorities(path, read)?),
        None => tls.with_webpki_roots(),
    };
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls.with_no_client_auth()).https_or_http();
    let mut builder = Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new()).pool_max_idle_per_host(1);
    Ok(match settings.protocol {
        Protocol::Grpc => {
            let every = Some(PING_EVERY);
            builder.http2_only(true).http2_keep_alive_interval(every).http2_keep_alive_timeout(PING_TIMEOUT);
            builder.build(connector.enable_http2().wrap_connector(tcp))
        }
        Protocol::HttpProtobuf => builder.build(connector.enable_http1().wrap_connector(tcp)),
    })
}

/// The certificates in the file at `path`.
fn authorities(path: &Path, read: ReadFile) -> Result<RootCertStore, StartError> {
    let unreadable = |source| StartError::Authorities { path: path.to_owned(), source };
    let text = read(path).map_err(|error| unreadable(pem::Error::Io(error)))?;
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        store.add(certificate.map_err(unreadable)?)?;
    }
    if store.is_empty() {
        return Err(StartError::NoAuthority { path: path.to_owned() });
    }
    Ok(store)
}
