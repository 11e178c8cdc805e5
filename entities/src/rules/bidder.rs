//! Who may bid: agreed to the terms, has an address and a way to pay.

use live_pack_dal::model::BidderState;

/// Whether terms, address and payment are all there. `None` – a guest, or it could not be had – may not bid: a bid binds.
#[must_use]
pub fn is_qualified(bidder: Option<&BidderState>) -> bool {
    bidder.is_some_and(|bidder| bidder.terms_signed && bidder.has_address && bidder.has_payment)
}

#[cfg(test)]
mod tests {
    use super::is_qualified;
    use crate::rules::fixtures::bidder;

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
