//! The rooms whose results depend on nothing but their arguments: the nouns and rules of the domain, text,
//! statistics, learning, early warning, causes. No clock, no chance, no network, no file but the model a caller
//! names; the same input and seed give the same bytes.
//!
//! They are a crate of their own because they compute: a debug build optimises them and leaves the rest.

pub mod domain;
pub mod improve;
pub mod learn;
pub mod stats;
pub mod text;
pub mod watch;
