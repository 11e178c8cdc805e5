//! Offline half of the recommendation library: reads and splits interaction logs, trains and evaluates the algorithms, and
//! writes artefacts for the online nodes.
//!
//! All arithmetic is f64. Positions of users and items follow ascending ids, and every tie goes to the lower id.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::float_cmp, reason = "tests")
)]

pub mod algorithm;
pub mod eval;
pub mod fitted;
pub mod log;
pub mod logistic;
pub mod metrics;
pub mod parameters;
pub mod split;
pub mod train;
pub mod training;

mod top;

pub use algorithm::{Algorithm, AlgorithmError, FitError};
pub use eval::{Evaluation, evaluate};
pub use fitted::Fitted;
pub use log::{Log, LogError};
pub use logistic::Examples;
pub use metrics::Metrics;
pub use split::Split;
pub use train::train;
pub use training::Training;
