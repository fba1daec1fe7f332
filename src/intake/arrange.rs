//! Decides which column fills which field: by what the caller says, by a known layout, by the columns'
//! names, and last by what they hold.

use crate::domain::complaint::MAX_EXTRA_FIELDS;
use crate::intake::assemble::Slot;
use crate::intake::columns::{self, FieldName};
use crate::intake::dates::{self, DateOrder, DateVotes};
use crate::intake::error::IntakeError;
use crate::intake::options::Options;
use crate::intake::plan::{Basis, DateChoice, DateReason, Mapped, Note};
use crate::intake::presets::Preset;

/// Widest header that is read.
pub(super) const MAX_COLUMNS: usize = 512;
/// Longest name of a column that is kept, in letters.
const MAX_NAME_LETTERS: usize = 120;
/// Rows of the sample that are looked at.
pub(super) const SAMPLE_ROWS: usize = 1_000;
/// Longest sample value a plan shows, in letters.
const SHOWN_LETTERS: usize = 60;
/// Confidence of a choice that rests on what the column holds.
const BY_CONTENT: f32 = 0.5;
/// Share of a column's values that must be dates for its name to be believed.
const DATES_FOR_NAME: f64 = 0.5;
/// Share of a column's values that must plainly be dates when the name says nothing.
const DATES_FOR_CONTENT: f64 = 0.9;
/// Mean words per value from which a column is somebody's own words.
const WORDS_OF_A_TEXT: f64 = 8.0;
/// Title rows above a header that are passed over at most.
const MAX_TITLE_ROWS: usize = 10;

/// The first rows of a file, cell by cell, under their column names.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// Column names.
    pub columns: Vec<String>,
    /// Cells by row; a row may have fewer than there are columns.
    pub rows: Vec<Vec<String>>,
}

/// What each column is for.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    /// By column.
    pub slots: Vec<Slot>,
    /// The columns that fill fields, in the order of `FieldName::ALL`.
    pub mapping: Vec<Mapped>,
    /// The columns that are extras.
    pub extras: Vec<String>,
    /// The preset, given or recognised.
    pub preset: Option<Preset>,
    /// Order of day and month, when a column is a date.
    pub date_order: Option<DateChoice>,
    /// What the reader of the plan should know.
    pub notes: Vec<Note>,
}

impl Sample {
    fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .filter_map(move |row| row.get(column))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    }
}

impl Arrangement {
    /// The arrangement of a file in whose sample there is no column at all.
    pub fn of_nothing(options: &Options) -> Self {
        Self {
            slots: Vec::new(),
            mapping: Vec::new(),
            extras: Vec::new(),
            preset: options.preset,
            date_order: None,
            notes: Vec::new(),
        }
    }
}

/// The place of the header among the first rows: titles above it fill fewer cells.
pub(super) fn header_place(rows: &[Vec<String>]) -> usize {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let widest = rows.iter().take(2 * MAX_TITLE_ROWS).map(filled).max().unwrap_or(0);
    let enough = (widest * 3).div_ceil(5).max(1);
    rows.iter().take(MAX_TITLE_ROWS + 1).position(|row| filled(row) >= enough).unwrap_or(0)
}

/// Column names as they are used from here on: not empty, not twice, not endless. Nameless columns at
/// the end that hold nothing are left out.
pub(super) fn name_columns(header: &[String], rows: &[Vec<String>], notes: &mut Vec<Note>) -> Vec<String> {
    let holds_something =
        |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.trim().is_empty()));
    let width =
        (0..header.len()).rev().find(|column| !header[*column].trim().is_empty() || holds_something(*column));
    let mut names: Vec<String> = Vec::new();
    for (column, cell) in header.iter().enumerate().take(width.map_or(0, |last| last + 1)) {
        let stated: String = cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "");
        let stated: String = stated.chars().take(MAX_NAME_LETTERS).collect();
        let wanted = if stated.is_empty() { format!("column_{}", column + 1) } else { stated.clone() };
        let mut name = wanted.clone();
        let mut copy = 2;
        while names.contains(&name) {
            name = format!("{wanted}_{copy}");
            copy += 1;
        }
        if stated.is_empty() {
            notes.push(Note::UnnamedColumn { renamed: name.clone() });
        } else if name != wanted {
            notes.push(Note::DuplicateColumn { name: wanted, renamed: name.clone() });
        }
        names.push(name);
    }
    names
}

/// Decides what each column of a file called `file` is for.
pub(super) fn arrange(file: &str, sample: &Sample, options: &Options) -> Result<Arrangement, IntakeError> {
    let normal: Vec<String> =
        sample.columns.iter().map(|name| columns::normalise(last_segment(name))).collect();
    let preset = options.preset.or_else(|| Preset::recognise(&normal));
    let mut choices = Choices::default();
    if options.source.is_some() {
        choices.closed.push(FieldName::Source);
    }
    choices.correct(file, sample, options)?;
    if let Some(preset) = preset {
        for (column, name) in normal.iter().enumerate() {
            if let Some(field) = preset.field_of(name) {
                choices.choose(field, column, 1.0, Basis::Preset);
            }
        }
    }
    choices.by_name(sample, &normal);
    if preset.is_none() {
        choices.by_content(sample, &normal);
    }
    let says_something = [FieldName::Text, FieldName::Product, FieldName::Issue];
    if !says_something.iter().any(|field| choices.column_of(*field).is_some()) {
        return Err(IntakeError::NothingToSay { name: file.to_owned(), columns: sample.columns.join(", ") });
    }
    Ok(choices.into_arrangement(sample, &normal, preset, options))
}

/// The last name of a dotted path, which is how members inside a JSON object are called.
fn last_segment(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((_, last)) if !last.trim().is_empty() && !last.contains(' ') => last,
        _ => name,
    }
}

#[derive(Debug, Default)]
struct Choices {
    chosen: Vec<(FieldName, usize, f32, Basis)>,
    /// Fields the caller wants left without a column.
    closed: Vec<FieldName>,
}

impl Choices {
    fn column_of(&self, field: FieldName) -> Option<usize> {
        self.chosen.iter().find(|choice| choice.0 == field).map(|choice| choice.1)
    }

    fn is_open(&self, field: FieldName) -> bool {
        self.column_of(field).is_none() && !self.closed.contains(&field)
    }

    fn is_free(&self, column: usize) -> bool {
        self.chosen.iter().all(|choice| choice.1 != column)
    }

    fn choose(&mut self, field: FieldName, column: usize, confidence: f32, basis: Basis) {
        if self.is_open(field) && self.is_free(column) {
            self.chosen.push((field, column, confidence, basis));
        }
    }

    fn correct(&mut self, file: &str, sample: &Sample, options: &Options) -> Result<(), IntakeError> {
        for (field, wanted) in &options.corrections {
            let wanted = wanted.trim();
            self.chosen.retain(|choice| choice.0 != *field);
            if wanted.is_empty() {
                self.closed.push(*field);
                continue;
            }
            let exactly = sample.columns.iter().position(|name| name == wanted);
            let roughly = || {
                let normal = columns::normalise(wanted);
                sample.columns.iter().position(|name| columns::normalise(name) == normal)
            };
            let Some(column) = exactly.or_else(roughly) else {
                return Err(IntakeError::UnknownColumn {
                    name: file.to_owned(),
                    field: *field,
                    column: wanted.to_owned(),
                    columns: sample.columns.join(", "),
                });
            };
            self.chosen.retain(|choice| choice.1 != column);
            self.chosen.push((*field, column, 1.0, Basis::Correction));
        }
        Ok(())
    }

    fn by_name(&mut self, sample: &Sample, normal: &[String]) {
        let mut candidates = Vec::new();
        for field in FieldName::ALL {
            for (column, name) in normal.iter().enumerate() {
                let confidence = field.confidence_of(name);
                let is_extra = sample.columns[column].starts_with("extra.");
                if confidence > 0.0 && !is_extra && believable(field, sample, column) {
                    candidates.push((confidence, field, column));
                }
            }
        }
        // The sort is stable: equals stay in the order of fields and columns.
        candidates.sort_by(|left, right| right.0.total_cmp(&left.0));
        for (confidence, field, column) in candidates {
            self.choose(field, column, confidence, Basis::Header);
        }
    }

    fn by_content(&mut self, sample: &Sample, normal: &[String]) {
        if self.is_open(FieldName::ReceivedAt) {
            let found = (0..normal.len()).find(|column| {
                let total = sample.values(*column).count();
                let plain = sample.values(*column).filter(|value| dates::is_plainly_a_date(value)).count();
                self.is_free(*column)
                    && total * 2 > sample.rows.len()
                    && plain as f64 >= total as f64 * DATES_FOR_CONTENT
                    && !FieldName::ReceivedAt.is_contradicted_by(&normal[*column])
            });
            if let Some(column) = found {
                self.choose(FieldName::ReceivedAt, column, BY_CONTENT, Basis::Content);
            }
        }
        if self.is_open(FieldName::Text) {
            let longest = (0..normal.len())
                .filter(|column| {
                    self.is_free(*column) && !FieldName::Text.is_contradicted_by(&normal[*column])
                })
                .map(|column| (mean_words(sample, column), column))
                .filter(|(words, _)| *words >= WORDS_OF_A_TEXT)
                .max_by(|left, right| left.0.total_cmp(&right.0));
            if let Some((_, column)) = longest {
                self.choose(FieldName::Text, column, BY_CONTENT, Basis::Content);
            }
        }
    }

    fn into_arrangement(
        mut self,
        sample: &Sample,
        normal: &[String],
        preset: Option<Preset>,
        options: &Options,
    ) -> Arrangement {
        self.chosen.sort_by_key(|choice| choice.0);
        let mut slots = vec![Slot::Extra; sample.columns.len()];
        let mut mapping = Vec::new();
        for (field, column, confidence, basis) in &self.chosen {
            slots[*column] = Slot::Field(*field);
            mapping.push(Mapped {
                field: *field,
                column: sample.columns[*column].clone(),
                confidence: *confidence,
                basis: *basis,
                sample: sample
                    .values(*column)
                    .next()
                    .map(|value| value.chars().take(SHOWN_LETTERS).collect()),
            });
        }
        let mut extras = Vec::new();
        let mut unread = Vec::new();
        for (slot, name) in slots.iter_mut().zip(&sample.columns).filter(|(slot, _)| **slot == Slot::Extra) {
            if extras.len() < MAX_EXTRA_FIELDS {
                extras.push(name.clone());
            } else {
                *slot = Slot::Unread;
                unread.push(name.clone());
            }
        }
        let mut notes = Vec::new();
        if !unread.is_empty() {
            notes.push(Note::ExtrasDropped { columns: unread });
        }
        if self.column_of(FieldName::ExternalId).is_none() {
            notes.push(Note::NoIdColumn);
        }
        let date_order = self
            .column_of(FieldName::ReceivedAt)
            .map(|column| choose_order(sample, column, normal, preset, options.date_order));
        Arrangement { slots, mapping, extras, preset, date_order, notes }
    }
}

/// Whether a column's values do not give its name the lie.
fn believable(field: FieldName, sample: &Sample, column: usize) -> bool {
    match field {
        FieldName::ReceivedAt => {
            let mut votes = DateVotes::default();
            sample.values(column).for_each(|value| votes.count(value));
            votes.dates as f64 >= (votes.dates + votes.others) as f64 * DATES_FOR_NAME
        }
        // `estado` is a place in Mexico and the state of a case everywhere else.
        FieldName::Region => {
            const CASE_STATES: [&str; 14] = [
                "abierto",
                "cerrado",
                "pendiente",
                "resuelto",
                "en proceso",
                "en tramite",
                "finalizado",
                "open",
                "closed",
                "pending",
                "solved",
                "resolved",
                "in progress",
                "archivado",
            ];
            let states = sample.values(column).filter(|value| {
                let folded: String =
                    value.chars().flat_map(char::to_lowercase).map(columns::without_accent).collect();
                CASE_STATES.contains(&folded.as_str())
            });
            states.count() * 2 <= sample.values(column).count()
        }
        _ => true,
    }
}

fn mean_words(sample: &Sample, column: usize) -> f64 {
    let (mut words, mut values) = (0, 0);
    for value in sample.values(column) {
        words += value.split_whitespace().count();
        values += 1;
    }
    if values == 0 { 0.0 } else { words as f64 / f64::from(values) }
}

/// Decides whether a column's dates have the day or the month first.
fn choose_order(
    sample: &Sample,
    column: usize,
    normal: &[String],
    preset: Option<Preset>,
    given: Option<DateOrder>,
) -> DateChoice {
    let mut votes = DateVotes::default();
    sample.values(column).for_each(|value| votes.count(value));
    if let Some(order) = given {
        return DateChoice { order, reason: DateReason::Given };
    }
    match (votes.day_first, votes.month_first) {
        (0, 0) => {}
        (_, 0) => return DateChoice { order: DateOrder::DayFirst, reason: DateReason::Days },
        (0, _) => return DateChoice { order: DateOrder::MonthFirst, reason: DateReason::Days },
        (day, month) => {
            let order = if day >= month { DateOrder::DayFirst } else { DateOrder::MonthFirst };
            return DateChoice { order, reason: DateReason::MostDays };
        }
    }
    let by_language =
        if columns::reads_as_english(normal) { DateOrder::MonthFirst } else { DateOrder::DayFirst };
    match preset {
        Some(preset) if votes.either > 0 => {
            DateChoice { order: preset.date_order(), reason: DateReason::Preset }
        }
        _ if votes.either > 0 => DateChoice { order: by_language, reason: DateReason::HeaderLanguage },
        // Later rows may still need an order, so there is one all the same.
        Some(preset) => DateChoice { order: preset.date_order(), reason: DateReason::NotNeeded },
        None => DateChoice { order: by_language, reason: DateReason::NotNeeded },
    }
}
