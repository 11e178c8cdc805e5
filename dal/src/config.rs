//! Hot configuration: one JSON file a key, validated, the last good value kept, one snapshot a request.

mod business;

pub use business::{
    AgeGate, Atmosphere, AuctionRules, ButtonRules, FlashSaleRules, LabelRules, LeadButton, SoldTextRules, StockPolicy,
};
