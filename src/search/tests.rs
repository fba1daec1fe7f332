//! The room from its door: what goes in is found, and found alike by every question.

mod against_brute_force;
mod durability;
mod finding;

use std::path::Path;

use uuid::Uuid;

use crate::domain::complaint::Facts;
use crate::domain::filter::{Filter, Sort};
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};

use super::hits::Page;
use super::index::{Checkpoint, SearchIndex};
use super::writer::{IndexedComplaint, Writer};

/// A complaint that owns its words.
#[derive(Clone, Debug)]
struct Sample {
    id: ComplaintId,
    received_at: Timestamp,
    received_day: Day,
    language: Language,
    text: String,
    facts: Facts,
    source: String,
    external_id: Option<String>,
    kind: Option<String>,
    cluster: Option<ClusterId>,
    unsure: bool,
}

impl Sample {
    fn new(number: u128, language: Language, text: &str) -> Self {
        Self {
            id: complaint_id(number),
            received_at: Timestamp(1_000_000),
            received_day: Day(20_000),
            language,
            text: text.to_owned(),
            facts: Facts::default(),
            source: "test".to_owned(),
            external_id: None,
            kind: None,
            cluster: None,
            unsure: false,
        }
    }

    fn as_indexed(&self) -> IndexedComplaint<'_> {
        IndexedComplaint {
            id: self.id,
            received_at: self.received_at,
            received_day: self.received_day,
            language: self.language,
            text: &self.text,
            facts: &self.facts,
            source: &self.source,
            external_id: self.external_id.as_deref(),
            kind: self.kind.as_deref(),
            product_area: None,
            failure_type: None,
            cluster: self.cluster,
            unsure: self.unsure,
        }
    }
}

fn complaint_id(number: u128) -> ComplaintId {
    // Spread over both halves, so that neither alone decides an order.
    ComplaintId(Uuid::from_u128(number << 64 | (u128::MAX - number) & u128::from(u64::MAX)))
}

fn open(dir: &Path) -> SearchIndex {
    SearchIndex::open(dir).expect("a usable folder").index
}

fn writer(index: &SearchIndex) -> Writer {
    index.writer().expect("no other writer")
}

fn words(words: &str) -> Filter {
    Filter { words: words.to_owned(), ..Filter::default() }
}

fn first_page(limit: usize) -> Page {
    Page { limit, after: None }
}

/// The index over `samples`, one commit, checkpoint 1.
fn indexed(dir: &Path, samples: &[Sample]) -> SearchIndex {
    let index = open(dir);
    let mut writer = writer(&index);
    for sample in samples {
        writer.upsert(&sample.as_indexed()).expect("indexed");
    }
    writer.commit(Checkpoint { seq: 1 }).expect("committed");
    index
}

/// Numbers of the samples found, ascending.
fn found(index: &SearchIndex, filter: &Filter) -> Vec<u128> {
    let hits = index.search(filter, Sort::Relevance, &first_page(100), &[], 0).expect("a readable question");
    assert_eq!(hits.total, hits.ids.len() as u64);
    let mut numbers: Vec<u128> = hits.ids.iter().map(|(id, _)| id.0.as_u128() >> 64).collect();
    numbers.sort_unstable();
    numbers
}
