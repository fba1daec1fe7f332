//! `/api/v1/watch`: how the watcher judges: its budget of false alarms, and its rule on past weeks.

pub(super) mod budget;
pub(super) mod forecast;
pub(super) mod precursors;
pub(super) mod replay;
