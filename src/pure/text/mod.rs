//! What raiz knows about the text of a complaint: its language, its tokens, its hashed features, its
//! fingerprint and the personal data in it. Pure functions of the text: no store, no network, no clock.
//!
//! One analyser serves the index and the learners, so that what is searched is what is learned.

pub mod analyzer;
pub mod features;
pub mod fingerprint;
pub mod language;
pub mod redact;
pub mod sentences;
pub mod weak_words;

mod fold;
mod hash;
mod lexicon;
mod portuguese;
mod spanish;
mod stem;
mod stop_words;

/// Version of the analysis. It grows when the tokens of any text change: an index or a model made by
/// another version is rebuilt.
pub const ANALYZER_VERSION: u32 = 1;
