//! The binary as a process on its own ports, for the tests that need one.

use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// A running `live-pack serve` on its own ports. Killed when dropped.
pub(crate) struct Serve {
    pub(crate) child: Child,
    pub(crate) output: BufReader<ChildStdout>,
    pub(crate) thrift: String,
    pub(crate) ops: String,
}

pub(crate) fn live_pack(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_live-pack"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    // Settings in the environment of the tests must not affect it.
    let is_setting = |name: &str| ["LIVE_PACK_", "OTEL_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars().filter(|(name, _)| is_setting(name)) {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = live_pack(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Status and body of an HTTP request; `None` without a server or an answer.
pub(crate) fn http(addr: &str, line: &str, headers: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(addr).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "{line} HTTP/1.1\r\nHost: ops\r\n{headers}Connection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// The exit status of a process that must exit on its own; it is killed if it does not.
#[expect(clippy::disallowed_methods, reason = "processes live in real time")]
pub(crate) fn end(child: &mut Child, limit: Duration) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > limit {
            drop(child.kill());
            panic!("it has not ended within {limit:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Exit code and standard error of a command that must exit on its own.
pub(crate) fn ends(command: &mut Command, limit: Duration) -> (Option<i32>, String) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let code = end(&mut child, limit).code();
    let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
    (code, String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

impl Serve {
    pub(crate) fn start() -> Self {
        Self::start_with(&["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-linger", "50ms"])
    }

    /// A server with these flags.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        Self::of(live_pack(&["serve"]).args(flags))
    }

    /// The server that a command starts.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::logging_to(Stdio::null(), command)
    }

    /// The same, with its log sent to `log`.
    pub(crate) fn logging_to(log: impl Into<Stdio>, command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the binary is built");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut addresses = Vec::new();
        // The addresses are on separate lines: "  thrift   127.0.0.1:8888".
        while addresses.len() < 2 {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it was ready");
            let mut words = line.split_whitespace();
            if let (Some("thrift" | "ops"), Some(address)) = (words.next(), words.next()) {
                addresses.push(address.trim_start_matches("http://").trim_end_matches('/').to_owned());
            }
        }
        let ops = addresses.pop().unwrap();
        let thrift = addresses.pop().unwrap();
        Self { child, output, thrift, ops }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn answers(&self) -> bool {
        let (code, stdout, _) = run(&["call", "GetLiveBagTab", "--room", "1001", "--addr", &self.thrift]);
        matches!(code, Some(0 | 3)) && stdout.contains("\"BaseResp\"")
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
