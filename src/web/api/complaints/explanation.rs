//! `GET /api/v1/complaints/{id}/explanation`: why a complaint has its labels.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::pipeline::claims::Claim;
use crate::pipeline::explain::{AxisExplanation, Explanation, Neighbour};
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Why a complaint has its labels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub struct ExplanationAnswer {
    /// The text that was read, redacted; places of words are bytes in it.
    text: String,
    /// Version of the taxonomy the labels belong to.
    taxonomy: String,
    /// One for each axis a model knows.
    axes: Vec<AxisAnswer>,
    /// What it complains of, matter by matter, the main one first.
    claims: Vec<ClaimAnswer>,
    /// The labelled texts most like it, most alike first.
    nearest: Vec<NearestAnswer>,
}

/// Why it has its label on one axis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AxisExplanation)]
struct AxisAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The answer that stands.
    value: String,
    /// What the model in use gives that answer, 0 to 1; null when it does not know it.
    probability: Option<f32>,
    /// Who decided.
    #[schema(schema_with = names::origin)]
    origin: &'static str,
    /// The model that decided, when it is not the one in use.
    labelled_by: Option<String>,
    /// The model that explains.
    model: String,
    /// What the model cannot rule out, most probable first.
    set: Vec<PossibleAnswer>,
    /// The words that speak for the answer, strongest first.
    words: Vec<WordAnswer>,
}

/// An answer that cannot be ruled out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Possible)]
struct PossibleAnswer {
    /// An id of the taxonomy.
    value: String,
    /// Calibrated probability, 0 to 1.
    probability: f32,
}

/// A word that speaks for an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
struct WordAnswer {
    /// As first written.
    word: String,
    /// By how much the answer's log-odds are lower without it.
    weight: f32,
    /// First byte, and the byte after the last, of each occurrence.
    places: Vec<[usize; 2]>,
}

/// A matter of a letter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claim)]
struct ClaimAnswer {
    /// First byte in the text, and the byte after the last, of the sentences that tell it most clearly.
    place: [usize; 2],
    /// What failed, an id of the taxonomy.
    failure_type: String,
    /// In which product area, an id of the taxonomy; null when no model knows areas.
    product_area: Option<String>,
    /// How likely it is another matter of the letter, 0 to 1; null for the main one.
    probability: Option<f64>,
}

/// A labelled text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Nearest)]
struct NearestAnswer {
    /// A complaint people judged; null for a text that came with raiz.
    complaint: Option<String>,
    /// Its id, or the text's name in the corpus.
    name: String,
    /// The text, redacted.
    text: String,
    /// Cosine of the two, 0 to 1.
    similarity: f32,
    /// What is known of it.
    labels: Vec<KnownAnswer>,
}

/// A known answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Known)]
struct KnownAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// An id of the taxonomy.
    value: String,
}

/// Why a complaint has its labels
#[utoipa::path(
    get,
    path = "/complaints/{id}/explanation",
    tag = "complaints",
    params(("id" = String, Path, description = "The complaint's id")),
    responses(
        (status = 200, description = "The words that decided, and the labelled texts most like it", body = ExplanationAnswer),
        (status = 404, description = "No such complaint, or not analysed yet", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn explanation(
    State(state): State<AppState>,
    Id(id): Id<ComplaintId>,
    _: NoParameters,
) -> Result<Json<ExplanationAnswer>, ApiError> {
    let found = state.pipeline.explain(id).await?.ok_or(ApiError::NotFound { what: "complaint" })?;
    Ok(Json(found.into()))
}

impl From<Explanation> for ExplanationAnswer {
    fn from(explanation: Explanation) -> Self {
        let Explanation { text, language: _, taxonomy, axes, claims, nearest } = explanation;
        Self {
            text,
            taxonomy,
            axes: axes.into_iter().map(AxisAnswer::from).collect(),
            claims: claims.into_iter().map(ClaimAnswer::from).collect(),
            nearest: nearest.into_iter().map(NearestAnswer::from).collect(),
        }
    }
}

impl From<Claim> for ClaimAnswer {
    fn from(claim: Claim) -> Self {
        let Claim { place, failure_type, product_area, probability } = claim;
        Self { place: [place.start, place.end], failure_type, product_area, probability }
    }
}

impl From<AxisExplanation> for AxisAnswer {
    fn from(explanation: AxisExplanation) -> Self {
        let AxisExplanation { axis, value, probability, origin, labelled_by, model, set, reasons } =
            explanation;
        let words = reasons.into_iter().map(|reason| WordAnswer {
            word: reason.word,
            weight: reason.weight,
            places: reason.places.iter().map(|place| [place.start, place.end]).collect(),
        });
        Self {
            axis: axis.name(),
            value,
            probability,
            origin: origin.name(),
            labelled_by,
            model,
            set: set.into_iter().map(|(value, probability)| PossibleAnswer { value, probability }).collect(),
            words: words.collect(),
        }
    }
}

impl From<Neighbour> for NearestAnswer {
    fn from(neighbour: Neighbour) -> Self {
        let Neighbour { complaint, name, text, similarity, labels } = neighbour;
        let known = |(axis, value): (Axis, String)| KnownAnswer { axis: axis.name(), value };
        Self {
            complaint: complaint.map(|id| id.to_string()),
            name,
            text,
            similarity,
            labels: labels.into_iter().map(known).collect(),
        }
    }
}
