//! Every language has every text in every plural.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use super::*;

fn texts() -> Texts {
    Texts::new(&Registry::new()).unwrap()
}

fn sold(texts: &Texts, language: Language, number: i64) -> FastStr {
    texts.format(language, Text::SoldN, number, &[(Arg::Count, &number.to_string())])
}

#[test]
fn every_language_has_every_text_with_the_arguments_of_its_key() {
    let texts = texts();
    for language in Language::ALL {
        for text in Text::ALL {
            let entry = texts.entry(language, text).unwrap();
            assert!(!entry.borrowed, "{language:?} has no {}", text.key());
            let promised: BTreeSet<Arg> = text.args().iter().copied().collect();
            assert_eq!(entry.shows(), promised, "{language:?} {}", text.key());
            assert_eq!(entry.plain.is_some(), promised.is_empty(), "{language:?} {}", text.key());
            let args: Vec<_> = promised.iter().map(|arg| (*arg, "<filled>")).collect();
            for number in [0, 1, 2, 3, 4, 5, 11, 21, 100, 1_000_000] {
                let filled = texts.format(language, text, number, &args);
                assert!(!filled.trim().is_empty() && !filled.contains('\u{E000}'), "{language:?} {}", text.key());
                assert!(promised.is_empty() || filled.contains("<filled>"), "{language:?} {}: {filled}", text.key());
            }
        }
    }
    assert!(Text::ALL.iter().enumerate().all(|(index, text)| *text as usize == index));
    assert!(Language::ALL.iter().enumerate().all(|(index, language)| *language as usize == index));
}

#[test]
fn files_have_no_unused_keys() {
    for language in Language::ALL {
        let keys =
            language.source().lines().filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()));
        let keys: Vec<_> = keys.filter_map(|line| line.split_once(" =").map(|(key, _)| key)).collect();
        assert_eq!(keys, Text::ALL.map(Text::key), "{language:?}: the keys in order, each once");
    }
}

#[test]
fn plurals_follow_the_rules_of_the_language() {
    let texts = texts();
    let rows = [
        (Language::English, 1, "1 sold"),
        (Language::French, 0, "0 vendu"),
        (Language::French, 1, "1 vendu"),
        (Language::French, 2, "2 vendus"),
        (Language::Spanish, 1, "1 vendido"),
        (Language::Spanish, 2, "2 vendidos"),
        (Language::Portuguese, 0, "0 vendido"),
        (Language::Portuguese, 1_000_000, "1000000 vendidos"),
        (Language::Italian, 2, "2 venduti"),
        (Language::Indonesian, 1, "1 terjual"),
        (Language::Chinese, 2, "已售 2"),
        (Language::TraditionalChinese, 2, "已售 2"),
    ];
    for (language, number, want) in rows {
        assert_eq!(sold(&texts, language, number), want);
    }
    let bag =
        |number: i64| texts.format(Language::English, Text::BagCount, number, &[(Arg::Count, &number.to_string())]);
    assert_eq!((bag(1).as_str(), bag(2).as_str()), ("1 product", "2 products"));
}

#[test]
fn plain_texts_and_those_with_arguments_read_naturally() {
    let texts = texts();
    assert_eq!(texts.get(Language::German, Text::AddToCart), "In den Warenkorb");
    assert_eq!(texts.get(Language::Japanese, Text::SoldOut), "売り切れ");
    assert_eq!(texts.get(Language::Chinese, Text::BuyNow), "立即购买");
    assert_eq!(texts.get(Language::TraditionalChinese, Text::BuyNow), "立即購買");
    let args = [(Arg::Amount, "$5.00"), (Arg::Min, "$30.00")];
    assert_eq!(texts.format(Language::English, Text::OffOver, 0, &args), "$5.00 off over $30.00");
    assert_eq!(texts.format(Language::Japanese, Text::OffOver, 0, &args), "$30.00以上で$5.00オフ");
    assert_eq!(texts.format(Language::French, Text::FromPrice, 0, &[(Arg::Price, "9,99 €")]), "Dès 9,99 €");
}

#[test]
fn a_countdown_names_the_units_that_matter() {
    let texts = texts();
    let rows =
        [(-1, "0s"), (1, "1s"), (59_000, "59s"), (59_001, "1m 0s"), (3_723_000, "1h 2m 3s"), (183_600_000, "2d 3h")];
    for (ms, want) in rows {
        assert_eq!(texts.countdown(Language::English, ms), want, "{ms}");
    }
    let time = texts.countdown(Language::German, 61_000);
    assert_eq!(texts.format(Language::German, Text::EndsIn, 0, &[(Arg::Time, &time)]), "Endet in 1 Min. 1 Sek.");
}

#[test]
fn language_tags_of_phones_are_understood() {
    let rows = [
        ("en-GB", "en"),
        ("EN", "en"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-Hans-HK", "zh"),
        ("en-US-u-mu-celsius", "en"),
        ("th-TH-u-ca-buddhist", "th"),
        ("tl", "fil"),
        ("zh_CN", "zh"),
        ("tl-PH", "fil"),
        ("in", "id"),
        ("pt-PT", "pt"),
    ];
    for (tag, want) in rows {
        assert_eq!(Language::of(tag).map(Language::tag), Some(want), "{tag}");
    }
    assert_eq!((Language::of("ko"), Language::of(""), Language::of("e")), (None, None, None));
}

#[test]
fn a_missing_text_is_english_and_counted() {
    let source = |language: Language| match language {
        Language::German => "buy_now = Jetzt kaufen\nsold_n = { $missing } verkauft\nview = {",
        other => other.source(),
    };
    let texts = Texts::compiled(&Registry::new(), source).unwrap();
    let counted = |language: &str| texts.fallbacks.with_label_values(&[language]).get();
    assert_eq!((texts.get(Language::German, Text::BuyNow).as_str(), counted("de")), ("Jetzt kaufen", 0));
    assert_eq!((texts.get(Language::German, Text::View).as_str(), counted("de")), ("View", 1));
    assert_eq!((sold(&texts, Language::German, 2).as_str(), counted("de")), ("2 sold", 2));
    assert_eq!((texts.language("ko"), counted("other")), (Language::English, 1));
    assert_eq!((texts.language("de-AT"), counted("other")), (Language::German, 1));
}
