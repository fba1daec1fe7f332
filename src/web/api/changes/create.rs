//! `POST /api/v1/changes`: something was changed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::registered_change::ChangeText;
use crate::domain::time::Day;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// A change to register.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct NewChange {
    /// Its id where it comes from: the same change sent again is not registered again.
    #[schema(max_length = 200)]
    external_id: Option<String>,
    /// release, price, supplier_lot, process or another word.
    #[schema(required = true, max_length = 200, example = "release")]
    kind: String,
    /// What was changed, in a line.
    #[schema(required = true, max_length = 200, example = "Facturador 8.4")]
    title: String,
    /// More about it.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// The day it took effect.
    #[schema(required = true, format = "date", example = "2026-10-30")]
    day: String,
    /// Facts of the complaints it can have touched, e.g. `{"version": "8.4"}`, at most 20.
    touches: Option<BTreeMap<String, String>>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeTaken {
    /// Its identity; null when its external id was known.
    #[schema(format = "uuid")]
    id: Option<String>,
    /// Whether it was known already.
    known: bool,
}

/// Register a change
///
/// Alerts name registered changes that came shortly before and whose words or facts the complaints have.
#[utoipa::path(
    post,
    path = "/changes",
    tag = "changes",
    request_body(content = NewChange, content_type = "application/json"),
    responses(
        (status = 201, description = "Registered", body = ChangeTaken),
        (status = 200, description = "Known already; nothing was changed", body = ChangeTaken),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<ChangeTaken>), ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let mut text = |name| object.text(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (kind, title, note) = (text("kind"), text("title"), text("note"));
    let external_id = Some(text("external_id")).filter(|id| !id.is_empty());
    let touches = object.texts("touches");
    let day = object.required("day", "write a day such as 2026-12-01", Day::from_iso);
    let text = ChangeText { external_id, kind, title, note, day: day.unwrap_or(Day(0)), touches };
    object.refuse_all(text.check().err().unwrap_or_default());
    object.finish()?;
    let id = state.store.register_changes(&[text]).await?.pop().flatten();
    let status = if id.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(ChangeTaken { known: id.is_none(), id: id.map(|id| id.to_string()) })))
}
