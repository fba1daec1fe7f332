//! Numbers shared by several rooms: distributions and small regressions. It knows nothing of complaints,
//! weeks or any other room; no clock, no random source.

pub mod cholesky;
pub mod drift;
pub mod glm;
pub mod kappa;
pub mod logistic;
pub mod negative_binomial;
pub mod proportion;
pub mod quasi_poisson;
pub mod true_counts;
