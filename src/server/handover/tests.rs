//! Sockets from one side of a handover to the other, over a real Unix socket.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    net::TcpStream as StdTcpStream,
    os::unix::{fs::PermissionsExt as _, net::UnixListener as Raw},
};

use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::*;

struct Predecessor {
    folder: TempDir,
    lifecycle: Arc<Lifecycle>,
    stop_ops: CancellationToken,
    thrift: SocketAddr,
    ops: SocketAddr,
    offering: JoinHandle<()>,
}

impl Predecessor {
    fn start(unix: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = || StdTcpListener::bind("127.0.0.1:0").unwrap();
        let unix = unix.then(|| unix::bind(&folder.path().join("thrift.sock"), 0o660, "--unix-socket").unwrap());
        let sockets = Sockets { thrift: port(), ops: port(), unix };
        let (thrift, ops) = (sockets.thrift.local_addr().unwrap(), sockets.ops.local_addr().unwrap());
        let (lifecycle, stop_ops) = (Arc::new(Lifecycle::default()), CancellationToken::new());
        let path = folder.path().join("handover.sock");
        let offering = tokio::spawn(offer(&path, sockets, lifecycle.clone(), stop_ops.clone()).unwrap());
        Self { folder, lifecycle, stop_ops, thrift, ops, offering }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("handover.sock")
    }

    async fn ask(&self) -> Inheritance {
        let path = self.path();
        task::spawn_blocking(move || Inheritance::ask(&path).unwrap().unwrap()).await.unwrap()
    }
}

#[tokio::test]
async fn the_very_same_sockets_arrive_and_the_predecessor_stops_when_it_is_told() {
    for unix in [false, true] {
        let predecessor = Predecessor::start(unix);
        let mode = fs::metadata(predecessor.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let inheritance = predecessor.ask().await;
        inheritance.check(&predecessor.path(), predecessor.thrift, predecessor.ops).unwrap();
        assert!(!predecessor.lifecycle.is_handed_over(), "it serves until the successor is ready");
        // What the accept loop does.
        let lifecycle = predecessor.lifecycle.clone();
        tokio::spawn(async move {
            lifecycle.drain_asked().await;
            lifecycle.stop_listening();
        });
        let sockets = task::spawn_blocking(|| inheritance.take_over()).await.unwrap();
        assert_eq!(sockets.thrift.local_addr().unwrap(), predecessor.thrift);
        assert_eq!(sockets.unix.is_some(), unix);
        assert!(predecessor.lifecycle.is_handed_over() && predecessor.stop_ops.is_cancelled());
        predecessor.offering.await.unwrap();
        StdTcpStream::connect(predecessor.thrift).unwrap();
        sockets.thrift.accept().unwrap();
    }
}

#[tokio::test]
async fn a_successor_that_dies_before_it_is_ready_changes_nothing_and_the_next_one_is_served() {
    let predecessor = Predecessor::start(false);
    for _ in 0..3 {
        drop(predecessor.ask().await);
    }
    let inheritance = predecessor.ask().await;
    assert!(!predecessor.lifecycle.is_handed_over() && !predecessor.offering.is_finished());
    drop(inheritance);
}

#[tokio::test]
async fn sockets_other_than_the_settings_ask_for_are_an_error_that_names_both() {
    let predecessor = Predecessor::start(false);
    let inheritance = predecessor.ask().await;
    let elsewhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    inheritance.check(&predecessor.path(), any, any).unwrap();
    let error = inheritance.check(&predecessor.path(), any, elsewhere).unwrap_err().to_string();
    for part in ["--ops-addr", "127.0.0.1:1", &predecessor.ops.to_string()] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[test]
fn nobody_there_is_no_error_and_a_stranger_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("handover.sock");
    assert!(Inheritance::ask(&path).unwrap().is_none());
    let stranger = Raw::bind(&path).unwrap();
    let speaking = std::thread::spawn(move || stranger.accept().unwrap().0.write_all(b"HTTP/1.1 400\r\n").unwrap());
    let error = Inheritance::ask(&path).unwrap_err().to_string();
    assert!(error.contains("HTTP/1.1") && error.contains("stop it first"), "{error}");
    speaking.join().unwrap();
    // The stranger is gone, its socket is not.
    assert!(Inheritance::ask(&path).unwrap().is_none());
}
