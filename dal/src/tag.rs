//! Language tags as clients send them, reduced to language, script and region.

use std::fmt;

use crate::model::Region;

/// Codes that BCP 47 has replaced, and the three-letter codes of languages that have two letters.
const REPLACED: [(&str, &str); 24] = [
    ("in", "id"),
    ("tl", "fil"),
    ("iw", "he"),
    ("ji", "yi"),
    ("jw", "jv"),
    ("mo", "ro"),
    ("tgl", "fil"),
    ("cmn", "zh"),
    ("yue", "zh"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("zsm", "ms"),
    ("msa", "ms"),
    ("eng", "en"),
    ("ind", "id"),
    ("vie", "vi"),
    ("tha", "th"),
    ("jpn", "ja"),
    ("deu", "de"),
    ("ger", "de"),
    ("fra", "fr"),
    ("spa", "es"),
    ("ita", "it"),
    ("por", "pt"),
];

/// Regions in which Chinese is written in traditional characters.
const TRADITIONAL: [&str; 3] = ["TW", "HK", "MO"];

/// A language with its script and region. Variants and extensions of a tag (`-u-mu-celsius`) are dropped: they do not
/// affect texts or numbers here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageTag {
    language: String,
    script: Option<String>,
    region: Option<String>,
}

impl LanguageTag {
    /// The language of a tag: BCP 47, with `_` as well as `-`, or in the form of POSIX (`en_US.UTF-8`) or Android
    /// (`zh_TW_#Hant`). Deprecated codes become the current ones. Chinese of Taiwan, Hong Kong and Macau has the traditional
    /// script, and so has Cantonese. `None`: the text names no language (`und` and the empty text name none).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let tag = text.split(['.', '@']).next().unwrap_or_default();
        let mut parts = tag.split(['-', '_']).map(|part| part.trim_start_matches('#'));
        let first = parts.next().filter(|first| is_letters(first) && matches!(first.len(), 2 | 3 | 5..=8))?;
        let first = first.to_ascii_lowercase();
        if first == "und" {
            return None;
        }
        let cantonese = first == "yue";
        let replaced = REPLACED.iter().find(|(old, _)| *old == first);
        let language = replaced.map_or(first, |(_, new)| (*new).to_owned());
        let (mut script, mut region) = (None, None);
        // a subtag of one letter begins an extension
        for part in parts.take_while(|part| part.len() != 1) {
            if script.is_none() && part.len() == 4 && is_letters(part) {
                let (head, tail) = part.split_at(1);
                script = Some(head.to_ascii_uppercase() + &tail.to_ascii_lowercase());
            } else if region.is_none() && is_region(part) {
                region = Some(part.to_ascii_uppercase());
            }
        }
        let traditional = region.as_deref().is_some_and(|region| TRADITIONAL.contains(&region));
        if script.is_none() && language == "zh" && (traditional || cantonese) {
            script = Some("Hant".to_owned());
        }
        Some(Self { language, script, region })
    }

    /// The language, in small letters.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The script, such as `Hant`.
    #[must_use]
    pub fn script(&self) -> Option<&str> {
        self.script.as_deref()
    }

    /// The locale of the language in a region: `en-GB` in ID is `en-ID`.
    #[must_use]
    pub fn in_region(&self, region: Region) -> Self {
        Self { region: Some(region.as_str().to_owned()), ..self.clone() }
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.language)?;
        [&self.script, &self.region].into_iter().flatten().try_for_each(|part| write!(f, "-{part}"))
    }
}

fn is_letters(part: &str) -> bool {
    part.bytes().all(|letter| letter.is_ascii_alphabetic())
}

fn is_region(part: &str) -> bool {
    (part.len() == 2 && is_letters(part)) || (part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::LanguageTag;

    #[test]
    fn a_tag_is_reduced_to_language_script_and_region() {
        for (text, expected) in [
            ("en", "en"),
            ("EN-us", "en-US"),
            ("en_US", "en-US"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("ko", "ko"),
            ("de-DE-1996", "de-DE"),
            ("sl-rozaj-biske-1994", "sl"),
            ("en-US-u-mu-celsius", "en-US"),
            ("th-TH-u-ca-buddhist", "th-TH"),
            ("th-TH-u-ca-buddhist-nu-thai-x-private", "th-TH"),
            ("en-GB-oxendict-u-ca-gregory-cu-gbp-hc-h23-x-app", "en-GB"),
            ("de-t-en-us", "de"),
            ("en-x-mine-DE", "en"),
            ("en_US.UTF-8", "en-US"),
            ("de_DE@euro", "de-DE"),
            ("zh_TW_#Hant", "zh-Hant-TW"),
            ("zh_CN_#Hans", "zh-Hans-CN"),
            ("en--US", "en-US"),
            ("en-$$", "en"),
        ] {
            let tag = LanguageTag::parse(text).map(|tag| tag.to_string());
            assert_eq!(tag.as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn deprecated_codes_become_the_current_ones() {
        for (text, expected) in [
            ("in", "id"),
            ("in-ID", "id-ID"),
            ("IN_id", "id-ID"),
            ("tl-PH", "fil-PH"),
            ("tgl", "fil"),
            ("cmn-Hant", "zh-Hant"),
            ("zh-cmn-Hans-CN", "zh-Hans-CN"),
            ("iw", "he"),
            ("eng-GB", "en-GB"),
        ] {
            let tag = LanguageTag::parse(text).map(|tag| tag.to_string());
            assert_eq!(tag.as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn chinese_of_taiwan_hong_kong_and_macau_is_traditional_unless_the_tag_says_otherwise() {
        for (text, expected) in [
            ("zh-TW", "zh-Hant-TW"),
            ("zh_HK", "zh-Hant-HK"),
            ("zh-MO", "zh-Hant-MO"),
            ("zh-Hans-HK", "zh-Hans-HK"),
            ("yue", "zh-Hant"),
            ("yue-Hans-CN", "zh-Hans-CN"),
            ("zh-CN", "zh-CN"),
            ("zh", "zh"),
            ("en-HK", "en-HK"),
        ] {
            let tag = LanguageTag::parse(text).map(|tag| tag.to_string());
            assert_eq!(tag.as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_text_without_a_language_is_none() {
        for text in ["", "und", "und-US", "x", "i-klingon", "x-mine", "not a language", "123", "e", "-", "_US", "ﬁl"]
        {
            assert_eq!(LanguageTag::parse(text), None, "{text:?}");
        }
    }
}
