//! The service on a real connection: an end that loses nothing.

use std::time::Duration;

use raiz::config::ServiceConfig;
use raiz::web::server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::Service;

const BODY: &str = r#"{"source":"crm","external_id":"last","text":"Justo antes del final"}"#;

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_service_stops() {
    let Service { state, router, writer, _folder } = Service::start().await;
    drop(router);
    let store = state.store.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let service = ServiceConfig::default();
    let serving = tokio::spawn(async move {
        let shutdown = async { stopped.await.expect("the test says when") };
        server::serve(state, writer, &service, listener, shutdown).await
    });

    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let (first, rest) = BODY.split_at(20);
    let head = format!(
        "POST /api/v1/complaints HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        BODY.len()
    );
    connection.write_all(head.as_bytes()).await.expect("sent");
    // The handler must be reading before the service is told to stop.
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(()).expect("the service listens");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!serving.is_finished(), "it waits for the request");
    connection.write_all(rest.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");

    let ended = tokio::time::timeout(Duration::from_secs(10), serving).await.expect("it ends");
    ended.expect("no panic").expect("no failure");
    assert_eq!(store.complaint_total().await.expect("counted"), 1);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_batch_may_be_sent_whole_before_its_answers_are_read() {
    let Service { state, router, writer, _folder } = Service::start().await;
    drop(router);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let service = ServiceConfig::default();
    let serving = tokio::spawn(async move {
        let shutdown = async { stopped.await.expect("the test says when") };
        server::serve(state, writer, &service, listener, shutdown).await
    });

    let lines: String = (0..40_000)
        .map(|n| format!("{{\"source\":\"crm\",\"external_id\":\"{n}\",\"text\":\"x\"}}\n"))
        .collect();
    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/complaints:batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
        lines.len()
    );
    connection.write_all(head.as_bytes()).await.expect("sent");
    let sent = tokio::time::timeout(Duration::from_secs(60), connection.write_all(lines.as_bytes()));
    sent.await.expect("the service goes on reading").expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("an answer");
    assert_eq!(answer.matches("\"status\":\"stored\"").count(), 40_000);
    stop.send(()).expect("the service listens");
    serving.await.expect("no panic").expect("no failure");
}
