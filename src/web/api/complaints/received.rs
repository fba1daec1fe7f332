//! A complaint as a sender writes it.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use crate::domain::complaint::NewComplaint;
use crate::domain::time::Timestamp;
use crate::intake::json::{ObjectRules, UnknownMembers, complaint_from_json};
use crate::web::api::json_object::refuse_repeated_names;
use crate::web::problem::ApiError;
use crate::web::state::AppState;

/// A complaint as a sender writes it. It must say something: a text, a product or an issue.
#[derive(Debug, ToSchema)]
#[schema(as = NewComplaint)]
#[expect(dead_code, reason = "read by the intake room; this is its documentation")]
pub struct ReceivedComplaint {
    /// Where it comes from: a system or a channel.
    #[schema(example = "crm", max_length = 2000)]
    source: String,
    /// The source's own id. With `source` it is unique: sent again, the complaint is known.
    #[schema(example = "R-2026-0042", max_length = 2000)]
    external_id: Option<String>,
    /// When the organisation received it: an RFC 3339 instant, or a day or local time in the
    /// organisation's time zone. Without it, now.
    #[schema(example = "2026-11-12T08:30:00Z")]
    received_at: Option<String>,
    /// The customer's own words. They are redacted before anybody reads them.
    #[schema(example = "Me cobraron dos veces la misma factura.", max_length = 200000)]
    text: Option<String>,
    /// Language of the text; without it, it is recognised.
    #[schema(example = "es-CO")]
    language: Option<String>,
    /// Product or service.
    product: Option<String>,
    /// Part or variant of the product.
    sub_product: Option<String>,
    /// Motive.
    issue: Option<String>,
    /// Finer motive.
    sub_issue: Option<String>,
    /// Company or unit the complaint is about.
    company: Option<String>,
    /// Place.
    region: Option<String>,
    /// Channel it came through.
    channel: Option<String>,
    /// The customer, as a stable reference that is not personal data in itself.
    customer: Option<String>,
    /// Whatever else the source has: plain values by name, at most 64.
    extra: Option<BTreeMap<String, String>>,
}

/// Reads one complaint; what it says is checked by the intake room.
pub(super) fn read(body: &[u8], state: &AppState, now: Timestamp) -> Result<NewComplaint, ApiError> {
    refuse_repeated_names(body)?;
    let rules = ObjectRules {
        zone: &state.zone,
        now,
        default_source: None,
        default_received_at: Some(now),
        unknown_members: UnknownMembers::Refuse,
    };
    complaint_from_json(body, &rules).map_err(|errors| {
        match errors.iter().find(|error| error.field == "body") {
            Some(error) => ApiError::MalformedJson { reason: error.reason.clone() },
            None => ApiError::InvalidFields { errors },
        }
    })
}
