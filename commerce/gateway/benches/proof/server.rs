//! A server process of this binary.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use live_pack_shop::{Clock, Shop, ShopSettings};
use live_pack_shop_gateway::{App, serve};
use live_pack_shop_store::{FolderLock, Location};
use prometheus::Registry;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

use crate::place::Place;

/// First argument of the server process.
pub const COMMAND: &str = "serve-the-shop";

/// Serves a folder or a database until SIGTERM.
pub async fn run(arguments: &[String]) {
    // Before anything is printed, because a reader of the ready message may stop the process immediately.
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    let at = &arguments[0];
    let (location, _lock) = if at.starts_with("postgres:") {
        (Location::postgres(at, false).unwrap(), None)
    } else {
        let folder = PathBuf::from(at);
        let lock = FolderLock::take(&folder).unwrap();
        (Location::Folder(folder), Some(lock))
    };
    let settings = ShopSettings { location, clock: Clock::system(), migrate: true, server: true };
    let shop = Shop::open(settings).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("ready {}", listener.local_addr().unwrap());
    let app = App::new(shop, Registry::new()).unwrap();
    serve(listener, app.clone(), async move {
        terminate.recv().await;
    })
    .await
    .unwrap();
    app.shop().close().await;
}

/// A running server.
pub struct Server {
    pub child: Child,
    pub addr: SocketAddr,
    /// Time from the start of the process to its readiness.
    pub start: Duration,
}

impl Server {
    /// Starts a server; `None` if it dies before it is ready, as at a crash point.
    pub async fn start(place: &Place, crash_at: Option<&str>) -> Option<Self> {
        let since = Instant::now();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(COMMAND).arg(&place.argument).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        if let Some(point) = crash_at {
            command.env("LIVE_PACK_CRASH_AT", point);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap()?;
        let addr = line.strip_prefix("ready ")?.parse().unwrap();
        Some(Self { child, addr, start: since.elapsed() })
    }

    /// Stops the server gracefully.
    pub async fn stop(mut self) {
        let pid = rustix::process::Pid::from_raw(self.child.id().unwrap() as i32).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.child.wait().await.unwrap().success(), "a drain ends with 0");
    }

    /// Kills the server like `kill -9`.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
