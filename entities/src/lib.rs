//! The tasks of Live Pack, a folder per stage and a file per task, and the business rules as pure functions.
//!
//! A task calls the data-access layer, or decides by a rule of [`rules`], and returns one typed datum. No task does I/O
//! of its own or knows a status code; wire types appear only in [`converters`].

pub mod asks;
pub mod converters;
pub mod filters;
mod folds;
pub mod item;
pub mod loaders;
pub mod page;
pub mod page_ids;
pub mod providers;
pub mod questions;
pub mod request;
pub mod rules;
pub mod scene;
pub mod sorters;
