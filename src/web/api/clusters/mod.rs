//! `/api/v1/clusters`: recurring failures.

mod answer;
pub(super) mod edit;
pub(super) mod list;
pub(super) mod read;
