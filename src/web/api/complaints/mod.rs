//! `/api/v1/complaints`: handing complaints in, one or many, and finding them again.

pub(super) mod batch;
pub(super) mod create;
pub(super) mod explanation;
pub(super) mod idempotency;
mod lines;
pub(super) mod list;
pub(super) mod read;
mod received;
pub(super) mod record;
