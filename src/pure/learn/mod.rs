//! Learning from text: labels with honest probabilities, groups of recurring failures, and the files
//! both are kept in.
//!
//! The only room that knows linfa and ndarray. It reads no clock and no random source: every fit takes
//! a seed, and the same texts and seed give the same bytes whatever the number of threads. It knows
//! nothing of the store; ids come from the caller.

pub mod agreement;
pub mod artefact;
pub mod assign;
#[cfg(test)]
mod benchmarks;
mod bytes;
mod calibrate;
pub mod claims;
pub mod classifier;
mod communities;
pub mod comparison;
mod conformal;
pub mod constraints;
pub mod discovery;
pub mod doubt;
mod embedder;
pub mod emerging;
mod error;
pub mod evaluate;
mod held_out;
pub mod identity;
pub mod keywords;
mod labels;
pub mod lineage;
mod lsa;
pub mod naming;
mod near_duplicates;
mod neighbours;
mod parallel;
mod quantised;
pub mod reading;
mod selection;
mod shape;
mod simplex;
mod softmax;
mod sparse;
mod stability;
pub mod structured;
mod term_weights;
pub mod training;
mod vectorizer;
pub mod word_vectors;

pub use error::LearnError;
