//! The service: JSON API under `/api/v1`, pages in Spanish and English. Only this room knows HTTP, HTML
//! and JSON bodies.

pub mod chart;
pub mod pages;
pub mod params;
pub mod state;
