//! Every page with every sample in every language: complete, labelled, and safe.

pub(super) mod sample;

use askama::Template;
use regex::Regex;

use super::frame::{Frame, Section};
use crate::i18n::Locale;

/// Folder to write the samples to, for looking at them in a browser.
const OUT: &str = "RAIZ_PAGES_OUT";

/// Name and HTML of every sample.
fn all(locale: Locale) -> Vec<(String, String)> {
    let frame = |section, here: &str| Frame { locale, section, here: here.to_owned() };
    let mut pages = Vec::new();
    fn put<T: Template>(pages: &mut Vec<(String, String)>, name: &str, samples: Vec<T>) {
        for (number, page) in samples.into_iter().enumerate() {
            pages.push((format!("{name}-{number}"), page.render().expect("a page")));
        }
    }
    put(&mut pages, "home", super::home::samples(&frame(Some(Section::Home), "/")));
    let groups = frame(Some(Section::Groups), "/grupos?orden=seen");
    put(&mut pages, "groups", super::groups::samples(&groups));
    put(&mut pages, "group", super::group::samples(&groups));
    put(&mut pages, "map", super::map::samples(&groups));
    put(&mut pages, "owners", super::owners::samples(&groups));
    put(&mut pages, "emerging", super::emerging::samples(&groups));
    put(&mut pages, "lineage", super::lineage::samples(&groups));
    put(&mut pages, "change", super::change::samples(&groups));
    let search = frame(Some(Section::Search), "/buscar?q=\"><script>x</script>");
    put(&mut pages, "search", super::search::samples(&search));
    put(&mut pages, "complaint", super::complaint::samples(&search));
    let review = frame(Some(Section::Review), "/revision");
    put(&mut pages, "review", super::review::samples(&review));
    let alerts = frame(Some(Section::Alerts), "/alertas");
    put(&mut pages, "alerts", super::alerts::samples(&alerts));
    put(&mut pages, "alert", super::alert::samples(&alerts));
    let replay = frame(Some(Section::Alerts), "/alertas/repaso");
    put(&mut pages, "replay", super::alert_replay::samples(&replay));
    let notices = frame(Some(Section::Alerts), "/alertas/avisos");
    put(&mut pages, "notices", super::notices::samples(&notices));
    let actions = frame(Some(Section::Actions), "/acciones");
    put(&mut pages, "actions", super::actions::samples(&actions));
    put(&mut pages, "action", super::action::samples(&actions));
    put(&mut pages, "action-new", super::action::blank_samples(&actions));
    let changes = frame(Some(Section::Actions), "/cambios");
    put(&mut pages, "changes", super::changes::samples(&changes));
    let taxonomy = frame(Some(Section::Taxonomy), "/taxonomia");
    put(&mut pages, "taxonomy", super::taxonomy::samples(&taxonomy));
    put(&mut pages, "taxonomy-changes", super::taxonomy::changes_samples(&taxonomy));
    put(&mut pages, "taxonomy-term", super::taxonomy_term::samples(&taxonomy));
    put(&mut pages, "taxonomy-edit", super::taxonomy_edit::samples(&taxonomy));
    let models = frame(Some(Section::Review), "/modelos");
    put(&mut pages, "models", super::models::samples(&models));
    put(&mut pages, "models-overlap", super::models::overlap_samples(&models));
    put(&mut pages, "model-report", super::model_report::samples(&models));
    put(&mut pages, "error", super::error::samples(&frame(None, "/nada")));
    pages
}

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("a valid expression")
}

fn each_page(mut check: impl FnMut(&str, &str, Locale)) {
    for locale in Locale::ALL {
        for (name, html) in all(locale) {
            check(&format!("{name} in {}", locale.code()), &html, locale);
        }
    }
}

#[test]
fn every_page_says_its_language_and_misses_no_word() {
    each_page(|name, html, locale| {
        assert!(html.contains(&format!("<html lang=\"{}\">", locale.code())), "{name}");
        let missing = html.find('⟦').map(|at| html[at..].chars().take(60).collect::<String>());
        assert_eq!(missing, None, "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading");
        assert!(html.contains("<main id=\"main\""), "{name}");
    });
}

#[test]
fn what_people_wrote_is_never_html() {
    each_page(|name, html, _| {
        for script in html.match_indices("<script") {
            assert!(html[script.0..].starts_with("<script src=\"/assets/"), "{name}");
        }
        for injected in ["<b>", "<i>app", "onerror=", "javascript:"] {
            assert!(!html.contains(injected), "{name} lets {injected} through");
        }
    });
}

#[test]
fn nothing_needs_an_inline_script_or_style() {
    let handler = expression(r"\son[a-z]+\s*=");
    each_page(|name, html, _| {
        assert!(!html.contains("<style") && !html.contains(" style="), "{name} has an inline style");
        let tags: String = expression(r"<[a-z][^>]*>").find_iter(html).map(|tag| tag.as_str()).collect();
        assert!(!handler.is_match(&tags), "{name} has an inline handler");
        assert!(!html.contains("http://") && !html.contains("https://"), "{name} asks another site");
    });
}

#[test]
fn every_drawing_has_its_words() {
    let drawing = expression(r"(?s)<svg[^>]*>.*?</svg>");
    each_page(|name, html, _| {
        for found in drawing.find_iter(html) {
            let svg = found.as_str();
            let decorative = svg.contains("aria-hidden=\"true\"");
            let told =
                svg.contains("role=\"img\"") && svg.contains("<title>") && !svg.contains("<title></title>");
            assert!(decorative || told, "{name}: {svg}");
        }
        let (charts, twins) =
            (html.matches("<figure class=\"chart\">").count(), html.matches("class=\"twin\"").count());
        assert_eq!(charts, twins, "{name}: a chart without its table");
    });
}

#[test]
fn every_field_has_a_label_and_every_message_its_place() {
    let field = expression(r"<(?:input|select|textarea)\b[^>]*>");
    let id = expression(r#"\sid="([^"]+)""#);
    let described = expression(r#"aria-describedby="([^"]+)""#);
    each_page(|name, html, _| {
        for found in field.find_iter(html).filter(|tag| !tag.as_str().contains("type=\"hidden\"")) {
            let tag = found.as_str();
            let id = id.captures(tag).map(|id| id[1].to_owned()).unwrap_or_default();
            assert!(
                html.contains(&format!("<label for=\"{id}\">"))
                    || html.contains(&format!("<label class=\"vh\" for=\"{id}\">")),
                "{name}: {tag}"
            );
        }
        let mut ids: Vec<String> = id.captures_iter(html).map(|id| id[1].to_owned()).collect();
        let total = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), total, "{name}: an id comes twice");
        for found in described.captures_iter(html) {
            assert!(ids.contains(&found[1].to_owned()), "{name}: no {}", &found[1]);
        }
    });
}

#[test]
fn every_tag_is_closed_in_its_turn() {
    const VOID: [&str; 6] = ["input", "meta", "link", "br", "hr", "img"];
    let tag = expression(r"<(/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(/?)>");
    each_page(|name, html, _| {
        let mut open: Vec<String> = Vec::new();
        for found in tag.captures_iter(html) {
            let (closing, element, own) = (&found[1] == "/", found[2].to_owned(), &found[3] == "/");
            if closing {
                assert_eq!(open.pop(), Some(element), "{name}");
            } else if !own && !VOID.contains(&element.as_str()) {
                open.push(element);
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
    });
}

#[test]
#[ignore = "writes the samples to the folder in RAIZ_PAGES_OUT, to be looked at"]
fn write_samples() {
    let folder = std::path::PathBuf::from(std::env::var(OUT).expect("RAIZ_PAGES_OUT names a folder"));
    std::fs::create_dir_all(&folder).expect("writable");
    super::assets::write_all(&folder);
    for locale in Locale::ALL {
        for (name, html) in all(locale) {
            std::fs::write(folder.join(format!("{name}.{}.html", locale.code())), html).expect("writable");
        }
    }
}
