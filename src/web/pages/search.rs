//! Buscar: words, filters with their counts, and the complaints they find. The address is the question.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::error::PageError;
use super::forms::LinkChoice;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names, joined};
use super::visitor::Visitor;
use crate::domain::filter::{Field, Filter, Sort};
use crate::domain::label::Axis;
use crate::domain::time::Day;
use crate::i18n::{Locale, format};
use crate::search::error::QueryError;
use crate::search::facets::Facet;
use crate::search::hits::Hits;
use crate::search::snippet::Snippet;
use crate::store::complaints::ComplaintRecord;
use crate::web::params::{ParamError, Question, address};
use crate::web::state::AppState;

/// Characters of a found text that are shown.
const SNIPPET_CHARS: usize = 500;
/// Sizes of a page to choose from.
const PAGE_SIZES: [usize; 4] = [10, 25, 50, 100];
/// Values of a facet in short and in full.
const FACET_VALUES: usize = 6;
const FACET_VALUES_MORE: usize = 60;
/// The filter column, from top to bottom, and how many blocks of it are open at first.
const FACETS: [Field; 12] = [
    Field::FailureType,
    Field::ProductArea,
    Field::Cluster,
    Field::Kind,
    Field::Company,
    Field::Product,
    Field::Issue,
    Field::Region,
    Field::Channel,
    Field::Language,
    Field::HasText,
    Field::Unsure,
];
const OPEN_FACETS: usize = 2;

/// The page.
#[derive(Debug, Template)]
#[template(path = "search.html")]
pub(super) struct SearchPage {
    frame: Frame,
    sentence: String,
    words: String,
    from: String,
    to: String,
    /// Whether there are complaints to search at all.
    anything: bool,
    errors: Vec<String>,
    /// Parameters of the question the form does not show.
    hidden: Vec<(&'static str, String)>,
    pills: Vec<Pill>,
    shown: String,
    sorts: Vec<LinkChoice>,
    sizes: Vec<LinkChoice>,
    periods: Vec<LinkChoice>,
    hits: Vec<Hit>,
    facets: Vec<FacetBlock>,
    first: Option<String>,
    next: Option<String>,
}

/// An active filter with the address that is without it.
#[derive(Clone, Debug)]
struct Pill {
    label: String,
    href: String,
}

/// A complaint that was found.
#[derive(Clone, Debug)]
struct Hit {
    id: String,
    day: Day,
    about: String,
    /// Pieces of its text, and whether each was looked for.
    snippet: Vec<(String, bool)>,
    labels: Vec<String>,
}

/// A block of the filter column.
#[derive(Clone, Debug)]
struct FacetBlock {
    name: String,
    open: bool,
    chosen: i64,
    values: Vec<FacetValue>,
    other: i64,
    more: Option<String>,
}

#[derive(Clone, Debug)]
struct FacetValue {
    name: String,
    href: String,
    count: i64,
    chosen: bool,
}

/// What was found, or why nothing could be looked for.
struct Found {
    question: Question,
    errors: Vec<String>,
    hits: Option<Hits>,
    records: Vec<(ComplaintRecord, Snippet)>,
    total: i64,
    today: Day,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let found = find(&state, visitor.locale, &pairs).await?;
    let status = if found.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SearchPage::new(visitor.frame(Section::Search), found, &names);
    Ok((status, super::html(&page)?).into_response())
}

async fn find(state: &AppState, locale: Locale, pairs: &[(String, String)]) -> Result<Found, PageError> {
    let (total, today) = (state.store.complaint_total().await?, lines::today(state));
    let refused =
        |question, errors| Found { question, errors, hits: None, records: Vec::new(), total, today };
    let question = match Question::read(pairs) {
        Ok(question) => question,
        Err((kept, errors)) => {
            return Ok(refused(*kept, errors.iter().map(|error| param_error(locale, error)).collect()));
        }
    };
    let (index, asked) = (state.index.clone(), question.clone());
    let answer = tokio::task::spawn_blocking(move || {
        let facet_size = if asked.facets.is_empty() { FACET_VALUES } else { FACET_VALUES_MORE };
        index.search(&asked.filter, asked.sort, &asked.page, &FACETS, facet_size)
    });
    let hits = match answer.await? {
        Ok(hits) => hits,
        Err(QueryError::Index(error)) => return Err(QueryError::Index(error).into()),
        Err(error) => return Ok(refused(question, vec![query_error(locale, &error)])),
    };
    let ids: Vec<_> = hits.ids.iter().map(|(id, _)| *id).collect();
    let records = state.pipeline.complaints(&ids).await?;
    let (index, filter) = (state.index.clone(), question.filter.clone());
    let records = tokio::task::spawn_blocking(move || {
        let snippet = |record: ComplaintRecord| {
            let complaint = &record.complaint;
            let text = complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line());
            let snippet = index.snippet(&filter, &text, complaint.language, SNIPPET_CHARS);
            (record, snippet)
        };
        records.into_iter().map(snippet).collect()
    });
    Ok(Found { records: records.await?, hits: Some(hits), errors: Vec::new(), question, total, today })
}

/// What is wrong with the words, and what to change.
fn query_error(locale: Locale, error: &QueryError) -> String {
    let at = error.position().and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
    locale.text(&format!("query-{}", error.code()), &[("at", &at)])
}

/// What is wrong with the address, and what to change.
fn param_error(locale: Locale, error: &ParamError) -> String {
    let name = error.parameter().unwrap_or_default();
    locale.text(&format!("param-{}", error.code()), &[("name", &name)])
}

impl SearchPage {
    fn new(frame: Frame, found: Found, names: &Names) -> Self {
        let Found { question, errors, hits, records, total, today } = found;
        let locale = frame.locale;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let matching = hits.as_ref().map_or(0, |hits| count(hits.total));
        let sentence = match &hits {
            None => frame.t("search-lead-problem"),
            Some(_) if question.filter == Filter::default() => frame.t1("search-lead-all", "total", total),
            Some(_) => locale.text("search-lead", &[("matching", &matching), ("total", &total)]),
        };
        let rows = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let next = hits.as_ref().and_then(|hits| hits.next).map(|cursor| {
            let mut further = question.clone();
            further.page.after = Some(cursor);
            link(&further)
        });
        let facets = hits.as_ref().map_or_else(Vec::new, |hits| blocks(&question, &hits.facets, names));
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            sentence,
            words: question.filter.words.clone(),
            from: day(question.filter.from),
            to: day(question.filter.to),
            anything: total > 0,
            hidden: hidden(&question),
            pills: pills(&question, names),
            shown: locale.text("search-shown", &[("rows", &rows), ("matching", &matching)]),
            sorts: Sort::ALL.map(|sort| sort_link(&frame, &question, sort)).into(),
            sizes: PAGE_SIZES.map(|size| size_link(&frame, &question, size)).into(),
            periods: periods(&frame, &question, today),
            hits: records.iter().map(|(record, snippet)| Hit::new(record, snippet, names)).collect(),
            facets,
            first: question.page.after.is_some().then(|| link(&from_the_start(&question))),
            next,
            errors,
            frame,
        }
    }
}

impl Hit {
    fn new(record: &ComplaintRecord, snippet: &Snippet, names: &Names) -> Self {
        let complaint = &record.complaint;
        let facts = &complaint.facts;
        let label = |axis| {
            let label = record.label(axis).filter(|label| !label.unsure)?;
            Some(names.label(axis, &label.value))
        };
        Self {
            id: complaint.id.to_string(),
            day: complaint.received_day,
            about: joined(&[
                facts.company.as_deref().unwrap_or_default(),
                facts.product.as_deref().unwrap_or_default(),
                facts.region.as_deref().unwrap_or_default(),
            ]),
            snippet: snippet.parts.clone(),
            labels: [Axis::FailureType, Axis::ProductArea].into_iter().filter_map(label).collect(),
        }
    }
}

fn link(question: &Question) -> String {
    address("/buscar", &question.to_pairs())
}

/// The same question from its first row on.
fn from_the_start(question: &Question) -> Question {
    let mut first = question.clone();
    first.page.after = None;
    first
}

/// The question with a value of a field chosen, or no longer.
fn toggled(question: &Question, field: Field, value: &str) -> Question {
    let mut other = from_the_start(question);
    let values = other.filter.values.entry(field).or_default();
    match values.iter().position(|known| known == value) {
        Some(at) => drop(values.remove(at)),
        None => values.push(value.to_owned()),
    }
    if values.is_empty() {
        other.filter.values.remove(&field);
    }
    other
}

fn hidden(question: &Question) -> Vec<(&'static str, String)> {
    let mut pairs = from_the_start(question).to_pairs();
    pairs.retain(|(name, _)| !["q", "from", "to"].contains(name));
    pairs
}

fn pills(question: &Question, names: &Names) -> Vec<Pill> {
    let locale = names.locale;
    let mut pills = Vec::new();
    let plain = from_the_start(question);
    let mut put = |label: String, without: Question| pills.push(Pill { label, href: link(&without) });
    if !question.filter.words.is_empty() {
        let mut without = plain.clone();
        without.filter.words.clear();
        put(locale.text("search-pill-words", &[("words", &question.filter.words)]), without);
    }
    for (field, values) in &question.filter.values {
        for value in values {
            let label = format!("{}: {}", names::field(locale, *field), names.value(*field, value));
            put(label, toggled(question, *field, value));
        }
    }
    if let Some(from) = question.filter.from {
        let mut without = plain.clone();
        without.filter.from = None;
        put(locale.text("search-pill-from", &[("day", &format::day(locale, from))]), without);
    }
    if let Some(to) = question.filter.to {
        let mut without = plain;
        without.filter.to = None;
        put(locale.text("search-pill-to", &[("day", &format::day(locale, to))]), without);
    }
    pills
}

fn sort_link(frame: &Frame, question: &Question, sort: Sort) -> LinkChoice {
    let mut other = from_the_start(question);
    other.sort = sort;
    LinkChoice {
        label: frame.t(&format!("sort-{}", sort.name())),
        href: link(&other),
        current: question.sort == sort,
        count: 0,
    }
}

fn size_link(frame: &Frame, question: &Question, size: usize) -> LinkChoice {
    let mut other = from_the_start(question);
    other.page.limit = size;
    LinkChoice {
        label: format::number(frame.locale, i64::try_from(size).unwrap_or(i64::MAX)),
        href: link(&other),
        current: question.page.limit == size,
        count: 0,
    }
}

/// The last months up to today, as many people ask for them.
fn periods(frame: &Frame, question: &Question, today: Day) -> Vec<LinkChoice> {
    const PERIODS: [(&str, i32); 3] = [("period-3m", 3), ("period-6m", 6), ("period-1y", 12)];
    let mut choices: Vec<LinkChoice> = Vec::new();
    let mut put = |label: &str, from: Option<Day>| {
        let mut other = from_the_start(question);
        (other.filter.from, other.filter.to) = (from, None);
        let current = (question.filter.from, question.filter.to) == (from, None);
        choices.push(LinkChoice { label: frame.t(label), href: link(&other), current, count: 0 });
    };
    for (label, months) in PERIODS {
        let from = today.to_civil().checked_sub(jiff::Span::new().months(months)).map(Day::from_civil);
        put(label, from.ok());
    }
    put("period-all", None);
    choices
}

fn blocks(question: &Question, facets: &[Facet], names: &Names) -> Vec<FacetBlock> {
    let mut open = 0;
    let mut blocks = Vec::new();
    for Facet { field, values, other } in facets {
        let chosen = question.filter.values.get(field).map_or(&[][..], Vec::as_slice);
        // A fact nobody stated is no choice.
        if values.iter().all(|(value, _)| value.is_empty()) && chosen.is_empty() {
            continue;
        }
        let listed = values.iter().map(|(value, count)| (value.as_str(), *count));
        let unlisted = chosen.iter().filter(|value| values.iter().all(|(known, _)| known != *value));
        let all = listed.chain(unlisted.map(|value| (value.as_str(), 0)));
        let is_open = !chosen.is_empty() || open < OPEN_FACETS || question.facets.contains(field);
        open += usize::from(is_open);
        blocks.push(FacetBlock {
            name: names::field(names.locale, *field),
            open: is_open,
            chosen: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            values: all
                .map(|(value, count)| FacetValue {
                    name: names.value(*field, value),
                    href: link(&toggled(question, *field, value)),
                    count: i64::try_from(count).unwrap_or(i64::MAX),
                    chosen: chosen.iter().any(|known| known == value),
                })
                .collect(),
            other: i64::try_from(*other).unwrap_or(i64::MAX),
            more: question.facets.is_empty().then(|| {
                let mut more = from_the_start(question);
                more.facets = vec![*field];
                link(&more) + "#filters"
            }),
        });
    }
    blocks
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<SearchPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let read = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match Question::read(&pairs) {
            Ok(question) => (question, Vec::new()),
            Err((question, errors)) => {
                (*question, errors.iter().map(|error| param_error(frame.locale, error)).collect())
            }
        }
    };
    let cursor = format!("n{:016x}{:032x}", 7, 9);
    let (question, _) = read(&[
        ("q", "cobro <script>"),
        ("company", "Banco del Sur"),
        ("company", "<script>alert(1)</script>"),
        ("from", "2026-01-01"),
        ("sort", "newest"),
        ("after", &cursor),
    ]);
    let records = sample::complaints().into_iter().map(|record| {
        let text = record.complaint.text.clone().unwrap_or_default();
        let (start, rest) = text.split_at(text.find(' ').unwrap_or(0));
        let parts = vec![(start.to_owned(), true), (rest.to_owned(), false)];
        (record, Snippet { parts: parts.into_iter().filter(|(part, _)| !part.is_empty()).collect() })
    });
    let facet = |field, values: &[(&str, u64)], other| Facet {
        field,
        values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
        other,
    };
    let found = Found {
        hits: Some(Hits {
            total: 1_812,
            ids: Vec::new(),
            facets: vec![
                facet(
                    Field::FailureType,
                    &[
                        ("undue_charge", 812),
                        ("refund_not_made", 402),
                        ("delay", 230),
                        ("digital_access", 190),
                    ],
                    178,
                ),
                facet(Field::ProductArea, &[("cards", 1_002), ("accounts", 610)], 200),
                facet(Field::Company, &[("Banco del Sur", 1_400), ("", 412)], 0),
                facet(Field::Region, &[("", 1_812)], 0),
                facet(Field::Channel, &[("web", 1_000), ("<i>app</i>", 812)], 0),
                facet(Field::Language, &[("es", 1_700), ("en", 112)], 0),
            ],
            next: Some(cursor.parse().expect("a cursor")),
        }),
        records: records.collect(),
        errors: Vec::new(),
        total: 48_210,
        today: sample::TODAY,
        question,
    };
    let (question, errors) = read(&[("q", "\"cobro"), ("compny", "<script>")]);
    let mut errors: Vec<String> = errors;
    errors.push(query_error(frame.locale, &QueryError::UnclosedQuote { at: 1 }));
    let refused =
        Found { question, errors, hits: None, records: Vec::new(), total: 48_210, today: sample::TODAY };
    let nothing = |total, words: &str| Found {
        question: read(&[("q", words)]).0,
        errors: Vec::new(),
        hits: Some(Hits { total: 0, ids: Vec::new(), facets: Vec::new(), next: None }),
        records: Vec::new(),
        total,
        today: sample::TODAY,
    };
    [found, refused, nothing(48_210, "unicornio"), nothing(0, "")]
        .map(|found| SearchPage::new(frame.clone(), found, &names))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_words() {
        for locale in Locale::ALL {
            let queries = [
                QueryError::UnclosedQuote { at: 3 },
                QueryError::NoWord { at: 3 },
                QueryError::NothingToFind,
                QueryError::DanglingOr { at: 3 },
                QueryError::PrefixTooShort { at: 3 },
                QueryError::PrefixTooBroad { at: 3 },
                QueryError::PhraseTooLong { at: 3 },
                QueryError::TooManyWords { at: 3 },
                QueryError::TooLong { bytes: 9 },
                QueryError::TooManyValues { field: Field::Company, count: 9 },
                QueryError::DaysCrossed,
                QueryError::ForeignCursor,
            ];
            for error in queries {
                let text = query_error(locale, &error);
                assert!(!text.contains('⟦'), "{text}");
                assert_eq!(error.position().is_some(), text.contains('3'), "{text}");
            }
            let named = |name: &str| name.to_owned();
            let params = [
                ParamError::Unknown { name: named("compny") },
                ParamError::Repeated { name: named("q") },
                ParamError::Day { name: named("from"), value: named("x") },
                ParamError::Number { name: named("limit"), value: named("x"), least: 1, most: 100 },
                ParamError::Sort { value: named("x") },
                ParamError::Facet { value: named("x") },
                ParamError::Cursor,
                ParamError::TooMany { count: 9 },
            ];
            for error in params {
                let text = param_error(locale, &error);
                assert!(!text.contains('⟦'), "{text}");
                assert!(error.parameter().is_none_or(|name| text.contains(name)), "{text}");
            }
        }
    }

    #[test]
    fn choosing_a_value_twice_changes_nothing_and_leaves_the_page() {
        let mut question = Question::default();
        question.filter.words = "cobro".to_owned();
        question.page.after = format!("n{:049x}", 1).get(..49).and_then(|text| text.parse().ok());
        let once = toggled(&question, Field::Company, "Banco & Hijos");
        assert_eq!(link(&once), "/buscar?q=cobro&company=Banco+%26+Hijos");
        assert_eq!(toggled(&once, Field::Company, "Banco & Hijos"), from_the_start(&question));
    }
}
