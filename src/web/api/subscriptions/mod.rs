//! `/api/v1/subscriptions`: who is told of which signals.

mod answer;
pub(super) mod create;
pub(super) mod list;
pub(super) mod one;
