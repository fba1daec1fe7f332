//! Finding complaints: an index of their words and structured values, and the one filter that list,
//! facets, trends and export share.
//!
//! The index is derived from the store and can be rebuilt from it at any time. It keeps no text: what
//! people read comes from the store. Only this room knows the search engine (tantivy).
//!
//! [`index`] is the door: open, write, read. [`writer`] puts complaints in; [`hits`], [`facets`] and
//! [`snippet`] answer questions. `words` reads the query language and `compile` alone turns a
//! [`Filter`](crate::domain::filter::Filter) into an engine's query.

mod collect;
mod compile;
pub mod error;
mod exclusion;
pub mod facets;
pub mod hits;
pub mod index;
mod schema;
pub mod snippet;
mod tokens;
mod words;
pub mod writer;

#[cfg(test)]
mod tests;
