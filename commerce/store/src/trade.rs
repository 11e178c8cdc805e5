//! The trade cell: stock, quotes, orders, cart, timers.

pub mod audit;
pub mod cart;
pub mod closings;
pub mod events;
pub mod keys;
pub mod limits;
pub mod orders;
pub mod quotes;
pub mod reservations;
pub mod stock;
pub mod timers;

use crate::Statement;

pub(crate) static ALL: &[&[&Statement]] = &[
    audit::ALL,
    cart::ALL,
    closings::ALL,
    events::ALL,
    keys::ALL,
    limits::ALL,
    orders::ALL,
    quotes::ALL,
    reservations::ALL,
    stock::ALL,
    timers::ALL,
];
