//! Bidders: the qualification to bid, and the name of a leader as shown to others.

use live_pack_dal::model::BidderState;

/// Whether terms, address and payment are all complete. `None` (a guest, or not available) may not bid, because a bid is
/// binding.
#[must_use]
pub fn is_qualified(bidder: Option<&BidderState>) -> bool {
    bidder.is_some_and(|bidder| bidder.terms_signed && bidder.has_address && bidder.has_payment)
}

/// The name of a leader for other viewers: first and last letter, "I***e". A single letter or an empty name stays
/// as it is.
#[must_use]
pub fn masked(name: &str) -> String {
    let mut letters = name.trim().chars();
    match (letters.next(), letters.next_back()) {
        (None, _) => String::new(),
        (Some(first), None) => format!("{first}***"),
        (Some(first), Some(last)) => format!("{first}***{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_qualified, masked};
    use crate::rules::fixtures::bidder;

    #[test]
    fn a_name_keeps_its_first_and_last_letter() {
        for (name, expected) in [
            ("Isabelle", "I***e"),
            ("Al", "A***l"),
            ("A", "A***"),
            ("", ""),
            ("  ", ""),
            (" Mia Wong ", "M***g"),
            ("さくら", "さ***ら"),
        ] {
            assert_eq!(masked(name), expected, "{name:?}");
        }
    }

    #[test]
    fn only_terms_address_and_payment_together_qualify() {
        for (terms, address, payment, expected) in [
            (true, true, true, true),
            (false, true, true, false),
            (true, false, true, false),
            (true, true, false, false),
            (true, false, false, false),
            (false, false, false, false),
        ] {
            let state = bidder(terms, address, payment);
            assert_eq!(is_qualified(Some(&state)), expected, "{terms} {address} {payment}");
        }
    }

    #[test]
    fn an_unknown_bidder_does_not_qualify() {
        assert!(!is_qualified(None));
    }
}
