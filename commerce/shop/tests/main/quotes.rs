//! Quotes: prices, refusals, expiry.

use live_pack_shop::{
    Refusal, UseCaseError,
    order::Outcome,
    quote::{HOLDS_MS, NewQuote, Source},
};

use crate::kit::{BRITISH, LIMITED, NOW, PLAIN, SCARCE, YEN, place, shops};

#[tokio::test]
async fn a_quote_has_an_order_per_seller_with_shipping_and_tax() {
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 2), (LIMITED, 1), (PLAIN, 1)]).await;
        let [first, second] = &quote.orders[..] else { panic!("{quote:?}") };
        assert_eq!(
            (first.seller_id.as_str(), first.lines[0].quantity, first.total.amount.as_str()),
            ("10", 3, "30.00")
        );
        assert_eq!(second.shipping.amount, "4.99");
        // 19.99 at 8.25 % is 1.649175.
        assert_eq!((second.tax.amount.as_str(), second.total.amount.as_str()), ("1.65", "26.63"));
        assert_eq!(quote.total.amount, "56.63");
        assert_eq!(quote.expires_at, "2026-11-28T12:05:00.000Z");
        let yen = kit.quote(1, &[(YEN, 1)]).await;
        assert_eq!(yen.total.amount, "2479", "1980 and shipping of 499, without decimals");
    }
}

/// Address, items, and the expected refusal.
type Case = (i64, Vec<(i64, i64)>, fn(&Refusal) -> bool);

#[tokio::test]
async fn items_that_cannot_be_sold_are_refused_with_the_reason() {
    for kit in shops().await {
        let cases: Vec<Case> = vec![
            (1, vec![(PLAIN, 1), (77, 1), (78, 1)], |it| *it == Refusal::SkuNotFound("77, 78".into())),
            (9_999, vec![(PLAIN, 1)], |it| *it == Refusal::AddressNotFound),
            (2, vec![(PLAIN, 1)], |it| *it == Refusal::AddressNotFound),
            (1, vec![(PLAIN, 1), (YEN, 1)], |it| *it == Refusal::CurrencyMixed("JPY, USD".into())),
            (1, vec![(BRITISH, 1)], |it| *it == Refusal::NotDeliverable("4".into())),
            (1, vec![(LIMITED, 4)], |it| *it == Refusal::LimitExceeded("2".into())),
            (1, vec![(SCARCE, 6), (PLAIN, 1_001)], |it| *it == Refusal::OutOfStock("1001, 1002".into())),
            (1, vec![(PLAIN, 9_000), (PLAIN, 1_000)], |it| matches!(it, Refusal::Invalid(faults) if faults.len() == 1)),
        ];
        for (address, items, expected) in cases {
            let refused = kit.try_quote(1, address, &items).await;
            let Err(UseCaseError::Refused(refusal)) = refused else { panic!("{items:?}: {refused:?}") };
            assert!(expected(&refusal), "{items:?}: {refusal:?}");
        }
        assert!(kit.try_quote(1, 101, &[(BRITISH, 1)]).await.is_ok());
        let voucher = NewQuote {
            account_id: 1,
            source: Source::Items(vec![(PLAIN, 1)]),
            address_id: 1,
            voucher_codes: vec!["TEN".into()],
        };
        let refused = kit.shop.run(voucher.clone()).await;
        assert!(matches!(refused, Err(UseCaseError::Refused(Refusal::VoucherInvalid(code))) if code == "TEN"));
        let cart = NewQuote { source: Source::Cart, voucher_codes: Vec::new(), ..voucher };
        let refused = kit.shop.run(cart).await;
        assert!(matches!(refused, Err(UseCaseError::Refused(Refusal::CartEmpty))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_quote_is_valid_for_five_minutes_and_belongs_to_its_buyer() {
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        assert_eq!(kit.place(2, &quote, "k").await, Outcome::Refused(Refusal::NotFound("quote")));
        kit.set_clock(NOW + HOLDS_MS);
        assert_eq!(kit.place(1, &quote, "k").await, Outcome::Refused(Refusal::QuoteExpired));
        kit.set_clock(NOW + HOLDS_MS - 1);
        assert!(matches!(kit.place(1, &quote, "k").await, Outcome::Answer { status: 201, replay: false, .. }));
        kit.check().await;
    }
}

#[tokio::test]
async fn another_total_is_refused_with_the_unchanged_quote() {
    for kit in shops().await {
        let quote = kit.quote(1, &[(PLAIN, 1)]).await;
        let mut seen = quote.clone();
        seen.total.amount = "9.99".into();
        let refused = kit.commit(place(1, &seen, "k")).await;
        assert_eq!(refused, Outcome::Refused(Refusal::PriceChanged(Box::new(quote))));
    }
}
