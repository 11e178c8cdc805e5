//! Tests that cross the modules of the crate.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod bag_summaries;
mod clients;
mod contract_rooms;
mod contract_users;
mod determinism;
mod distributions;
mod faults;
mod flash_sales;
mod hostile;
mod movement;
mod pictures;
mod restrictions;
mod sockets;
