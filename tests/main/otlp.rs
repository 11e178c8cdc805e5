//! Settings of trace export in a real process: OpenTelemetry variables, and flags that override them.

use std::io::BufRead as _;

use crate::serve::{Serve, live_pack, run};

const PORTS: [&str; 4] = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];

/// The line about traces in the startup message of a server with these variables and flags.
fn greeting(variables: &[(&str, &str)], flags: &[&str]) -> String {
    let mut server = Serve::of(live_pack(&["serve"]).args(PORTS).args(flags).envs(variables.iter().copied()));
    let mut lines = (&mut server.output).lines().map(Result::unwrap);
    lines.find_map(|line| line.trim_start().strip_prefix("traces").map(|rest| rest.trim().to_owned())).unwrap()
}

#[test]
fn the_startup_message_says_where_traces_go() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/");
    let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    assert_eq!(greeting(&[], &[]), "off");
    assert_eq!(greeting(&[grpc], &[]), "off");
    assert_eq!(greeting(&[endpoint], &[]), "http://127.0.0.1:9 over http/protobuf");
    assert_eq!(greeting(&[endpoint, grpc], &[]), "http://127.0.0.1:9 over grpc");
    let flag = ["--otlp-endpoint", "http://127.0.0.1:7"];
    assert_eq!(greeting(&[endpoint, grpc], &flag), "http://127.0.0.1:7 over grpc");
}

#[test]
fn a_collector_that_cannot_be_used_stops_the_start() {
    for (flags, shown) in [
        (&["--otlp-endpoint", "localhost:4317"][..], "otlp.endpoint: must be a URL, such as http://localhost:4318"),
        (&["--otlp-endpoint", "http://localhost:1", "--otlp-protocol", "http/json"], "found http/json"),
        (&["--otlp-endpoint", "https://localhost:1", "--otlp-certificate", "/nowhere"], "authorities /nowhere"),
    ] {
        let (code, _, error) = run(&[&["serve"], &PORTS[..], flags].concat());
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains(shown), "{error}");
    }
    let secret = ["--otlp-endpoint", "http://localhost:1", "--otlp-headers", "api-key s3cret"];
    let (code, _, error) = run(&[&["serve"], &PORTS[..], &secret].concat());
    assert!(code == Some(1) && error.contains("otlp.headers") && !error.contains("s3cret"), "{error}");
}
