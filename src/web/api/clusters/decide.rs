//! `POST /api/v1/cluster-decisions`: who belongs to which recurring failure, as a person decides it. With
//! `preview` it says what would come of it and changes nothing.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster_history::DecisionKind;
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::pipeline::plan::{By, Change, Flow, Plan, Refusal};
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Complaints one decision may name.
const MAX_COMPLAINTS: usize = 10_000;

/// A decision about who belongs to what. Each kind reads the members it needs.
#[derive(Debug, ToSchema)]
#[schema(as = ClusterChange)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ChangeBody {
    /// `merge`: `cluster` goes into `into`. `split`: `complaints` of `cluster` become one of their own,
    /// called `title` if given. `found`: `complaints`
    /// of no cluster become one. `move`: `complaints` go to `into`, or to none without it. `retire`:
    /// `cluster` is no failure. `together`, `apart`: the two `complaints` belong together, or do not.
    #[schema(schema_with = names::decision_kind, required = true)]
    kind: String,
    /// The cluster it is about.
    #[schema(format = "uuid")]
    cluster: Option<String>,
    /// The cluster complaints go to.
    #[schema(format = "uuid")]
    into: Option<String>,
    /// The complaints it is about.
    complaints: Option<Vec<String>>,
    /// Name of the cluster a split founds.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// Who decides.
    #[schema(max_length = 100)]
    person: Option<String>,
    /// Why.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Whether to say what would come of it without doing it; false when absent.
    preview: Option<bool>,
}

/// What a decision comes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterDecision)]
pub struct DecisionAnswer {
    /// Its id, to undo it by; null for a preview.
    #[schema(format = "uuid")]
    decision: Option<String>,
    /// What was decided.
    #[schema(schema_with = names::decision_kind)]
    kind: &'static str,
    /// Who goes where, what belongs with them included.
    flows: Vec<FlowAnswer>,
    /// The cluster it founds; the id of a preview is not the one to come.
    founds: Option<FoundedAnswer>,
    /// The cluster that ends.
    #[schema(format = "uuid")]
    ends: Option<String>,
    /// Earlier decisions that do not hold any more.
    overrides: usize,
}

/// Complaints on their way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterFlow)]
pub struct FlowAnswer {
    /// Where they were; null for none.
    #[schema(format = "uuid")]
    from: Option<String>,
    /// Where they go; null for none.
    #[schema(format = "uuid")]
    to: Option<String>,
    /// How many.
    complaints: usize,
}

/// A cluster that a decision founds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundedCluster)]
pub struct FoundedAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    title: String,
}

/// Decide who belongs to which recurring failure
#[utoipa::path(
    post,
    path = "/cluster-decisions",
    tag = "clusters",
    request_body(content = ChangeBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Decided, or what would come of it", body = DecisionAnswer),
        (status = 404, description = "No such cluster or complaint", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be done as things stand", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(state): State<AppState>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<DecisionAnswer>, ApiError> {
    let (change, by, preview) = read(JsonObject::parse(&body)?)?;
    let (decision, plan) = if preview {
        (None, state.pipeline.preview(&change).await?.map_err(refused)?)
    } else {
        let (id, plan) = state.pipeline.decide(&change, &by).await?.map_err(refused)?;
        (Some(id.to_string()), plan)
    };
    Ok(Json(DecisionAnswer { decision, ..plan.into() }))
}

fn read(mut object: JsonObject) -> Result<(Change, By, bool), ApiError> {
    // A refusal settles a proposal and is decided there.
    let kinds: Vec<&str> =
        DecisionKind::ALL.map(DecisionKind::name).into_iter().filter(|n| *n != "refuse").collect();
    let expected = format!("write one of: {}", kinds.join(", "));
    let kind = object.required("kind", &expected, |name| {
        DecisionKind::from_name(name).filter(|kind| *kind != DecisionKind::Refuse)
    });
    let id = "send the id of a cluster";
    let cluster = object.parsed("cluster", id, |text| text.parse::<ClusterId>().ok());
    let into = object.parsed("into", id, |text| text.parse::<ClusterId>().ok());
    let complaints: Vec<ComplaintId> = object.ids("complaints", MAX_COMPLAINTS);
    let title = object.short_text("title", MAX_TITLE_CHARS).filter(|title| !title.is_empty());
    let by = By {
        person: object.short_text("person", MAX_REVIEWER_CHARS).filter(|person| !person.is_empty()),
        reason: object.short_text("reason", MAX_REASON_CHARS).filter(|reason| !reason.is_empty()),
    };
    let preview = object.flag("preview");
    let mut needed = |name: &'static str| {
        object.refuse(name, "missing", "is missing", "send what this kind of decision is about");
        None
    };
    let change = match (kind, cluster, into, complaints.as_slice()) {
        (None, ..) => None,
        (Some(DecisionKind::Merge | DecisionKind::Split | DecisionKind::Retire), None, ..) => {
            needed("cluster")
        }
        (Some(DecisionKind::Merge), _, None, _) => needed("into"),
        (Some(DecisionKind::Merge), Some(from), Some(into), _) => Some(Change::Merge { from, into }),
        (Some(DecisionKind::Retire), Some(cluster), ..) => Some(Change::Retire { cluster }),
        (Some(DecisionKind::Together), _, _, [a, b]) => Some(Change::Together { a: *a, b: *b }),
        (Some(DecisionKind::Apart), _, _, [a, b]) => Some(Change::Apart { a: *a, b: *b }),
        (Some(DecisionKind::Split), Some(cluster), _, [_, ..]) => {
            Some(Change::Split { cluster, complaints, title })
        }
        (Some(DecisionKind::Found), _, _, [_, ..]) => Some(Change::Found { complaints, title }),
        (Some(DecisionKind::Move), _, to, [_, ..]) => Some(Change::Move { complaints, to }),
        (Some(_), ..) => needed("complaints"),
    };
    Ok((object.finish_with(change)?, by, preview))
}

fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NoCluster(_) => ApiError::NotFound { what: "cluster" },
        Refusal::NoComplaint(_) => ApiError::NotFound { what: "complaint" },
        other => ApiError::ChangeRefused { reason: other.to_string() },
    }
}

impl From<Plan> for DecisionAnswer {
    fn from(plan: Plan) -> Self {
        let Plan { kind, flows, founds, ends, overrides } = plan;
        Self {
            decision: None,
            kind: kind.name(),
            flows: flows.into_iter().map(FlowAnswer::from).collect(),
            founds: founds.map(|(id, title)| FoundedAnswer { id: id.to_string(), title }),
            ends: ends.map(|id| id.to_string()),
            overrides,
        }
    }
}

impl From<Flow> for FlowAnswer {
    fn from(Flow { from, to, complaints }: Flow) -> Self {
        Self { from: from.map(|id| id.to_string()), to: to.map(|id| id.to_string()), complaints }
    }
}
