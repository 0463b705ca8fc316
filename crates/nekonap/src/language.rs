//! The language of texts for the user: Chinese if the locale is Chinese, otherwise English.

use clap::ValueEnum;
use nekonap_endpoint::reference::Bilingual;

/// Language of texts for the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    #[value(name = "en")]
    English,
    /// Chinese.
    #[value(name = "zh")]
    Chinese,
}

impl Language {
    /// The language of the locale: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty.
    pub fn of_environment() -> Self {
        let values = ["LC_ALL", "LC_MESSAGES", "LANG"].map(std::env::var);
        Self::of_locales(values.iter().filter_map(|value| value.as_deref().ok()))
    }

    fn of_locales<'a>(locales: impl IntoIterator<Item = &'a str>) -> Self {
        let locale = locales.into_iter().find(|locale| !locale.is_empty());
        match locale {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The text in this language.
    pub const fn of(self, text: Bilingual) -> &'static str {
        self.choose(text.english, text.chinese)
    }

    /// The text of the two that is in this language.
    pub const fn choose<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_locale_that_is_set_decides() {
        for (locales, language) in [
            (["zh_CN.UTF-8", "", "en_GB"], Language::Chinese),
            (["", "ZH_TW", "en_GB.UTF-8"], Language::Chinese),
            (["", "", "zh"], Language::Chinese),
            (["C", "zh_CN.UTF-8", "zh_CN.UTF-8"], Language::English),
            (["", "", ""], Language::English),
        ] {
            assert_eq!(Language::of_locales(locales), language, "{locales:?}");
        }
    }
}
