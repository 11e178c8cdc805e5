//! Ten thousand idle connections and a thousand that send a byte now and then, held by processes of their own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
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

const TURN: Duration = Duration::from_secs(4);
const TURNS: usize = 5;
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

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let mut server = Instance::start(&[])?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let good = |lasts| traffic::run(&client, traffic::plan(server.addr, &frame, Some(GOOD), lasts));
    good(TURN)?;
    let turns = |failed: &mut u64| -> Outcome<f64> {
        let mut p99s = Vec::new();
        for _ in 0..TURNS {
            let tally = good(TURN)?;
            *failed += traffic::failed(&tally);
            p99s.push(traffic::p99(&tally));
        }
        Ok(median(&p99s))
    };
    let mut lost = 0;
    let alone = turns(&mut lost)?;
    let before = server.resident()?;
    let mut holders = Vec::new();
    for _ in 0..IDLE / EACH {
        holders.push(Holder::start(server.addr, EACH, "idle")?);
    }
    let each = (server.resident()? - before) / IDLE as f64;
    holders.push(Holder::start(server.addr, DRIBBLING, "dribble")?);
    let open = server.metric("live_pack_connections", "")?;
    let beside = turns(&mut lost)?;
    let resident = server.resident()? / 1024.0;
    table.at_least("idle: connections open at once", open, (IDLE + DRIBBLING) as f64, "");
    table.at_most("idle: memory of an idle connection", each, 16.0, " KiB");
    table.at_most("idle: resident memory, world included", resident, 256.0, " MiB");
    table.at_most("idle: good calls lost", lost as f64, 0.0, "");
    table.tell("idle: p99 of good traffic alone, beside them", format!("{alone:.2} ms, {beside:.2} ms"));
    table.at_most("idle: p99 of good traffic, beside / alone", beside / alone, 1.10, "");
    table.at_most("idle: exits", if server.lives()? { 0.0 } else { 1.0 }, 0.0, "");
    Ok(())
}
