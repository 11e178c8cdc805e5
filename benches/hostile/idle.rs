//! Ten thousand idle connections and a thousand that send a byte now and then, held by processes of their own.
//!
//! The server and its world have one core, all callers the other: what those processes take of it is not the server's doing.
//! Good traffic is measured alone and beside them in turns, for which they come and go.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    cores::{self, Elsewhere},
    instance::Instance,
    stage::{Outcome, median},
    table::Table,
    traffic,
};

/// Tells this program that it is one of those processes: `hold ADDRESS CONNECTIONS dribble|idle`.
pub(crate) const HOLD: &str = "hold";

/// Idle connections, in processes of 2,500.
const IDLE: usize = 10_000;
const EACH: usize = 2_500;
const DRIBBLING: usize = 1_000;
/// Between two bytes of a dribbling connection, none at the same time as another's. Its message is cut off before it is whole,
/// so it comes back.
const DRIP: Duration = Duration::from_millis(500);

/// Long enough that the first call of each of the 32 good connections, which has to connect first, is not one in a hundred.
const TURN: Duration = Duration::from_secs(12);
const TURNS: usize = 5;
/// What the server did for connections that have gone is over after this.
const REST: Duration = Duration::from_secs(2);
const GOOD: u32 = 400;

/// Holds connections until standard input ends.
pub(crate) fn hold(words: &[String]) -> Outcome<()> {
    let [_, addr, count, kind] = words else { return Err("hold ADDRESS CONNECTIONS dribble|idle".into()) };
    let (addr, count): (SocketAddr, usize) = (addr.parse()?, count.parse()?);
    let frame = traffic::call("GetLiveBagTab", 1002, 0)?;
    let connected = (0..count).map(|_| TcpStream::connect(addr).map(|stream| (stream, 0)));
    let mut held = connected.collect::<Result<Vec<_>, _>>()?;
    println!("held");
    if kind == "dribble" {
        let pause = DRIP / u32::try_from(count)?;
        thread::spawn(move || {
            loop {
                for (stream, sent) in &mut held {
                    // The last byte is never sent: the message stays half a message until it is cut off.
                    let whole = *sent + 1 == frame.len();
                    if !whole && stream.write_all(&frame[*sent..=*sent]).is_ok() {
                        *sent += 1;
                    } else if let Ok(fresh) = TcpStream::connect(addr) {
                        (*stream, *sent) = (fresh, 0);
                    }
                    #[expect(clippy::disallowed_methods, reason = "a process that only waits")]
                    thread::sleep(pause);
                }
            }
        });
    }
    // The parent closes it when it is done, or ends.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A process that holds connections; they end with it.
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
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the server has as many connections as it should, 10 s at most, and says how many it has.
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
    let mut server = Instance::start_on(Some(cores::SERVER), &["--workers", "1"])?;
    let _elsewhere = Elsewhere::go()?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let mut lost = 0;
    let mut good = |lasts| -> Outcome<f64> {
        let tally = traffic::run(&client, traffic::plan(server.addr, &frame, Some(GOOD), lasts))?;
        lost += traffic::failed(&tally);
        Ok(traffic::p99(&tally))
    };
    let all = (IDLE + DRIBBLING) as f64;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        connections(&server, |open| open < 100.0)?;
        good(REST)?;
        let alone = good(TURN)?;
        let before = server.resident()?;
        let idle = (0..IDLE / EACH).map(|_| Holder::start(server.addr, EACH, "idle")).collect::<Outcome<Vec<_>>>()?;
        let each = (server.resident()? - before) / IDLE as f64;
        let dribbling = Holder::start(server.addr, DRIBBLING, "dribble")?;
        let open = connections(&server, |open| open >= all)?;
        let beside = good(TURN)?;
        let resident = server.resident()? / 1024.0;
        println!(
            "  p99 {alone:.2} ms alone, {beside:.2} ms beside {open} connections; {resident:.1} MiB, {each:.2} KiB each"
        );
        turns.push(Turn { open, each, resident, alone, beside });
        drop((idle, dribbling));
    }
    let of = |figure: fn(&Turn) -> f64| turns.iter().map(figure).collect::<Vec<_>>();
    let largest = |figure: fn(&Turn) -> f64| of(figure).into_iter().fold(0.0, f64::max);
    table.at_least("idle: connections open at once", median(&of(|turn| turn.open)), all, "");
    // Later ones find memory that earlier ones have left.
    table.at_most("idle: memory of an idle connection", largest(|turn| turn.each), 16.0, " KiB");
    table.at_most("idle: resident memory, world included", largest(|turn| turn.resident), 256.0, " MiB");
    table.at_most("idle: good calls lost", lost as f64, 0.0, "");
    let (alone, beside) = (median(&of(|turn| turn.alone)), median(&of(|turn| turn.beside)));
    table.tell("idle: p99 of good traffic alone, beside them", format!("{alone:.2} ms, {beside:.2} ms"));
    let ratio = median(&of(|turn| turn.beside / turn.alone));
    table.at_most("idle: p99 of good traffic, beside / alone", ratio, 1.10, "");
    table.at_most("idle: exits", if server.lives()? { 0.0 } else { 1.0 }, 0.0, "");
    Ok(())
}

/// Good traffic alone, then beside them.
struct Turn {
    open: f64,
    /// KiB of an idle connection.
    each: f64,
    /// MiB beside all of them.
    resident: f64,
    /// Both in ms.
    alone: f64,
    beside: f64,
}
