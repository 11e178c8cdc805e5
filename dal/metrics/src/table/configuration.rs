//! The hot configuration in force.

use prometheus::IntCounterVec;

use crate::ReadGauge;

families! {
    "Configuration";

    /// Changes of configuration that were refused; the last good value stays in use.
    CONFIG_REJECTED: IntCounterVec = "live_pack_config_rejected_total" ["key"]
        => "The log line and `/api/config` name field, value and rule.";
    /// Always 1; the label is a hash over all keys: equal configurations have equal versions in every process.
    CONFIG_INFO: ReadGauge = "live_pack_config_info" ["version"]
        => "`count by (version)` over the fleet: more than one for long means that a process does not see the change.";
    /// Number of configurations that this process has put into force; the first is 1.
    CONFIG_REVISION: ReadGauge = "live_pack_config_revision" [];
    /// Time at which the configuration in force was loaded, in seconds of Unix time.
    CONFIG_LOADED: ReadGauge = "live_pack_config_loaded_timestamp_seconds" [];
    /// Configuration files that are rejected at present, including files with unknown names.
    CONFIG_KEYS_REJECTED: ReadGauge = "live_pack_config_keys_rejected" [];
}
