//! The fields of the index. Every value of the filter is a word of its own and a column for counting;
//! texts are words only. Nothing is stored: rows come from the store.

use tantivy::schema::{
    BytesOptions, Field as Column, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

use crate::domain::filter::Field;

use super::tokens::{FORMS_TOKENIZER, STEMS_TOKENIZER};

/// Raised whenever the fields or what is put into them change; an index of another version is rebuilt.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The value of a field a complaint has none of: the empty word, as in
/// [`Filter::values`](crate::domain::filter::Filter::values).
pub(super) const HAS_NONE: &str = "";

/// Name of the column of instants of reception, in microseconds.
pub(super) const RECEIVED_AT: &str = "received_at";
/// Name of the column of days of reception.
pub(super) const RECEIVED_DAY: &str = "received_day";
/// Name of the column with the upper eight bytes of the id.
pub(super) const ID_HIGH: &str = "id_high";
/// Name of the column with the lower eight bytes of the id.
pub(super) const ID_LOW: &str = "id_low";

/// The engine's handles of all fields.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The id as a word: what upsert and erase delete by.
    pub(super) id: Column,
    /// The id as two numbers, upper and lower half: tie breaker of every order.
    pub(super) id_halves: [Column; 2],
    /// Instant of reception.
    pub(super) received_at: Column,
    /// Day of reception.
    pub(super) received_day: Column,
    /// Stems of text and subject, with positions.
    pub(super) stems: Column,
    /// The same words unstemmed: beginnings of words are looked up here.
    pub(super) forms: Column,
    values: [Column; Field::ALL.len()],
}

impl Columns {
    /// The engine's field of a filter field.
    pub(super) fn of(&self, field: Field) -> Column {
        // `Field::ALL` lists the fields in declaration order, checked below.
        self.values[field as usize]
    }
}

/// Builds the schema and its handles; always the same for one [`SCHEMA_VERSION`].
pub(super) fn build() -> (Schema, Columns) {
    let mut schema = Schema::builder();
    let value = TextOptions::default()
        .set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        )
        .set_fast("raw");
    let words = |tokenizer, fieldnorms, option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_fieldnorms(fieldnorms)
                .set_index_option(option),
        )
    };
    let number = NumericOptions::default().set_fast();
    let columns = Columns {
        id: schema.add_bytes_field("id", BytesOptions::default().set_indexed()),
        id_halves: [ID_HIGH, ID_LOW].map(|name| schema.add_u64_field(name, number.clone())),
        received_at: schema.add_i64_field(RECEIVED_AT, number.clone()),
        received_day: schema.add_i64_field(RECEIVED_DAY, number.clone()),
        stems: schema
            .add_text_field("stems", words(STEMS_TOKENIZER, true, IndexRecordOption::WithFreqsAndPositions)),
        forms: schema.add_text_field("forms", words(FORMS_TOKENIZER, false, IndexRecordOption::Basic)),
        values: Field::ALL.map(|field| schema.add_text_field(field.name(), value.clone())),
    };
    (schema.build(), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_field_has_its_own_column() {
        let (schema, columns) = build();
        for field in Field::ALL {
            assert_eq!(schema.get_field_name(columns.of(field)), field.name());
        }
    }
}
