//! A seeded stream of complaints of an invented telecom-and-bank group, drawn from the bundled corpus:
//! what `raiz demo` loads, `raiz simulate` writes, and tests and benchmarks run on. The same seed gives the
//! same stream. A plan says what goes wrong in it; the truth, which complaints tell of that.
//! It knows nothing of store, index or models.

mod arrivals;
pub mod corpus;
mod facts;
mod holidays;
mod incident_days;
pub mod output;
mod places;
pub mod plan;
pub mod stream;
pub mod truth;
mod variation;
