//! Time limits on silent peers and the times of a drain, on a paused clock. The connections are pairs of sockets: bytes
//! written to one end have arrived at the other before the clock moves on.

use tokio::{
    net::UnixStream,
    sync::{Mutex, mpsc},
    time::{Instant, sleep},
};

use super::*;
use crate::pack_service::peer::Peer;

/// A socket that listens for pairs.
struct Pairs(Mutex<mpsc::UnboundedReceiver<UnixStream>>);

impl Incoming for Pairs {
    async fn accept(&self) -> io::Result<Accepted> {
        match self.0.lock().await.recv().await {
            Some(stream) => Ok(Accepted::Unix(stream, Peer::user(1))),
            None => std::future::pending().await,
        }
    }
}

/// A server that accepts pairs.
struct PairServer {
    backlog: mpsc::UnboundedSender<UnixStream>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
    ended: JoinHandle<Drained>,
}

impl PairServer {
    fn start(behaviour: Behaviour, options: ServerOptions) -> Self {
        let (backlog, incoming) = mpsc::unbounded_channel();
        let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
        let (lifecycle, open) = (Arc::new(Lifecycle::default()), Arc::new(Admission::open()));
        let service = layered(behaviour, options.calls, &open, &metrics);
        let guard = Guard::server(guard::services::LIVE_PACK, guard::Limits::of_message(1024), metrics.clone());
        let incoming = Pairs(Mutex::new(incoming));
        let served = accept::run(incoming, service, guard, options, open, metrics.clone(), lifecycle.clone());
        Self { backlog, metrics, lifecycle, ended: tokio::spawn(served) }
    }

    /// A connection; `None` if the server no longer listens.
    fn connect(&self) -> Option<UnixStream> {
        let (ours, theirs) = UnixStream::pair().unwrap();
        self.backlog.send(theirs).is_ok().then_some(ours)
    }

    /// A connection on which these bytes have been sent.
    async fn connect_with(&self, bytes: &[u8]) -> UnixStream {
        let mut stream = self.connect().unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

/// Lets the server read all that has been sent.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn idle_and_dribbling_connections_are_closed_and_busy_ones_are_not() {
    let limit = Duration::from_millis(300);
    let options = ServerOptions { idle_timeout: limit, message_timeout: limit, ..quick() };
    let server = PairServer::start(Behaviour::Status(0), options);
    let start = Instant::now();
    let (mut idle, mut busy) = (server.connect().unwrap(), server.connect().unwrap());
    let mut dribbling = server.connect_with(frame().split_at(9).0).await;
    let closing = tokio::spawn(async move {
        assert!(closes(&mut idle).await && closes(&mut dribbling).await);
        start.elapsed()
    });
    for _ in 0..6 {
        busy.write_all(&frame()).await.unwrap();
        assert_eq!(answer(&mut busy).await.unwrap(), 0);
        sleep(Duration::from_millis(100)).await;
    }
    let closed = closing.await.unwrap();
    assert!((limit..limit * 2).contains(&closed), "{closed:?}");
    busy.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut busy).await.unwrap(), 0);
    assert_eq!(server.metrics.timed_out.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_drain_accepts_for_a_moment_finishes_what_runs_and_closes_what_is_idle() {
    let slow = Behaviour::Slow(Duration::from_millis(400));
    let server = PairServer::start(slow, ServerOptions { drain_linger: Duration::from_millis(200), ..quick() });
    let whole = frame();
    let mut idle = server.connect().unwrap();
    let mut running = server.connect_with(&whole).await;
    // Half a message: it has arrived, so it must be answered.
    let (head, tail) = whole.split_at(20);
    let mut half_sent = server.connect_with(head).await;
    settle().await;
    server.lifecycle.drain();
    assert_eq!(server.lifecycle.phase(), Phase::Draining);
    let mut late = server.connect_with(&whole).await;
    assert!(closes(&mut idle).await);
    half_sent.write_all(tail).await.unwrap();
    for stream in [&mut running, &mut late, &mut half_sent] {
        assert_eq!(answer(stream).await.unwrap(), 0);
        assert!(closes(stream).await);
    }
    assert!(server.connect().is_none());
    assert_eq!(timeout(MOMENT, server.ended).await.unwrap().unwrap(), Drained { abandoned: 0 });
    assert_eq!(server.lifecycle.phase(), Phase::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_at_its_limit_and_says_what_it_abandoned() {
    let server = PairServer::start(Behaviour::Slow(MOMENT * 4), quick());
    let _running = server.connect_with(&frame()).await;
    settle().await;
    let asked = Instant::now();
    server.lifecycle.drain();
    assert_eq!(timeout(MOMENT, server.ended).await.unwrap().unwrap(), Drained { abandoned: 1 });
    let took = asked.elapsed() - quick().drain_limit;
    assert!(took < Duration::from_millis(10), "{took:?} late");
}

#[tokio::test(start_paused = true)]
async fn idle_connections_of_other_callers_are_closed_one_after_the_other() {
    let server =
        PairServer::start(Behaviour::Status(0), ServerOptions { drain_limit: Duration::from_secs(8), ..quick() });
    let mut idle = Vec::new();
    for _ in 0..40 {
        let mut stream = server.connect_with(&frame()).await;
        assert_eq!(answer(&mut stream).await.unwrap(), 0);
        idle.push(stream);
    }
    server.lifecycle.drain();
    let ended = futures_util::future::join_all(idle.iter_mut().map(async |stream| {
        assert!(closes(stream).await);
        Instant::now()
    }));
    let mut moments = ended.await;
    moments.sort();
    let spread = *moments.last().unwrap() - *moments.first().unwrap();
    let limit = Duration::from_secs(1);
    assert!((limit / 2..=limit).contains(&spread), "all within {spread:?}");
    assert_eq!(timeout(MOMENT, server.ended).await.unwrap().unwrap(), Drained { abandoned: 0 });
}
