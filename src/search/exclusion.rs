//! A query that may safely be excluded.
//!
//! tantivy 0.27 asks an excluded scorer about documents before its current one, which the scorer of
//! phrases forbids: with debug assertions it panics, without them the answer is undefined
//! (<https://github.com/quickwit-oss/tantivy/issues/2811> tells of the same mistake elsewhere). The
//! wrapper here leaves `seek_danger` to its default, which looks at the current document first.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader};

/// Matches what the query inside matches.
#[derive(Debug)]
pub(super) struct Excludable(pub(super) Box<dyn Query>);

impl Clone for Excludable {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Excludable {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExcludableWeight(self.0.weight(scoring)?)))
    }
}

struct ExcludableWeight(Box<dyn Weight>);

impl Weight for ExcludableWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ExcludableScorer(self.0.scorer(segment, boost)?)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(segment, doc)
    }
}

struct ExcludableScorer(Box<dyn Scorer>);

impl DocSet for ExcludableScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }

    fn cost(&self) -> u64 {
        self.0.cost()
    }
}

impl Scorer for ExcludableScorer {
    fn score(&mut self) -> Score {
        self.0.score()
    }
}
