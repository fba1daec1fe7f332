//! `/api/v1/reviews` and `/api/v1/complaints/{id}/labels`: people judging labels.

pub(super) mod agreement;
pub(super) mod history;
pub(super) mod judge;
pub(super) mod queue;
