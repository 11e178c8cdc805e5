//! The table of all metrics of the service and of the shop.
//!
//! A metric is a constant in `table`: its name, kind, labels, help text and, for a histogram, its buckets. Code that
//! counts something registers that constant and gets the handle; names and labels are spelt nowhere else. `docs/metrics.md`
//! is generated from [`GROUPS`].
//!
//! ```
//! let registry = prometheus::Registry::new();
//! let requests = live_pack_metrics::REQUESTS.register(&registry)?;
//! requests.with_label_values(&["GetLiveBagTab", "0"]).inc();
//! # Ok::<(), prometheus::Error>(())
//! ```

mod family;
mod read;
mod table;
#[cfg(test)]
mod tests;

pub use self::{
    family::{Family, Group, Handle, Kind, Metric},
    read::{ReadCounter, ReadGauge, Samples},
    table::*,
};
