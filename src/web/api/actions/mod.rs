//! `/api/v1/actions`: corrective and preventive actions.

mod answer;
mod body;
pub(super) mod create;
pub(super) mod edit;
pub(super) mod link;
pub(super) mod list;
pub(super) mod move_on;
pub(super) mod read;
