//! Feature matrix, rankers and artefacts of the recommendation library.
//!
//! [`features`]: an n × F matrix of `f32` with NaN as missing, declared crosses and defaults. [`linear`]: logistic
//! regression with explanations. [`trees`]: gradient-boosted trees of LightGBM and XGBoost, equal to the originals to the
//! bit. [`artefact`]: folders that training writes and online nodes read; refused if a checksum or a golden row differs.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests"))]

pub mod artefact;
pub mod features;
pub mod linear;
pub mod trees;

pub use artefact::{Artefact, ArtefactError};
pub use features::{Binding, Matrix, Schema};
pub use linear::LinearModel;
pub use trees::Trees;
