//! The supported languages.

use crate::tag::LanguageTag;

/// A supported language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Language {
    /// `en`, which every missing text falls back to.
    #[default]
    English,
    /// `id`.
    Indonesian,
    /// `vi`.
    Vietnamese,
    /// `th`.
    Thai,
    /// `ms`.
    Malay,
    /// `fil`.
    Filipino,
    /// `ja`.
    Japanese,
    /// `de`.
    German,
    /// `fr`.
    French,
    /// `es`.
    Spanish,
    /// `it`.
    Italian,
    /// `pt`.
    Portuguese,
    /// `zh`, simplified.
    Chinese,
    /// `zh-Hant`: Taiwan, Hong Kong and Macau.
    TraditionalChinese,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 14] = [
        Self::English,
        Self::Indonesian,
        Self::Vietnamese,
        Self::Thai,
        Self::Malay,
        Self::Filipino,
        Self::Japanese,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Portuguese,
        Self::Chinese,
        Self::TraditionalChinese,
    ];

    /// The language of a tag, as [`LanguageTag::parse`] reads it, whatever its region; `None`: it is not supported.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let tag = LanguageTag::parse(tag)?;
        if tag.language() == "zh" && tag.script() == Some("Hant") {
            return Some(Self::TraditionalChinese);
        }
        Self::ALL.into_iter().find(|known| known.tag() == tag.language())
    }

    /// BCP 47.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
            Self::Vietnamese => "vi",
            Self::Thai => "th",
            Self::Malay => "ms",
            Self::Filipino => "fil",
            Self::Japanese => "ja",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Portuguese => "pt",
            Self::Chinese => "zh",
            Self::TraditionalChinese => "zh-Hant",
        }
    }

    /// Its file.
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../../texts/en.ftl"),
            Self::Indonesian => include_str!("../../texts/id.ftl"),
            Self::Vietnamese => include_str!("../../texts/vi.ftl"),
            Self::Thai => include_str!("../../texts/th.ftl"),
            Self::Malay => include_str!("../../texts/ms.ftl"),
            Self::Filipino => include_str!("../../texts/fil.ftl"),
            Self::Japanese => include_str!("../../texts/ja.ftl"),
            Self::German => include_str!("../../texts/de.ftl"),
            Self::French => include_str!("../../texts/fr.ftl"),
            Self::Spanish => include_str!("../../texts/es.ftl"),
            Self::Italian => include_str!("../../texts/it.ftl"),
            Self::Portuguese => include_str!("../../texts/pt.ftl"),
            Self::Chinese => include_str!("../../texts/zh.ftl"),
            Self::TraditionalChinese => include_str!("../../texts/zh-Hant.ftl"),
        }
    }
}
