//! `GET /api/v1/clusters`: recurring failures, largest or most urgent first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::ClusterAnswer;
use crate::domain::cluster::ClusterState;
use crate::domain::id::ClusterId;
use crate::web::api::names;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which clusters.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ClustersQuestion {
    /// Where it stands.
    #[param(schema_with = names::cluster_state)]
    state: Option<String>,
    /// Product area that prevails: an id of the taxonomy.
    product_area: Option<String>,
    /// Failure type that prevails: an id of the taxonomy.
    failure_type: Option<String>,
    /// Only what stood at this instant, as it was then.
    #[param(format = "date-time")]
    as_of: Option<String>,
    /// `size`, the largest first, or `priority`, the most urgent first and of those the largest; `size` when
    /// absent, and in a past view, of which no priority is known.
    #[param(schema_with = names::cluster_order)]
    sort: Option<String>,
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// In which order clusters come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::api) enum Order {
    Size,
    Priority,
}

impl Order {
    pub(in crate::web::api) const ALL: [Self; 2] = [Self::Size, Self::Priority];

    pub(in crate::web::api) fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Priority => "priority",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// A page of clusters in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClustersAnswer {
    /// How many match, on all pages.
    total: usize,
    /// The page's clusters.
    clusters: Vec<ClusterAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// Recurring failures, largest or most urgent first
#[utoipa::path(
    get,
    path = "/clusters",
    tag = "clusters",
    params(ClustersQuestion),
    responses(
        (status = 200, description = "A page of clusters", body = ClustersAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ClustersAnswer>, ApiError> {
    let expected = format!("write one of: {}", ClusterState::ALL.map(ClusterState::name).join(", "));
    let standing = parameters.parsed("state", &expected, ClusterState::from_name);
    let product_area = parameters.one("product_area");
    let failure_type = parameters.one("failure_type");
    let as_of = parameters.instant("as_of");
    let expected = format!("write one of: {}", Order::ALL.map(Order::name).join(", "));
    let order = parameters.parsed("sort", &expected, Order::from_name);
    let page = ListPage::<ClusterId>::read(&mut parameters);
    parameters.finish()?;

    let mut clusters = match as_of {
        Some(at) => state.store.clusters_as_of(at).await?,
        None => state.store.clusters().await?,
    };
    clusters.retain(|cluster| {
        standing.is_none_or(|standing| cluster.state == standing)
            && (product_area.is_none() || cluster.product_area == product_area)
            && (failure_type.is_none() || cluster.failure_type == failure_type)
    });
    if order == Some(Order::Priority) && as_of.is_none() {
        clusters.sort_by_key(|cluster| cluster.life.priority);
    }
    let total = clusters.len();
    let (clusters, next) = page.cut(clusters, |cluster| cluster.id)?;
    let answer = if as_of.is_some() { ClusterAnswer::as_then } else { ClusterAnswer::from };
    let clusters = clusters.into_iter().map(answer).collect();
    Ok(Json(ClustersAnswer { total, clusters, next: next.map(|id| id.to_string()) }))
}
