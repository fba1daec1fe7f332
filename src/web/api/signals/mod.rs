//! `/api/v1/signals`: early warnings.

mod answer;
pub(super) mod judge;
pub(super) mod list;
pub(super) mod read;
