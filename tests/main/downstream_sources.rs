//! Sources of instances as a process uses them: a file next to its configuration, and etcd, where it registers itself.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    house::root,
    serve::{Serve, http},
    stack::eventually,
};

const SOON: Duration = Duration::from_secs(20);

/// A real etcd on its own ports. Stopped on drop.
struct Etcd {
    child: Child,
    _folder: TempDir,
    at: String,
}

impl Etcd {
    async fn start() -> Self {
        let url = || format!("http://{}", free());
        let (clients, peers, folder) = (url(), url(), tempfile::tempdir().unwrap());
        let child = Command::new(program())
            .args(["--unsafe-no-fsync", "--listen-client-urls", &clients, "--advertise-client-urls", &clients])
            .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
            .args(["--initial-cluster", &format!("default={peers}"), "--data-dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("etcd is installed or unpacked: make etcd");
        let at = clients.trim_start_matches("http://").to_owned();
        let etcd = Self { child, _folder: folder, at };
        eventually(SOON, async || etcd.keys()).await;
        etcd
    }

    /// The number of its keys; `None` if it does not answer.
    fn keys(&self) -> Option<u64> {
        let mut stream = TcpStream::connect(&self.at).ok()?;
        // from the first key to the last
        let body = r#"{"key": "AA==", "range_end": "AA==", "count_only": true}"#;
        let length = body.len();
        let head = format!("POST /v3/kv/range HTTP/1.1\r\nHost: etcd\r\nConnection: close\r\nContent-Length: {length}");
        write!(stream, "{head}\r\n\r\n{body}").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()?;
        answer["header"]["revision"].as_str()?;
        // etcd omits a count of 0
        Some(answer["count"].as_str().map_or(0, |count| count.parse().unwrap()))
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The installed program, or the one that the Makefile has unpacked.
fn program() -> std::path::PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let unpacked = target.join("etcd/usr/bin/etcd");
    if unpacked.exists() { unpacked } else { "etcd".into() }
}

/// A server without a world, with these additional flags.
fn serve(flags: &[&str]) -> Serve {
    let ports = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--world", "none"];
    Serve::start_with(&[&ports, flags].concat())
}

// multi-threaded: starting a process blocks one of the threads
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_registers_itself_in_etcd_and_takes_its_entry_back_while_it_still_serves() {
    let etcd = Etcd::start().await;
    let registers = ["--etcd-endpoints", &etcd.at, "--etcd-register", "live_pack=10.0.0.7:8888"];
    let mut serve = serve(&[&registers[..], &["--drain-linger", "5s"]].concat());
    eventually(SOON, async || (etcd.keys() == Some(1)).then_some(())).await;
    serve.signal("TERM");
    eventually(SOON, async || (etcd.keys() == Some(0)).then_some(())).await;
    // it still serves callers that found it earlier
    assert_eq!(serve.child.try_wait().unwrap(), None);
    TcpStream::connect(&serve.thrift).unwrap();
}

fn write(path: &Path, value: &Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, value.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relative_path_is_resolved_in_instances_next_to_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let list = json!({ "groups": { "default": { "file": "cart.json" } } });
    write(&folder.path().join("DownstreamConf.json"), &json!({ "services": { "cart": list } }));
    write(&folder.path().join("instances/cart.json"), &json!(["127.0.0.1:9"]));
    let serve = serve(&["--conf", folder.path().to_str().unwrap()]);
    let address = eventually(SOON, async || {
        let shown: Value = serde_json::from_str(&http(&serve.ops, "GET /api/downstreams", "")?.1).ok()?;
        let cart = shown["services"].as_array()?.iter().find(|service| service["service"] == "cart")?.clone();
        Some(cart["routes"][0]["instances"][0]["address"].as_str()?.to_owned())
    })
    .await;
    assert_eq!(address, "127.0.0.1:9");
}
