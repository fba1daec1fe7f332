//! The JSON API, through the router: every resource, everything that can be wrong with a request, and
//! what every answer carries.

mod actions;
mod batch;
mod changes;
mod cluster_views;
mod clusters;
mod complaints;
mod counts;
mod description;
mod malformed;
mod models;
mod reviews;
mod running;
mod signals;
mod subscriptions;
mod surroundings;
mod taxonomy;
mod watch;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use raiz::config::ServiceConfig;
use raiz::domain::complaint::NewComplaint;
use raiz::domain::id::ClusterId;
use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::language::Language;
use raiz::search::index::{Checkpoint, SearchIndex};
use raiz::search::writer::IndexedComplaint;
use raiz::store::Store;
use raiz::store::analysis::{Analysed, Assignment, RawComplaint};
use raiz::store::clusters::NewCluster;
use raiz::store::intake_queue::IntakeQueue;
use raiz::web::server;
use raiz::web::state::AppState;
use serde_json::Value;
use tower::ServiceExt;

use crate::world::pipeline;

/// A running service over an empty database of its own.
struct Service {
    state: AppState,
    router: Router,
    writer: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Service {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipeline = pipeline(&folder, "America/Bogota").await;
        let (queue, writer) = IntakeQueue::start(pipeline.store.clone(), || ());
        let state = AppState::new(pipeline, queue);
        let router = server::router(state.clone(), &ServiceConfig::default());
        Self { state, router, writer, _folder: folder }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole answer");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    async fn send_json(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        self.send_json(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: &str) -> Answer {
        self.send_json(Method::PUT, path, body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send(request(Method::DELETE, path).body(Body::empty()).expect("a request")).await
    }

    /// Stores, labels, groups and indexes complaints; gives their cluster.
    async fn with_complaints(&self, complaints: &[NewComplaint]) -> ClusterId {
        let store = &self.state.store;
        store.take_in(complaints).await.expect("stored");
        let raw = store.claim_pending(1_000).await.expect("claimed");
        let analysed: Vec<Analysed> = raw.iter().map(analysed).collect();
        store.record_analysis(&analysed, "t1").await.expect("recorded");
        let cluster = store.new_cluster_id();
        let found =
            NewCluster { id: cluster, title: "Retrasos".to_owned(), terms: vec!["retraso".to_owned()] };
        let join =
            |raw: &RawComplaint| Assignment { complaint: raw.id, day: raw.day, cluster, similarity: 0.7 };
        let members: Vec<Assignment> = raw.iter().map(join).collect();
        store.found_clusters(&[found], &members, 1).await.expect("founded");
        store.refresh_main_labels().await.expect("refreshed");
        index_all(store, &self.state.index).await;
        cluster
    }
}

fn analysed(raw: &RawComplaint) -> Analysed {
    Analysed {
        id: raw.id,
        day: raw.day,
        text: raw.original.clone(),
        redactions: 0,
        language: Language::Spanish,
        labels: vec![Label {
            axis: Axis::FailureType,
            value: "delay".to_owned(),
            probability: 0.75,
            unsure: false,
            origin: Origin::Machine,
            model: "m1".to_owned(),
        }],
        cluster: None,
    }
}

async fn index_all(store: &Store, index: &SearchIndex) {
    let changes = store.complaint_changes_after(0, 10_000).await.expect("read");
    let ids: Vec<_> = changes.iter().map(|change| change.complaint).collect();
    let records = store.complaints(&ids).await.expect("read");
    let mut writer = index.writer().expect("nobody else writes");
    for record in &records {
        let complaint = &record.complaint;
        writer
            .upsert(&IndexedComplaint {
                id: complaint.id,
                received_at: complaint.received_at,
                received_day: complaint.received_day,
                language: complaint.language,
                text: complaint.text.as_deref().unwrap_or_default(),
                facts: &complaint.facts,
                source: &complaint.source,
                external_id: complaint.external_id.as_deref(),
                kind: None,
                product_area: None,
                failure_type: record.label(Axis::FailureType).map(|label| label.value.as_str()),
                cluster: record.cluster.map(|(id, _)| id),
                unsure: false,
            })
            .expect("written");
    }
    let seq = store.last_change().await.expect("read");
    writer.commit(Checkpoint { seq }).expect("committed");
}

impl Answer {
    /// The body as JSON; its status must be `status`.
    #[track_caller]
    fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        serde_json::from_slice(&self.body).expect("an answer in JSON")
    }

    /// The answers of a batch, a line each.
    #[track_caller]
    fn lines(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.text().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// The code of a problem document with this status, after checking its form.
    #[track_caller]
    fn problem(&self, status: u16) -> String {
        let problem = self.json(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        let code = problem["code"].as_str().expect("a code");
        assert_eq!(problem["type"], format!("urn:raiz:problem:{code}"));
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        code.to_owned()
    }

    /// Fields and codes of a problem with single fields.
    #[track_caller]
    fn field_problems(&self, status: u16) -> Vec<(String, String)> {
        self.problem(status);
        fields_of(&self.json(status))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Fields and codes of `errors`.
fn fields_of(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = document["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
}

/// Expected fields and codes, as [`fields_of`] gives them.
fn fields(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:8047")
}
