//! Mistakes on the command line and in the environment, and errors from the operating system.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    os::unix::ffi::OsStrExt as _,
    process::{Command, Stdio},
    time::Duration,
};

use tokio::time::Instant;

use crate::serve::{Serve, end, ends, live_pack, run};

const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn a_demo_whose_reader_is_gone_ends_immediately() {
    let serve = Serve::start();
    let flags = ["demo", "--addr", &serve.thrift, "--steps", "flash-sale,pin", "--pace", "5m"];
    let mut demo = live_pack(&flags).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(demo.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("Flash sales"), "{line}");
    let start = Instant::now();
    assert_eq!(end(&mut demo, LIMIT).code(), Some(0));
    assert!(start.elapsed() < Duration::from_mins(1));
    let said = demo.wait_with_output().unwrap().stderr;
    assert!(said.is_empty(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn a_full_standard_error_changes_no_exit_status() {
    let serve = Serve::start();
    let status = |arguments: &[&str]| {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        live_pack(arguments).stdout(Stdio::null()).stderr(full).status().unwrap().code()
    };
    assert_eq!(status(&["call", "GetLiveBagData", "--room", "1001", "--addr", &serve.thrift]), Some(0));
    assert_eq!(status(&["call", "GetLiveBagData", "--room", "77", "--addr", &serve.thrift]), Some(3));
    assert_eq!(status(&["call", "GetLiveBagData", "--room", "1001", "--addr", "127.0.0.1:1"]), Some(1));
    assert_eq!(status(&["serve", "--conf", "/nowhere"]), Some(1));
    assert_eq!(status(&["serve", "--port", "1"]), Some(2));
}

#[test]
fn a_refresh_of_a_room_requests_the_products_that_its_bag_shows() {
    let serve = Serve::start();
    let refresh = |room: &str, more: &[&str]| {
        let line = [&["call", "GetLiveBagRefresh", "--room", room, "--addr", &serve.thrift][..], more].concat();
        let (code, stdout, stderr) = run(&line);
        assert_eq!(code, Some(0), "{stderr}");
        serde_json::from_str::<serde_json::Value>(&stdout).unwrap()
    };
    let shown = |answer: &serde_json::Value, name: &str| answer[name].as_array().map_or(0, Vec::len);
    let (products, auctions) = (refresh("1001", &[]), refresh("1006", &[]));
    assert!(shown(&products, "products") == 20 && shown(&auctions, "auctions") == 6, "{products} {auctions}");
    assert_ne!(products["need_full_reload"], true, "the version of the bag is known");
    // given products are sent unchanged, and a refused room stays refused
    let one = refresh("1001", &["--json", r#"{"product_ids":[1001008]}"#]);
    assert_eq!(shown(&one, "products"), 1, "{one}");
    assert_eq!(run(&["call", "GetLiveBagRefresh", "--room", "77", "--addr", &serve.thrift]).0, Some(3));
}

#[test]
fn a_path_that_is_not_utf8_is_refused_everywhere() {
    let path = OsStr::from_bytes(b"/tmp/\xff");
    for words in [
        &["serve", "--unix-socket"][..],
        &["serve", "--handover"],
        &["serve", "--conf"],
        &["serve", "--settings"],
        &["serve", "--ops-token-file"],
        &["serve", "--tls-key", "key.pem", "--tls-cert"],
        &["serve", "--tls-cert", "cert.pem", "--tls-key"],
        &["serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--tls-client-ca"],
        &["call", "GetLiveBagTab", "--trace"],
        &["call", "GetLiveBagTab", "--tls-ca"],
        &["bench", "--tls-ca"],
        &["demo", "--tls-ca"],
        &["world", "--faults"],
        &["explain", "LiveBagTabEngine", "--conf"],
        &["check-config"],
        &["recommend", "check", "--spec"],
        &["recommend", "run", "--spec", "spec.json", "--data"],
    ] {
        let (code, said) = ends(live_pack(words).arg(path), LIMIT);
        assert!(code == Some(2) && said.contains("must be UTF-8"), "{words:?}: {code:?} {said}");
    }
    for (name, words) in
        [("LIVE_PACK_CONF", "serve"), ("LIVE_PACK_HANDOVER", "serve"), ("LIVE_PACK_WORLD_FAULTS", "world")]
    {
        let (code, said) = ends(live_pack(&[words]).env(name, path), LIMIT);
        assert!(code == Some(2) && said.contains("must be UTF-8"), "{name}: {code:?} {said}");
    }
}

#[test]
fn an_empty_variable_counts_as_not_set_for_every_setting() {
    let (_, help, _) = run(&["serve", "--help"]);
    let names: Vec<_> = help.split("[env: ").skip(1).filter_map(|rest| rest.split('=').next()).collect();
    assert!(names.len() > 30, "{help}");
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = live_pack(&["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"]);
    for name in &names {
        command.env(name, "");
    }
    let mut serve = Serve::logging_to(std::fs::File::create(&log).unwrap(), &mut command);
    assert!(serve.answers());
    serve.signal("TERM");
    assert_eq!(end(&mut serve.child, LIMIT).code(), Some(0));
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("\"INFO\"") && log.contains("draining"), "logging is on: {log}");
    for (name, words) in
        [("LIVE_PACK_ADDR", &["call", "GetLiveBagTab", "--timeout", "1ms"][..]), ("LIVE_PACK_ENV", &["check-config"])]
    {
        let (_, said) = ends(live_pack(words).env(name, ""), LIMIT);
        assert!(!said.contains("invalid value"), "{name}: {said}");
    }
}

/// A command under an effective process limit: root has none, so it runs as a user that owns no other processes.
fn with_processes(limit: u32, words: &[&str]) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let somebody = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"];
    let limit = format!("--nproc={limit}");
    let mut line = if is_root { somebody.to_vec() } else { Vec::new() };
    line.extend(["prlimit", &limit, env!("CARGO_BIN_EXE_live-pack")]);
    let mut command = Command::new(line[0]);
    command.args(&line[1..]).args(words).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

#[test]
fn a_start_at_the_limit_of_threads_fails_and_says_what_to_raise() {
    for limit in [1, 2, 3, 6, 10] {
        for words in [
            &["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"][..],
            &["world"],
            &["bench", "--threads", "20"],
        ] {
            let (code, said) = ends(&mut with_processes(limit, words), LIMIT);
            assert!(code == Some(1) && said.contains("ulimit -u"), "{limit} {words:?}: {code:?} {said}");
        }
    }
}

#[test]
fn a_start_with_too_few_descriptors_fails_and_says_what_to_raise() {
    let program = env!("CARGO_BIN_EXE_live-pack");
    for limit in [5, 6, 7, 10, 20, 36, 60, 90] {
        let script = format!("ulimit -n {limit}; exec {program} serve --addr 127.0.0.1:0 --ops-addr 127.0.0.1:0");
        let (code, said) = ends(Command::new("sh").args(["-c", &script]), LIMIT);
        assert!(code == Some(1) && said.contains("ulimit -n"), "{limit}: {code:?} {said}");
    }
}

#[test]
fn a_byte_order_mark_is_named_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(at("conf")).unwrap();
    for name in ["conf/TabConf.json", "server.json", "faults.json"] {
        std::fs::write(at(name), "\u{feff}{}").unwrap();
    }
    let (conf, settings, faults, request) =
        (at("conf"), at("server.json"), at("faults.json"), format!("@{}", at("server.json")));
    for words in [
        &["check-config", &conf][..],
        &["serve", "--conf", &conf, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"],
        &["serve", "--settings", &settings],
        &["world", "--faults", &faults],
        &["call", "GetLiveBagTab", "--json", &request],
    ] {
        let (code, said) = ends(&mut live_pack(words), LIMIT);
        assert!(code == Some(1) && said.contains("byte order mark"), "{words:?}: {code:?} {said}");
    }
}

#[test]
fn all_faults_of_settings_are_listed_with_their_file_and_path() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("server.json");
    let text = r#"{"adress": "x", "limits": {"idle_timeout": "0s", "max_connections": "many"},
        "downstreams": {"cart": "a:1", "cart": "b:1"}, "log_level": "", "redis": "rediss://:s3cret@cache"}"#;
    std::fs::write(&settings, text).unwrap();
    let (code, said) = ends(live_pack(&["serve", "--unix-socket", "", "--settings"]).arg(&settings), LIMIT);
    assert_eq!(code, Some(1));
    for part in [
        "server.json: adress: unknown field",
        "server.json: limits.max_connections: invalid type",
        "server.json: downstreams.cart: must not be given twice",
        "limits.idle_timeout: must be",
        "log_level: must be",
        "unix_socket: must be",
        "redis: must begin with redis://: TLS to Redis (rediss://) is not supported",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn no_mistake_on_the_command_line_shows_a_password() {
    let url = "redis://:s3cret@cache:6379";
    for words in [
        &["serve", url][..],
        &["serve", "--addr", url],
        &["serve", "--workers", url],
        &["serve", "--redis", "rediss://:s3cret@cache"],
        &["serve", "--redis", "s3cret@cache"],
        &["serve", "--redis", "redis://me:s3/cret@cache"],
        &["serve", "--redis", "redis://s3cret?@cache"],
        &["serve", "--world", url],
        &["serve", "--conf", url],
        &["call", "GetLiveBagTab", "--addr", url],
        &["call", url],
        &[url],
    ] {
        let (code, said) = ends(&mut live_pack(words), LIMIT);
        assert!(matches!(code, Some(1 | 2)) && !said.contains("s3"), "{words:?}: {code:?} {said}");
    }
    let mut command = live_pack(&["serve"]);
    let (code, said) = ends(command.env("LIVE_PACK_ADDR", url), LIMIT);
    assert!(code == Some(2) && !said.contains("s3"), "{said}");
}
