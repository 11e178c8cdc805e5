//! TLS on the Thrift port, with certificates of callers if an authority is configured.

pub mod expiry;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use live_pack_dal::files::Files;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
        server::{VerifierBuilderError, WebPkiClientVerifier},
    },
    server::TlsStream,
};
use x509_parser::{extensions::GeneralName, prelude::FromDer as _, prelude::X509Certificate};

use self::expiry::Validity;

/// Time limit of a handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Paths of the certificates, all in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Our certificate, and the intermediate ones up to its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The authority that signs the certificates of callers; with it, every caller must present one.
    pub client_authority: Option<PathBuf>,
}

/// Faults of the files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file is not PEM.
    #[error("{} is not PEM", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        source: pem::Error,
    },
    /// There is no certificate in the file.
    #[error("{} holds no certificate", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Certificate and key do not match, or are of an unknown kind.
    #[error("the certificate {} cannot be used with the key {}", certificate.display(), key.display())]
    Certificate {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
        /// The error of the TLS library.
        source: rustls::Error,
    },
    /// The authority cannot be used.
    #[error("the authority of callers {} cannot be used", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The certificates in force. They can be reloaded while the service runs.
pub struct Tls {
    files: TlsFiles,
    reader: Files,
    loaded: ArcSwap<Loaded>,
}

/// The content of the files.
struct Loaded {
    config: Arc<ServerConfig>,
    validities: Vec<Validity>,
}

impl Tls {
    /// Reads and checks the files. May block.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let reader = Files::default();
        let loaded = ArcSwap::from_pointee(read(&reader, &files)?);
        Ok(Self { files, reader, loaded })
    }

    /// Reads the files again. May block. Existing connections keep their certificates; so do new ones, if a file is
    /// bad.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        self.loaded.store(Arc::new(read(&self.reader, &self.files)?));
        Ok(())
    }

    /// The validity periods of the certificates in force.
    #[must_use]
    pub fn validities(&self) -> Vec<Validity> {
        self.loaded.load().validities.clone()
    }

    /// Performs the handshake, and returns the names in the peer's certificate.
    ///
    /// # Errors
    /// The peer does not speak TLS, presents no certificate of our authority, or takes longer than 5 s.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, Vec<String>)> {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.loaded.load().config));
        let stream = timeout(HANDSHAKE, acceptor.accept(stream)).await.map_err(io::Error::from)??;
        let certificates = stream.get_ref().1.peer_certificates();
        let names = certificates.and_then(<[_]>::first).map(names_of).unwrap_or_default();
        Ok((stream, names))
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

fn read(reader: &Files, files: &TlsFiles) -> Result<Loaded, TlsError> {
    let TlsFiles { certificate, key, client_authority } = files;
    let wrong = |source| TlsError::Certificate { certificate: certificate.clone(), key: key.clone(), source };
    let provider = Arc::new(ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(wrong)?;
    let mut validities = Vec::new();
    let builder = match client_authority {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let unusable = |source| TlsError::Authority { path: path.clone(), source };
            let mut roots = RootCertStore::empty();
            let found = certificates(reader, path)?;
            validities.extend(Validity::of("client_authority", path.clone(), &found));
            for root in found {
                roots.add(root).map_err(|error| unusable(error.into()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build();
            builder.with_client_cert_verifier(verifier.map_err(|error: VerifierBuilderError| unusable(error.into()))?)
        }
    };
    let private = PrivateKeyDer::from_pem_slice(&bytes(reader, key)?)
        .map_err(|source| TlsError::Pem { path: key.clone(), source })?;
    let own = certificates(reader, certificate)?;
    validities.extend(Validity::of("certificate", certificate.clone(), &own));
    let config = builder.with_single_cert(own, private).map(Arc::new).map_err(wrong)?;
    Ok(Loaded { config, validities })
}

fn bytes(reader: &Files, path: &Path) -> Result<Vec<u8>, TlsError> {
    reader.read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}

fn certificates(reader: &Files, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |source| TlsError::Pem { path: path.to_owned(), source };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(reader, path)?).collect();
    let found = found.map_err(wrong)?;
    if found.is_empty() { Err(TlsError::Empty { path: path.to_owned() }) } else { Ok(found) }
}

/// DNS names and URIs of a certificate, then its common name. It has been verified: unreadable names are left out.
fn names_of(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return Vec::new() };
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let names = alternatives.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) | GeneralName::URI(name) => Some((*name).to_owned()),
        _ => None,
    });
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok()).map(str::to_owned);
    names.chain(common).collect()
}

#[cfg(test)]
mod tests;
