//! `/api/v1/signals`: early warnings.

pub(super) mod answer;
pub(super) mod history;
pub(super) mod judge;
pub(super) mod list;
pub(super) mod mute;
pub(super) mod read;
pub(super) mod suspects;
