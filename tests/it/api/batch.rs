//! `/api/v1/complaints:batch`.

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, header};
use futures_util::stream;
use serde_json::Value;

use super::{Answer, Service, fields, fields_of, request};

fn batch(body: Body, key: Option<&str>) -> Request<Body> {
    let mut request = request(Method::POST, "/api/v1/complaints:batch")
        .header(header::CONTENT_TYPE, "application/x-ndjson");
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    request.body(body).expect("a request")
}

async fn send(service: &Service, lines: &str, key: Option<&str>) -> Answer {
    service.send(batch(Body::from(lines.to_owned()), key)).await
}

fn line(n: usize) -> String {
    format!("{{\"source\":\"crm\",\"external_id\":\"{n}\",\"text\":\"Queja número {n}\"}}\n")
}

fn statuses(answers: &[Value]) -> Vec<(u64, &str)> {
    answers
        .iter()
        .map(|answer| {
            (answer["line"].as_u64().expect("a line"), answer["status"].as_str().expect("a status"))
        })
        .collect()
}

#[tokio::test]
async fn each_line_is_answered_in_order_and_a_bad_one_costs_no_other() {
    let service = Service::start().await;
    let lines = format!(
        "{}\n   \n{{\"source\":\"crm\"\n{}{}{{\"source\":\"crm\",\"text\":\"x\",\"foo\":1}}\n[]\n{{\"source\":\"a\",\"source\":\"b\",\"text\":\"x\"}}\n{}",
        line(1),
        line(2),
        line(1),
        line(3).trim_end(),
    );
    let answer = send(&service, &lines, None).await;
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let answers = answer.lines();
    let expected = [
        (1, "stored"),
        (4, "rejected"),
        (5, "stored"),
        (6, "known"),
        (7, "rejected"),
        (8, "rejected"),
        (9, "rejected"),
        (10, "stored"),
    ];
    assert_eq!(statuses(&answers), expected);
    assert_eq!(answers[0]["id"], answers[3]["id"], "the same complaint twice in one chunk");
    assert_eq!(fields_of(&answers[1]), fields(&[("body", "malformed_json")]));
    assert_eq!(fields_of(&answers[4]), fields(&[("foo", "unknown_member")]));
    assert_eq!(fields_of(&answers[6]), fields(&[("source", "repeated_member")]));
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 3);
}

#[tokio::test]
async fn thousands_of_lines_come_back_in_order_however_they_were_cut() {
    let service = Service::start().await;
    let lines: String = (1..=1_300).map(line).collect();
    let parts: Vec<_> = lines
        .as_bytes()
        .chunks(999)
        .map(|part| Ok::<_, std::io::Error>(Bytes::copy_from_slice(part)))
        .collect();
    let answers = service.send(batch(Body::from_stream(stream::iter(parts)), None)).await.lines();
    let expected: Vec<(u64, &str)> = (1..=1_300).map(|n| (n, "stored")).collect();
    assert_eq!(statuses(&answers), expected);
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 1_300);
}

#[tokio::test]
async fn a_key_repeats_the_answers_of_every_chunk() {
    let service = Service::start().await;
    let lines: String = (1..=600)
        .map(
            |n| if n == 7 { "{}\n".to_owned() } else { format!("{{\"source\":\"crm\",\"text\":\"{n}\"}}\n") },
        )
        .collect();
    let first = send(&service, &lines, Some("night")).await.lines();
    let again = send(&service, &lines, Some("night")).await.lines();
    assert_eq!(first, again);
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 599);

    let longer = format!("{lines}{}", line(1));
    let answers = send(&service, &longer, Some("night")).await.lines();
    assert_eq!(answers[..512], first[..512], "whole chunks that are the same are repeated");
    assert_eq!(statuses(&answers).last(), Some(&(513, "stopped")), "the chunk that differs is not stored");
    assert_eq!(fields_of(&answers[512]), fields(&[("body", "idempotency_key_reused")]));

    let other = send(&service, &line(1), Some("night")).await;
    assert_eq!(other.problem(422), "idempotency_key_reused");
}

#[tokio::test]
async fn a_body_that_breaks_off_says_where_to_go_on() {
    let service = Service::start().await;
    let mut parts: Vec<Result<Bytes, std::io::Error>> =
        vec![Ok((1..=700).map(line).collect::<String>().into())];
    parts.push(Err(std::io::Error::other("the line is dead")));
    let answers = service.send(batch(Body::from_stream(stream::iter(parts)), None)).await.lines();
    assert_eq!(answers.len(), 513);
    assert_eq!(statuses(&answers).last(), Some(&(513, "stopped")));
    assert_eq!(fields_of(&answers[512]), fields(&[("body", "body_unreadable")]));
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 512);

    let broken = vec![Ok(Bytes::from(line(1))), Err(std::io::Error::other("the line is dead"))];
    let answer = service.send(batch(Body::from_stream(stream::iter(broken)), None)).await;
    assert_eq!(answer.problem(400), "body_unreadable", "nothing was stored, so the status says it");
}

#[tokio::test]
async fn a_line_may_be_too_long_and_a_batch_empty() {
    let service = Service::start().await;
    let long = format!("{{\"source\":\"crm\",\"text\":\"{}\"}}\n{}", "x".repeat(3 << 20), line(1));
    let answers = send(&service, &long, None).await.lines();
    assert_eq!(statuses(&answers), [(1, "rejected"), (2, "stored")]);
    assert_eq!(fields_of(&answers[0]), fields(&[("body", "line_too_long")]));
    assert!(send(&service, "\n\n", None).await.lines().is_empty());
}

#[tokio::test]
async fn only_lines_of_json_are_taken() {
    let service = Service::start().await;
    let wrong = request(Method::POST, "/api/v1/complaints:batch")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(line(1)))
        .expect("a request");
    assert_eq!(service.send(wrong).await.problem(415), "unsupported_media_type");
}
