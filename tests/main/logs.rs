//! Log lines and metrics for operators, about mistakes and their end.

use std::{
    fs::{self, File},
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio::time::Instant;

use crate::serve::{Serve, http, live_pack};

const FLAGS: [&str; 5] = ["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];

/// Repeats `look` until it finds something.
#[expect(clippy::disallowed_methods, reason = "processes live in real time")]
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The value of a metric without labels, or with the labels in `name`.
fn metric(ops: &str, name: &str) -> Option<f64> {
    let text = http(ops, "GET /metrics", "")?.1;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn a_bad_file_and_its_repair_are_one_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let (conf, log) = (folder.path().join("conf"), folder.path().join("log"));
    fs::create_dir(&conf).unwrap();
    let poll = conf.join("PollConf.json");
    // in one step: a file that is seen empty is one more bad file
    let write = |text: &str| {
        fs::write(folder.path().join("new"), text).unwrap();
        fs::rename(folder.path().join("new"), &poll).unwrap();
    };
    write(r#"{"interval": "5s"}"#);
    let serve = Serve::logging_to(File::create(&log).unwrap(), live_pack(&FLAGS).arg("--conf").arg(&conf));
    let lines = |part: &str| fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains(part)).count();
    write(r#"{"interval": "5 s"}"#);
    until("the bad file is rejected", || (lines("configuration rejected") == 1).then_some(()));
    write(r#"{"interval": "5s"}"#);
    until("its repair is told", || (lines("configuration mended") == 1).then_some(()));
    fs::write(conf.join("PollConf.jsn"), "{}").unwrap();
    until("the stray file is rejected", || (lines("PollConf.jsn") == 1).then_some(()));
    let config: serde_json::Value = serde_json::from_str(&http(&serve.ops, "GET /api/config", "").unwrap().1).unwrap();
    assert_eq!(config["strange"][0]["key"], "PollConf.jsn");
    assert_eq!(metric(&serve.ops, r#"live_pack_config_rejected_total{key="other"}"#), Some(1.0));
    fs::remove_file(conf.join("PollConf.jsn")).unwrap();
    until("its end is told", || (lines("configuration mended") == 2).then_some(()));
    for name in ["PollConf.json~", "#PollConf.json#", ".PollConf.json.swp", "x.bak"] {
        fs::write(conf.join(name), "no JSON").unwrap();
    }
    write(r#"{"interval": "6s"}"#);
    until("the change is taken", || (lines("configuration changed") == 1).then_some(()));
    assert_eq!(lines("configuration rejected"), 2, "{}", fs::read_to_string(&log).unwrap());
}

#[test]
fn lines_that_a_full_disk_loses_are_counted() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let serve = Serve::logging_to(full, &mut live_pack(&FLAGS));
    for _ in 0..3 {
        serve.signal("HUP");
    }
    until("they are counted", || metric(&serve.ops, "live_pack_log_lines_failed_total").filter(|lost| *lost >= 2.0));
    assert!(serve.answers());
}

#[test]
fn a_certificate_that_has_expired_is_logged_and_a_metric() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |until: i32| {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        fs::write(at("server.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(at("server.key"), key.serialize_pem()).unwrap();
    };
    write(2020);
    let mut command = live_pack(&FLAGS);
    command.arg("--tls-cert").arg(at("server.pem")).arg("--tls-key").arg(at("server.key"));
    let serve = Serve::logging_to(File::create(at("log")).unwrap(), &mut command);
    let lines = |part: &str| fs::read_to_string(at("log")).unwrap().lines().filter(|line| line.contains(part)).count();
    until("it is logged", || (lines("a certificate has expired") == 1).then_some(()));
    let name = r#"live_pack_tls_certificate_expiry_seconds{role="certificate"}"#;
    assert_eq!(metric(&serve.ops, name), Some(1_577_836_800.0));
    write(2100);
    serve.signal("HUP");
    until("the new one is read", || metric(&serve.ops, name).filter(|end| (*end - 4_102_444_800.0).abs() < 1.0));
    assert_eq!(lines("a certificate has expired"), 1);
}
