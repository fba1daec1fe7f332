//! The alerts as an Atom feed (RFC 4287), for readers that ask by themselves.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, header};

use super::error::PageError;
use super::lines;
use super::visitor::Visitor;
use crate::domain::signal::Signal;
use crate::domain::time::Timestamp;
use crate::i18n::Locale;
use crate::i18n::signals::sentence;
use crate::web::state::AppState;

/// Alerts in the feed, the newest.
const ENTRIES: usize = 100;
/// A feed without alerts was last changed before any.
const NEVER: Timestamp = Timestamp(0);

/// The feed. Its template is an XML file: everything in it is escaped as in HTML.
#[derive(Debug, Template)]
#[template(path = "feed.xml", escape = "html")]
struct Feed {
    language: &'static str,
    title: String,
    updated: String,
    link: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    id: String,
    title: String,
    summary: String,
    at: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<([(HeaderName, &'static str); 1], String), PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let mut signals = state.store.signals().await?;
    signals.sort_by_key(|signal| (std::cmp::Reverse(signal.raised_at), signal.id));
    signals.truncate(ENTRIES);
    let entry = |signal: &Signal| Entry {
        id: signal.id.to_string(),
        title: in_xml(&names.node(&signal.node)),
        summary: in_xml(&sentence(visitor.locale, signal)),
        at: signal.raised_at.to_rfc3339(),
    };
    let feed = Feed {
        language: visitor.locale.code(),
        title: title(visitor.locale),
        updated: signals.first().map_or(NEVER, |newest| newest.raised_at).to_rfc3339(),
        link: state.pipeline.link().to_owned(),
        entries: signals.iter().map(entry).collect(),
    };
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed.render()?))
}

fn title(locale: Locale) -> String {
    locale.text("feed-title", &[])
}

/// Without the characters XML 1.0 has no way to write.
fn in_xml(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_say_is_left_out() {
        assert_eq!(in_xml("a\u{0}b\u{1b}c\u{fffe}ñ\n🙂"), "abcñ\n🙂");
    }
}
