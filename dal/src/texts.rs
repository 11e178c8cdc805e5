//! Texts in fourteen languages.
//!
//! The files are Fluent (`dal/texts/*.ftl`), and Fluent reads them once, at the start: every message is rendered for every
//! plural category of its language with placeholders for its arguments. At run time a plain text is a look-up and one with
//! arguments a concatenation, so that neither takes a lock, and counts need no cache.

mod compile;
mod language;
mod text;

use intl_pluralrules::PluralRules;
use live_pack_metrics::TEXT_FALLBACK;
use pilota::FastStr;
use prometheus::{IntCounterVec, Registry};

use compile::{Entry, Plural, compile, plural_rules};

pub use language::Language;
pub use text::{Arg, Text};

/// All texts. Built once; shared by all requests.
pub struct Texts {
    languages: Vec<Compiled>,
    fallbacks: IntCounterVec,
}

/// The texts of one language, in the order of [`Text::ALL`].
struct Compiled {
    entries: Vec<Entry>,
    rules: Option<PluralRules>,
}

impl Texts {
    /// Compiles the texts and registers the counter of those that a language lacks.
    ///
    /// # Errors
    ///
    /// The metric is registered already.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        Self::compiled(registry, Language::source)
    }

    fn compiled(registry: &Registry, source: impl Fn(Language) -> &'static str) -> Result<Self, prometheus::Error> {
        let fallbacks = TEXT_FALLBACK.register(registry)?;
        let english = compile(Language::English, source(Language::English), &[]);
        let languages = Language::ALL.into_iter().map(|language| {
            fallbacks.with_label_values(&[language.tag()]).inc_by(0);
            let entries = compile(language, source(language), &english);
            Compiled { entries, rules: plural_rules(language) }
        });
        Ok(Self { languages: languages.collect(), fallbacks })
    }

    /// The language of a tag (BCP 47); English, and counted as `other`, if there are no texts in it.
    #[must_use]
    pub fn language(&self, tag: &str) -> Language {
        Language::of(tag).unwrap_or_else(|| {
            self.fallbacks.with_label_values(&["other"]).inc();
            Language::English
        })
    }

    /// A plain text. A text with arguments comes without them.
    #[must_use]
    pub fn get(&self, language: Language, text: Text) -> FastStr {
        match self.entry(language, text) {
            Some(Entry { plain: Some(plain), .. }) => plain.clone(),
            Some(_) => self.format(language, text, 0, &[]),
            None => FastStr::from_static_str(text.key()),
        }
    }

    /// A text with its arguments; `number` selects the plural, and is otherwise not shown. A missing argument is left
    /// out.
    #[must_use]
    pub fn format(&self, language: Language, text: Text, number: i64, args: &[(Arg, &str)]) -> FastStr {
        let Some(entry) = self.entry(language, text) else { return FastStr::from_static_str(text.key()) };
        let rules = self.languages.get(language as usize).and_then(|compiled| compiled.rules.as_ref());
        let category = rules.filter(|_| entry.plural).and_then(|rules| Plural::of(rules, number));
        FastStr::from_string(entry.fill(category, args))
    }

    /// A duration in the two or three most significant units: "2d 3h", "1h 2m 3s", "2m 3s", "3s". Part of a second
    /// counts as one, so that nothing ends at "0s".
    #[must_use]
    pub fn countdown(&self, language: Language, ms: i64) -> FastStr {
        let seconds = ms.max(0).saturating_add(999) / 1_000;
        let (days, hours) = (seconds / 86_400, seconds / 3_600);
        let text = |number: i64| FastStr::from_string(number.to_string());
        let (minute, second) = (text(seconds / 60 % 60), text(seconds % 60));
        if days > 0 {
            let (days, hour) = (text(days), text(hours % 24));
            self.format(language, Text::CountdownDh, 0, &[(Arg::Days, &days), (Arg::Hours, &hour)])
        } else if hours > 0 {
            let args = [(Arg::Hours, &*text(hours)), (Arg::Minutes, &minute), (Arg::Seconds, &second)];
            self.format(language, Text::CountdownHms, 0, &args)
        } else if seconds >= 60 {
            self.format(language, Text::CountdownMs, 0, &[(Arg::Minutes, &minute), (Arg::Seconds, &second)])
        } else {
            self.format(language, Text::CountdownS, 0, &[(Arg::Seconds, &second)])
        }
    }

    fn entry(&self, language: Language, text: Text) -> Option<&Entry> {
        let entry = self.languages.get(language as usize)?.entries.get(text as usize)?;
        if entry.borrowed {
            self.fallbacks.with_label_values(&[language.tag()]).inc();
        }
        Some(entry)
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({} languages)", self.languages.len())
    }
}

#[cfg(test)]
mod tests;
