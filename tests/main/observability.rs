//! The operator's view: every metric of the documentation, the rules, the runbook and the dashboard, in a real Prometheus.

mod drill;
mod exported;
mod fleet;
mod prometheus;
mod rules;
