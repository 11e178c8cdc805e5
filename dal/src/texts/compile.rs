//! Compiles a Fluent file to texts that need no Fluent at run time.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use pilota::FastStr;
use unic_langid::LanguageIdentifier;

use super::{Arg, Language, Text};

/// Numbers that include at least one of every plural category of each language.
const SAMPLES: [i64; 16] = [2, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 100, 1_000_000];

/// The first of the private-use characters that stand for arguments while Fluent renders.
const MARK: u32 = 0xE000;

/// A plural category; `PluralCategory` itself cannot be copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Plural(u8);

impl Plural {
    const OTHER: Self = Self(PluralCategory::OTHER as u8);

    /// The category of a number; `None`: the rules do not define one.
    pub(super) fn of(rules: &PluralRules, number: i64) -> Option<Self> {
        rules.select(number.unsigned_abs()).ok().map(|category| Self(category as u8))
    }
}

/// A text of one language.
#[derive(Clone)]
pub(super) struct Entry {
    /// The text, if it has no arguments and no plural.
    pub(super) plain: Option<FastStr>,
    /// Whether the plural category makes a difference.
    pub(super) plural: bool,
    /// Taken from English.
    pub(super) borrowed: bool,
    /// By plural category; the first serves every missing category.
    variants: Vec<(Plural, Vec<Piece>)>,
}

#[derive(Clone, PartialEq)]
enum Piece {
    Said(Box<str>),
    Given(Arg),
}

impl Entry {
    /// The text for a plural category, with its arguments.
    pub(super) fn fill(&self, category: Option<Plural>, args: &[(Arg, &str)]) -> String {
        let exact = self.variants.iter().find(|(known, _)| Some(*known) == category);
        let pieces = exact.or_else(|| self.variants.first()).map_or(&[][..], |(_, pieces)| pieces);
        let mut text = String::with_capacity(48);
        for piece in pieces {
            match piece {
                Piece::Said(said) => text.push_str(said),
                Piece::Given(arg) => {
                    let given = args.iter().find(|(known, _)| known == arg);
                    text.push_str(given.map_or("", |(_, given)| given));
                }
            }
        }
        text
    }

    /// The arguments that some variant shows, for the test that compares them with those of the key.
    #[cfg(test)]
    pub(super) fn shows(&self) -> std::collections::BTreeSet<Arg> {
        let pieces = self.variants.iter().flat_map(|(_, pieces)| pieces);
        pieces.filter_map(|piece| if let Piece::Given(arg) = piece { Some(*arg) } else { None }).collect()
    }
}

/// The plural rules of a language.
pub(super) fn plural_rules(language: Language) -> Option<PluralRules> {
    // plural rules go by the language; a script is not in their table
    let id = language.tag().split('-').next()?.parse::<LanguageIdentifier>().ok()?;
    PluralRules::create(id, PluralRuleType::CARDINAL).ok()
}

/// The texts of a language in the order of [`Text::ALL`]; a missing text is taken from `english`, and one that is
/// missing there too reads as its key.
pub(super) fn compile(language: Language, source: &str, english: &[Entry]) -> Vec<Entry> {
    let id = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new(vec![id]);
    // some clients would draw the direction isolates as boxes, and no language here needs them
    bundle.set_use_isolating(false);
    // a message that does not parse is not in the resource, and is then missing like any other
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    let samples = samples(language);
    Text::ALL
        .into_iter()
        .map(|text| {
            render(&bundle, text, &samples).unwrap_or_else(|| {
                let borrowed = english.get(text as usize).cloned();
                Entry { borrowed: true, ..borrowed.unwrap_or_else(|| Entry::plain(text.key())) }
            })
        })
        .collect()
}

impl Entry {
    fn plain(text: &str) -> Self {
        let pieces = vec![Piece::Said(text.into())];
        Self {
            plain: Some(FastStr::new(text)),
            plural: false,
            borrowed: false,
            variants: vec![(Plural::OTHER, pieces)],
        }
    }
}

/// A number for each plural category of a language.
fn samples(language: Language) -> Vec<(Plural, i64)> {
    let mut samples: Vec<(Plural, i64)> = Vec::new();
    let Some(rules) = plural_rules(language) else { return vec![(Plural::OTHER, 2)] };
    for number in SAMPLES {
        if let Some(category) = Plural::of(&rules, number)
            && samples.iter().all(|(known, _)| *known != category)
        {
            samples.push((category, number));
        }
    }
    // "other" serves every category that the language does not distinguish
    samples.sort_by_key(|(category, _)| *category != Plural::OTHER);
    samples
}

/// A message rendered for every category; `None`: it is missing or invalid.
fn render(bundle: &FluentBundle<FluentResource>, text: Text, samples: &[(Plural, i64)]) -> Option<Entry> {
    let pattern = bundle.get_message(text.key())?.value()?;
    let mut variants = Vec::with_capacity(samples.len());
    for (category, number) in samples {
        let mut args = FluentArgs::new();
        args.set("n", *number);
        for (mark, arg) in marks() {
            args.set(arg.name(), mark.to_string());
        }
        let mut faults = Vec::new();
        let rendered = bundle.format_pattern(pattern, Some(&args), &mut faults);
        if !faults.is_empty() {
            return None;
        }
        variants.push((*category, pieces(&rendered)));
    }
    let (_, first) = variants.first()?;
    let plural = variants.iter().any(|(_, pieces)| pieces != first);
    if !plural {
        variants.truncate(1);
    }
    let plain = match variants.as_slice() {
        [(_, pieces)] => match pieces.as_slice() {
            [Piece::Said(said)] => Some(FastStr::new(said)),
            _ => None,
        },
        _ => None,
    };
    Some(Entry { plain, plural, borrowed: false, variants })
}

fn marks() -> impl Iterator<Item = (char, Arg)> {
    (MARK..).filter_map(char::from_u32).zip(Arg::ALL)
}

fn pieces(rendered: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut said = String::new();
    for letter in rendered.chars() {
        match marks().find(|(mark, _)| *mark == letter) {
            None => said.push(letter),
            Some((_, arg)) => {
                if !said.is_empty() {
                    pieces.push(Piece::Said(std::mem::take(&mut said).into()));
                }
                pieces.push(Piece::Given(arg));
            }
        }
    }
    if !said.is_empty() {
        pieces.push(Piece::Said(said.into()));
    }
    pieces
}
