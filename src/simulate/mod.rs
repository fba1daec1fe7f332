//! A seeded stream of complaints of an invented telecom-and-bank group, drawn from the bundled corpus:
//! what `raiz demo` loads and what tests and benchmarks run on. The same seed gives the same stream.
//! It knows nothing of store, index or models.

pub mod corpus;
pub mod stream;
mod variation;
