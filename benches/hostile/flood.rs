//! Hostile and damaged messages over sockets alongside good traffic, which must not be affected, and memory, which must
//! not grow.

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
    cores::{self, Elsewhere},
    corpus,
    instance::Instance,
    pairs::{self, Pairs, TURN},
    stage::Outcome,
    table::Table,
    traffic,
};

const PAIRS: usize = 20;
/// Hostile messages per second alongside good traffic.
const BESIDE: u32 = 200;
/// Frames sent as fast as possible, while memory is watched.
const FRAMES: u64 = 1_000_000;
/// Frames sent before memory is first measured.
const WARM_UP: u64 = 50_000;
/// Connections that send at the same time.
const SENDERS: u64 = 8;

/// The messages sent: the corpus, and good messages with some bytes changed.
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

/// Sends one message over its own connection, from one of many addresses, since a single address would run out of ports.
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

/// Sends this many messages as fast as possible, numbered from `first`.
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

/// Sends `BESIDE` messages per second until dropped.
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
    let messages = Arc::new(Messages::new()?);
    let harm = [beside(table, &messages)?, alone(table, &messages)?];
    let of = |figure: fn(&Harm) -> f64| harm.iter().map(figure).sum();
    table.at_most("flood: exits", of(|harm| harm.exits), 0.0, "");
    table.at_most("flood: panics, and messages that only the decoder refused", of(|harm| harm.missed), 0.0, "");
    Ok(())
}

/// The harm done to a server.
struct Harm {
    exits: f64,
    /// Panics, and messages that only the decoder refused.
    missed: f64,
}

impl Harm {
    fn of(server: &mut Instance) -> Outcome<Self> {
        if !server.lives()? {
            return Ok(Self { exits: 1.0, missed: 0.0 });
        }
        let panics = server.metric("live_pack_requests_total", "code=\"panic\"")?;
        let decoder = server.metric("live_pack_guard_refused_total", "kind=\"decoder\"")?;
        Ok(Self { exits: 0.0, missed: panics + decoder })
    }
}

/// Hostile messages alongside good traffic. The server has one core, all callers the other.
fn beside(table: &mut Table, messages: &Arc<Messages>) -> Outcome<Harm> {
    let mut server = Instance::start_by(&cores::server_first(), &["--workers", "1"])?;
    let _elsewhere = Elsewhere::go()?;
    let client = cores::callers_first()?;
    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let good = || traffic::run(&client, pairs::good(&server, &frame, TURN));
    good()?;
    let mut hostile = 0;
    let pairs = Pairs::run(PAIRS, |beside| {
        let sending = beside.then(|| Beside::start(server.addr, messages));
        let tally = good();
        hostile += sending.map_or(0, |sending| sending.sent.load(Ordering::Relaxed));
        tally
    })?;
    table.tell("flood: hostile messages alongside good traffic", format!("{hostile}"));
    table.at_most("flood: good calls lost meanwhile", pairs.lost as f64, 0.0, "");
    pairs.tell("flood", table);
    Harm::of(&mut server)
}

/// Hostile messages as fast as possible, without other traffic.
fn alone(table: &mut Table, messages: &Arc<Messages>) -> Outcome<Harm> {
    let mut server = Instance::start(&[])?;
    burst(server.addr, messages, 0, WARM_UP)?;
    let before = server.resident()?;
    let started = Instant::now();
    burst(server.addr, messages, WARM_UP, FRAMES)?;
    table.tell("flood: frames per second", format!("{:.0}", FRAMES as f64 / started.elapsed().as_secs_f64()));
    let grown = (server.resident()? - before) / 1024.0;
    table.at_most(format!("flood: memory grown over {FRAMES} frames"), grown.max(0.0), 8.0, " MiB");
    Harm::of(&mut server)
}
