//! raiz reads a company's complaints together: it takes them in safely, classifies them, groups
//! recurring failures, warns before they spike, and leads each group to an action.
//!
//! `ARCHITECTURE.md` walks through the rooms; a test checks who may import whom.

pub mod cli;
pub mod config;
pub mod i18n;
pub mod intake;
pub mod notify;
pub mod pipeline;
pub mod search;
pub mod simulate;
pub mod store;
pub mod web;

pub use raiz_pure::{domain, improve, learn, stats, text, watch};
