//! What people write about an action, on the wire.

use utoipa::ToSchema;

use crate::domain::action::ActionText;
use crate::domain::time::Day;
use crate::web::api::json_object::JsonObject;

/// What people write about an action.
#[derive(Debug, ToSchema)]
#[schema(as = ActionText)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ActionTextBody {
    /// What is done, in a line.
    #[schema(min_length = 1, max_length = 200, example = "Cambiar el proveedor del lote")]
    title: String,
    /// Why and how.
    #[schema(max_length = 20000)]
    description: Option<String>,
    /// Who answers for it.
    #[schema(max_length = 200)]
    owner: Option<String>,
    /// When it must be done.
    #[schema(format = "date", example = "2026-12-01")]
    due: Option<String>,
}

/// Reads the text and notes what is wrong with it; the result counts only if the body is not refused.
pub(super) fn read_text(object: &mut JsonObject) -> ActionText {
    let mut text =
        |name| object.text(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let text = ActionText {
        title: text("title").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        owner: text("owner"),
        due: object.parsed("due", "write a day such as 2026-12-01", Day::from_iso),
    };
    object.refuse_all(text.check().err().unwrap_or_default());
    text
}
