//! Ten thousand idle connections and a thousand that send a byte at long intervals, held by separate processes.
//!
//! Two servers share one core, and only one of them has those connections; all callers have the other core. Good traffic
//! alternates between the servers, and the slow senders pause while it goes to the empty one.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use live_pack::cli::bench::load;
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    cores::{self, Elsewhere},
    instance::Instance,
    pairs::{self, Pairs, TURN},
    stage::Outcome,
    table::Table,
    traffic,
};

/// Arguments of a process that holds connections: `hold ADDRESS CONNECTIONS dribble|idle`.
pub(crate) const HOLD: &str = "hold";

/// Idle connections, in processes of 2,500.
const IDLE: usize = 10_000;
const EACH: usize = 2_500;
const DRIBBLING: usize = 1_000;
/// Time between two bytes of a dribbling connection, with an offset per connection. Its message is cut off before it is
/// complete, so it must reconnect.
const DRIP: Duration = Duration::from_millis(500);
/// Rounds of bytes until all have started: the time limit of a message.
const BEGIN: usize = 20;

const PAIRS: usize = 40;
/// Time limit for the connections to open, and to close.
const CHANGE: Duration = Duration::from_secs(10);

/// Holds connections until standard input ends.
pub(crate) fn hold(words: &[String]) -> Outcome<()> {
    let [_, addr, count, kind] = words else { return Err("hold ADDRESS CONNECTIONS dribble|idle".into()) };
    let (addr, count): (SocketAddr, usize) = (addr.parse()?, count.parse()?);
    let frame = traffic::call("GetLiveBagTab", 1002, 0)?;
    let connected = (0..count).map(|_| TcpStream::connect(addr).map(|stream| (stream, 0)));
    let mut held = connected.collect::<Result<Vec<_>, _>>()?;
    println!("held");
    if kind == "dribble" {
        thread::spawn(move || dribble(addr, &mut held, &frame));
    }
    // The parent closes it when it is done or exits.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Sends a byte over each in turn, forever. They start one after the other, so that the time limit of a message, at which
/// the server closes them, does not close all of them at the same time.
fn dribble(addr: SocketAddr, held: &mut [(TcpStream, usize)], frame: &[u8]) {
    let count = held.len();
    let pause = DRIP / count as u32;
    for begun in (1..).map(|round| round * count / BEGIN) {
        for (at, (stream, sent)) in held.iter_mut().enumerate() {
            #[expect(clippy::disallowed_methods, reason = "a process that only waits")]
            thread::sleep(pause);
            if at >= begun {
                continue;
            }
            // The last byte is never sent: the message remains incomplete until it times out.
            let whole = *sent + 1 == frame.len();
            if !whole && stream.write_all(&frame[*sent..=*sent]).is_ok() {
                *sent += 1;
            } else if let Ok(fresh) = TcpStream::connect(addr) {
                (*stream, *sent) = (fresh, 0);
            }
        }
    }
}

/// A process that holds connections, which close when it exits.
struct Holder(Child);

impl Holder {
    fn start(addr: SocketAddr, count: usize, kind: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([HOLD, &addr.to_string(), &count.to_string(), kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let holder = Self(child);
        if line.trim() == "held" { Ok(holder) } else { Err(format!("{count} connections could not be held").into()) }
    }

    /// Continues or pauses the process.
    fn signal(&self, signal: Signal) -> Outcome<()> {
        Ok(kill_process(Pid::from_child(&self.0), signal)?)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits up to 10 s until the server has the expected number of connections, and returns the number.
fn connections(server: &Instance, enough: impl Fn(f64) -> bool) -> Outcome<f64> {
    let mut open = server.metric("live_pack_connections", "")?;
    for _ in 0..100 {
        if enough(open) {
            break;
        }
        #[expect(clippy::disallowed_methods, reason = "the main thread of a benchmark")]
        thread::sleep(Duration::from_millis(100));
        open = server.metric("live_pack_connections", "")?;
    }
    Ok(open)
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let start = || Instance::start_by(&cores::server_first(), &["--workers", "1"]);
    let (mut server, empty) = (start()?, start()?);
    let _elsewhere = Elsewhere::go()?;
    let client = cores::callers_first()?;
    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let good = |server: &Instance, lasts| pairs::good(server, &frame, lasts);
    for one in [&server, &empty] {
        traffic::run(&client, good(one, TURN))?;
    }

    let all = (IDLE + DRIBBLING) as f64;
    let before = server.resident()?;
    let coming = client.spawn(load::run(good(&server, CHANGE)));
    let idle = (0..IDLE / EACH).map(|_| Holder::start(server.addr, EACH, "idle")).collect::<Outcome<Vec<_>>>()?;
    connections(&server, |open| open >= IDLE as f64)?;
    let each = (server.resident()? - before) / IDLE as f64;
    let dribbling = Holder::start(server.addr, DRIBBLING, "dribble")?;
    let open = connections(&server, |open| open >= all)?;
    let came = client.block_on(coming)??;

    let pairs = Pairs::run(PAIRS, |beside| {
        dribbling.signal(if beside { Signal::CONT } else { Signal::STOP })?;
        traffic::run(&client, good(if beside { &server } else { &empty }, TURN))
    })?;
    let resident = server.resident()? / 1024.0;
    let going = client.spawn(load::run(good(&server, CHANGE)));
    drop((idle, dribbling));
    connections(&server, |open| open < 100.0)?;
    let went = client.block_on(going)??;

    table.at_least("idle: concurrently open connections", open, all, "");
    table.at_most("idle: memory of an idle connection", each, 16.0, " KiB");
    table.at_most("idle: resident memory, world included", resident, 256.0, " MiB");
    println!("  p99 while they come {:.0} ms, while they go {:.0} ms", traffic::p99(&came), traffic::p99(&went));
    let lost = traffic::failed(&came) + pairs.lost + traffic::failed(&went);
    table.at_most("idle: good calls lost while they come, stay and go", lost as f64, 0.0, "");
    pairs.tell("idle", table);
    table.at_most("idle: exits", if server.lives()? { 0.0 } else { 1.0 }, 0.0, "");
    Ok(())
}
