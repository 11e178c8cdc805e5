//! The business rules of a live bag as pure functions: facts in, a decision out.
//!
//! Nothing here waits, reads a clock, contains texts or uses wire types or status codes. Time is an argument, "not
//! available" is a separate case in the facts, and each file has one subject. Each rule is documented at its function
//! and has a table of cases, with a test that every outcome occurs in at least one of them.

pub mod atmosphere;
pub mod banner;
pub mod bidder;
pub mod button;
pub mod fcp;
pub mod flash_sale;
pub mod label;
pub mod odds;
pub mod order;
pub mod paging;
pub mod price;
pub mod prize;
pub mod room;
pub mod room_lite;
pub mod shop;
pub mod sold;
pub mod stock;
pub mod tab;
pub mod visibility;
pub mod voucher;

#[cfg(test)]
pub(crate) mod fixtures;
