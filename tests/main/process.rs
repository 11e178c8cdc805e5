//! The binary as a process: startup, signals, exit codes.

use std::io::{BufRead as _, Read as _};

use crate::serve::{Serve, run};

#[test]
fn sighup_reloads_and_sigterm_exits_with_zero() {
    for signal in ["TERM", "INT"] {
        let mut serve = Serve::start();
        assert!(serve.answers());
        serve.signal("HUP");
        assert!(serve.answers(), "SIGHUP must not stop it");
        serve.signal(signal);
        assert_eq!(serve.child.wait().unwrap().code(), Some(0), "SIG{signal}");
    }
}

#[test]
fn the_start_names_a_call_to_try() {
    let mut serve = Serve::start();
    serve.signal("TERM");
    let mut text = String::new();
    serve.output.read_to_string(&mut text).unwrap();
    assert!(text.contains(&format!(" call GetLiveBagData --room 1001 --addr {}", serve.thrift)), "{text}");
    assert!(text.contains("redis"), "{text}");
    assert!(!serve.ops.ends_with(":0") && !serve.thrift.ends_with(":0"));
}

#[test]
fn a_port_in_use_exits_with_one_and_names_its_owner() {
    let serve = Serve::start();
    let (code, _, stderr) = run(&["serve", "--addr", &serve.thrift, "--ops-addr", "127.0.0.1:0"]);
    assert_eq!(code, Some(1));
    for part in [serve.thrift.as_str(), &format!("process {}", serve.child.id()), "--addr"] {
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
    let (code, _, stderr) = run(&["serve", "--addr", "127.0.0.1:0", "--ops-addr", &serve.ops]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("--ops-addr"), "{stderr}");
}

#[test]
fn a_call_without_a_server_says_what_to_do_and_exits_with_one() {
    let (code, _, stderr) = run(&["call", "GetLiveBagData", "--room", "1001", "--addr", "127.0.0.1:1"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("127.0.0.1:1") && stderr.contains("make run"), "{stderr}");
}

#[test]
fn a_call_reaches_a_downstream_service_by_its_name() {
    let mut serve = Serve::start();
    let mut line = String::new();
    while !line.contains(" product_price ") {
        line.clear();
        assert_ne!(serve.output.read_line(&mut line).unwrap(), 0, "product_price is not listed");
    }
    let price = line.split_whitespace().last().unwrap();
    let json = r#"{"product_ids":[1001001],"region":"US"}"#;
    let (code, stdout, stderr) = run(&["call", "product_price.mgetproductprice", "--json", json, "--addr", price]);
    assert_eq!(code, Some(0), "{stderr}");
    let answer: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(answer["products"]["1001001"]["currency"], "USD", "{stdout}");
    let (code, _, stderr) = run(&["call", "product_price.MGetProductPrice", "--json", "{}", "--addr", price]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("product_ids: is mandatory"), "{stderr}");
}

#[test]
fn flags_that_do_not_exist_exit_with_two() {
    assert_eq!(run(&["serve", "--port", "1"]).0, Some(2));
    assert_eq!(run(&["serve", "--workers", "many"]).0, Some(2));
    let (code, _, stderr) = run(&["serve", "--env", "prod", "--clock", "2026-11-20T12:00:00Z"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("clock: must not be frozen in prod"), "{stderr}");
}

#[test]
fn the_demo_walks_through_every_step_and_continues_after_a_status() {
    let serve = Serve::start();
    let (code, stdout, stderr) = run(&["demo", "--addr", &serve.thrift, "--frames", "2", "--pace", "0ms"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.lines().filter(|line| line.starts_with("== ")).count() == 6, "{stdout}");
    for part in ["room 1001", "+- #8 PINNED", "( Buy now )", "FLASH SALE", "bids", "status 20001 LIVE_CLOSE"] {
        assert!(stdout.contains(part), "{part} in\n{stdout}");
    }
    assert!(!stdout.contains('\x1b'), "a pipe gets no escape codes");
    let (code, stdout, _) = run(&["demo", "--addr", &serve.thrift, "--room", "77", "--steps", "bag", "--pace", "0ms"]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("status 20003 ROOM_NOT_FOUND"), "{stdout}");
}

#[test]
fn a_demo_without_a_server_says_how_to_start_one() {
    let (code, _, stderr) = run(&["demo", "--addr", "127.0.0.1:1"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("cannot connect to 127.0.0.1:1") && stderr.contains("make run"), "{stderr}");
}

#[test]
fn the_trace_of_a_call_is_a_file_whose_slices_do_not_overlap() {
    let serve = Serve::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace.json");
    let path = file.to_str().unwrap();
    let (code, _, stderr) =
        run(&["call", "GetLiveBagData", "--room", "1001", "--addr", &serve.thrift, "--trace", path]);
    assert_eq!(code, Some(0), "{stderr}");
    let trace: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let named = |name: &str| events.iter().any(|event| event["name"] == name);
    assert!(named("LiveBagProductsEngine") && named("LiveBagTabEngine") && named("ProductPriceLoader"), "{trace}");
    let mut slices: Vec<_> = events
        .iter()
        .filter(|event| event["ph"] == "X")
        .map(|event| {
            let number = |field: &str| event[field].as_f64().unwrap();
            (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap(), number("ts"), number("dur"))
        })
        .collect();
    slices.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    for pair in slices.windows(2) {
        let ((process, row, from, length), next) = (pair[0], pair[1]);
        // tolerance of a thousandth of a microsecond: times are written as decimals
        assert!((process, row) != (next.0, next.1) || from + length <= next.2 + 0.001, "{pair:?}");
    }
}
