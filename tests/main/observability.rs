//! The view of an operator: every metric of the documentation, the rules, the runbook and the dashboard, by a real Prometheus.

mod drill;
mod exported;
mod fleet;
mod prometheus;
mod rules;
