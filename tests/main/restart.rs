//! The end of a process and its replacement, as seen by callers, probes and operators.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::serve::{Serve, http, live_pack, run};

#[test]
fn a_stop_turns_readiness_off_while_it_still_accepts() {
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-linger", "2s"];
    let mut serve = Serve::start_with(&flags);
    assert_eq!(http(&serve.ops, "GET /readyz", "").unwrap().0, 200);
    serve.signal("TERM");
    while http(&serve.ops, "GET /readyz", "").unwrap().0 == 200 {}
    assert!(serve.answers(), "it still accepts");
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_token_permits_a_stop_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "a-token-of-the-tests\n").unwrap();
    let path = token.to_str().unwrap();
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--ops-token-file", path];
    let mut serve = Serve::start_with(&flags);
    assert_eq!(http(&serve.ops, "POST /api/drain", "").unwrap().0, 401);
    assert!(serve.answers());
    let shown = "Authorization: Bearer a-token-of-the-tests\r\n";
    let (code, body) = http(&serve.ops, "POST /api/reload", shown).unwrap();
    assert!(code == 200 && body.contains("\"keys\""), "{code} {body}");
    assert_eq!(http(&serve.ops, "POST /api/drain", shown).unwrap().0, 202);
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));

    std::fs::write(&token, "short").unwrap();
    let (code, _, stderr) = run(&["serve", "--ops-addr", "127.0.0.1:0", "--ops-token-file", path]);
    assert!(code == Some(1) && stderr.contains("16 or more"), "{code:?} {stderr}");
}

/// Calls over a new connection each time until stopped; counts the calls without an answer.
fn caller(addr: String, stop: &Arc<AtomicBool>) -> (thread::JoinHandle<()>, Arc<AtomicU64>, Arc<AtomicU64>) {
    let (answered, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (stop, good, bad) = (stop.clone(), answered.clone(), failed.clone());
    let calling = thread::spawn(move || {
        let request = live_pack::cli::call::framed("GetLiveBagTab", serde_json::json!({}), &fields()).unwrap();
        while !stop.load(Ordering::Relaxed) {
            let exchange = || -> std::io::Result<()> {
                let mut stream = TcpStream::connect(&addr)?;
                stream.set_read_timeout(Some(Duration::from_secs(10)))?;
                stream.write_all(&request)?;
                let mut length = [0; 4];
                stream.read_exact(&mut length)?;
                stream.read_exact(&mut vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()])
            };
            let counter = if exchange().is_ok() { &good } else { &bad };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    (calling, answered, failed)
}

fn fields() -> live_pack::cli::call::request::Fields {
    live_pack::cli::call::request::Fields { room: vec![1002], ..Default::default() }
}

#[test]
fn a_successor_takes_over_the_sockets_and_no_call_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let handover = folder.path().join("handover.sock");
    let unix = folder.path().join("thrift.sock");
    let (handover, unix) = (handover.to_str().unwrap().to_owned(), unix.to_str().unwrap().to_owned());
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--handover", &handover, "--unix-socket", &unix];
    let mut first = Serve::start_with(&flags);
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..3).map(|_| caller(first.thrift.clone(), &stop)).collect();
    for _ in 0..3 {
        let (addr, ops) = (first.thrift.clone(), first.ops.clone());
        let flags = ["--addr", &addr, "--ops-addr", &ops, "--handover", &handover, "--unix-socket", &unix];
        let second = Serve::start_with(&flags);
        assert_eq!((&second.thrift, &second.ops), (&addr, &ops));
        assert_eq!(first.child.wait().unwrap().code(), Some(0), "the predecessor ends by itself");
        assert_eq!(http(&ops, "GET /readyz", "").unwrap().0, 200);
        assert!(second.answers());
        let (code, ..) = run(&["call", "GetLiveBagTab", "--room", "1002", "--addr", &format!("unix:{unix}")]);
        assert_eq!(code, Some(0), "the Unix socket was handed over");
        first = second;
    }
    stop.store(true, Ordering::Relaxed);
    for (calling, answered, failed) in callers {
        calling.join().unwrap();
        assert_eq!(failed.load(Ordering::Relaxed), 0, "of {}", answered.load(Ordering::Relaxed));
        assert!(answered.load(Ordering::Relaxed) > 0);
    }
    // Another address is requested: the running process is not affected.
    let (code, _, stderr) = run(&["serve", "--addr", "127.0.0.1:1", "--ops-addr", &first.ops, "--handover", &handover]);
    assert!(code == Some(1) && stderr.contains("127.0.0.1:1") && stderr.contains(&first.thrift), "{code:?} {stderr}");
    assert!(first.answers());
}

#[test]
fn a_successor_that_cannot_start_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let handover = folder.path().join("handover.sock").to_str().unwrap().to_owned();
    let mut first = Serve::start_with(&["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--handover", &handover]);
    let conf = folder.path().join("conf");
    std::fs::create_dir(&conf).unwrap();
    std::fs::write(conf.join("PollConf.json"), "{").unwrap();
    let flags = ["serve", "--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover, "--conf"];
    let output = live_pack(&flags).arg(&conf).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("PollConf"));
    assert!(first.answers() && first.child.try_wait().unwrap().is_none());
}
