//! TLS over real sockets, with certificates made for each test.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::{fs, net::SocketAddr, path::Path};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsConnector, client,
    rustls::{ClientConfig, pki_types::ServerName},
};

use super::*;

/// An authority, with a folder for what it signs.
struct Authority {
    folder: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { folder, issuer: Issuer::new(params, key) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `name.pem` and `name.key` for a holder with these DNS names, a URI and a common name.
    fn sign(&self, name: &str, dns: &str) {
        let mut params = CertificateParams::new([dns.to_owned()]).unwrap();
        params.subject_alt_names.push(SanType::URI(format!("spiffe://live/{name}").try_into().unwrap()));
        params.distinguished_name.push(DnType::CommonName, format!("{name} itself"));
        let key = KeyPair::generate().unwrap();
        fs::write(self.path(&format!("{name}.pem")), params.signed_by(&key, &self.issuer).unwrap().pem()).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    /// The files of a server of this authority.
    fn files(&self, client_authority: bool) -> TlsFiles {
        TlsFiles {
            certificate: self.path("server.pem"),
            key: self.path("server.key"),
            client_authority: client_authority.then(|| self.path("ca.pem")),
        }
    }

    /// A client that trusts this authority and presents the certificate `own`.
    fn client(&self, own: Option<&str>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(certificates(&Files::default(), &self.path("ca.pem")).unwrap().remove(0)).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let key = PrivateKeyDer::from_pem_file(self.path(&format!("{name}.key"))).unwrap();
                builder
                    .with_client_auth_cert(
                        certificates(&Files::default(), &self.path(&format!("{name}.pem"))).unwrap(),
                        key,
                    )
                    .unwrap()
            }
        };
        TlsConnector::from(Arc::new(config))
    }
}

/// Both sides of one handshake; the server returns the names it has seen.
async fn shake(
    tls: &Tls,
    connector: TlsConnector,
) -> (io::Result<Vec<String>>, io::Result<client::TlsStream<TcpStream>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr: SocketAddr = listener.local_addr().unwrap();
    let connect = async {
        let stream = TcpStream::connect(addr).await?;
        connector.connect(ServerName::try_from("localhost").unwrap(), stream).await
    };
    let accept = async {
        let (stream, _) = listener.accept().await?;
        tls.accept(stream).await.map(|(_, names)| names)
    };
    tokio::join!(accept, connect)
}

#[tokio::test]
async fn the_names_of_a_caller_are_those_that_our_authority_has_signed() {
    let ours = Authority::new();
    ours.sign("server", "localhost");
    ours.sign("gateway", "gateway.internal");
    let tls = Tls::load(ours.files(true)).unwrap();
    let (names, connected) = shake(&tls, ours.client(Some("gateway"))).await;
    connected.unwrap();
    assert_eq!(names.unwrap(), ["gateway.internal", "spiffe://live/gateway", "gateway itself"]);

    // Somebody else's authority signs the same names.
    let theirs = Authority::new();
    theirs.sign("gateway", "gateway.internal");
    fs::copy(ours.path("ca.pem"), theirs.path("ca.pem")).unwrap();
    assert!(shake(&tls, theirs.client(Some("gateway"))).await.0.is_err());
    assert!(shake(&tls, ours.client(None)).await.0.is_err(), "a certificate is mandatory");

    let open = Tls::load(ours.files(false)).unwrap();
    assert_eq!(shake(&open, ours.client(None)).await.0.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn certificates_are_read_again_and_bad_ones_change_nothing() {
    let (first, second) = (Authority::new(), Authority::new());
    first.sign("server", "localhost");
    second.sign("server", "localhost");
    let tls = Tls::load(first.files(false)).unwrap();
    fs::write(first.path("server.key"), "no key").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Pem { .. })));
    assert!(shake(&tls, first.client(None)).await.1.is_ok());
    for file in ["server.pem", "server.key"] {
        fs::copy(second.path(file), first.path(file)).unwrap();
    }
    tls.reload().unwrap();
    assert!(shake(&tls, second.client(None)).await.1.is_ok());
    assert!(shake(&tls, first.client(None)).await.1.is_err());
}

#[test]
fn a_fault_of_a_file_names_the_file() {
    let authority = Authority::new();
    authority.sign("server", "localhost");
    authority.sign("other", "localhost");
    let empty = authority.path("empty.pem");
    fs::write(&empty, "").unwrap();
    let good = authority.files(true);
    for (files, part) in [
        (TlsFiles { certificate: "/nowhere/server.pem".into(), ..good.clone() }, "/nowhere/server.pem"),
        (TlsFiles { certificate: empty.clone(), ..good.clone() }, "empty.pem holds no certificate"),
        (TlsFiles { key: authority.path("other.key"), ..good.clone() }, "other.key"),
        (TlsFiles { client_authority: Some(empty), ..good.clone() }, "empty.pem holds no certificate"),
    ] {
        let error = Tls::load(files).unwrap_err().to_string();
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(Path::new(&good.key).exists() && Tls::load(good).is_ok());
}
