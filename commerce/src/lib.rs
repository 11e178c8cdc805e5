//! A seeded commerce world: twelve downstream Thrift services and a picture server on loopback.
//!
//! The answers of the services are a pure function of the seed, the request and the instant: the same request at the
//! same instant always gets the same bytes, in any process. Faults can be enabled for each method.
//! The world replaces the real services in tests, benchmarks and demonstrations; no production path uses it.
//!
//! # Ids
//!
//! | thing | id |
//! |---|---|
//! | room | 1001 to 1011 with a purpose, 2001 to 2012 one per region, 3001 to 3100 the crowd |
//! | product | room × 1000 + item number; pieces of auctions from 901, prizes from 951 |
//! | SKU | product × 100 + number, from 1 |
//! | seller | room × 10 + 0 to 4 |
//! | creator | 104 for room 1001, else 500000 + room |
//! | voucher | room × 100 + number, from 1 |
//! | auction | room × 100 + 50 + number, from 1 |
//! | banner | room × 10 + number, from 1 |
//!
//! # Changes over time
//!
//! Flash sales, auctions, claim windows, sessions, statistics, the pin of room 1008 and, in the crowd, pins and top
//! products repeat in cycles of absolute time. No state is kept: two processes agree, and a frozen clock stops
//! all changes.

mod addresses;
mod auction;
mod call;
mod cart;
mod connection;
mod error;
mod faults;
mod live_creator;
mod live_data;
mod picture_server;
mod product_detail;
mod product_model;
mod product_price;
mod product_relation;
mod promotion_delivery;
mod promotion_renderer;
mod seller_core;
mod server;
mod settings;
mod trade_chain;
mod world;

#[cfg(test)]
mod tests;

pub use addresses::Addresses;
pub use error::Error;
pub use faults::{BadAnswer, Failure, Fault, Faults};
pub use server::{RunningWorld, serve};
pub use settings::{Clock, WorldSettings};
pub use world::{Catalogue, CatalogueProduct, CatalogueSeller, CatalogueSku, World};
