//! How many matches have each value of a field, exactly. Values are counted by their ordinal in each
//! segment and named only at the end.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::domain::filter::Field;

/// Most matches first, then by value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub field: Field,
    /// Its most frequent values and how many matches have each. The empty value stands for "has none".
    pub values: Vec<(String, u64)>,
    /// How many matches have a value that is not listed.
    pub other: u64,
}

/// Counts the values of several fields.
pub(super) struct Counts {
    fields: Vec<Field>,
    size: usize,
}

impl Counts {
    /// Counts `fields` and lists up to `size` values of each.
    pub(super) fn new(fields: Vec<Field>, size: usize) -> Self {
        Self { fields, size }
    }

    fn facet(&self, field: Field, by_value: HashMap<String, u64>) -> Facet {
        let mut values: Vec<(String, u64)> = by_value.into_iter().collect();
        let precedes = |a: &(String, u64), b: &(String, u64)| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0));
        let mut other = 0;
        if values.len() > self.size {
            if self.size > 0 {
                values.select_nth_unstable_by(self.size, precedes);
            }
            other = values.drain(self.size..).map(|(_, count)| count).sum();
        }
        values.sort_unstable_by(precedes);
        Facet { field, values, other }
    }
}

impl Collector for Counts {
    type Fruit = Vec<Facet>;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let mut columns = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            // A segment without documents has no column.
            columns.push(segment.fast_fields().str(field.name())?.map(|column| CountedColumn {
                // Every complaint has exactly one value, if only the empty one.
                ords: column.ords().clone().first_or_default_col(0),
                counts: vec![0; column.num_terms()],
                column,
            }));
        }
        Ok(SegmentCounts { columns })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<io::Result<Vec<Named>>>) -> tantivy::Result<Vec<Facet>> {
        let mut by_field: Vec<HashMap<String, u64>> = vec![HashMap::new(); self.fields.len()];
        for segment in segments {
            for (by_value, named) in by_field.iter_mut().zip(segment?) {
                for (value, count) in named {
                    *by_value.entry(value).or_default() += count;
                }
            }
        }
        Ok(self.fields.iter().zip(by_field).map(|(field, by_value)| self.facet(*field, by_value)).collect())
    }
}

/// Values of one field that occur in one segment, with their counts.
type Named = Vec<(String, u64)>;

pub(super) struct SegmentCounts {
    columns: Vec<Option<CountedColumn>>,
}

struct CountedColumn {
    ords: Arc<dyn ColumnValues<u64>>,
    counts: Vec<u32>,
    column: StrColumn,
}

impl CountedColumn {
    fn named(&self) -> io::Result<Named> {
        let ords: Vec<u64> = (0..).zip(&self.counts).filter(|(_, n)| **n > 0).map(|(ord, _)| ord).collect();
        let mut counts = self.counts.iter().filter(|count| **count > 0);
        let mut named = Vec::with_capacity(ords.len());
        self.column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
            let count = counts.next().copied().unwrap_or_default();
            named.push((String::from_utf8_lossy(value).into_owned(), u64::from(count)));
        })?;
        Ok(named)
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = io::Result<Vec<Named>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        for column in self.columns.iter_mut().flatten() {
            if let Some(count) = column.counts.get_mut(column.ords.get_val(doc) as usize) {
                *count += 1;
            }
        }
    }

    fn harvest(self) -> io::Result<Vec<Named>> {
        self.columns
            .iter()
            .map(|column| column.as_ref().map_or(Ok(Named::new()), CountedColumn::named))
            .collect()
    }
}
