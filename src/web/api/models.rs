//! `GET /api/v1/models`: which models there are, which is in force, and whether it still fits.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use super::parameters::NoParameters;
use crate::domain::label::Axis;
use crate::pipeline::drift::{Drift, Verdict};
use crate::pipeline::promote::ModelLine;
use crate::store::promotions::Promotion;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// The models of every question.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelsAnswer {
    /// The questions, in reading order.
    axes: Vec<AxisModels>,
    /// Every promotion, newest first.
    promotions: Vec<PromotionAnswer>,
}

/// The models of one question.
#[derive(Debug, Serialize, ToSchema)]
struct AxisModels {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The models: the one in force first.
    models: Vec<ModelAnswer>,
    /// Whether the one in force still fits; null while nothing is counted.
    drift: Option<DriftAnswer>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
struct ModelAnswer {
    /// Its name, as labels carry it.
    name: String,
    /// Whether it labels complaints now.
    in_force: bool,
    /// Whether it was compared with the one in force and may be promoted.
    compared: bool,
    /// Texts it learned from.
    texts: usize,
    /// Share of right answers on held-out texts when it was trained.
    accuracy: f32,
    /// Mean F1 over the labels on held-out texts when it was trained.
    macro_f1: f32,
    /// Labels it gave that still stand.
    labels: i64,
}

/// What was seen of the model in force.
#[derive(Debug, Serialize, ToSchema)]
struct DriftAnswer {
    /// `yes`, `no` or `cannot_tell`.
    retrain: &'static str,
    /// Why yes: `certainty`, `vocabulary`, `accuracy`.
    because: Vec<&'static str>,
    /// Labels of the last four weeks.
    recent_labels: i64,
    /// Labels of the half-year before.
    earlier_labels: i64,
    /// Population stability index of its certainty; null with too few labels.
    stability_index: Option<f64>,
    /// Share of unknown words in the last four weeks; null with too few labels.
    unseen_recent: Option<f64>,
    /// Share of unknown words in the half-year before.
    unseen_earlier: Option<f64>,
    /// Share of right answers, weighed from the reviewed to all; null with too few reviews.
    accuracy: Option<f64>,
    /// Lower end of its 95 % interval.
    accuracy_low: Option<f64>,
    /// Upper end.
    accuracy_high: Option<f64>,
    /// Reviewed complaints.
    reviewed: usize,
}

/// A model that was put to work.
#[derive(Debug, Serialize, ToSchema)]
struct PromotionAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The model.
    model: String,
    /// The model before.
    previous: String,
    /// What was said about it.
    note: String,
    /// When.
    #[schema(format = "date-time")]
    promoted_at: String,
    /// When every label had been given anew; null while that goes on.
    #[schema(format = "date-time")]
    relabelled_at: Option<String>,
}

/// Models of every question
#[utoipa::path(
    get,
    path = "/models",
    tag = "models",
    responses(
        (status = 200, description = "Models, promotions and whether they still fit", body = ModelsAnswer),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(state): State<AppState>,
    _: NoParameters,
) -> Result<Json<ModelsAnswer>, ApiError> {
    let mut seen = state.pipeline.drift().await?;
    let mut axes = Vec::new();
    for (axis, lines) in state.pipeline.model_versions().await? {
        let labels = state.store.labels_by_model(axis).await?;
        let place = seen.iter().position(|drift| drift.axis == axis);
        let drift = place.map(|place| seen.remove(place));
        axes.push(AxisModels::new(axis, lines, &labels, drift));
    }
    let promotions = state.store.promotions().await?.into_iter().map(PromotionAnswer::from).collect();
    Ok(Json(ModelsAnswer { axes, promotions }))
}

impl AxisModels {
    fn new(axis: Axis, lines: Vec<ModelLine>, labels: &[(String, i64)], drift: Option<Drift>) -> Self {
        let models = lines.into_iter().map(|ModelLine { card, in_force, report }| ModelAnswer {
            labels: labels.iter().find(|(name, _)| *name == card.name).map_or(0, |(_, count)| *count),
            in_force,
            compared: report.is_some(),
            texts: card.texts,
            accuracy: card.metrics.accuracy,
            macro_f1: card.metrics.macro_f1,
            name: card.name,
        });
        Self { axis: axis.name(), models: models.collect(), drift: drift.map(DriftAnswer::from) }
    }
}

impl From<Drift> for DriftAnswer {
    fn from(drift: Drift) -> Self {
        let Drift { labels, stability_index, unseen, accuracy, reviewed, verdict, .. } = drift;
        let (retrain, because) = match &verdict {
            Verdict::Yes(reasons) => ("yes", reasons.iter().map(|reason| reason.name()).collect()),
            Verdict::No => ("no", Vec::new()),
            Verdict::CannotTell => ("cannot_tell", Vec::new()),
        };
        Self {
            retrain,
            because,
            recent_labels: labels.0,
            earlier_labels: labels.1,
            stability_index,
            unseen_recent: unseen.map(|(recent, _)| recent),
            unseen_earlier: unseen.map(|(_, earlier)| earlier),
            accuracy: accuracy.map(|(share, ..)| share),
            accuracy_low: accuracy.map(|(_, low, _)| low),
            accuracy_high: accuracy.map(|(.., high)| high),
            reviewed,
        }
    }
}

impl From<Promotion> for PromotionAnswer {
    fn from(promotion: Promotion) -> Self {
        let Promotion { seq: _, axis, model, previous, note, promoted_at, relabelled_at } = promotion;
        Self {
            axis: axis.name(),
            model,
            previous,
            note,
            promoted_at: promoted_at.to_rfc3339(),
            relabelled_at: relabelled_at.map(|at| at.to_rfc3339()),
        }
    }
}
