//! Listeners of the binary and their robustness: TLS, a Unix socket, exhausted file descriptors.

use std::{fs, net::TcpStream, path::Path, process::Command};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::serve::{Serve, run};

/// `ca.pem`, and `server` and `client` signed by it.
pub(crate) fn certificates(folder: &Path) {
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    write("ca.pem", authority.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(authority, key);
    for (name, holder) in [("server", "127.0.0.1"), ("client", "shop.internal")] {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([holder.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        write(&format!("{name}.pem"), certificate.pem());
        write(&format!("{name}.key"), key.serialize_pem());
    }
}

#[test]
fn over_tls_callers_are_identified_by_their_certificates() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(folder.path().join("conf")).unwrap();
    let callers = serde_json::json!({
        "unknown": { "name": "unknown", "class": "low" },
        "callers": [{ "name": "shop", "class": "high", "certificates": ["shop.internal"], "methods": ["GetLiveBagTab"] }],
    });
    fs::write(folder.path().join("conf/CallerConf.json"), callers.to_string()).unwrap();
    let (server, key, ca, conf) = (path("server.pem"), path("server.key"), path("ca.pem"), path("conf"));
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--conf", &conf];
    let tls = ["--tls-cert", &server, "--tls-key", &key, "--tls-client-ca", &ca];
    let serve = Serve::start_with(&[&flags[..], &tls[..]].concat());
    let call = |method: &str, more: &[&str]| {
        run(&[&["call", method, "--room", "1001", "--addr", &serve.thrift][..], more].concat())
    };
    let (own, own_key) = (path("client.pem"), path("client.key"));
    let shown = ["--tls-ca", &ca, "--tls-cert", &own, "--tls-key", &own_key];
    let (code, stdout, stderr) = call("GetLiveBagTab", &shown);
    assert_eq!(code, Some(0), "{stdout} {stderr}");
    let (code, stdout, _) = call("GetLiveBagData", &shown);
    assert!(code == Some(3) && stdout.contains("10003"), "the access list uses the certificate: {stdout}");
    assert_eq!(call("GetLiveBagTab", &["--tls-ca", &ca]).0, Some(1), "a certificate is mandatory");
    assert_eq!(call("GetLiveBagTab", &[]).0, Some(1), "and so is TLS");
}

#[test]
fn a_unix_socket_is_served_in_addition_to_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thrift.sock");
    let path = path.to_str().unwrap();
    let mut serve = Serve::start_with(&["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--unix-socket", path]);
    let target = format!("unix:{path}");
    assert_eq!(run(&["call", "GetLiveBagTab", "--room", "1001", "--addr", &target]).0, Some(0));
    assert!(serve.answers());
    let (code, _, stderr) =
        run(&["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--unix-socket", path]);
    assert!(code == Some(1) && stderr.contains(path), "{stderr}");
    serve.signal("TERM");
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_server_survives_a_full_table_of_descriptors() {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_live-pack");
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-c", &format!("ulimit -n 120; exec {program} serve --addr 127.0.0.1:0 --ops-addr 127.0.0.1:0")]);
    let mut serve = Serve::of(&mut command);
    assert!(serve.answers());
    let held: Vec<_> = (0..200).map(|_| TcpStream::connect(&serve.thrift).unwrap()).collect();
    assert!(serve.child.try_wait().unwrap().is_none());
    drop(held);
    assert!(serve.answers(), "it accepts again when descriptors are free");
}
