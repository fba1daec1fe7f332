//! The JSON API under `/api/v1`. One file per verb; each says what it takes, what it answers and what
//! can go wrong. Nothing here knows SQL, the index's query syntax or pages.

mod actions;
mod body;
mod changes;
mod cluster_views;
mod clusters;
mod complaints;
mod counts;
mod emerging;
mod json_object;
mod models;
mod names;
mod paging;
mod parameters;
mod proposals;
mod reviews;
mod settlement;
mod signals;
mod subscriptions;
mod taxonomy;
mod watch;

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::web::problem::ApiError;
use crate::web::state::AppState;

pub use body::{MAX_BODY_BYTES, READ_TIMEOUT};

/// How long an answer may take. A batch has no such bound; each part of its body has [`READ_TIMEOUT`].
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// Every route of the API with its documentation.
pub fn routes() -> OpenApiRouter<AppState> {
    let answered_in_time = OpenApiRouter::new()
        .routes(routes!(complaints::list::list, complaints::create::create))
        .routes(routes!(complaints::read::read))
        .routes(routes!(complaints::explanation::explanation))
        .routes(routes!(reviews::judge::judge, reviews::history::history))
        .routes(routes!(reviews::queue::list))
        .routes(routes!(reviews::agreement::agreement))
        .routes(routes!(clusters::list::list))
        .routes(routes!(clusters::read::read, clusters::edit::edit))
        .routes(routes!(clusters::history::history))
        .routes(routes!(clusters::comments::list, clusters::comments::create))
        .routes(routes!(clusters::owners::list, clusters::owners::replace))
        .routes(routes!(cluster_views::list::list))
        .routes(routes!(cluster_views::keep::keep, cluster_views::forget::forget))
        .routes(routes!(clusters::decide::decide))
        .routes(routes!(clusters::undo::undo))
        .routes(routes!(proposals::list::list))
        .routes(routes!(proposals::settle::settle))
        .routes(routes!(emerging::list::list))
        .routes(routes!(emerging::settle::settle))
        .routes(routes!(signals::list::list))
        .routes(routes!(signals::read::read))
        .routes(routes!(signals::suspects::suspects))
        .routes(routes!(signals::judge::judge))
        .routes(routes!(signals::history::history))
        .routes(routes!(signals::mute::mute, signals::mute::unmute))
        .routes(routes!(watch::budget::budget))
        .routes(routes!(watch::replay::replay))
        .routes(routes!(watch::forecast::forecast))
        .routes(routes!(watch::precursors::precursors))
        .routes(routes!(subscriptions::list::list, subscriptions::create::create))
        .routes(routes!(subscriptions::one::remove))
        .routes(routes!(subscriptions::one::test))
        .routes(routes!(changes::list::list, changes::create::create))
        .routes(routes!(changes::remove::remove))
        .routes(routes!(actions::list::list, actions::create::create))
        .routes(routes!(actions::read::read, actions::edit::edit))
        .routes(routes!(actions::move_on::move_on))
        .routes(routes!(actions::link::link, actions::link::unlink))
        .routes(routes!(counts::list))
        .routes(routes!(models::list))
        .routes(routes!(taxonomy::read::read, taxonomy::publish::publish))
        .routes(routes!(taxonomy::versions::list))
        .routes(routes!(taxonomy::diff::diff))
        .route_layer(middleware::from_fn(answer_in_time));
    let v1 = OpenApiRouter::new().routes(routes!(complaints::batch::batch)).merge(answered_in_time);
    OpenApiRouter::new().nest("/api/v1", v1)
}

async fn answer_in_time(request: Request, next: Next) -> Result<Response, ApiError> {
    tokio::time::timeout(ANSWER_TIMEOUT, next.run(request))
        .await
        .map_err(|_| ApiError::Timeout { seconds: ANSWER_TIMEOUT.as_secs() })
}
