//! raiz reads a company's complaints together: it takes them in safely, classifies them, groups
//! recurring failures, warns before they spike, and leads each group to an action.
//!
//! `ARCHITECTURE.md` walks through the rooms; a test checks who may import whom.

pub mod cli;
pub mod config;
pub mod domain;
pub mod i18n;
pub mod improve;
pub mod intake;
pub mod learn;
pub mod notify;
pub mod pipeline;
pub mod search;
pub mod simulate;
pub mod stats;
pub mod store;
pub mod text;
pub mod watch;
pub mod web;
