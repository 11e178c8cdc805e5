//! Word lists by language, and rules that combine them into titles and names. All names are invented.

pub(crate) mod english;
pub(crate) mod filipino;
pub(crate) mod german;
pub(crate) mod indonesian;
pub(crate) mod japanese;
pub(crate) mod malay;
pub(crate) mod portuguese;
pub(crate) mod spanish;
pub(crate) mod thai;
pub(crate) mod vietnamese;

use super::dice::Dice;

/// Number of categories: bags, clothes, shoes, beauty, kitchen, home, toys, snacks.
pub(crate) const CATEGORIES: usize = 8;

/// The words and rules of one language.
#[derive(Debug)]
pub(crate) struct Words {
    /// A list per category.
    pub(crate) nouns: [[&'static str; 5]; CATEGORIES],
    /// Words that need no agreement with the noun.
    pub(crate) adjectives: [&'static str; 8],
    pub(crate) variants: [&'static str; 6],
    /// Whether the adjective comes before the noun.
    pub(crate) adjective_first: bool,
    /// Text between adjective and noun.
    pub(crate) glue: &'static str,
    /// Text before the variant.
    pub(crate) comma: &'static str,
    pub(crate) shops: [&'static str; 8],
    pub(crate) shop_kinds: [&'static str; 3],
    pub(crate) people: [&'static str; 8],
    pub(crate) colours: [&'static str; 5],
    /// Delivery: standard, then express.
    pub(crate) delivery: [&'static str; 2],
    pub(crate) rooms: [&'static str; 4],
    pub(crate) campaigns: [&'static str; 3],
    pub(crate) flash_sale: &'static str,
    pub(crate) discount: &'static str,
    pub(crate) voucher: &'static str,
    pub(crate) free_shipping: &'static str,
    pub(crate) creator_shop: &'static str,
    pub(crate) surprise_set: &'static str,
    pub(crate) surprise_rules: &'static str,
}

impl Words {
    /// The title of a product of a category.
    pub(crate) fn title(&self, category: usize, dice: &mut Dice) -> String {
        let noun = self.nouns.get(category).map_or("", |list| dice.pick(list));
        let adjective = dice.pick(&self.adjectives);
        let variant = dice.pick(&self.variants);
        let (glue, comma) = (self.glue, self.comma);
        if self.adjective_first {
            format!("{adjective}{glue}{noun}{comma}{variant}")
        } else {
            format!("{noun}{glue}{adjective}{comma}{variant}")
        }
    }

    /// The name of a shop; the kind of shop comes first or last, as the language requires.
    pub(crate) fn shop(&self, dice: &mut Dice) -> String {
        let (name, kind) = (dice.pick(&self.shops), dice.pick(&self.shop_kinds));
        if self.adjective_first { format!("{name} {kind}") } else { format!("{kind} {name}") }
    }
}

#[cfg(test)]
mod tests {
    use super::{portuguese, spanish};

    /// Nouns of both languages have gender and number; "de diario" fits all of them, "suave" does not fit "Botines".
    #[test]
    fn languages_with_agreement_use_phrases_after_the_noun() {
        for words in [&spanish::WORDS, &portuguese::WORDS] {
            for phrase in words.adjectives {
                assert!(phrase.starts_with("de ") || phrase.starts_with("do "), "{phrase}");
            }
            assert!(words.nouns.iter().flatten().any(|noun| noun.ends_with('s')), "no noun would show the difference");
        }
    }
}
