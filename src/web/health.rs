//! `/health`: the process lives. `/ready`: it can do its work. Both are for whoever runs it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::web::state::AppState;

/// How long the database may take to answer before it counts as unreachable.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// The process lives.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `alive`.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Whether the service can do its work, part by part.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    /// `ready`, or `not_ready` when a part is not.
    status: &'static str,
    /// The database can be written to.
    database: Part,
    /// Its schema is the one this version knows: every change was applied when it was opened.
    schema: Part,
    /// The search index is open.
    index: IndexPart,
}

/// One part.
#[derive(Debug, Serialize, ToSchema)]
struct Part {
    /// Whether it can do its work.
    ready: bool,
}

/// The search index.
#[derive(Debug, Serialize, ToSchema)]
struct IndexPart {
    /// Whether it is open.
    ready: bool,
    /// The last change it contains; null while it is empty.
    change: Option<i64>,
    /// Changes of the database it does not contain yet; null when the database cannot be asked.
    behind: Option<i64>,
}

/// The two routes.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process lives
#[utoipa::path(
    get,
    path = "/health",
    tag = "health",
    responses((status = 200, description = "The process lives", body = Health))
)]
async fn health() -> Json<Health> {
    Json(Health { status: "alive", version: env!("CARGO_PKG_VERSION") })
}

/// The service can do its work
#[utoipa::path(
    get,
    path = "/ready",
    tag = "health",
    responses(
        (status = 200, description = "It can do its work", body = Readiness),
        (status = 503, description = "A part cannot", body = Readiness),
    )
)]
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let asked = async {
        let last_change = state.store.last_change().await?;
        state.store.ping().await.map(|()| last_change)
    };
    let answered = tokio::time::timeout(DATABASE_TIMEOUT, asked).await.ok();
    let last_change = match answered {
        Some(Ok(last_change)) => Some(last_change),
        Some(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database is not ready");
            None
        }
        None => {
            tracing::warn!(timeout_s = DATABASE_TIMEOUT.as_secs(), "the database does not answer");
            None
        }
    };
    let change = state.index.checkpoint().map(|checkpoint| checkpoint.seq);
    let behind = last_change.map(|last| last - change.unwrap_or(0));
    let is_ready = last_change.is_some();
    let readiness = Readiness {
        status: if is_ready { "ready" } else { "not_ready" },
        database: Part { ready: is_ready },
        // A store does not open before every change of the schema is applied.
        schema: Part { ready: true },
        index: IndexPart { ready: true, change, behind },
    };
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness))
}
