//! Sockets from one side of a handover to the other, over a real Unix socket.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::{
    io::Write as _,
    net::TcpStream as StdTcpStream,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener as Raw,
    },
};

use tempfile::TempDir;
use tokio::task::{self, JoinHandle};

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
        let path = folder.path().join("thrift.sock");
        let bind = || unix::bind(&path, 0o660, "--unix-socket").unwrap().keep();
        let unix = unix.then(|| UnixSocket { listener: bind(), path: path.clone() });
        let sockets = Sockets { thrift: port(), ops: port(), unix };
        let (thrift, ops) = (sockets.thrift.local_addr().unwrap(), sockets.ops.local_addr().unwrap());
        let (lifecycle, stop_ops) = (Arc::new(Lifecycle::default()), CancellationToken::new());
        let listener = unix::bind(&folder.path().join("handover.sock"), MODE, "--handover").unwrap().keep();
        let offer = Offer { listener: UnixListener::from_std(listener).unwrap(), sockets };
        let offering = tokio::spawn(offer.stand(lifecycle.clone(), stop_ops.clone()));
        Self { folder, lifecycle, stop_ops, thrift, ops, offering }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("handover.sock")
    }

    fn unix(&self) -> PathBuf {
        self.folder.path().join("thrift.sock")
    }

    async fn ask(&self) -> Inheritance {
        let path = self.path();
        task::spawn_blocking(move || Inheritance::ask(&path).unwrap().unwrap()).await.unwrap()
    }
}

#[tokio::test]
async fn the_same_sockets_arrive_and_the_predecessor_stops_when_told() {
    for unix in [false, true] {
        let predecessor = Predecessor::start(unix);
        let mode = fs::metadata(predecessor.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let inheritance = predecessor.ask().await;
        let path = unix.then(|| predecessor.unix());
        inheritance.check(&predecessor.path(), predecessor.thrift, predecessor.ops, path.as_deref()).unwrap();
        assert!(!predecessor.lifecycle.is_handed_over(), "it serves until the successor is ready");
        // The same steps as in the accept loop.
        let lifecycle = predecessor.lifecycle.clone();
        tokio::spawn(async move {
            lifecycle.drain_asked().await;
            lifecycle.stop_listening();
        });
        let Inheritance { sockets, handover, line } = inheritance;
        take_over(UnixStream::from_std(line).unwrap()).await;
        assert_eq!(sockets.thrift.local_addr().unwrap(), predecessor.thrift);
        assert_eq!(sockets.unix.is_some(), unix);
        assert!(predecessor.lifecycle.is_handed_over() && predecessor.stop_ops.is_cancelled());
        let path = predecessor.path();
        predecessor.offering.await.unwrap();
        StdTcpStream::connect(predecessor.thrift).unwrap();
        sockets.thrift.accept().unwrap();
        // The next one connects to the same socket, whose file has not changed.
        let next = StdUnixStream::connect(&path).unwrap();
        handover.accept().unwrap();
        drop(next);
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
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let elsewhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let predecessor = Predecessor::start(true);
    let (inheritance, ours) = (predecessor.ask().await, predecessor.unix());
    let check = |thrift, ops, unix: Option<&Path>| inheritance.check(&predecessor.path(), thrift, ops, unix);
    check(any, any, Some(&ours)).unwrap();
    let link = predecessor.folder.path().join("link");
    symlink(predecessor.folder.path(), &link).unwrap();
    check(any, any, Some(&link.join("thrift.sock"))).unwrap();
    let other = predecessor.folder.path().join("other.sock");
    let ops = predecessor.ops.to_string();
    for (error, parts) in [
        (check(any, elsewhere, Some(&ours)), ["--ops-addr", "127.0.0.1:1", &ops]),
        (check(any, any, Some(&other)), ["--unix-socket", "/other.sock", "/thrift.sock"]),
        (check(any, any, None), ["--unix-socket", "says none", "/thrift.sock"]),
    ] {
        let error = error.unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{parts:?} in {error}");
    }
    let without = Predecessor::start(false);
    without.ask().await.check(&without.path(), any, any, Some(&other)).unwrap();
}

#[test]
fn a_missing_predecessor_is_no_error_and_another_program_is_one() {
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
    let file = folder.path().join("file");
    fs::write(&file, "precious").unwrap();
    assert!(matches!(Inheritance::ask(&file), Err(HandoverError::NoSocket { .. })));
}
