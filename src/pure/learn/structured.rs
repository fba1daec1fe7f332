//! Structured fields beside a text: the values of a few named columns, each a feature of its own. They follow the
//! columns of the vocabulary, so that no value can be taken for a word, and a text that lacks one has none.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bytes::{Corrupt, Reader, Writer};
use super::sparse::SparseRows;

/// A value in fewer texts is no feature: it would name texts rather than tell labels apart.
const MIN_TEXTS: usize = 5;
/// Length of each value against 1 for the characters of the text and .7 for its words. Between .5 and 1 the
/// accuracy on complaints with a product beside the text moved by less than a hundredth; it was compared on the texts
/// it is reported on, and is the length of the words for want of a better reason.
const LENGTH: f32 = 0.7;

/// What is known of the columns a model reads beside the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structured {
    columns: Vec<Column>,
}

/// A column and the values it may have, in lower case, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    values: Vec<String>,
}

impl Structured {
    /// The values of the named columns that occur often enough; `rows` has for each text a value for each column,
    /// empty for none.
    pub(super) fn fit(names: &[String], rows: &[&[String]]) -> Self {
        let column = |(at, name): (usize, &String)| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for value in rows.iter().filter_map(|row| row.get(at)).map(|value| folded(value)) {
                *counts.entry(value).or_default() += 1;
            }
            counts.retain(|value, count| !value.is_empty() && *count >= MIN_TEXTS);
            Column { name: name.clone(), values: counts.into_keys().collect() }
        };
        Self { columns: names.iter().enumerate().map(column).collect() }
    }

    /// Names of the columns, in the order their values are given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Whether nothing but the text is read.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Number of values of all columns.
    pub(super) fn len(&self) -> usize {
        self.columns.iter().map(|column| column.values.len()).sum()
    }

    /// The features of one text: places among the values of all columns, and what each counts.
    pub(super) fn features<'a>(&'a self, values: &'a [String]) -> impl Iterator<Item = (u32, f32)> {
        let mut first = 0;
        self.columns.iter().zip(values).filter_map(move |(column, value)| {
            let before = first;
            first += column.values.len() as u32;
            let at = column.values.binary_search(&folded(value)).ok()?;
            Some((before + at as u32, LENGTH))
        })
    }

    /// Rows of texts with the features of their values after them; the same rows where nothing but texts is read.
    pub(super) fn beside<'r>(&self, texts: &'r SparseRows, values: &[&[String]]) -> Cow<'r, SparseRows> {
        if self.is_empty() {
            return Cow::Borrowed(texts);
        }
        let first = texts.columns() as u32;
        let mut rows = SparseRows::new(texts.columns() + self.len());
        let mut row = Vec::new();
        for (at, values) in values.iter().enumerate() {
            let (columns, own) = texts.row(at);
            row.clear();
            row.extend(columns.iter().copied().zip(own.iter().copied()));
            row.extend(self.features(values).map(|(place, value)| (first + place, value)));
            rows.push(&row);
        }
        Cow::Owned(rows)
    }

    /// Writes the columns; nothing where there are none, so that models of texts alone stay what they are.
    pub(super) fn write(&self, to: &mut Writer) {
        if self.is_empty() {
            return;
        }
        to.length(self.columns.len());
        for Column { name, values } in &self.columns {
            to.text(name);
            to.length(values.len());
            values.iter().for_each(|value| to.text(value));
        }
    }

    /// Reads what [`Self::write`] wrote, up to the end.
    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if from.end().is_ok() {
            return Ok(Self::default());
        }
        let mut columns = Vec::new();
        for _ in 0..from.count()? {
            let name = from.text()?;
            let values = (0..from.count()?).map(|_| from.text()).collect::<Result<Vec<_>, _>>()?;
            if !values.is_sorted() {
                return Err(Corrupt("values of a column out of order"));
            }
            columns.push(Column { name, values });
        }
        Ok(Self { columns })
    }
}

/// A value as it is compared: case and outer spaces do not matter.
fn folded(value: &str) -> String {
    value.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: [&str; 2]) -> Vec<String> {
        values.map(str::to_owned).to_vec()
    }

    fn fitted() -> Structured {
        let rows: Vec<Vec<String>> = (0..10)
            .map(|number| {
                row([if number < 6 { "Crédito" } else { "rara" }, if number % 2 == 0 { "Sur" } else { "" }])
            })
            .collect();
        let names = ["producto".to_owned(), "zona".to_owned()];
        Structured::fit(&names, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn frequent_values_are_features_of_their_own_and_others_none() {
        let structured = fitted();
        assert_eq!((structured.len(), structured.names().collect::<Vec<_>>()), (2, vec!["producto", "zona"]));
        let features = |values| structured.features(&row(values)).map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!(features([" CRÉDITO ", "sur"]), [0, 1]);
        assert_eq!(features(["rara", "sur"]), [1], "four texts are too few");
        assert_eq!(features(["sur", "crédito"]), [0_u32; 0], "a value of another column is none of this one");
        let mut texts = SparseRows::new(3);
        texts.push(&[(2, 1.0)]);
        let beside = structured.beside(&texts, &[&row(["crédito", ""])]);
        assert_eq!((beside.columns(), beside.row(0).0), (5, &[2, 3][..]));
    }

    #[test]
    fn what_is_written_reads_back_and_no_columns_leave_no_trace() {
        let written = |structured: &Structured| {
            let mut to = Writer::default();
            structured.write(&mut to);
            to.finish()
        };
        let bytes = written(&fitted());
        assert_eq!(Structured::read(&mut Reader::new(&bytes)).unwrap(), fitted());
        assert!(Structured::read(&mut Reader::new(&bytes[..bytes.len() - 1])).is_err());
        assert!(written(&Structured::default()).is_empty());
        assert!(Structured::read(&mut Reader::new(&[])).unwrap().is_empty());
    }
}
