//! Requests of callers, and their connections.

use prometheus::{HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec};

/// Seconds, from an answer of a local cache to the maximum duration of a request.
const SECONDS: [f64; 14] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0];

families! {
    "Requests and connections";

    /// Requests answered, by method and status.
    REQUESTS: IntCounterVec = "live_pack_requests_total" ["method", "code"]
        => "Codes from 20001 are business outcomes, those from 30001 failures; 10006 is overload.";
    /// Time from a decoded request to the finished answer.
    REQUEST_SECONDS: HistogramVec = "live_pack_request_seconds" ["method"] in SECONDS;
    /// Requests between decode and encode.
    REQUESTS_IN_FLIGHT: IntGauge = "live_pack_requests_in_flight" [];
    /// Open Thrift connections.
    CONNECTIONS: IntGauge = "live_pack_connections" [];
    /// Connections closed at once because a cap was reached.
    CONNECTIONS_REFUSED: IntCounterVec = "live_pack_connections_refused_total" ["cap"]
        => "Raise `limits.max_connections`, unless one peer opens too many.";
    /// Connections that ended before their first message, for example during the TLS handshake.
    CONNECTIONS_FAILED: IntCounter = "live_pack_connections_failed_total" [];
    /// Connections closed because they were idle, or too slow with a message.
    CONNECTIONS_TIMED_OUT: IntCounter = "live_pack_connections_timed_out_total" [];
    /// Accepts that failed, for example for lack of file descriptors.
    ACCEPT_ERRORS: IntCounter = "live_pack_accept_errors_total" [];
    /// Messages of callers that the guard refused, by the rule they broke.
    GUARD_REFUSED: IntCounterVec = "live_pack_guard_refused_total" ["kind"]
        => "Kind `decoder`: a message passed the checks and was not decoded; report it, see SECURITY.md.";
    /// Malformed values of requests that were ignored: lane, traceparent, tracestate.
    CONTEXT_MALFORMED: IntCounterVec = "live_pack_context_malformed_total" ["value"];
    /// Expiry of the first certificate of a file to expire, in seconds of Unix time.
    CERTIFICATE_EXPIRY: IntGaugeVec = "live_pack_tls_certificate_expiry_seconds" ["role"]
        => "Only with TLS.";
    /// Connections to the ops address closed because they were slow or idle (slow), or to make room for another (crowded).
    OPS_CONNECTIONS_CUT: IntCounterVec = "live_pack_ops_connections_cut_total" ["reason"];
}
