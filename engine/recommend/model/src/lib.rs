//! Feature matrix, rankers and artefacts of the recommendation library.
//!
//! [`features`]: an n × F matrix of `f32` with NaN as missing, declared crosses and defaults. [`linear`]: logistic
//! regression that explains itself. [`trees`]: gradient-boosted trees in LightGBM's text format, equal to LightGBM to the
//! bit. [`artefact`]: what training writes and the online nodes read; refused if its checksum or its golden rows differ.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests"))]

pub mod artefact;
pub mod features;
pub mod linear;
pub mod trees;

pub use artefact::{Artefact, ArtefactError};
pub use features::{Binding, Matrix, Schema};
pub use linear::LinearModel;
pub use trees::Trees;
