//! `/api/v1/clusters`: recurring failures.

mod answer;
pub(super) mod comments;
pub(super) mod decide;
pub(super) mod edit;
pub(super) mod history;
pub(super) mod list;
pub(super) mod owners;
pub(super) mod read;
pub(super) mod undo;
