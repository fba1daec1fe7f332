//! `/api/v1/cluster-proposals`: what rediscoveries propose to change about recurring failures.

pub(super) mod list;
pub(super) mod settle;
