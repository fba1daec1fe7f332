//! A kept question on the wire.

use serde::Serialize;
use utoipa::ToSchema;

/// A question about recurring failures that is kept under a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterView)]
pub struct ViewAnswer {
    /// Its name.
    name: String,
    /// What the box of the groups' page reads: words and tokens.
    #[schema(example = "is:open area:cards owner:none")]
    question: String,
}

impl From<(String, String)> for ViewAnswer {
    fn from((name, question): (String, String)) -> Self {
        Self { name, question }
    }
}
