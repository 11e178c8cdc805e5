//! Failovers and servers that refuse, with real Redis servers and with one scripted by the test.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{
    cell::RefCell,
    net::SocketAddr,
    sync::{Mutex, Once, PoisonError},
};

use prometheus::Registry;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tracing::{Event, Metadata, Subscriber, field, span};

use super::*;
use crate::testing::{RedisServer, listen, millis};

const SOON: Duration = Duration::from_secs(10);

/// Lines that were logged on the thread of a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

thread_local! {
    /// The log of the test that runs on this thread.
    static CURRENT: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// Ends the log of its thread.
struct LogEnd;

impl Drop for LogEnd {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

impl Log {
    /// One subscriber serves all tests of the process: `tracing` caches per call site whether anybody listens, and
    /// subscribers that start and end on other threads can leave a site switched off.
    fn start() -> (Self, LogEnd) {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| tracing::subscriber::set_global_default(ByThread).unwrap());
        let log = Self::default();
        CURRENT.set(Some(log.clone()));
        (log, LogEnd)
    }

    /// Number of lines that contain `part`.
    fn count(&self, part: &str) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|line| line.contains(part)).count()
    }
}

/// Hands each line to the log of its thread.
struct ByThread;

impl Subscriber for ByThread {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("live_pack")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Line(String);
        impl field::Visit for Line {
            fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!("{field}={value:?} "));
            }
        }
        let Some(log) = CURRENT.with_borrow(Option::clone) else { return };
        let mut line = Line(String::new());
        event.record(&mut line);
        log.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn connect(url: &str) -> Arc<Redis> {
    let settings = RedisSettings {
        url: Some(url.parse().unwrap()),
        probe_pause: millis(20),
        connect_timeout: millis(1_000),
        response_timeout: millis(1_000),
        ..RedisSettings::default()
    };
    Redis::connect(&settings, &Registry::new()).unwrap().unwrap()
}

/// Forwards connections to an address that can be changed; existing ones keep the old address.
async fn forward(target: Arc<Mutex<SocketAddr>>) -> SocketAddr {
    listen(move |mut stream| {
        let target = *target.lock().unwrap();
        async move {
            let mut server = TcpStream::connect(target).await.unwrap();
            drop(copy_bidirectional(&mut stream, &mut server).await);
        }
    })
    .await
}

async fn command(server: &RedisServer, words: &[&str]) -> redis::Value {
    let mut connection = server.raw().await.unwrap();
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query_async(&mut connection).await.unwrap()
}

fn write(redis: &Redis, key: &str) {
    let change = Write { key: key.to_owned(), change: Change::Set(b"value".to_vec()), ttl: Duration::from_mins(1) };
    redis.write(1, move || vec![change]);
}

/// Writes a key until a server has it.
async fn written(redis: &Redis, key: &str, server: &RedisServer) {
    let end = Instant::now() + SOON;
    loop {
        write(redis, key);
        sleep(millis(10)).await;
        if !matches!(command(server, &["GET", key]).await, redis::Value::Nil) {
            return;
        }
        assert!(Instant::now() < end, "{key} was not written");
    }
}

async fn read(redis: &Redis) -> Result<Vec<Option<Vec<u8>>>, Error> {
    // asked again where a busy machine was too slow for 30 ms
    redis.mget(&["key".to_owned()], Instant::now() + Duration::from_secs(10)).await
}

async fn until_read(redis: &Redis) {
    let end = Instant::now() + SOON;
    while read(redis).await.is_err() {
        assert!(Instant::now() < end, "reads do not come back");
        sleep(millis(5)).await;
    }
}

async fn until_away(redis: &Redis) {
    let end = Instant::now() + SOON;
    while !redis.is_away() {
        drop(read(redis).await);
        assert!(Instant::now() < end, "it is still used");
        sleep(millis(2)).await;
    }
}

#[tokio::test]
async fn writes_follow_a_failover_that_keeps_connections_open() {
    let (log, _guard) = Log::start();
    let (old, new) = (RedisServer::start().await, RedisServer::start().await);
    let address = |server: &RedisServer| server.url.strip_prefix("redis://").unwrap().parse::<SocketAddr>().unwrap();
    let target = Arc::new(Mutex::new(address(&old)));
    let redis = connect(&format!("redis://{}", forward(target.clone()).await));
    written(&redis, "before", &old).await;
    let port = address(&new).port().to_string();
    command(&old, &["REPLICAOF", "127.0.0.1", &port]).await;
    *target.lock().unwrap() = address(&new);
    written(&redis, "after", &new).await;
    assert_eq!(log.count("READONLY"), 1, "{:?}", log.0);
    assert!(log.count("redis accepts writes again") >= 1, "{:?}", log.0);
    until_read(&redis).await;
}

#[tokio::test]
async fn a_full_server_serves_reads_and_accepts_writes_once_it_has_room() {
    let (log, _guard) = Log::start();
    let server = RedisServer::start().await;
    let redis = connect(&server.url);
    written(&redis, "before", &server).await;
    command(&server, &["CONFIG", "SET", "maxmemory", "1"]).await;
    let end = Instant::now() + SOON;
    while log.count("OOM") == 0 {
        write(&redis, "full");
        sleep(millis(10)).await;
        assert!(Instant::now() < end, "{:?}", log.0);
    }
    until_read(&redis).await;
    command(&server, &["CONFIG", "SET", "maxmemory", "0"]).await;
    written(&redis, "after", &server).await;
    assert_eq!(log.count("OOM"), 1, "{:?}", log.0);
}

#[tokio::test]
async fn a_password_required_later_is_logged_and_so_is_its_end() {
    let (log, _guard) = Log::start();
    let server = RedisServer::start().await;
    let redis = connect(&server.url);
    until_read(&redis).await;
    let mut own = server.raw().await.unwrap();
    for words in
        [&["CONFIG", "SET", "requirepass", "s3cret"][..], &["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]]
    {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]).query_async::<redis::Value>(&mut own).await.unwrap();
    }
    until_away(&redis).await;
    let end = Instant::now() + SOON;
    while log.count("NOAUTH") == 0 {
        sleep(millis(5)).await;
        assert!(Instant::now() < end, "{:?}", log.0);
    }
    let mut command = redis::cmd("CONFIG");
    command.arg(&["SET", "requirepass", ""]).query_async::<redis::Value>(&mut own).await.unwrap();
    until_read(&redis).await;
    written(&redis, "after", &server).await;
    assert_eq!(log.count("NOAUTH"), 1, "{:?}", log.0);
}

/// Answers the commands of each new connection with what `say` holds then; everything else with OK.
async fn saying(say: Arc<Mutex<String>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let say = say.lock().unwrap().clone();
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut bytes).await {
                    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                    // one answer for each command of a batch
                    for part in text.split('*').skip(1) {
                        let asked =
                            ["MGET", "SET", "AUTH"].iter().any(|name| part.contains(&format!("\r\n{name}\r\n")));
                        let answer = if asked { say.as_str() } else { "+OK\r\n" };
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn each_refusal_is_logged_once_and_a_new_connection_finds_the_next_server() {
    for (refusal, code) in [
        ("-LOADING Redis is loading the dataset in memory\r\n", "LOADING"),
        ("-MOVED 3999 127.0.0.1:6381\r\n", "MOVED"),
        ("-CLUSTERDOWN Hash slot not served\r\n", "CLUSTERDOWN"),
        ("-MASTERDOWN Link with MASTER is down\r\n", "MASTERDOWN"),
        ("-NOPERM this user has no permissions\r\n", "NOPERM"),
        ("-MISCONF Errors writing to the AOF file\r\n", "MISCONF"),
        ("-BUSY Redis is busy running a script\r\n", "BUSY"),
    ] {
        let (log, _guard) = Log::start();
        let say = Arc::new(Mutex::new(refusal.to_owned()));
        let redis = connect(&format!("redis://{}", saying(say.clone()).await));
        until_away(&redis).await;
        // for the old connection nothing changes
        *say.lock().unwrap() = "*1\r\n$-1\r\n".to_owned();
        until_read(&redis).await;
        assert_eq!(log.count(code), 1, "{code}: {:?}", log.0);
    }
}

#[tokio::test]
async fn a_secret_that_a_server_repeats_is_not_logged() {
    let (log, _guard) = Log::start();
    let say = "-ERR unknown command 'AUTH', with args beginning with: 's3cret'\r\n";
    let address = saying(Arc::new(Mutex::new(say.to_owned()))).await;
    let redis = connect(&format!("redis://:s3cret@{address}"));
    until_away(&redis).await;
    assert!(log.count("redis failed") >= 1, "{:?}", log.0);
    assert_eq!(log.count("s3cret"), 0, "{:?}", log.0);
}
