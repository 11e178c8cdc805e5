//! The binary as a process on ports of its own, for the tests that need one.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

/// A running `live-pack serve` on ports of its own. Killed when dropped.
pub(crate) struct Serve {
    pub(crate) child: Child,
    pub(crate) output: BufReader<ChildStdout>,
    pub(crate) thrift: String,
    pub(crate) ops: String,
}

pub(crate) fn live_pack(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_live-pack"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    // Settings of whoever runs the tests must not reach them.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LIVE_PACK_")) {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = live_pack(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

impl Serve {
    pub(crate) fn start() -> Self {
        Self::start_with(&["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-linger", "50ms"])
    }

    /// One with these flags.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        Self::of(live_pack(&["serve"]).args(flags))
    }

    /// The process that a command starts.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary is built");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut addresses = Vec::new();
        // The addresses come on lines of their own: "  thrift   127.0.0.1:8888".
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
