//! A server in a separate process, measured from outside.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::Outcome;

/// Clock ticks per second, as Linux reports them to user space.
const TICKS: f64 = 100.0;

/// A running `live-pack serve`, killed when dropped.
pub(crate) struct Instance {
    child: Child,
    pub(crate) addr: SocketAddr,
    pub(crate) ops: SocketAddr,
    // its standard output must be drained for as long as it runs
    _reader: JoinHandle<()>,
}

impl Instance {
    /// Starts one on free ports.
    pub(crate) fn start(args: &[&str]) -> Outcome<Self> {
        Self::start_by(&[], args)
    }

    /// Starts one through a command that runs another, such as `taskset` and `chrt`.
    pub(crate) fn start_by(runner: &[String], args: &[&str]) -> Outcome<Self> {
        Self::start_with(runner, &[args, &["--log-level", "error"]].concat(), Stdio::inherit())
    }

    /// The same with its own log, at the level that the arguments specify.
    pub(crate) fn start_with(runner: &[String], args: &[&str], log: Stdio) -> Outcome<Self> {
        let program = env!("CARGO_BIN_EXE_live-pack").to_owned();
        let words = [runner, &[program]].concat();
        let (first, rest) = words.split_first().ok_or("no program")?;
        let mut command = Command::new(first);
        command.args(rest);
        let ports = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];
        let named = args.contains(&"--addr");
        command.arg("serve").args(args).args(if named { &ports[..0] } else { &ports[..] });
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("LIVE_PACK_") || name.starts_with("OTEL_"))
        {
            command.env_remove(name);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let (mut thrift, mut ops) = (None, None);
        let mut line = String::new();
        while thrift.is_none() || ops.is_none() {
            line.clear();
            if output.read_line(&mut line)? == 0 {
                return Err("the server ended before it was ready".into());
            }
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("thrift"), Some(addr)) => thrift = Some(addr.parse()?),
                (Some("ops"), Some(url)) => {
                    ops = Some(url.trim_start_matches("http://").trim_end_matches('/').parse()?)
                }
                _ => {}
            }
        }
        let reader = thread::spawn(move || drop(output.read_to_end(&mut Vec::new())));
        let (addr, ops) = thrift.zip(ops).ok_or("the server did not print its addresses")?;
        Ok(Self { child, addr, ops, _reader: reader })
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().next().ok_or("no number")?.parse()?)
    }

    /// Processor time used so far.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
        // User and system time are fields 14 and 15; the first field after the name is number 3.
        let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(Duration::from_secs_f64(ticks / TICKS))
    }

    /// The body of the ops server's answer to a path.
    pub(crate) fn get(&self, path: &str) -> Outcome<String> {
        let mut stream = TcpStream::connect(self.ops)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text.split_once("\r\n\r\n").ok_or("no answer")?.1.to_owned())
    }

    /// The sum of all series of a metric that contain `label`.
    pub(crate) fn metric(&self, name: &str, label: &str) -> Outcome<f64> {
        let text = self.get("/metrics")?;
        let of = |line: &str| line.split(['{', ' ']).next() == Some(name) && line.contains(label);
        let values = text.lines().filter(|line| of(line)).filter_map(|line| line.rsplit_once(' '));
        Ok(values.filter_map(|(_, value)| value.parse::<f64>().ok()).sum())
    }

    /// Whether it is still running.
    pub(crate) fn lives(&mut self) -> Outcome<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Stops it with SIGSTOP for this long, then continues it.
    pub(crate) fn pause(&self, lasts: Duration) -> Outcome<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::STOP)?;
        #[expect(clippy::disallowed_methods, reason = "a thread of its own")]
        thread::sleep(lasts);
        Ok(kill_process(pid, Signal::CONT)?)
    }

    /// Waits for its exit.
    pub(crate) fn ended(&mut self) -> Outcome<ExitStatus> {
        Ok(self.child.wait()?)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // it may have exited already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
