//! Hostile and damaged messages over sockets beside good traffic, which must not notice, and memory, which must not grow.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::time::Instant;

use crate::{
    corpus,
    instance::Instance,
    stage::{Outcome, median},
    table::Table,
    traffic,
};

/// How long a turn of good traffic lasts, alone or beside hostile messages.
const TURN: Duration = Duration::from_secs(4);
/// Turns of each kind.
const TURNS: usize = 7;
/// Good calls a second: far from what the server can do.
const GOOD: u32 = 400;
/// Hostile messages a second beside them.
const BESIDE: u32 = 200;
/// Frames sent as fast as they go, while memory is watched.
const FRAMES: u64 = 1_000_000;
/// Sent before memory is measured for the first time.
const WARM_UP: u64 = 50_000;
/// Connections that send at the same time.
const SENDERS: u64 = 8;

/// What is sent: the corpus, and good messages with some bytes changed.
struct Messages {
    named: Vec<Vec<u8>>,
    good: Vec<Vec<u8>>,
}

impl Messages {
    fn new() -> Outcome<Self> {
        let named = corpus::requests().into_iter().map(|hostile| hostile.bytes).filter(|bytes| bytes.len() < 4096);
        let methods = ["GetLiveBagData", "GetLiveBagTab", "MGetRoomLiteData", "GetPinCardData", "GetLiveBagRefresh"];
        let good = methods.into_iter().map(|method| traffic::call(method, 1002, 101)).collect::<Outcome<_>>()?;
        Ok(Self { named: named.collect(), good })
    }

    fn pick(&self, dice: &mut StdRng) -> Vec<u8> {
        if dice.random_bool(0.5) {
            return self.named[dice.random_range(0..self.named.len())].clone();
        }
        let mut bytes = self.good[dice.random_range(0..self.good.len())].clone();
        for _ in 0..dice.random_range(1..6) {
            let at = dice.random_range(0..bytes.len());
            bytes[at] = dice.random();
        }
        if dice.random_bool(0.2) {
            bytes.truncate(dice.random_range(1..=bytes.len()));
        }
        bytes
    }
}

/// Sends one message over a connection of its own, from one of many addresses: ports would run out.
fn send(addr: SocketAddr, number: u64, bytes: &[u8]) -> Outcome<()> {
    let [.., b, c, d] = number.to_be_bytes();
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 1 + (b & 31), c, 1 + (d & 127)), 0)).into())?;
    socket.connect(&addr.into())?;
    let mut stream = std::net::TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    drop(stream.write_all(bytes));
    drop(stream.shutdown(std::net::Shutdown::Write));
    drop(stream.read_to_end(&mut Vec::new()));
    Ok(())
}

/// Sends so many messages as fast as they go; those numbered from `first`.
fn burst(addr: SocketAddr, messages: &Arc<Messages>, first: u64, count: u64) -> Outcome<()> {
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let messages = messages.clone();
            thread::spawn(move || {
                let mut dice = StdRng::seed_from_u64(first + sender);
                (first..first + count).filter(|number| number % SENDERS == sender).try_for_each(|number| {
                    send(addr, number, &messages.pick(&mut dice)).map_err(|error| error.to_string())
                })
            })
        })
        .collect();
    for sender in senders {
        sender.join().map_err(|_| "a sender panicked")??;
    }
    Ok(())
}

/// Sends `BESIDE` messages a second until dropped.
struct Beside {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl Beside {
    fn start(addr: SocketAddr, messages: &Arc<Messages>) -> Self {
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let beside = Self { stop: stop.clone(), sent: sent.clone() };
        let messages = messages.clone();
        thread::spawn(move || {
            let mut dice = StdRng::seed_from_u64(7);
            let started = Instant::now();
            while !stop.load(Ordering::Relaxed) {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                drop(send(addr, number, &messages.pick(&mut dice)));
                let due = started + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / BESIDE;
                #[expect(clippy::disallowed_methods, reason = "a thread of its own")]
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        beside
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let mut server = Instance::start(&[])?;
    let messages = Arc::new(Messages::new()?);
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let good = |lasts| traffic::run(&client, traffic::plan(server.addr, &frame, Some(GOOD), lasts));
    good(TURN)?;
    let (mut alone, mut beside, mut lost, mut hostile) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..TURNS {
        alone.push(traffic::p99(&good(TURN)?));
        let sending = Beside::start(server.addr, &messages);
        let tally = good(TURN)?;
        hostile += sending.sent.load(Ordering::Relaxed);
        drop(sending);
        lost += traffic::failed(&tally);
        beside.push(traffic::p99(&tally));
    }
    table.tell("flood: hostile messages beside good traffic", format!("{hostile}"));
    table.at_most("flood: good calls lost beside them", lost as f64, 0.0, "");
    table.tell("flood: p99 alone", format!("{:.2} ms", median(&alone)));
    table.at_most("flood: p99 of good traffic, beside / alone", median(&beside) / median(&alone), 1.10, "");

    burst(server.addr, &messages, 0, WARM_UP)?;
    let before = server.resident()?;
    let started = Instant::now();
    burst(server.addr, &messages, WARM_UP, FRAMES)?;
    table.tell("flood: frames a second", format!("{:.0}", FRAMES as f64 / started.elapsed().as_secs_f64()));
    let grown = (server.resident()? - before) / 1024.0;
    table.at_most(format!("flood: memory grown over {FRAMES} frames"), grown.max(0.0), 8.0, " MiB");
    table.at_most("flood: exits", if server.lives()? { 0.0 } else { 1.0 }, 0.0, "");
    let panics = server.metric("live_pack_requests_total", "code=\"panic\"")?;
    let decoder = server.metric("live_pack_guard_refused_total", "kind=\"decoder\"")?;
    table.at_most("flood: panics, and messages that only the decoder refused", panics + decoder, 0.0, "");
    Ok(())
}
