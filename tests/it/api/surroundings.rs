//! What every request passes through: names, sites, headers, compression, and the two questions of
//! whoever runs the service.

use axum::body::Body;
use axum::http::{Method, Request, header};
use raiz::config::ServiceConfig;
use raiz::web::server;
use tower::ServiceExt;

use super::{Service, request};
use crate::world::complaint;

#[tokio::test]
async fn every_answer_carries_the_protecting_headers_and_an_id() {
    let service = Service::start().await;
    for path in ["/health", "/api/v1/clusters", "/api/v1/nowhere", "/nowhere"] {
        let answer = service.get(path).await;
        assert!(answer.header("content-security-policy").contains("default-src 'self'"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
    }
    let spoofed = request(Method::GET, "/health").header("x-request-id", "mine");
    let answer = service.send(spoofed.body(Body::empty()).expect("a request")).await;
    assert_ne!(answer.header("x-request-id"), "mine", "ids in the log are our own");
}

#[tokio::test]
async fn on_loopback_only_known_names_are_answered() {
    let service = Service::start().await;
    for (host, status) in
        [("evil.example:8047", 421), ("localhost:8047", 200), ("[::1]:8047", 200), ("127.0.0.1", 200)]
    {
        let request =
            Request::get("/health").header(header::HOST, host).body(Body::empty()).expect("a request");
        assert_eq!(service.send(request).await.status.as_u16(), status, "{host}");
    }
    let nameless = Request::get("/health").body(Body::empty()).expect("a request");
    assert_eq!(service.send(nameless).await.problem(421), "host_not_allowed");

    let open = ServiceConfig {
        address: "0.0.0.0:8047".parse().expect("an address"),
        open_to_network: true,
        ..ServiceConfig::default()
    };
    let router = server::router(service.state.clone(), &open);
    let request =
        Request::get("/health").header(header::HOST, "raiz.example").body(Body::empty()).expect("a request");
    assert_eq!(router.oneshot(request).await.expect("an answer").status().as_u16(), 200);
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_can_read_it() {
    let service = Service::start().await;
    service.with_complaints(&[complaint("a", 10, &"La entrega llegó tarde. ".repeat(100))]).await;
    let asked = request(Method::GET, "/api/v1/complaints").header(header::ACCEPT_ENCODING, "gzip");
    let answer = service.send(asked.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    let plain = service.get("/api/v1/complaints").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(answer.body.len() * 2 < plain.body.len());
}

#[tokio::test]
async fn readiness_tells_the_parts_apart() {
    let service = Service::start().await;
    assert_eq!(service.get("/health").await.json(200)["status"], "alive");
    let ready = service.get("/ready").await.json(200);
    assert_eq!(ready["status"], "ready");
    assert_eq!((ready["index"]["behind"].as_i64(), ready["index"]["change"].as_i64()), (Some(0), None));

    service.post("/api/v1/complaints", r#"{"source":"crm","text":"hola"}"#).await.json(201);
    assert_eq!(service.get("/ready").await.json(200)["index"]["behind"], 1);

    service.state.store.close().await;
    let broken = service.get("/ready").await.json(503);
    assert_eq!(broken["status"], "not_ready");
    assert_eq!((&broken["database"]["ready"], &broken["index"]["ready"]), (&false.into(), &true.into()));
    assert_eq!(service.get("/health").await.json(200)["status"], "alive");
    assert_eq!(service.get("/api/v1/clusters").await.problem(500), "internal");
}

#[tokio::test]
async fn a_service_that_cannot_write_says_try_again() {
    let service = Service::start().await;
    service.state.store.close().await;
    let answer = service.post("/api/v1/complaints", r#"{"source":"crm","text":"hola"}"#).await;
    assert_eq!(answer.problem(503), "not_written");
    assert_eq!(answer.header("retry-after"), "5");
}
