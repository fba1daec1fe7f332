//! `/api/v1/cluster-views`: questions about recurring failures that people keep under a name, those of the
//! groups' page.

mod answer;
pub(super) mod forget;
pub(super) mod keep;
pub(super) mod list;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::domain::complaint::FieldError;
use crate::store::group_views::MAX_NAME_CHARS;
use crate::web::problem::ApiError;

/// The name in the path, without blanks around it.
#[derive(Debug)]
pub(super) struct ViewName(String);

impl<S: Send + Sync> FromRequestParts<S> for ViewName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let refused = |code: &str, reason: String, remedy: &str| {
            let errors = vec![FieldError::new("name", code, reason, remedy)];
            ApiError::InvalidParameters { errors }
        };
        let Ok(Path(name)) = parts.extract::<Path<String>>().await else {
            return Err(refused("not_text", "is not UTF-8".to_owned(), "percent-encode it as UTF-8 text"));
        };
        let name = name.trim();
        let length_chars = name.chars().count();
        if length_chars == 0 {
            return Err(refused("missing", "is missing".to_owned(), "give the view a name"));
        }
        if length_chars > MAX_NAME_CHARS {
            let reason = format!("has {length_chars} characters, at most {MAX_NAME_CHARS} are kept");
            return Err(refused("too_long", reason, "shorten it"));
        }
        if name.contains('\0') {
            return Err(refused("nul_byte", "contains a NUL character".to_owned(), "remove it"));
        }
        Ok(Self(name.to_owned()))
    }
}
