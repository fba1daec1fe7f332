//! The service: JSON API under `/api/v1`, pages in Spanish and English. Only this room knows HTTP, HTML
//! and JSON bodies.

pub mod api;
pub mod chart;
pub mod health;
pub mod openapi;
pub mod pages;
pub mod params;
pub mod problem;
mod protection;
mod request_log;
pub mod server;
pub mod state;
