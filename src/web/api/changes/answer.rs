//! A registered change on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::registered_change::{ChangeText, RegisteredChange};

/// A registered change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeAnswer {
    /// Its identity.
    #[schema(format = "uuid")]
    id: String,
    /// Its id where it comes from.
    external_id: Option<String>,
    /// release, price, supplier_lot, process or another word.
    kind: String,
    /// What was changed.
    title: String,
    /// More about it.
    note: String,
    /// The day it took effect.
    #[schema(format = "date")]
    day: String,
    /// Facts of the complaints it can have touched.
    touches: BTreeMap<String, String>,
    /// When it was registered.
    #[schema(format = "date-time")]
    registered_at: String,
}

impl From<RegisteredChange> for ChangeAnswer {
    fn from(change: RegisteredChange) -> Self {
        let ChangeText { external_id, kind, title, note, day, touches } = change.text;
        Self {
            id: change.id.to_string(),
            external_id,
            kind,
            title,
            note,
            day: day.to_string(),
            touches,
            registered_at: change.registered_at.to_rfc3339(),
        }
    }
}
