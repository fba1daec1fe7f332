//! Failures in words: what happened and what to do. Details go to the log, never to the screen.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use super::visitor::Visitor;
use crate::pipeline::PipelineError;
use crate::search::error::QueryError;
use crate::store::StoreError;

/// Why a page could not be given.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// Nothing lives at this address.
    #[error("not found")]
    NotFound,
    /// The store failed.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// A step of the pipeline failed.
    #[error("pipeline: {0}")]
    Pipeline(#[from] PipelineError),
    /// The index failed, or a question made by a page was refused.
    #[error("search: {0}")]
    Search(#[from] QueryError),
    /// A template failed.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    /// A worker thread ended before its time.
    #[error("worker: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl IntoResponse for PageError {
    /// The bare status; `visitor::receive` gives it its looks.
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Store(StoreError::Busy { .. }) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            failure => {
                tracing::error!(error = &failure as &dyn std::error::Error, "a page could not be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// A failure as a page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    frame: Frame,
    status: u16,
    title: String,
    what: String,
    todo: String,
}

impl ErrorPage {
    fn new(frame: Frame, status: StatusCode) -> Self {
        let [title, what, todo] = match status {
            StatusCode::NOT_FOUND => ["error-404-title", "error-404-what", "error-404-todo"],
            StatusCode::SERVICE_UNAVAILABLE => ["error-503-title", "error-503-what", "error-503-todo"],
            status if status.is_client_error() => ["error-422-title", "error-422-what", "error-422-todo"],
            _ => ["error-500-title", "error-500-what", "error-500-todo"],
        };
        let (title, what, todo) = (frame.t(title), frame.t(what), frame.t(todo));
        Self { frame, status: status.as_u16(), title, what, todo }
    }
}

/// The page of a failure, with its status.
pub(super) fn page(visitor: &Visitor, status: StatusCode) -> Response {
    let frame = Frame { locale: visitor.locale, section: None, here: visitor.here.clone() };
    match ErrorPage::new(frame, status).render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ErrorPage> {
    [404, 422, 500, 503]
        .map(|status| ErrorPage::new(frame.clone(), StatusCode::from_u16(status).expect("a status")))
        .into()
}
