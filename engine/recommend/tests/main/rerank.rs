//! Re-rankers against plain implementations of their formulas, and against answers worked out by hand.

mod by_hand;
mod diverse;
