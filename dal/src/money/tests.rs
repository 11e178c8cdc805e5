//! Compared with Intl (`golden/*.tsv`, by `dal/cldr/make_golden.mjs`) and with the examples of the contract.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::str::FromStr;

use serde_json::Value;

use super::*;
use crate::config::Conf;

fn amount(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

fn decimals(currency: &str) -> u8 {
    if ["IDR", "VND", "JPY"].contains(&currency) { 0 } else { 2 }
}

fn of(locale: &str, currency: &str) -> NumberFormat {
    NumberFormat::new(locale, currency, decimals(currency), None)
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().map(|line| line.split('\t').collect())
}

#[test]
fn prices_are_those_of_the_contract() {
    let examples: Value = serde_json::from_str(include_str!("golden/price_examples.json")).unwrap();
    for (region, row) in examples["regions"].as_object().unwrap() {
        let format = of(row["locale"].as_str().unwrap(), row["currency"].as_str().unwrap());
        assert_eq!(row["decimals"], format.decimals());
        let conf = Conf::default().regions;
        let rules = conf.get(region.parse().unwrap()).unwrap();
        assert_eq!(
            (rules.locale.as_str(), &*rules.currency),
            (row["locale"].as_str().unwrap(), format.currency().as_str())
        );
        let each = |part: &str, text: &dyn Fn(&str) -> FastStr| {
            for (given, want) in row[part].as_object().unwrap() {
                assert_eq!(text(given), want.as_str().unwrap(), "{region} {part} {given}");
            }
        };
        each("price", &|given| format.price(amount(given)));
        each("range", &|given| {
            let (low, high) = given.split_once("..").unwrap();
            format.range(amount(low), amount(high))
        });
        each("percent", &|given| format.percent(given.parse().unwrap()));
        each("compact", &|given| format.compact(given.parse().unwrap()));
    }
}

#[test]
fn every_region_writes_its_own_prices_as_intl_does() {
    for row in rows(include_str!("golden/own.tsv")) {
        let &[locale, currency, given, want] = &row[..] else { panic!("{row:?}") };
        let format = of(locale, currency);
        let text = match given.split_once("..") {
            Some((low, high)) => format.range(amount(low), amount(high)),
            None => format.price(amount(given)),
        };
        assert_eq!(text, want, "{row:?}");
    }
}

/// Differences between CLDR's data with its inheritance and Intl, with CLDR's form of 1,234.5 euros: the English of the
/// continent has its own separators in CLDR, and Intl finds `es` and `pt` where CLDR inherits from `es-419` and
/// `pt-PT`.
const NOT_AS_INTL: [(&str, &str); 6] = [
    ("en-DE", "1.234,50\u{a0}€"),
    ("en-ES", "1.234,50\u{a0}€"),
    ("en-FR", "1\u{202f}234,50\u{a0}€"),
    ("en-IT", "1.234,50\u{a0}€"),
    ("es-JP", "EUR\u{a0}1,234.50"),
    ("pt-FR", "1234,50\u{a0}€"),
];

#[test]
fn prices_follow_cldr_where_intl_does_not() {
    for (locale, want) in NOT_AS_INTL {
        assert_eq!(of(locale, "EUR").price(amount("1234.5")), want, "{locale}");
    }
}

#[test]
fn every_language_in_every_region_writes_prices_as_intl_does() {
    for row in rows(include_str!("golden/cross.tsv")) {
        let &[locale, currency, price, range] = &row[..] else { panic!("{row:?}") };
        let format = of(locale, currency);
        if NOT_AS_INTL.iter().any(|(known, _)| known == &locale) {
            continue;
        }
        assert_eq!(format.price(amount("1234.5")), price, "{row:?}");
        assert_eq!(format.range(amount("12345.67"), amount("23456")), range, "{row:?}");
    }
}

#[test]
fn every_language_in_every_region_writes_numbers_as_intl_does() {
    let mut rows = rows(include_str!("golden/numbers.tsv"));
    let head = rows.next().unwrap();
    for row in rows {
        if NOT_AS_INTL.iter().any(|(known, _)| known == &row[0]) {
            continue;
        }
        let format = of(row[0], "USD");
        assert_eq!(format.percent(25), row[1], "{}", row[0]);
        for (count, want) in head.iter().zip(&row).skip(2) {
            assert_eq!(format.compact(count.parse().unwrap()), *want, "{} {count}", row[0]);
        }
    }
}

#[test]
fn a_count_rounded_down_never_promises_more_than_there_is() {
    let rows = [
        ("en-US", 0, "0"),
        ("en-US", 999, "999"),
        ("en-US", 1_000, "1K"),
        ("en-US", 9_999, "9.9K"),
        ("en-US", 99_999, "99.9K"),
        ("en-US", 999_999, "999.9K"),
        ("en-US", 1_999_999, "1.9M"),
        ("id-ID", 9_999, "9,9\u{a0}rb"),
        ("ja-JP", 9_999, "9999"),
        ("ja-JP", 19_999, "1.9万"),
        ("de-DE", 999_999, "999.999"),
        ("de-DE", 1_999_999, "1,9\u{a0}Mio."),
        ("en-US", i64::MAX, "9223372T"),
    ];
    for (locale, count, want) in rows {
        let text = of(locale, "USD").compact_floor(count);
        assert_eq!(text.replace(',', ""), want.replace(',', ""), "{locale} {count}");
    }
}

#[test]
fn amounts_on_the_wire_have_exactly_the_currencys_decimals() {
    let rows = [
        ("USD", "1234.5", "1234.50"),
        ("USD", "0.005", "0.01"),
        ("USD", "0.004", "0.00"),
        ("USD", "-0.004", "0.00"),
        ("USD", "-1.005", "-1.01"),
        ("IDR", "1234.5", "1235"),
        ("JPY", "0.4", "0"),
        ("USD", "79228162514264337593543950335", "79228162514264337593543950335.00"),
    ];
    for (currency, given, want) in rows {
        assert_eq!(of("fr-FR", currency).plain(amount(given)), want, "{currency} {given}");
    }
    assert_eq!(of("en-US", "USD").price(amount("-1234.5")), "-$1,234.50");
}

#[test]
fn a_symbol_of_the_region_replaces_the_locales() {
    let text = |symbol| NumberFormat::new("en-SG", "SGD", 2, Some(symbol)).price(amount("1234.5"));
    assert_eq!((text("S$").as_str(), text("SGD").as_str()), ("S$1,234.50", "SGD\u{a0}1,234.50"));
    assert_eq!(NumberFormat::new("de-DE", "XYZ", 3, None).price(amount("1")), "1,000\u{a0}XYZ");
}

#[test]
fn an_unknown_locale_falls_back_to_the_language_then_to_english() {
    let price = |locale: &str| of(locale, "EUR").price(amount("1234.5"));
    assert_eq!(price("de-AU"), price("de"));
    assert_eq!(price("zh-Hans-US"), price("zh-US"));
    let short = |locale: &str| of(locale, "USD").compact_floor(12_345);
    assert_eq!((short("zh-Hant-US").as_str(), short("zh-Hant-AU").as_str()), ("1.2萬", "1.2萬"));
    assert_eq!(short("zh-US"), "1.2万");
    assert_eq!(price("ko-GB"), price("en-GB"));
    assert_eq!((price(""), price("nonsense")), (price("en"), price("en")));
    assert!(cldr::LOCALES.is_sorted() && cldr::LOCALES.iter().all(|(_, number)| *number < cldr::NUMBERS.len()));
    assert_eq!(cldr::LOCALES.binary_search_by_key(&"en", |(name, _)| name).map(|index| cldr::LOCALES[index].1), Ok(0));
}

#[test]
fn a_range_whose_ends_are_written_alike_is_one_price() {
    assert_eq!(of("id-ID", "IDR").range(amount("9.6"), amount("10.4")), "Rp\u{a0}10");
}
