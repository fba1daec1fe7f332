//! Words on screen, in Spanish and English. One catalogue file per language (`es.ftl`, `en.ftl`, Project
//! Fluent), the same keys in both; numbers and dates by language in [`mod@format`]. Nothing here knows pages.

pub mod format;
pub mod signals;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locale {
    /// Spanish, the house's first language.
    #[default]
    Es,
    /// English.
    En,
}

impl Locale {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The BCP 47 code: the value of `lang` in HTML, URLs and the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The language of a code such as `en` or `en-GB`; `None` for a language there are no words in.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header, by its weights (RFC 9110 §12.5.4), that there
    /// are words in.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(locale) = parts.next().and_then(Self::from_code) else { continue };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }

    /// The message of `key` with its placeholders filled. A key the catalogue does not have gives a
    /// marker (`⟦key⟧`) that the tests look for, never a panic.
    pub fn text(self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        Catalogue::of(self).text(key, args)
    }
}

/// What may fill a placeholder: a text as it is, a whole number by the language's rules.
pub trait Arg {
    /// The value as Fluent takes it; numbers also choose plural forms.
    fn to_fluent(&self) -> FluentValue<'_>;
}

impl Arg for str {
    fn to_fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn to_fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for i64 {
    fn to_fluent(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn to_fluent(&self) -> FluentValue<'_> {
        (**self).to_fluent()
    }
}

/// The messages of one language.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

static SPANISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Locale::Es, include_str!("es.ftl")));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Locale::En, include_str!("en.ftl")));

impl Catalogue {
    /// The catalogue of a language.
    pub fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::Es => &SPANISH,
            Locale::En => &ENGLISH,
        }
    }

    fn new(locale: Locale, source: &str) -> Self {
        let language: LanguageIdentifier =
            locale.code().parse().expect("both codes are well-formed language tags");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks are invisible characters round every value; both languages run left to right.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match locale {
            Locale::Es => |value, _| whole_number(Locale::Es, value),
            Locale::En => |value, _| whole_number(Locale::En, value),
        }));
        let resource = FluentResource::try_new(source.to_owned())
            .unwrap_or_else(|(_, errors)| panic!("catalogue {}: {errors:?}", locale.code()));
        bundle.add_resource(resource).expect("a test checks that no key comes twice");
        Self { bundle }
    }

    /// The message of `key`; see [`Locale::text`].
    pub fn text(&self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("⟦{key}⟧");
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.to_fluent());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        if errors.is_empty() { text } else { format!("⟦{key}: {text}⟧") }
    }
}

fn whole_number(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "only whole numbers are made into arguments")]
        FluentValue::Number(number) => Some(format::number(locale, number.value as i64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every key with the placeholders of its message.
    fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let placeholder = regex::Regex::new(r"\$([a-z_]+)").expect("a valid expression");
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|first: char| first.is_ascii_lowercase()) {
                key = line.split('=').next().unwrap_or_default().trim().to_owned();
                assert!(!found.contains_key(&key), "`{key}` comes twice");
                found.insert(key.clone(), BTreeSet::new());
            }
            let names = placeholder.captures_iter(line).map(|found| found[1].to_owned());
            found.entry(key.clone()).or_default().extend(names);
        }
        found.remove("");
        found
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (es, en) = (keys(include_str!("es.ftl")), keys(include_str!("en.ftl")));
        assert!(es.len() > 100, "only {} keys", es.len());
        for (key, names) in &es {
            assert_eq!(Some(names), en.get(key), "`{key}` in English");
        }
        for key in en.keys() {
            assert!(es.contains_key(key), "`{key}` is missing in Spanish");
        }
    }

    #[test]
    fn every_key_used_exists_and_none_is_idle() {
        let rooms = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = include_str!("signals.rs").to_owned();
        for room in ["web/pages", "web/templates", "web/chart", "notify"] {
            gather(&rooms.join(room), &mut sources);
        }
        let whole = regex::Regex::new(r#""([a-z]+(?:-[a-z0-9]+)+)""#).expect("a valid expression");
        let quoted: BTreeSet<&str> =
            whole.captures_iter(&sources).map(|found| found.get(1).map_or("", |key| key.as_str())).collect();
        let asked = regex::Regex::new(r#"\b(?:t|t1|t2|text)\(\s*"([^"{]+)""#).expect("a valid expression");
        let families: Vec<String> = regex::Regex::new(r#"format!\("([a-z-]+-)\{"#)
            .expect("a valid expression")
            .captures_iter(&sources)
            .map(|found| found[1].to_owned())
            .collect();
        let known = keys(include_str!("es.ftl"));
        for key in asked.captures_iter(&sources) {
            assert!(known.contains_key(&key[1]), "`{}` is used and not in the catalogue", &key[1]);
        }
        for key in known.keys() {
            let used = quoted.contains(key.as_str())
                || families.iter().any(|family| key.starts_with(family.as_str()))
                || asked.captures_iter(&sources).any(|found| &found[1] == key);
            assert!(used, "`{key}` is in the catalogue and nobody uses it");
        }
    }

    fn gather(folder: &std::path::Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                gather(&path, sources);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
                sources.push_str(&std::fs::read_to_string(&path).expect("a text file"));
            }
        }
    }

    #[test]
    fn the_browser_is_asked_and_its_weights_are_kept() {
        let cases = [
            ("es-MX,es;q=0.9,en;q=0.8", Some(Locale::Es)),
            ("de, en-GB;q=0.7, es;q=0.8", Some(Locale::Es)),
            ("fr;q=0.9, EN;q=0.1", Some(Locale::En)),
            ("en;q=0, es", Some(Locale::Es)),
            ("pt-BR", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Locale::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn an_unknown_key_is_seen_and_does_not_panic() {
        assert_eq!(Locale::Es.text("no-such-key", &[]), "⟦no-such-key⟧");
    }
}
