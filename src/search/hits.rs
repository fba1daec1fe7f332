//! Questions: rows page by page, how many, which ids, how many a day.
//!
//! Paging goes on after the last row's key (order value and id), not by counting rows: no page repeats
//! or skips a row of one committed state, and complaints that arrive meanwhile do not shift the rest.
//! By relevance a commit between two pages may move a row across the cut, because scores depend on how
//! rare the words are in the whole index.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use tantivy::collector::Count;
use uuid::Uuid;

use crate::domain::filter::{Field, Filter, Sort};
use crate::domain::id::ComplaintId;
use crate::domain::time::Day;

use super::collect::{Ids, Key, Order, Ranked};
use super::compile::{self, Compiled};
use super::error::QueryError;
use super::facets::{Counts, Facet};
use super::index::{SearchIndex, Snapshot};
use super::schema::RECEIVED_DAY;

/// Most rows of one page.
pub const MAX_PAGE_SIZE: usize = 100;
/// Most values of one facet.
pub const MAX_FACET_SIZE: usize = 1_000;
/// Span of days counted in one array, two centuries; days beyond it are counted too, but slower.
const DENSE_DAYS: u64 = 73_000;

/// Which rows of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many rows, at most [`MAX_PAGE_SIZE`]; 0 when only counts are wanted.
    pub limit: usize,
    /// Where the page before ended; `None` for the first page.
    pub after: Option<Cursor>,
}

/// The place after a row in one order. Its text form is opaque and safe in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    order: Order,
    key: Key,
}

/// The answer to [`SearchIndex::search`].
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// How many complaints match, on all pages.
    pub total: u64,
    /// The page's complaints in order, with their relevance (BM25, not negative, comparable within one
    /// answer only); 0 when the order is not by relevance.
    pub ids: Vec<(ComplaintId, f32)>,
    /// The facets in the order they were asked for.
    pub facets: Vec<Facet>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Cursor>,
}

impl SearchIndex {
    /// The complaints of one page, how many there are in all, and the facets asked for.
    ///
    /// Relevance without words is newest first. The facet of a field ignores that field's own values in
    /// the filter, so that a second value can be chosen next to the first.
    ///
    /// # Errors
    /// When the question cannot be read, asks for too much, or the cursor is of another order.
    pub fn search(
        &self,
        filter: &Filter,
        sort: Sort,
        page: &Page,
        facets: &[Field],
        facet_size: usize,
    ) -> Result<Hits, QueryError> {
        if page.limit > MAX_PAGE_SIZE {
            return Err(QueryError::PageTooLarge { limit: page.limit });
        }
        if facet_size > MAX_FACET_SIZE {
            return Err(QueryError::FacetTooLarge { size: facet_size });
        }
        let (snapshot, compiled) = self.ask(filter)?;
        let order = match sort {
            Sort::Relevance if compiled.has_words() => Order::Score,
            Sort::Relevance | Sort::Newest => Order::Newest,
            Sort::Oldest => Order::Oldest,
        };
        if page.after.is_some_and(|cursor| cursor.order != order) {
            return Err(QueryError::ForeignCursor);
        }
        let (own, shared): (Vec<Field>, Vec<Field>) =
            facets.iter().copied().partition(|field| compiled.restricts(*field));
        // One row more than the page has tells whether there is a next page.
        let limit = if page.limit == 0 { 0 } else { page.limit + 1 };
        let ranked = Ranked { order, limit, after: page.after.map(|cursor| cursor.key) };
        let searcher = &snapshot.searcher;
        let (ranking, mut counted) =
            searcher.search(&*compiled.query(None), &(ranked, Counts::new(shared, facet_size)))?;
        for field in own {
            let counts = Counts::new(vec![field], facet_size);
            counted.extend(searcher.search(&*compiled.query(Some(field)), &counts)?);
        }
        let facets = facets
            .iter()
            .filter_map(|field| counted.iter().find(|facet| facet.field == *field).cloned())
            .collect();
        let rows = &ranking.rows[..ranking.rows.len().min(page.limit)];
        let next = rows
            .last()
            .filter(|_| ranking.rows.len() > rows.len())
            .map(|(key, _)| Cursor { order, key: *key });
        let ids = rows.iter().map(|(key, score)| (key.complaint(order), *score)).collect();
        Ok(Hits { total: ranking.total, ids, facets, next })
    }

    /// How many complaints match.
    ///
    /// # Errors
    /// When the question cannot be read.
    pub fn count(&self, filter: &Filter) -> Result<u64, QueryError> {
        let (snapshot, compiled) = self.ask(filter)?;
        Ok(snapshot.searcher.search(&*compiled.query(None), &Count)? as u64)
    }

    /// Hands the id of every match to `sink`, each once, in no order.
    ///
    /// # Errors
    /// When the question cannot be read.
    pub fn each_id(&self, filter: &Filter, mut sink: impl FnMut(ComplaintId)) -> Result<(), QueryError> {
        let (snapshot, compiled) = self.ask(filter)?;
        each_segment_match(
            &snapshot,
            &compiled,
            |segment| {
                let ids = Ids::of(segment)?;
                Ok(move |doc| ids.get(doc))
            },
            |id| sink(ComplaintId(Uuid::from_u128(id))),
        )
    }

    /// How many matches were received on each day that has any, in order of days.
    ///
    /// # Errors
    /// When the question cannot be read.
    pub fn counts_by_day(&self, filter: &Filter) -> Result<Vec<(Day, u64)>, QueryError> {
        let (snapshot, compiled) = self.ask(filter)?;
        let mut first = i64::MAX;
        for segment in snapshot.searcher.segment_readers() {
            let days = segment.fast_fields().column_first_or_default::<i64>(RECEIVED_DAY)?;
            first = first.min(days.min_value());
        }
        let mut dense: Vec<u64> = Vec::new();
        let mut sparse: BTreeMap<i64, u64> = BTreeMap::new();
        each_segment_match(
            &snapshot,
            &compiled,
            |segment| {
                let days = segment.fast_fields().column_first_or_default::<i64>(RECEIVED_DAY)?;
                Ok(move |doc| days.get_val(doc))
            },
            |day: i64| {
                let offset = day.abs_diff(first);
                if offset >= DENSE_DAYS {
                    *sparse.entry(day).or_default() += 1;
                    return;
                }
                let offset = offset as usize;
                if offset >= dense.len() {
                    dense.resize(offset + 1, 0);
                }
                dense[offset] += 1;
            },
        )?;
        let dense_days = dense.into_iter().zip(first..).map(|(count, day)| (day, count));
        let counts = dense_days.filter(|(_, count)| *count > 0).chain(sparse);
        // Days went in as i32 and come out as they were.
        Ok(counts.map(|(day, count)| (Day(day as i32), count)).collect())
    }

    fn ask(&self, filter: &Filter) -> Result<(std::sync::Arc<Snapshot>, Compiled), QueryError> {
        let snapshot = self.snapshot();
        let compiled = compile::compile(self, &snapshot, filter)?;
        Ok((snapshot, compiled))
    }
}

/// Reads one value of every match, segment by segment.
fn each_segment_match<V, R: Fn(tantivy::DocId) -> V>(
    snapshot: &Snapshot,
    compiled: &Compiled,
    reader_of: impl Fn(&tantivy::SegmentReader) -> tantivy::Result<R>,
    mut sink: impl FnMut(V),
) -> Result<(), QueryError> {
    let searcher = &snapshot.searcher;
    let query = compiled.query(None);
    let weight = query.weight(tantivy::query::EnableScoring::disabled_from_searcher(searcher))?;
    for segment in searcher.segment_readers() {
        let value_of = reader_of(segment)?;
        let alive = segment.alive_bitset();
        weight.for_each_no_score(segment, &mut |docs| {
            for &doc in docs {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    sink(value_of(doc));
                }
            }
        })?;
    }
    Ok(())
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Order::Score => 'r',
            Order::Newest => 'n',
            Order::Oldest => 'o',
        };
        write!(f, "{order}{:016x}{:032x}", self.key.primary, self.key.id)
    }
}

impl FromStr for Cursor {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let foreign = || QueryError::ForeignCursor;
        if text.len() != 49 || !text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit()) {
            return Err(foreign());
        }
        let order = match text.as_bytes() {
            [b'r', ..] => Order::Score,
            [b'n', ..] => Order::Newest,
            [b'o', ..] => Order::Oldest,
            _ => return Err(foreign()),
        };
        let (primary, id) = text[1..].split_at(16);
        let primary = u64::from_str_radix(primary, 16).map_err(|_| foreign())?;
        let id = u128::from_str_radix(id, 16).map_err(|_| foreign())?;
        Ok(Self { order, key: Key { primary, id } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_url_and_nonsense_is_refused() {
        for order in [Order::Score, Order::Newest, Order::Oldest] {
            let cursor = Cursor { order, key: Key { primary: u64::MAX - 7, id: 42 } };
            assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
        }
        for nonsense in
            ["", "n", &"é".repeat(25), &format!("x{}", "0".repeat(48)), &format!("n+{}", "0".repeat(47))]
        {
            assert!(matches!(nonsense.parse::<Cursor>(), Err(QueryError::ForeignCursor)), "{nonsense}");
        }
    }
}
