//! Commands in the documents, run as printed against a server on its own ports.

use std::{fs, io::BufRead as _, os::unix::fs::symlink, path::Path, process::Command};

use tempfile::TempDir;

use super::snippets::{assert_printed, commands, documents, exists, is_variable, read, sessions};
use crate::{recommend_offline, serve::Serve};

/// The way the test treats a command.
enum Fate {
    /// Run with these additional arguments; it must succeed and print each of the texts.
    Run(&'static str, &'static [&'static str]),
    /// Run by this test or program.
    By(&'static str),
    /// Never run, for this reason.
    Not(&'static str),
}
use Fate::{By, Not, Run};

/// The start of each command, and its treatment. The longest match applies. Commands of cargo and make: `builds.rs`.
const FATES: [(&str, Fate); 52] = [
    ("./target/quick/live-pack call", Run("", &["room LIVE"])),
    ("live-pack call", Run(" --help", &["Methods:"])),
    ("go build", By("tests/clients/run.py")),
    ("kitex -module", By("tests/clients/run.py")),
    ("PATH=$PWD/bin:$PATH kitex", By("tests/clients/run.py")),
    ("thrift -r -gen", By("tests/clients/run.py")),
    ("pip install", By("tests/clients/run.py")),
    ("npm install", By("tests/clients/run.py")),
    ("live-pack bench", Run(" --duration 300ms --connections 2", &["p99"])),
    ("live-pack bench --requests", Run("", &["p99"])),
    ("live-pack call METHOD", Run("", &["\"BaseResp\""])),
    ("live-pack call GetRoomCounters", By("tests/guide.py")),
    ("live-pack call review_core.MGetReview", By("tests/guide.py")),
    ("live-pack call product_price.MGetProductPrice", Run("", &["\"currency\": \"USD\""])),
    ("live-pack check-config", Run("", &[])),
    ("live-pack demo", Run(" --frames 1 --pace 0ms", &["== ", "room 1001"])),
    ("live-pack explain Bag", Run("", &["LiveBagProductsEngine [strong]", "PinCardDataEngine [weak, if needed]"])),
    ("live-pack explain LiveBagProductsEngine --method", By("tests/main/documents/experiments.rs")),
    ("live-pack experiment report", By("tests/main/documents/experiments.rs")),
    ("live-pack call GetLiveBagData --room 1001 --record", Run("", &["\"arms\""])),
    ("live-pack explain", Run("", &["LiveBagProductsEngine", "ProductPriceLoader"])),
    ("live-pack record", By("tests/main/recorded.rs")),
    ("live-pack record GetLiveBagData", By("tests/main/documents/mocks.rs")),
    ("live-pack call GetLiveRoomCommonInfo", By("tests/main/documents/mocks.rs")),
    ("live-pack serve --world none", By("tests/main/documents/mocks.rs")),
    ("live-pack recommend", Run(" --help", &["check", "metrics"])),
    ("live-pack recommend check", By("tests/main/recommend_readme.rs")),
    ("live-pack recommend nodes", By("tests/main/recommend_readme.rs")),
    ("live-pack recommend run", By("tests/main/recommend_readme.rs")),
    ("live-pack recommend eval", Run("", &["\"NDCG\"", "\"users\""])),
    ("live-pack recommend train", Run(" && (cd models/similar && sha256sum -c SHA256SUMS)", &["OK"])),
    ("sha256sum -c SHA256SUMS", By("tests/main/documents/commands.rs")),
    ("echo '{\"ranked\"", Run("", &["\"HR\":1.0"])),
    ("live-pack serve", By("tests/main/process.rs")),
    ("live-pack serve --help", Run("", &["LIVE_PACK_ADDR", "--handover"])),
    ("live-pack serve --handover", By("tests/main/takeover.rs")),
    ("live-pack shop", By("tests/main/shop.rs")),
    ("live-pack world", By("tests/main/command_line.rs")),
    ("curl http://127.0.0.1:9888/api/config", Run(" -sS --fail", &["LivePackEngineConf"])),
    ("curl -H \"Authorization: Bearer $(cat token)\"", By("tests/main/records.rs")),
    ("curl -X POST -H \"Authorization: Bearer $(cat token)\"", By("tests/main/ops_port.rs")),
    ("curl -s localhost:8080/v1", By("tests/main/shop.rs")),
    ("TOKEN=$(curl -s localhost:8080/v1", By("tests/main/shop.rs")),
    ("QUOTE=$(curl -s localhost:8080/v1", By("tests/main/shop.rs")),
    ("prometheus --config.file", By("tests/main/observability/prometheus.rs")),
    ("promtool check rules", By("tests/main/observability/rules.rs")),
    ("printf 101 | openssl dgst", By("handlers/src/user_key.rs")),
    ("kill -HUP PID", Run("", &[])),
    ("kill -9", Not("names a signal, not a command to type")),
    ("grep VmRSS /proc/PID/status", Run("", &["kB"])),
    ("sqlite3 data/trade.sqlite", Not("the tests do not install SQLite's own program")),
    (".ci/run", Not("runs this test")),
];

/// Texts of the documents, and their replacements here.
struct Sandbox {
    folder: TempDir,
    serve: Serve,
    words: Vec<(&'static str, String)>,
}

impl Sandbox {
    /// A server over the demo world, and a folder with the configuration, an interaction log and the binary.
    fn new() -> Self {
        Self::with(&[])
    }

    /// The same with additional flags of the server.
    fn with(flags: &[&str]) -> Self {
        let ports = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];
        let mut serve = Serve::start_with(&[&ports[..], flags].concat());
        let mut line = String::new();
        while !line.contains(" product_price ") {
            line.clear();
            assert_ne!(serve.output.read_line(&mut line).unwrap(), 0, "product_price is not listed");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        symlink(env!("CARGO_BIN_EXE_live-pack"), path.join("live-pack")).unwrap();
        symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("conf"), path.join("conf")).unwrap();
        fs::rename(recommend_offline::log(path), path.join("ml-100k.inter")).unwrap();
        let price = line.split_whitespace().last().unwrap().to_owned();
        let words = vec![
            ("./target/quick/live-pack", "live-pack".to_owned()),
            ("127.0.0.1:9888", serve.ops.clone()),
            ("HOST:PORT", price),
            ("METHOD --room ROOM", "GetLiveBagTab --room 1001".to_owned()),
            ("METHOD", "GetLiveBagTab --room 1001".to_owned()),
            ("REGION", "US".to_owned()),
            ("ENGINE", "LiveBagProductsEngine".to_owned()),
            ("DIR", "conf/dynamic".to_owned()),
            ("PID", serve.child.id().to_string()),
            ("--requests 100000", "--requests 100".to_owned()),
        ];
        Self { folder, serve, words }
    }

    /// Output of a command that succeeds.
    fn run(&self, command: &str) -> String {
        let here = self.words.iter().fold(command.to_owned(), |text, (there, here)| text.replace(there, here));
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        shell.args(["-c", &here]).current_dir(self.folder.path());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LIVE_PACK_")) {
            shell.env_remove(name);
        }
        let output = shell.env("PATH", path).env("LIVE_PACK_ADDR", &self.serve.thrift).output().unwrap();
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{here}: {out}{error}");
        out.into_owned()
    }
}

/// The index of a command's row in [`FATES`].
fn fate(command: &str) -> Option<usize> {
    let rows = FATES.iter().enumerate().filter(|(_, (begin, _))| command.starts_with(begin));
    rows.max_by_key(|(_, (begin, _))| begin.len()).map(|(row, _)| row)
}

#[test]
fn every_command_runs_as_printed_or_has_a_reason_not_to() {
    let place = Sandbox::new();
    let mut used = [false; FATES.len()];
    for document in documents() {
        for command in commands(&document.text) {
            let program = command.split(' ').find(|word| !is_variable(word)).unwrap_or_default();
            if ["cargo", "make"].contains(&program) {
                continue;
            }
            let at = format!("{}: {command}", document.path);
            let row = fate(&command).unwrap_or_else(|| panic!("{at}: no row of FATES matches"));
            used[row] = true;
            match &FATES[row].1 {
                Run(more, texts) => {
                    let printed = place.run(&format!("{command}{more}"));
                    for text in *texts {
                        assert!(printed.contains(text), "{at}: {text} is not in\n{printed}");
                    }
                }
                By(file) => assert!(exists(file), "{at}: there is no {file}"),
                Not(reason) => assert!(!reason.is_empty(), "{at}"),
            }
        }
    }
    let unused: Vec<_> = FATES.iter().zip(used).filter(|(_, used)| !used).map(|((begin, _), _)| begin).collect();
    assert!(unused.is_empty(), "no document has these commands: {unused:?}");
}

#[test]
fn the_call_of_the_readme_prints_the_page_below_it() {
    // flash sales depend on the time
    let place = Sandbox::with(&["--clock", "2026-11-20T12:00:00Z"]);
    let sessions = sessions(&read("README.md"));
    let [(command, expected)] = &sessions[..] else { panic!("{} sessions in README.md", sessions.len()) };
    // On a busy machine a weak engine may miss its deadline, and the page is degraded.
    let whole = (0..20).map(|_| place.run(command)).find(|printed| printed.contains("degraded none"));
    assert_printed(command, expected, &whole.expect("every page is degraded"));
}

#[test]
fn every_call_of_the_table_of_interfaces_is_answered() {
    let place = Sandbox::new();
    let text = read("docs/interfaces.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: Vec<_> = rows.map(|(method, rest)| (method, rest.rsplit('`').nth(1).unwrap())).collect();
    assert_eq!(rows.len(), 15);
    for (method, arguments) in rows {
        assert!(arguments.starts_with(method), "{method}: {arguments}");
        let printed = place.run(&format!("live-pack call {arguments}"));
        // a table is printed instead of JSON
        assert!(printed.contains("\"StatusCode\": 0") || arguments.ends_with("--table"), "{method}: {printed}");
    }
}
