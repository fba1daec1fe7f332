//! What every page has round it, and the words and figures its template asks for.

use super::assets;
use crate::domain::time::Day;
use crate::i18n::{Arg, Locale, format};

/// A part of the service, as the rail shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Groups,
    Search,
    Review,
    Alerts,
    Actions,
    Taxonomy,
}

impl Section {
    fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Groups => "groups",
            Self::Search => "search",
            Self::Review => "review",
            Self::Alerts => "alerts",
            Self::Actions => "actions",
            Self::Taxonomy => "taxonomy",
        }
    }
}

/// The frame of one page for one visitor.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language.
    pub locale: Locale,
    /// Which entry of the rail is the present one.
    pub section: Option<Section>,
    /// Path and query of this page.
    pub here: String,
}

/// One entry of the language switch.
#[derive(Clone, Debug)]
pub struct LanguageChoice {
    /// Its code.
    pub code: &'static str,
    /// Its code as shown.
    pub short: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// This page in it.
    pub href: String,
    /// Whether the page is in it.
    pub current: bool,
}

impl Frame {
    /// A message without placeholders.
    pub fn t(&self, key: &str) -> String {
        self.locale.text(key, &[])
    }

    /// A message with one placeholder.
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.locale.text(key, &[(name, &value)])
    }

    /// A whole number.
    pub fn n(&self, value: &i64) -> String {
        format::number(self.locale, *value)
    }

    /// A day.
    pub fn day(&self, day: &Day) -> String {
        format::day(self.locale, *day)
    }

    /// Address of a file of the style: it changes with its content.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// What marks the rail's entry of the page one is on.
    pub fn current(&self, section: &str) -> CurrentMark {
        CurrentMark(self.section.is_some_and(|here| here.name() == section))
    }

    /// This page in each language.
    pub fn languages(&self) -> Vec<LanguageChoice> {
        let joint = if self.here.contains('?') { '&' } else { '?' };
        Locale::ALL
            .into_iter()
            .map(|locale| LanguageChoice {
                code: locale.code(),
                short: match locale {
                    Locale::Es => "ES",
                    Locale::En => "EN",
                },
                name: match locale {
                    Locale::Es => "Español",
                    Locale::En => "English",
                },
                href: format!("{}{joint}lang={}", self.here, locale.code()),
                current: locale == self.locale,
            })
            .collect()
    }
}

/// ` aria-current="page"` or nothing.
#[derive(Clone, Copy, Debug)]
pub struct CurrentMark(bool);

impl std::fmt::Display for CurrentMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0 { " aria-current=\"page\"" } else { "" })
    }
}

// One of two fixed texts.
impl askama::filters::HtmlSafe for CurrentMark {}
