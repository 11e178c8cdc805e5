//! Prices, counts and percentages as text in the format of a locale, by CLDR.
//!
//! A [`NumberFormat`] is made once per request and currency; after that a price is one string and no look-up. Money on
//! the wire is [`NumberFormat::plain`].

mod cldr;
mod digits;

use pilota::FastStr;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::region::RegionRules;
use digits::{Grouping, push_grouped, with_digits};

/// Maximum number of decimals: no currency has more, and 64-bit arithmetic allows it.
const MAX_DECIMALS: u8 = 6;

/// The CLDR data of a locale.
struct Numbers {
    decimal: &'static str,
    group: &'static str,
    minus: &'static str,
    /// Minimum number of digits before the first separator: 2 leaves 1234 alone.
    minimum_grouping: u8,
    /// Before and after an amount, with `¤` for the symbol.
    currency: (&'static str, &'static str),
    /// The same if a letter of the symbol would touch a digit.
    currency_letter: (&'static str, &'static str),
    percent: (&'static str, &'static str),
    /// Between the ends of a range.
    range: &'static str,
    /// From 10^3 to 10^14: divided by 10 to the power of this, and followed by that.
    compact: [(u8, &'static str); 12],
    /// In the order of `cldr::CURRENCIES`.
    symbols: [&'static str; 12],
}

/// A format for numbers in a viewer's locale, and for amounts of one currency.
#[derive(Clone)]
pub struct NumberFormat {
    numbers: &'static Numbers,
    currency: FastStr,
    symbol: FastStr,
    decimals: u32,
    before: FastStr,
    behind: FastStr,
}

impl NumberFormat {
    /// The viewer's locale with the currency of the room's region.
    #[must_use]
    pub fn of(locale: &str, region: &RegionRules) -> Self {
        Self::new(locale, &region.currency, region.decimals, region.symbol.as_deref())
    }

    /// A locale (BCP 47: language, perhaps script, region) and a currency (ISO 4217) with up to 6 decimals. A locale
    /// that is not in the table falls back to its language, then to English. `symbol` replaces the locale's own.
    #[must_use]
    pub fn new(locale: &str, currency: &str, decimals: u8, symbol: Option<&str>) -> Self {
        let numbers = find(locale);
        let known = cldr::CURRENCIES.iter().zip(numbers.symbols).find(|(code, _)| **code == currency);
        let symbol = symbol.or(known.map(|(_, symbol)| symbol)).unwrap_or(currency);
        // the end of the symbol that a digit touches is the same in both patterns
        let touching = if numbers.currency.0.is_empty() { symbol.chars().next() } else { symbol.chars().next_back() };
        let letter = touching.is_some_and(|letter| letter.is_alphanumeric() || letter == '.');
        let (before, behind) = if letter { numbers.currency_letter } else { numbers.currency };
        let fill = |part: &str| FastStr::from_string(part.replace('¤', symbol));
        Self {
            numbers,
            currency: FastStr::new(currency),
            symbol: FastStr::new(symbol),
            decimals: u32::from(decimals.min(MAX_DECIMALS)),
            before: fill(before),
            behind: fill(behind),
        }
    }

    /// ISO 4217.
    #[must_use]
    pub const fn currency(&self) -> &FastStr {
        &self.currency
    }

    /// The symbol in prices.
    #[must_use]
    pub const fn symbol(&self) -> &FastStr {
        &self.symbol
    }

    /// Decimals of an amount.
    #[must_use]
    pub const fn decimals(&self) -> u32 {
        self.decimals
    }

    /// The amount with the currency's decimals, half up.
    #[must_use]
    pub fn round(&self, amount: Decimal) -> Decimal {
        amount.round_dp_with_strategy(self.decimals, RoundingStrategy::MidpointAwayFromZero)
    }

    /// A price: "$1,234.50", "1.235 ₫".
    #[must_use]
    pub fn price(&self, amount: Decimal) -> FastStr {
        let mut text = String::with_capacity(40);
        if amount.is_sign_negative() && !self.round(amount).is_zero() {
            text.push_str(self.numbers.minus);
        }
        text.push_str(&self.before);
        self.push_amount(&mut text, amount);
        text.push_str(&self.behind);
        FastStr::from_string(text)
    }

    /// Two prices: "$9.99 – $19.99", "Rp 10–20". Two that are written alike are one.
    ///
    /// As in ICU, a symbol of more than one character (its space counts) is written once; if the symbol is written twice, the
    /// separator has spaces around it.
    #[must_use]
    pub fn range(&self, low: Decimal, high: Decimal) -> FastStr {
        if self.round(low) == self.round(high) {
            return self.price(low);
        }
        let once = self.before.chars().count() + self.behind.chars().count() > 1;
        let spaced = !once && !self.numbers.range.starts_with(char::is_whitespace);
        let mut text = String::with_capacity(80);
        text.push_str(&self.before);
        self.push_amount(&mut text, low);
        if !once {
            text.push_str(&self.behind);
        }
        text.push_str(if spaced { " " } else { "" });
        text.push_str(self.numbers.range);
        text.push_str(if spaced { " " } else { "" });
        if !once {
            text.push_str(&self.before);
        }
        self.push_amount(&mut text, high);
        text.push_str(&self.behind);
        FastStr::from_string(text)
    }

    /// An amount on the wire: exactly the currency's decimals, half up, no separators.
    #[must_use]
    pub fn plain(&self, amount: Decimal) -> FastStr {
        let mut text = String::with_capacity(24);
        if amount.is_sign_negative() && !self.round(amount).is_zero() {
            text.push('-');
        }
        self.push_digits(&mut text, amount, Grouping::NONE, ".");
        FastStr::from_string(text)
    }

    /// A whole percentage: "25%", "25 %".
    #[must_use]
    pub fn percent(&self, percent: i32) -> FastStr {
        let (before, behind) = self.numbers.percent;
        let mut text = String::with_capacity(16);
        text.push_str(if percent < 0 { self.numbers.minus } else { "" });
        text.push_str(before);
        with_digits(percent.unsigned_abs().into(), |digits| push_grouped(&mut text, digits, self.grouping()));
        text.push_str(behind);
        FastStr::from_string(text)
    }

    /// A count in short, as ICU writes it with one decimal: 9,999 is "10K".
    #[must_use]
    pub fn compact(&self, count: i64) -> FastStr {
        self.shorten(count, false)
    }

    /// A count in short, rounded down, so that it never promises more than there is: 9,999 is "9.9K".
    #[must_use]
    pub fn compact_floor(&self, count: i64) -> FastStr {
        self.shorten(count, true)
    }

    fn shorten(&self, count: i64, down: bool) -> FastStr {
        let magnitude = count.unsigned_abs();
        let power = magnitude.checked_ilog10().unwrap_or_default();
        let (shift, behind, tenths) = self.tenths(magnitude, power, down);
        let (whole, tenth) = (tenths / 10, tenths % 10);
        // rounding up may add a digit, and then select the next unit
        let (behind, whole, tenth) = if shift > 0 && whole.checked_ilog10().unwrap_or_default() > power - shift {
            let (_, behind, tenths) = self.tenths(10_u64.pow(power + 1), power + 1, down);
            (behind, tenths / 10, tenths % 10)
        } else {
            (behind, whole, tenth)
        };
        let mut text = String::with_capacity(24);
        text.push_str(if count < 0 { self.numbers.minus } else { "" });
        let grouping = Grouping { minimum: self.numbers.minimum_grouping.max(2), ..self.grouping() };
        with_digits(whole, |digits| push_grouped(&mut text, digits, grouping));
        if tenth > 0 {
            text.push_str(self.numbers.decimal);
            with_digits(tenth, |digits| text.push_str(digits));
        }
        text.push_str(behind);
        FastStr::from_string(text)
    }

    /// The divisor for a number of that power of ten, its suffix, and the tenths of the quotient.
    fn tenths(&self, magnitude: u64, power: u32, down: bool) -> (u32, &'static str, u64) {
        let row = usize::try_from(power).ok().and_then(|power| power.checked_sub(3));
        let last = self.numbers.compact.last();
        let (shift, behind) = row.map_or((0, ""), |row| *self.numbers.compact.get(row).or(last).unwrap_or(&(0, "")));
        if shift == 0 {
            return (0, behind, magnitude.saturating_mul(10));
        }
        let tenth = 10_u64.pow(u32::from(shift) - 1);
        let half = if down { 0 } else { tenth / 2 };
        (shift.into(), behind, magnitude.saturating_add(half) / tenth)
    }

    fn push_amount(&self, text: &mut String, amount: Decimal) {
        self.push_digits(text, amount, self.grouping(), self.numbers.decimal);
    }

    /// The digits of an amount, without its sign.
    fn push_digits(&self, text: &mut String, amount: Decimal, grouping: Grouping, decimal: &str) {
        let rounded = self.round(amount);
        let missing = self.decimals.saturating_sub(rounded.scale());
        let mantissa = rounded.mantissa().unsigned_abs();
        let decimals = usize::try_from(self.decimals).unwrap_or_default();
        let push = |digits: &str| {
            let whole = digits.len().saturating_sub(decimals);
            let (whole, fraction) = digits.split_at_checked(whole).unwrap_or((digits, ""));
            push_grouped(text, if whole.is_empty() { "0" } else { whole }, grouping);
            if decimals > 0 {
                text.push_str(decimal);
                (fraction.len()..decimals).for_each(|_| text.push('0'));
                text.push_str(fraction);
            }
        };
        let scaled = u64::try_from(mantissa).ok().and_then(|short| short.checked_mul(10_u64.pow(missing)));
        match scaled {
            Some(scaled) => with_digits(scaled, push),
            // more than sixteen digits of money: right, if not fast
            None => {
                let mut push = push;
                push(&format!("{mantissa}{}", "0".repeat(usize::try_from(missing).unwrap_or_default())));
            }
        }
    }

    const fn grouping(&self) -> Grouping {
        Grouping { separator: self.numbers.group, minimum: self.numbers.minimum_grouping }
    }
}

/// Formats are equal if they write every number in the same way.
impl PartialEq for NumberFormat {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.numbers, other.numbers)
            && (&self.currency, &self.symbol, self.decimals) == (&other.currency, &other.symbol, other.decimals)
    }
}

impl Eq for NumberFormat {}

impl std::hash::Hash for NumberFormat {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.numbers).hash(state);
        (&self.currency, &self.symbol, self.decimals).hash(state);
    }
}

impl std::fmt::Debug for NumberFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NumberFormat({} {})", self.price(Decimal::ONE_THOUSAND), self.currency)
    }
}

/// The row of a locale: `sr-Latn-US` is looked up as such, as `sr-Latn`, as `sr-US`, as `sr`, then as `en-US` and `en`.
fn find(locale: &str) -> &'static Numbers {
    let language = locale.split('-').next().unwrap_or_default();
    let region = locale.rsplit('-').next().filter(|region| region.len() == 2 && *region != language);
    let at = |name: &str| cldr::LOCALES.binary_search_by(|(known, _)| (*known).cmp(name)).ok();
    let script = locale.rsplit_once('-').map(|(script, _)| script).filter(|script| script.len() > language.len());
    let found = at(locale)
        .or_else(|| script.and_then(at))
        .or_else(|| region.and_then(|region| at(&format!("{language}-{region}"))))
        .or_else(|| at(language))
        .or_else(|| region.and_then(|region| at(&format!("en-{region}"))));
    let number = found.and_then(|index| cldr::LOCALES.get(index)).map_or(0, |(_, number)| *number);
    // every index in the table is valid in the other, as a test shows, and English is the first
    let [english, ..] = &cldr::NUMBERS;
    cldr::NUMBERS.get(number).unwrap_or(english)
}

#[cfg(test)]
mod tests;
