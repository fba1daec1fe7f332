//! What is gathered from the matching complaints of each segment: the first rows in an order, the ids,
//! and the values of a column.
//!
//! Rows are ranked by a key that is unique (its last part is the id) and the same in every run over one
//! committed state, so that "everything after this key" is an exact page. That is why scores are
//! computed in full here and not by the engine's pruning collector, whose sums differ in the last bit
//! with how much it skips.

use std::cmp::Reverse;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};
use uuid::Uuid;

use crate::domain::id::ComplaintId;

use super::schema::{ID_HIGH, ID_LOW, RECEIVED_AT};

/// In which order rows are ranked; the orders of the filter, less "relevance without words".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Best score first, then newest id.
    Score,
    /// Last received first, then newest id.
    Newest,
    /// First received first, then oldest id.
    Oldest,
}

/// Rank of a row: a greater key comes earlier. No two rows have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) primary: u64,
    pub(super) id: u128,
}

impl Key {
    /// The complaint this key was made for.
    pub(super) fn complaint(self, order: Order) -> ComplaintId {
        ComplaintId(Uuid::from_u128(if order == Order::Oldest { !self.id } else { self.id }))
    }
}

/// The first `limit` rows after `after`, and how many match in all.
pub(super) struct Ranked {
    pub(super) order: Order,
    pub(super) limit: usize,
    pub(super) after: Option<Key>,
}

/// How many match, and the best rows with their scores: of one segment in no order and perhaps a few too
/// many, of the whole index best first.
pub(super) struct Ranking {
    pub(super) total: u64,
    pub(super) rows: Vec<(Key, Score)>,
}

impl Collector for Ranked {
    type Fruit = Ranking;
    type Child = SegmentRanked;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentRanked> {
        Ok(SegmentRanked {
            order: self.order,
            limit: self.limit,
            after: self.after,
            received_at: segment.fast_fields().column_first_or_default(RECEIVED_AT)?,
            ids: Ids::of(segment)?,
            total: 0,
            rows: Vec::new(),
            threshold: None,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Score && self.limit > 0
    }

    fn merge_fruits(&self, segments: Vec<Ranking>) -> tantivy::Result<Ranking> {
        let total = segments.iter().map(|segment| segment.total).sum();
        let mut rows: Vec<_> = segments.into_iter().flat_map(|segment| segment.rows).collect();
        rows.sort_unstable_by_key(|(key, _)| Reverse(*key));
        rows.truncate(self.limit);
        Ok(Ranking { total, rows })
    }
}

pub(super) struct SegmentRanked {
    order: Order,
    limit: usize,
    after: Option<Key>,
    received_at: Arc<dyn ColumnValues<i64>>,
    ids: Ids,
    total: u64,
    /// The best rows so far among up to as many others. Complaints often come in rising order, where
    /// a heap would sift every one: here a full list is halved now and then.
    rows: Vec<(Key, Score)>,
    /// The worst of the best rows when the list was last halved: no lesser key is among the best.
    threshold: Option<Key>,
}

impl SegmentCollector for SegmentRanked {
    type Fruit = Ranking;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.limit == 0 {
            return;
        }
        // Scores of BM25 are not negative: the order of their bits is their order.
        let primary = match self.order {
            Order::Score => u64::from(score.to_bits()),
            Order::Newest => ordered(self.received_at.get_val(doc)),
            Order::Oldest => !ordered(self.received_at.get_val(doc)),
        };
        // The id is read only where it decides.
        if self.threshold.is_some_and(|threshold| primary < threshold.primary)
            || self.after.is_some_and(|after| primary > after.primary)
        {
            return;
        }
        let id = self.ids.get(doc);
        let key = Key { primary, id: if self.order == Order::Oldest { !id } else { id } };
        if self.threshold.is_some_and(|threshold| key < threshold)
            || self.after.is_some_and(|after| key >= after)
        {
            return;
        }
        self.rows.push((key, score));
        if self.rows.len() >= 2 * self.limit {
            let (_, worst, _) =
                self.rows.select_nth_unstable_by_key(self.limit - 1, |(key, _)| Reverse(*key));
            self.threshold = Some(worst.0);
            self.rows.truncate(self.limit);
        }
    }

    fn harvest(self) -> Ranking {
        Ranking { total: self.total, rows: self.rows }
    }
}

/// Maps to unsigned and keeps the order.
fn ordered(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

/// Reads ids from their two columns.
pub(super) struct Ids {
    high: Arc<dyn ColumnValues<u64>>,
    low: Arc<dyn ColumnValues<u64>>,
}

impl Ids {
    pub(super) fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            high: columns.column_first_or_default(ID_HIGH)?,
            low: columns.column_first_or_default(ID_LOW)?,
        })
    }

    pub(super) fn get(&self, doc: DocId) -> u128 {
        u128::from(self.high.get_val(doc)) << 64 | u128::from(self.low.get_val(doc))
    }
}
