//! Calls of downstream services, their instances, breakers, retries and hedges.

use prometheus::{HistogramVec, IntCounterVec, IntGaugeVec};

use crate::ReadGauge;

/// Seconds. Few: each method has a histogram for each route group.
const SECONDS: [f64; 7] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5];

families! {
    "Downstream services";

    /// Seconds of a downstream call, failed calls and second attempts included.
    RPC_SECONDS: HistogramVec = "live_pack_rpc_seconds" ["downstream", "method", "group"] in SECONDS;
    /// Downstream calls that failed, by kind; kind `key` counts failed keys.
    RPC_ERRORS: IntCounterVec = "live_pack_rpc_errors_total" ["downstream", "method", "group", "kind"]
        => "`timeout`: slow; `unreachable`, `broken`: connections; `remote`: its own status; `open`, `saturated`: not called.";
    /// Items of downstream answers that could not be decoded.
    RPC_MALFORMED: IntCounterVec = "live_pack_rpc_malformed_total" ["downstream", "method"]
        => "The service has a newer version, or a bug.";
    /// Downstream answers that the guard refused, by the rule they broke.
    RPC_REFUSED: IntCounterVec = "live_pack_rpc_refused_total" ["downstream", "kind"];
    /// Downstream calls by the addresses taken: own, default (the group has none), fallback (its own are down), or lane.
    RPC_ROUTES: IntCounterVec = "live_pack_rpc_routes_total" ["downstream", "group", "taken"];
    /// Instance lists requested from a source, by result: taken, empty or failed; the last two keep the old list.
    RPC_LISTS: IntCounterVec = "live_pack_rpc_lists_total" ["downstream", "route", "result"]
        => "`failure` in `/api/downstreams` says why.";
    /// Circuit breaker of a downstream method: 0 closed, 1 half-open, 2 open.
    RPC_BREAKER_STATE: IntGaugeVec = "live_pack_rpc_breaker_state" ["downstream", "method", "group"];
    /// Downstream calls made again after they had failed.
    RPC_RETRIES: IntCounterVec = "live_pack_rpc_retries_total" ["downstream", "method", "group"];
    /// Second downstream calls made before the first had answered.
    RPC_HEDGES: IntCounterVec = "live_pack_rpc_hedges_total" ["downstream", "method", "group"];
    /// Downstream calls that were not made: the circuit was open, or too many were in flight (saturated).
    RPC_CALLS_REFUSED: IntCounterVec = "live_pack_rpc_calls_refused_total" ["downstream", "method", "group", "kind"];
    /// Instances of a route, by state: usable, ejected or unreachable.
    RPC_INSTANCES: ReadGauge = "live_pack_rpc_instances" ["downstream", "route", "state"];
    /// Calls under way on an instance. At most 256 instances have series, those with most calls first.
    RPC_INSTANCE_IN_FLIGHT: ReadGauge = "live_pack_rpc_instance_in_flight" ["downstream", "route", "address"];
    /// Moving average of the duration of a call on an instance, in seconds. At most 256 instances have series.
    RPC_INSTANCE_LATENCY: ReadGauge = "live_pack_rpc_instance_latency_seconds" ["downstream", "route", "address"]
        => "Compare instances; drain the slow one. Shares come from `live_pack_rpc_seconds`.";
}
