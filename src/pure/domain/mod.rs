//! The nouns and rules of complaint handling. No I/O, no clock, no randomness: every other room may
//! read this one, and this one reads nobody.

pub mod action;
pub mod alarm_budget;
pub mod cluster;
pub mod cluster_history;
pub mod cluster_life;
pub mod complaint;
pub mod counts;
pub mod emerging;
pub mod example;
pub mod filter;
pub mod id;
pub mod label;
pub mod language;
pub mod link;
pub mod mute;
pub mod ownership;
pub mod priority;
pub mod proposal;
pub mod registered_change;
pub mod review;
pub mod signal;
pub mod subscription;
pub mod taxonomy;
pub mod time;
