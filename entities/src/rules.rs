//! The business rules of a live bag as pure functions: facts in, a decision out.
//!
//! Nothing here waits, reads a clock, holds a text or knows a wire type or a status code. Time is an argument, "could not
//! be had" is a case of its own in the facts, and each file owns one subject. What a rule decides is stated where it is
//! decided; each has a table of cases and a test that every outcome decides at least one of them.

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
mod fixtures;
