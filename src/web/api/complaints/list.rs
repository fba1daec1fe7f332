//! `GET /api/v1/complaints`: the complaints that answer a question, page by page, with facets.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::record::ComplaintAnswer;
use crate::domain::id::ComplaintId;
use crate::search::facets::Facet;
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::params::Question;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which complaints. Parameters are joined by *and*, values of one parameter by *or*; the empty value
/// stands for "has none".
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ComplaintsQuestion {
    /// Words: `a b` both, `"a b"` as a phrase, `-a` not, `a OR b` either, `pref*` a beginning.
    q: Option<String>,
    kind: Option<Vec<String>>,
    product_area: Option<Vec<String>>,
    failure_type: Option<Vec<String>>,
    /// A cluster's id.
    cluster: Option<Vec<String>>,
    language: Option<Vec<String>>,
    source: Option<Vec<String>>,
    product: Option<Vec<String>>,
    sub_product: Option<Vec<String>>,
    issue: Option<Vec<String>>,
    sub_issue: Option<Vec<String>>,
    company: Option<Vec<String>>,
    region: Option<Vec<String>>,
    channel: Option<Vec<String>>,
    customer: Option<Vec<String>>,
    /// `yes` or `no`.
    has_text: Option<Vec<String>>,
    /// `yes` or `no`: whether any label is unsure.
    unsure: Option<Vec<String>>,
    external_id: Option<Vec<String>>,
    /// First day of reception, inclusive.
    #[param(format = "date")]
    from: Option<String>,
    /// Last day of reception, inclusive.
    #[param(format = "date")]
    to: Option<String>,
    /// Order; relevance without words is newest first.
    #[param(schema_with = names::sort)]
    sort: Option<String>,
    /// Rows of the page, 1 to 100; 25 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// Fields whose values are counted, joined by commas.
    facets: Option<String>,
    /// Values listed per facet, 1 to 1000; 8 when absent.
    facet_size: Option<u32>,
}

/// A page of complaints.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintsAnswer {
    /// How many complaints match, on all pages.
    total: u64,
    /// The page's complaints, in order.
    complaints: Vec<ComplaintAnswer>,
    /// The facets, each field once.
    facets: Vec<FacetAnswer>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// How many matches have each value of a field. The field's own values in the question are left out of
/// account, so that a second value can be chosen next to the first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facet)]
struct FacetAnswer {
    /// The field.
    #[schema(schema_with = names::facet_field)]
    field: &'static str,
    /// Its most frequent values.
    values: Vec<FacetValue>,
    /// Matches with a value that is not listed.
    other: u64,
}

/// One value of a field.
#[derive(Debug, Serialize, ToSchema)]
struct FacetValue {
    /// The value; empty for "has none".
    value: String,
    /// How many matches have it.
    complaints: u64,
}

impl From<Facet> for FacetAnswer {
    fn from(facet: Facet) -> Self {
        let Facet { field, values, other } = facet;
        let values = values.into_iter().map(|(value, complaints)| FacetValue { value, complaints }).collect();
        Self { field: field.name(), values, other }
    }
}

/// Find complaints
///
/// A complaint is found about two seconds after it was redacted.
#[utoipa::path(
    get,
    path = "/complaints",
    tag = "complaints",
    params(ComplaintsQuestion),
    responses(
        (status = 200, description = "A page of complaints", body = ComplaintsAnswer),
        (status = 422, description = "Unknown or unusable parameter, or words that cannot be read", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    parameters: Parameters,
) -> Result<Json<ComplaintsAnswer>, ApiError> {
    let Question { filter, sort, page, facets, facet_size } = parameters.into_question()?;
    let index = state.index.clone();
    let ask = move || index.search(&filter, sort, &page, &facets, facet_size);
    let hits = tokio::task::spawn_blocking(ask).await??;
    let ids: Vec<ComplaintId> = hits.ids.iter().map(|(id, _)| *id).collect();
    let complaints = state.pipeline.complaints(&ids).await?.into_iter().map(ComplaintAnswer::from).collect();
    Ok(Json(ComplaintsAnswer {
        total: hits.total,
        complaints,
        facets: hits.facets.into_iter().map(FacetAnswer::from).collect(),
        next: hits.next.map(|cursor| cursor.to_string()),
    }))
}
