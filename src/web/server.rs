//! Puts the service together and runs it: routes, what every request passes through, and an end that
//! loses nothing.

use std::any::Any;
use std::future::Future;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::config::ServiceConfig;
use crate::web::problem::ApiError;
use crate::web::protection::{self, AllowedHosts};
use crate::web::state::AppState;
use crate::web::{api, health, openapi, pages, request_log};

/// How long requests that are under way, and then the complaints that wait to be written, may take when
/// the service stops.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// Serves until `shutdown` completes; then takes no new connection, ends the requests that are under
/// way, and waits until `writer`, the task of the state's intake queue, has stored what was handed in.
/// What takes longer than [`STOP_TIMEOUT`] is left behind with a warning.
///
/// # Errors
/// When the listener's address cannot be read.
pub async fn serve(
    state: AppState,
    writer: JoinHandle<()>,
    service: &ServiceConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    // The router holds the last queue: when it is gone and all is written, the writer ends.
    let router = router(state, service);
    let (stopping, stop_begins) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    let listener = listener.tap_io(|connection| {
        // Answers are written at once; waiting to fill a packet would only add its delay.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection keeps its delay");
        }
    });
    tracing::info!(%address, "listening");
    let too_late = async {
        // Without a signal there is no end, so there is nothing to be late for.
        match stop_begins.await {
            Ok(()) => tokio::time::sleep(STOP_TIMEOUT).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = async { axum::serve(listener, router).with_graceful_shutdown(signal).await } => ended?,
        () = too_late => tracing::warn!(timeout_s = STOP_TIMEOUT.as_secs(), "requests under way were cut off"),
    }
    match tokio::time::timeout(STOP_TIMEOUT, writer).await {
        Ok(Ok(())) => tracing::info!("stopped"),
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the intake's writer failed")
        }
        Err(_) => tracing::warn!(timeout_s = STOP_TIMEOUT.as_secs(), "the intake's writer was left behind"),
    }
    Ok(())
}

/// Every route, and what every request passes through.
pub fn router(state: AppState, service: &ServiceConfig) -> Router {
    let (routes, document) = documented().split_for_parts();
    let document = Json(openapi::finished(document));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        // The answers to a batch leave chunk by chunk; a compressor would hold them back.
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson")));
    Router::new()
        .merge(routes)
        .merge(pages::routes())
        .method_not_allowed_fallback(method_not_allowed)
        .route("/openapi.json", get(move || async { document }))
        .route("/api", any(not_found))
        .route("/api/{*rest}", any(not_found))
        .fallback(pages::not_found)
        .layer(compression)
        .layer(middleware::from_fn(protection::check_site))
        .layer(middleware::from_fn_with_state(AllowedHosts::of(service), protection::check_host))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(protection::add_headers))
        .layer(middleware::from_fn(request_log::log))
        .with_state(state)
}

/// The description of everything this service answers, without running it.
pub fn document() -> OpenApi {
    openapi::finished(documented().into_openapi())
}

fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::frame()).merge(api::routes()).merge(health::routes())
}

async fn not_found() -> ApiError {
    ApiError::NotFound { what: "resource" }
}

async fn method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

/// What a caller gets when a handler panicked. What the panic said may hold what the caller sent, so it is
/// not repeated here.
fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    let mut response = ApiError::internal("a handler panicked").into_response();
    // The connection may be in any state; the caller shall open another.
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}
