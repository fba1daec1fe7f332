//! raiz.
fn main() {}
