//! `/api/v1/changes`: what the organisation changed.

mod answer;
pub(super) mod create;
pub(super) mod list;
pub(super) mod remove;

pub(super) use answer::ChangeAnswer;
