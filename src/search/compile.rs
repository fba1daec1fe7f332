//! The one place that turns a filter into an engine's query.
//!
//! Complaints are stemmed by their own language, and the language of a question is unknown. So a word
//! stands for all its stems under the languages that occur in the index: whatever the language of a
//! complaint, its stem is among them. A stem may by chance be another language's stem of another word;
//! that costs a stray hit and never loses one.

use std::collections::BTreeSet;
use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field as Column, IndexRecordOption};

use crate::domain::filter::{Field, Filter};
use crate::domain::language::Language;
use crate::domain::time::Day;

use super::error::{QueryError, SearchError};
use super::exclusion::Excludable;
use super::index::{SearchIndex, Snapshot};
use super::tokens::{self, UNSTEMMED};
use super::words::{self, Clause, MAX_PHRASE_WORDS, MAX_PREFIX_TERMS, MIN_PREFIX_CHARS, Wanted};

/// Most allowed values one field may be given.
pub(super) const MAX_VALUES_PER_FIELD: usize = 1_000;
/// What a beginning adds to relevance: its words are too many to weigh by rarity.
const PREFIX_SCORE: f32 = 1.0;
/// Languages assumed while the index is empty, so that a question is read alike.
const LANGUAGES_OF_AN_EMPTY_INDEX: [Language; 2] = [Language::Spanish, Language::English];

/// A filter ready to be asked, in parts so that one field can be left out.
pub(super) struct Compiled {
    words: Option<Box<dyn Query>>,
    parts: Vec<(Option<Field>, Box<dyn Query>)>,
}

impl Compiled {
    /// Whether there are words, and so a relevance.
    pub(super) fn has_words(&self) -> bool {
        self.words.is_some()
    }

    /// Whether this field is restricted.
    pub(super) fn restricts(&self, field: Field) -> bool {
        self.parts.iter().any(|(of, _)| *of == Some(field))
    }

    /// The whole question, but for the values of `except`.
    pub(super) fn query(&self, except: Option<Field>) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        clauses.extend(self.words.iter().map(|query| (Occur::Must, query.box_clone())));
        for (of, query) in &self.parts {
            if of.is_none() || *of != except {
                clauses.push((Occur::Must, unscored(query.box_clone())));
            }
        }
        if clauses.is_empty() {
            return Box::new(AllQuery);
        }
        alone_or(clauses, |clauses| Box::new(BooleanQuery::new(clauses)))
    }
}

/// Compiles `filter` for the state in `snapshot`.
pub(super) fn compile(
    index: &SearchIndex,
    snapshot: &Snapshot,
    filter: &Filter,
) -> Result<Compiled, QueryError> {
    let words = WordsCompiler { index, snapshot }.query(&filter.words)?;
    let mut parts = Vec::new();
    for (&field, values) in &filter.values {
        if values.len() > MAX_VALUES_PER_FIELD {
            return Err(QueryError::TooManyValues { field, count: values.len() });
        }
        let column = index.columns().of(field);
        let query: Box<dyn Query> = match values.as_slice() {
            [] => continue,
            [value] => term(column, value),
            _ => Box::new(TermSetQuery::new(values.iter().map(|value| Term::from_field_text(column, value)))),
        };
        parts.push((Some(field), query));
    }
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && from > to
    {
        return Err(QueryError::DaysCrossed);
    }
    if filter.from.is_some() || filter.to.is_some() {
        let bound = |day: Option<Day>| match day {
            Some(day) => {
                Bound::Included(Term::from_field_i64(index.columns().received_day, i64::from(day.0)))
            }
            None => Bound::Unbounded,
        };
        parts.push((None, Box::new(RangeQuery::new(bound(filter.from), bound(filter.to)))));
    }
    Ok(Compiled { words, parts })
}

/// The last token of a beginning, which stands for all words that start like it, and those before it
/// (`wi-fi*` has one), which must be whole words.
pub(super) fn prefix_parts(
    index: &SearchIndex,
    prefix: &str,
    at: usize,
) -> Result<(Vec<String>, String), QueryError> {
    let mut forms = tokens::terms(index.analyzer(), prefix, UNSTEMMED);
    let last = forms.pop().ok_or(QueryError::NoWord { at })?;
    if last.chars().count() < MIN_PREFIX_CHARS {
        return Err(QueryError::PrefixTooShort { at });
    }
    Ok((forms, last))
}

struct WordsCompiler<'a> {
    index: &'a SearchIndex,
    snapshot: &'a Snapshot,
}

impl WordsCompiler<'_> {
    fn query(&self, words: &str) -> Result<Option<Box<dyn Query>>, QueryError> {
        let groups = words::parse(words)?;
        if groups.is_empty() {
            return Ok(None);
        }
        let mut clauses = Vec::new();
        for group in &groups {
            match group.as_slice() {
                [clause] if clause.negated => clauses.push(excluded(self.clause(clause)?)),
                [clause] => clauses.push((Occur::Must, self.clause(clause)?)),
                several => {
                    let mut either = Vec::new();
                    for clause in several {
                        let query = self.clause(clause)?;
                        either.push(if clause.negated { without(query) } else { query });
                    }
                    clauses.push((Occur::Must, Box::new(BooleanQuery::union(either))));
                }
            }
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
        }
        Ok(Some(alone_or(clauses, |clauses| Box::new(BooleanQuery::new(clauses)))))
    }

    fn clause(&self, clause: &Clause<'_>) -> Result<Box<dyn Query>, QueryError> {
        match clause.wanted {
            Wanted::Word(text) | Wanted::Phrase(text) => self.sequence(text, clause.at),
            Wanted::Prefix(prefix) => self.prefix(prefix, clause.at),
        }
    }

    /// The terms of `text` next to each other, under each language of the index.
    fn sequence(&self, text: &str, at: usize) -> Result<Box<dyn Query>, QueryError> {
        let languages: &[Language] = match self.snapshot.languages.as_slice() {
            [] => &LANGUAGES_OF_AN_EMPTY_INDEX,
            occurring => occurring,
        };
        let mut sequences = BTreeSet::new();
        for &language in languages {
            let sequence = tokens::terms(self.index.analyzer(), text, language);
            if sequence.len() > MAX_PHRASE_WORDS {
                return Err(QueryError::PhraseTooLong { at });
            }
            if !sequence.is_empty() {
                sequences.insert(sequence);
            }
        }
        if sequences.is_empty() {
            return Err(QueryError::NoWord { at });
        }
        let stems = self.index.columns().stems;
        let queries = sequences
            .iter()
            .map(|sequence| -> (Occur, Box<dyn Query>) {
                let mut terms: Vec<Term> =
                    sequence.iter().map(|text| Term::from_field_text(stems, text)).collect();
                let query: Box<dyn Query> = match terms.len() {
                    1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
                    _ => Box::new(PhraseQuery::new(terms)),
                };
                (Occur::Should, query)
            })
            .collect();
        Ok(alone_or(queries, |queries| Box::new(BooleanQuery::new(queries))))
    }

    fn prefix(&self, prefix: &str, at: usize) -> Result<Box<dyn Query>, QueryError> {
        let (whole, beginning) = prefix_parts(self.index, prefix, at)?;
        let forms = self.index.columns().forms;
        let expanded = self.expand(&beginning, at)?;
        let beginning: Box<dyn Query> =
            if expanded.is_empty() { Box::new(EmptyQuery) } else { Box::new(TermSetQuery::new(expanded)) };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            whole.iter().map(|form| (Occur::Must, term(forms, form))).collect();
        clauses.push((Occur::Must, beginning));
        let query = alone_or(clauses, |clauses| Box::new(BooleanQuery::new(clauses)));
        Ok(Box::new(ConstScoreQuery::new(query, PREFIX_SCORE)))
    }

    /// The words of the index that start with `beginning`.
    fn expand(&self, beginning: &str, at: usize) -> Result<Vec<Term>, QueryError> {
        let forms = self.index.columns().forms;
        let mut found = BTreeSet::new();
        for segment in self.snapshot.searcher.segment_readers() {
            let inverted = segment.inverted_index(forms)?;
            let mut stream =
                inverted.terms().range().ge(beginning.as_bytes()).into_stream().map_err(SearchError::from)?;
            while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                found.insert(Term::from_field_text(forms, &String::from_utf8_lossy(stream.key())));
                if found.len() > MAX_PREFIX_TERMS {
                    return Err(QueryError::PrefixTooBroad { at });
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

fn term(column: Column, value: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(column, value), IndexRecordOption::Basic))
}

fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn excluded(query: Box<dyn Query>) -> (Occur, Box<dyn Query>) {
    (Occur::MustNot, Box::new(Excludable(query)))
}

/// Everything `query` does not match.
fn without(query: Box<dyn Query>) -> Box<dyn Query> {
    let all: Box<dyn Query> = Box::new(AllQuery);
    unscored(Box::new(BooleanQuery::new(vec![(Occur::Must, all), excluded(query)])))
}

/// The only clause itself, or what `join` makes of several.
fn alone_or(
    mut clauses: Vec<(Occur, Box<dyn Query>)>,
    join: impl FnOnce(Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query>,
) -> Box<dyn Query> {
    match clauses.pop() {
        Some((Occur::Must | Occur::Should, only)) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            join(clauses)
        }
        None => join(clauses),
    }
}
