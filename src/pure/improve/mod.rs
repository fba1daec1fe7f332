//! From a recurring failure to its cause and to an action whose effect is computed. Pure: counts and
//! dates are arguments, and the same input gives the same answer.

pub mod over_represented;
pub mod suspects;
