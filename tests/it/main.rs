//! The one integration binary. Paths mirror the rooms: what is tested through a room's door lies in the
//! file of that room's name.

mod api;
mod browser;
mod cluster_life;
mod clusters;
mod commands;
mod corpora;
mod demo;
mod emerging;
mod explanations;
mod killed;
mod notify;
mod pages;
mod store;
mod structured;
mod tidy;
mod watch;
mod whole_way;
mod word_vectors;
mod world;
