//! Files whose reading blocks (FIFOs, devices, leased files) block neither startup nor the service nor shutdown.

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::time::Instant;

use crate::serve::{Serve, end, ends, http, live_pack};

/// Time limit of a step. Only a blocked read exceeds it, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

const TOKEN: &str = "a-token-of-the-tests";

fn shipped() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/conf/dynamic")).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

/// The names of all configuration files.
fn files(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Replaces a file by a FIFO without a writer.
fn fifo(path: &Path) {
    drop(fs::remove_file(path));
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A process that holds a write lease on a file and does not release it.
struct Lease(Child);

impl Lease {
    fn on(path: &Path) -> Self {
        // F_SETLEASE, F_WRLCK; see fcntl(2)
        let script = r#"$SIG{IO} = "IGNORE"; open(F, "+<", $ARGV[0]) or die; fcntl(F, 1024, 1) or die; $| = 1; print "held\n"; sleep 60"#;
        let mut holder = Command::new("perl").args(["-e", script]).arg(path).stdout(Stdio::piped()).spawn().unwrap();
        holder.stdout.as_mut().unwrap().read_exact(&mut [0; 5]).unwrap();
        Self(holder)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Number of rejected keys, according to `/api/config`.
fn rejected(body: &str) -> usize {
    let config: serde_json::Value = serde_json::from_str(body).unwrap();
    config["keys"].as_array().unwrap().iter().filter(|key| !key["rejected"].is_null()).count()
}

/// A server with valid configuration and token files.
fn serve(conf: &Path, token: &Path) -> Serve {
    fs::write(token, TOKEN).unwrap();
    let (conf, token) = (conf.to_str().unwrap(), token.to_str().unwrap());
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-linger", "50ms"];
    Serve::start_with(&[&flags[..], &["--conf", conf, "--ops-token-file", token]].concat())
}

/// Reloads over HTTP and by signal, answers calls meanwhile, and stops; exactly `bad` keys are rejected.
fn goes_on(mut serve: Serve, bad: usize) {
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    let start = Instant::now();
    let (code, body) = http(&serve.ops, "POST /api/reload", &shown).unwrap();
    assert_eq!(code, 200, "{body}");
    assert_eq!(rejected(&body), bad, "{body}");
    for _ in 0..3 {
        serve.signal("HUP");
        assert_eq!(http(&serve.ops, "GET /readyz", "").unwrap().0, 200);
        assert!(serve.answers());
    }
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    serve.signal("TERM");
    assert_eq!(end(&mut serve.child, LIMIT).code(), Some(0));
}

#[test]
fn a_fifo_in_place_of_every_file_blocks_neither_reload_nor_probes_nor_shutdown() {
    let (conf, other) = (shipped(), tempfile::tempdir().unwrap());
    let serve = serve(conf.path(), &other.path().join("token"));
    let files = files(conf.path());
    assert!(files.len() > 10);
    for file in &files {
        fifo(&conf.path().join(file));
    }
    goes_on(serve, files.len());
}

#[test]
fn folders_and_links_to_unreadable_files_block_nothing_either() {
    let (conf, other) = (shipped(), tempfile::tempdir().unwrap());
    let serve = serve(conf.path(), &other.path().join("token"));
    let at = |name: &str| conf.path().join(name);
    let targets = ["/dev/zero", "/dev/tty", "/dev/full", "/proc/kmsg", "/nowhere", "TabConf.json", "/"];
    let names: Vec<_> =
        files(conf.path()).into_iter().filter(|name| name != "TabConf.json").take(targets.len()).collect();
    for (name, target) in names.iter().zip(targets) {
        fs::remove_file(at(name)).unwrap();
        std::os::unix::fs::symlink(target, at(name)).unwrap();
    }
    fs::remove_file(at("TabConf.json")).unwrap();
    std::os::unix::fs::symlink("TabConf.json", at("TabConf.json")).unwrap();
    goes_on(serve, targets.len() + 1);
}

#[test]
fn a_leased_file_blocks_nothing() {
    let (conf, other) = (shipped(), tempfile::tempdir().unwrap());
    let serve = serve(conf.path(), &other.path().join("token"));
    let path = conf.path().join("LabelConf.json");
    fs::write(&path, r#"{ "bag_max": 1 }"#).unwrap();
    let lease = Lease::on(&path);
    // the change may have been read before the lease was held
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(http(&serve.ops, "POST /api/reload", &shown).unwrap().0, 200);
    goes_on(serve, 1);
    let (code, said) = ends(live_pack(&["check-config"]).arg(conf.path()), LIMIT);
    assert!(
        code == Some(1) && said.contains("LabelConf.json: must be a readable file, found leased"),
        "{code:?} {said}"
    );
    drop(lease);
    assert_eq!(ends(live_pack(&["check-config"]).arg(conf.path()), LIMIT).0, Some(0));
}

#[test]
fn a_start_with_a_fifo_in_place_of_any_file_fails_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("conf")).unwrap();
    fifo(&folder.path().join("conf/TabConf.json"));
    fifo(&folder.path().join("fifo"));
    let (fifo, conf) = (at("fifo"), at("conf"));
    let serve = ["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];
    for flags in [
        &["--conf", &conf][..],
        &["--settings", &fifo],
        &["--ops-token-file", &fifo],
        &["--tls-cert", &fifo, "--tls-key", &fifo],
    ] {
        let (code, said) = ends(&mut live_pack(&[&serve[..], flags].concat()), LIMIT);
        assert!(code == Some(1) && said.contains("a FIFO, not a regular file"), "{flags:?}: {code:?} {said}");
    }
    for command in
        [&["check-config", &conf][..], &["explain", "LiveBagTabEngine", "--conf", &conf], &["world", "--faults", &fifo]]
    {
        let (code, said) = ends(&mut live_pack(command), LIMIT);
        assert!(code == Some(1) && said.contains("a FIFO, not a regular file"), "{command:?}: {code:?} {said}");
    }
}

#[test]
fn certificate_files_that_block_leave_the_old_certificates_in_force() {
    let folder = tempfile::tempdir().unwrap();
    crate::listener::certificates(folder.path());
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("token"), TOKEN).unwrap();
    let (certificate, key, token) = (at("server.pem"), at("server.key"), at("token"));
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--ops-token-file", &token];
    let mut serve = Serve::start_with(&[&flags[..], &["--tls-cert", &certificate, "--tls-key", &key]].concat());
    fifo(&folder.path().join("server.pem"));
    fifo(&folder.path().join("server.key"));
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(http(&serve.ops, "POST /api/reload", &shown).unwrap().0, 200);
    let ca = at("ca.pem");
    let call = ["call", "GetLiveBagTab", "--room", "1001", "--addr", &serve.thrift, "--tls-ca", &ca];
    assert_eq!(ends(&mut live_pack(&call), LIMIT).0, Some(0));
    serve.signal("TERM");
    assert_eq!(end(&mut serve.child, LIMIT).code(), Some(0));
}

/// Files with code that may block a thread, and the reason that no runtime thread runs it.
const BLOCKING: [(&str, &str); 16] = [
    ("dal/src/files.rs", "reads on a dedicated thread"),
    ("dal/src/config/store.rs", "reads files on that thread"),
    ("dal/src/config/watch.rs", "is a dedicated thread"),
    ("src/server/reload.rs", "is a dedicated thread"),
    ("src/server/unix.rs", "runs at startup, off the runtime"),
    ("src/server/handover.rs", "connects at startup, off the runtime"),
    ("src/server/port_owner.rs", "reads /proc, which does not block, when startup fails"),
    ("src/ops/process.rs", "reads /proc, which does not block"),
    ("src/settings/check.rs", "runs before the runtime starts"),
    ("src/cli/serve/args.rs", "runs before the runtime starts"),
    ("src/cli/call.rs", "a command without concurrent work"),
    ("src/cli/experiment.rs", "a command without concurrent work"),
    ("src/cli/record.rs", "a command without concurrent work"),
    ("src/cli/target.rs", "a command without concurrent work"),
    ("src/cli/shop/check.rs", "reads through Tokio, off its worker threads"),
    ("src/cli/recommend/documents.rs", "a command without concurrent work"),
];

/// Calls that open, read or inspect files, or wait for another thread, as written in code.
const NAMES: [&str; 20] = [
    "fs::read",
    "fs::write",
    "fs::metadata",
    "fs::symlink_metadata",
    "fs::remove",
    "fs::rename",
    "fs::create",
    "fs::set_permissions",
    "fs::copy",
    "fs::open",
    "File::",
    "from_pem_file",
    "pem_file_iter",
    ".exists()",
    ".is_dir()",
    ".is_file()",
    ".is_symlink()",
    ".canonicalize()",
    ".recv_timeout(",
    "StdUnixStream::connect",
];

#[test]
fn blocking_code_is_only_in_listed_files_each_with_a_reason() {
    let mut found = std::collections::BTreeSet::new();
    for path in crate::house::rust_files() {
        let shown = crate::house::shown(&path);
        let ours = ["src/", "dal/src/", "handlers/src/", "entities/src/", "engine/src/", "idl/src/"];
        let tests = shown.contains("/tests/") || shown.ends_with("tests.rs") || shown.ends_with("testing.rs");
        if tests || !ours.iter().any(|folder| shown.starts_with(folder)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if NAMES.iter().any(|name| line.contains(name)) {
                let known = BLOCKING.iter().any(|(place, _)| *place == shown);
                assert!(known, "{shown} may block a runtime thread: {line}\nread files with live_pack_dal::files");
                found.insert(shown.clone());
            }
        }
    }
    let unused: Vec<_> = BLOCKING.iter().filter(|(place, _)| !found.contains(*place)).collect();
    assert!(unused.is_empty() || unused.iter().all(|(place, _)| *place == "src/server/reload.rs"), "{unused:?}");
}
