//! `LabelConf`: maximum number and style of the labels on a card.

use std::collections::BTreeMap;

use pilota::FastStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, check::Check, keyed::Keyed};

/// The stable keys of labels, used by clients, reports and `LabelConf`.
pub const LABEL_CODES: [&str; 11] = [
    "surprise_set",
    "flash_sale",
    "voucher",
    "free_shipping",
    "gift",
    "cod",
    "atmosphere.best_seller",
    "atmosphere.lowest_30d",
    "atmosphere.low_stock",
    "atmosphere.new",
    "official_shop",
];

/// `LabelConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRules {
    /// Maximum number of labels on a card in the bag.
    pub bag_max: usize,
    /// Maximum number of labels on the pinned card.
    pub pin_max: usize,
    /// The styles of labels, by code.
    styles: BTreeMap<String, LabelStyle>,
}

impl LabelRules {
    /// The style of a label; `None`: the client's own.
    #[must_use]
    pub fn style(&self, code: &str) -> Option<&LabelStyle> {
        self.styles.get(code)
    }
}

impl Default for LabelRules {
    fn default() -> Self {
        let styles = [("flash_sale", "#FFFFFF", "#E11D48"), ("voucher", "#E11D48", "#FFF1F2")];
        let styled = |(code, text, background): (&str, &'static str, &'static str)| {
            let [text_color, bg_color] = [text, background].map(|colour| Some(FastStr::from_static_str(colour)));
            (code.to_owned(), LabelStyle { text_color, bg_color, icon: None })
        };
        Self { bag_max: 3, pin_max: 2, styles: styles.map(styled).into() }
    }
}

/// The style of a label; `None`: the client decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelStyle {
    /// `#RRGGBB` or `#RRGGBBAA`.
    pub text_color: Option<FastStr>,
    /// As `text_color`.
    pub bg_color: Option<FastStr>,
    /// URI of a picture.
    pub icon: Option<FastStr>,
}

/// Maximum number and style of the labels on a card.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawLabels {
    /// Maximum number of labels on a card in the bag: 0 to 7.
    bag_max: usize,
    /// Maximum number of labels on the pinned card: 0 to 7.
    pin_max: usize,
    /// The styles of labels, by code. A table here replaces the built-in one.
    styles: BTreeMap<String, RawStyle>,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawStyle {
    /// Colour of the text, such as `#RRGGBB` or `#RRGGBBAA`; left out: the client's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_color: Option<String>,
    /// Colour of the background, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    bg_color: Option<String>,
    /// URI of a picture before the text; left out: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
}

impl Default for RawLabels {
    fn default() -> Self {
        let LabelRules { bag_max, pin_max, styles } = LabelRules::default();
        let text = |part: Option<FastStr>| part.map(|text| text.to_string());
        let raw = |LabelStyle { text_color, bg_color, icon }| RawStyle {
            text_color: text(text_color),
            bg_color: text(bg_color),
            icon: text(icon),
        };
        Self { bag_max, pin_max, styles: styles.into_iter().map(|(code, style)| (code, raw(style))).collect() }
    }
}

impl Keyed for LabelRules {
    const KEY: Key = Key::Label;
    type Raw = RawLabels;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let (bag_max, pin_max) =
            (check.within("bag_max", raw.bag_max, 0..=7), check.within("pin_max", raw.pin_max, 0..=7));
        let styles = raw.styles.into_iter().map(|(code, style)| {
            let at = format!("styles.{code}");
            if !LABEL_CODES.contains(&code.as_str()) {
                check.fail(&at, format!("must be the code of a label: {}", LABEL_CODES.join(", ")), &code);
            }
            let style = style.checked(&at, check);
            (code, style)
        });
        Self { bag_max, pin_max, styles: styles.collect() }
    }
}

impl RawStyle {
    fn checked(self, at: &str, check: &mut Check<'_>) -> LabelStyle {
        if self.icon.as_ref().is_some_and(String::is_empty) {
            check.fail(format_args!("{at}.icon"), "must be the URI of a picture", "");
        }
        LabelStyle {
            text_color: colour(format!("{at}.text_color"), self.text_color, check),
            bg_color: colour(format!("{at}.bg_color"), self.bg_color, check),
            icon: self.icon.map(FastStr::from_string),
        }
    }
}

fn colour(at: String, text: Option<String>, check: &mut Check<'_>) -> Option<FastStr> {
    let text = text?;
    let digits = text.strip_prefix('#').unwrap_or_default();
    if !matches!(digits.len(), 6 | 8) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        check.fail(at, "must be a colour, #RRGGBB or #RRGGBBAA", &text);
    }
    Some(FastStr::from_string(text))
}
