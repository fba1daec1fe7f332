//! What can go wrong: with the index on disk ([`SearchError`]) and with a question ([`QueryError`]).

use std::io;
use std::path::PathBuf;

use tantivy::TantivyError;

use crate::domain::filter::Field;

use super::compile::MAX_VALUES_PER_FIELD;
use super::hits::{MAX_FACET_SIZE, MAX_PAGE_SIZE};
use super::words::{MAX_CLAUSES, MAX_PHRASE_WORDS, MAX_PREFIX_TERMS, MAX_WORDS_BYTES, MIN_PREFIX_CHARS};

/// The index could not be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The folder of the index cannot be used.
    #[error("search index folder `{path}`: {source}")]
    Folder {
        /// Which folder or file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A writer is open already, in this process or in another one.
    #[error("the search index is being written to already")]
    WriterBusy,
    /// The engine failed, e.g. on a full disk.
    #[error("search engine: {0}")]
    Engine(#[from] TantivyError),
}

impl From<io::Error> for SearchError {
    fn from(error: io::Error) -> Self {
        Self::Engine(error.into())
    }
}

/// A question that cannot be answered, with what to write instead. Positions count characters of
/// [`Filter::words`](crate::domain::filter::Filter) from 1.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A quotation mark without its partner.
    #[error("the quotation mark at character {at} is never closed: add the closing one or remove it")]
    UnclosedQuote {
        /// Where the mark is.
        at: usize,
    },
    /// Quotation marks without a word between them, or a word without a letter or digit.
    #[error("nothing to find at character {at}: write a word with letters or digits there or remove it")]
    NoWord {
        /// Where a word is missing.
        at: usize,
    },
    /// Words that hold no letter or digit at all.
    #[error("the words hold no letter or digit: write a word, or leave them empty to see everything")]
    NothingToFind,
    /// An `OR` that does not stand between two words.
    #[error("`OR` at character {at} needs a word before and after it: add one or remove `OR`")]
    DanglingOr {
        /// Where the `OR` is.
        at: usize,
    },
    /// A beginning too short to be searched.
    #[error(
        "the beginning at character {at} is too short: write at least {MIN_PREFIX_CHARS} letters before `*`"
    )]
    PrefixTooShort {
        /// Where the beginning is.
        at: usize,
    },
    /// A beginning shared by too many words.
    #[error(
        "more than {MAX_PREFIX_TERMS} words start like the one at character {at}: write more letters before `*`"
    )]
    PrefixTooBroad {
        /// Where the beginning is.
        at: usize,
    },
    /// A phrase longer than the engine is asked to follow.
    #[error("the phrase at character {at} has more than {MAX_PHRASE_WORDS} words: shorten it")]
    PhraseTooLong {
        /// Where the phrase starts.
        at: usize,
    },
    /// Too many words.
    #[error("more than {MAX_CLAUSES} words, from character {at} on: keep the telling ones")]
    TooManyWords {
        /// Where the first word too many is.
        at: usize,
    },
    /// The words as a whole are too long.
    #[error("the words have {bytes} bytes, at most {MAX_WORDS_BYTES} are read: keep the telling ones")]
    TooLong {
        /// How long they are.
        bytes: usize,
    },
    /// Too many allowed values on one field.
    #[error("`{}` is given {count} values, at most {MAX_VALUES_PER_FIELD} are read: leave some out", field.name())]
    TooManyValues {
        /// The field.
        field: Field,
        /// How many it got.
        count: usize,
    },
    /// The first day lies after the last one.
    #[error("`from` lies after `to`: exchange them")]
    DaysCrossed,
    /// More rows asked for than a page may have.
    #[error("a page of {limit} rows, at most {MAX_PAGE_SIZE} are given: ask for fewer and follow `next`")]
    PageTooLarge {
        /// How many were asked for.
        limit: usize,
    },
    /// More values of a facet asked for than are given.
    #[error("{size} values a facet, at most {MAX_FACET_SIZE} are given: ask for fewer")]
    FacetTooLarge {
        /// How many were asked for.
        size: usize,
    },
    /// Not a cursor this index gave, or one of another order.
    #[error("the cursor does not belong to this question: start again without it")]
    ForeignCursor,
    /// The index failed.
    #[error(transparent)]
    Index(#[from] SearchError),
}

impl QueryError {
    /// The stable code by which screens and the API name this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnclosedQuote { .. } => "unclosed_quote",
            Self::NoWord { .. } => "no_word",
            Self::NothingToFind => "nothing_to_find",
            Self::DanglingOr { .. } => "dangling_or",
            Self::PrefixTooShort { .. } => "prefix_too_short",
            Self::PrefixTooBroad { .. } => "prefix_too_broad",
            Self::PhraseTooLong { .. } => "phrase_too_long",
            Self::TooManyWords { .. } => "too_many_words",
            Self::TooLong { .. } => "words_too_long",
            Self::TooManyValues { .. } => "too_many_values",
            Self::DaysCrossed => "days_crossed",
            Self::PageTooLarge { .. } => "page_too_large",
            Self::FacetTooLarge { .. } => "facet_too_large",
            Self::ForeignCursor => "foreign_cursor",
            Self::Index(_) => "search_failed",
        }
    }

    /// The character of the words it is about, counted from 1; `None` when it is not about one.
    pub fn position(&self) -> Option<usize> {
        match self {
            Self::UnclosedQuote { at }
            | Self::NoWord { at }
            | Self::DanglingOr { at }
            | Self::PrefixTooShort { at }
            | Self::PrefixTooBroad { at }
            | Self::PhraseTooLong { at }
            | Self::TooManyWords { at } => Some(*at),
            _ => None,
        }
    }
}

impl From<TantivyError> for QueryError {
    fn from(error: TantivyError) -> Self {
        Self::Index(SearchError::Engine(error))
    }
}
