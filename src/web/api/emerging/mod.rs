//! `/api/v1/emerging-groups`: failures nobody has named yet.

pub(super) mod list;
pub(super) mod settle;
