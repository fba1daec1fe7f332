//! A hundred requests nobody should send: each is answered with a problem of its own, and the service
//! goes on.

use axum::body::{Body, Bytes};
use axum::http::{Method, header};

use super::{Service, request};

/// Method, path, content type, further header, body, status, code.
type Case =
    (Method, &'static str, &'static str, Option<(&'static str, &'static str)>, Vec<u8>, u16, &'static str);

const ONE: &str = "/api/v1/complaints";
const JSON: &str = "application/json";
const GOOD: &str = r#"{"source":"crm","text":"Me cobraron dos veces"}"#;

/// A body for the resource that takes complaints one by one.
fn body(body: impl Into<Vec<u8>>, status: u16, code: &'static str) -> Case {
    (Method::POST, ONE, JSON, None, body.into(), status, code)
}

fn not_json(text: impl Into<Vec<u8>>) -> Case {
    body(text, 400, "malformed_json")
}

fn wrong_fields(text: impl Into<Vec<u8>>) -> Case {
    body(text, 422, "invalid_fields")
}

fn with_type(content_type: &'static str) -> Case {
    (Method::POST, ONE, content_type, None, GOOD.into(), 415, "unsupported_media_type")
}

fn with_header(name: &'static str, value: &'static str, status: u16, code: &'static str) -> Case {
    (Method::POST, ONE, JSON, Some((name, value)), GOOD.into(), status, code)
}

fn at(method: Method, path: &'static str, status: u16, code: &'static str) -> Case {
    (method, path, JSON, None, GOOD.into(), status, code)
}

fn complaint_with(member: &str) -> Vec<u8> {
    format!(r#"{{"source":"crm","text":"hola",{member}}}"#).into_bytes()
}

fn cases() -> Vec<Case> {
    let deep = |open: &str, close: &str, depth: usize| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth)).into_bytes()
    };
    let received = |date: &str| wrong_fields(complaint_with(&format!("\"received_at\":{date}")));
    vec![
        // Not JSON.
        not_json(""),
        not_json(" \n "),
        not_json("{"),
        not_json("}"),
        not_json("{\"source\""),
        not_json("{\"source\":}"),
        not_json("{\"source\":\"crm\",}"),
        not_json("{'source':'crm'}"),
        not_json("{source:\"crm\"}"),
        not_json("{\"source\":\"crm\" \"text\":\"x\"}"),
        not_json("{\"text\":\"unclosed}"),
        not_json("{\"text\":\"line\nbreak\"}"),
        not_json("{\"text\":\"bad \\x escape\"}"),
        not_json("{\"text\":\"\\u12\"}"),
        not_json("{\"text\":\"\\ud800\"}"),
        not_json("{\"text\":\"\\udc00\\ud800\"}"),
        not_json("{\"text\":nul}"),
        not_json("{\"text\":NaN}"),
        not_json("{\"text\":Infinity}"),
        not_json("{\"text\":01}"),
        not_json("{\"text\":1e999999}"),
        not_json("{\"text\":+1}"),
        not_json("{\"text\":.5}"),
        not_json(format!("{{\"text\":-{}e{}}}", "9".repeat(400), "9".repeat(10))),
        not_json(format!("{GOOD}{GOOD}")),
        not_json(format!("{GOOD} trailing")),
        not_json(format!("// comment\n{GOOD}")),
        not_json(format!("\u{feff}{GOOD}")),
        not_json("source=crm&text=x"),
        not_json("<complaint/>"),
        not_json(b"\0".to_vec()),
        not_json(b"{\"text\":\"a\0b\"}".to_vec()),
        not_json(vec![0; 4_096]),
        not_json(b"\xff\xfe{\x00}\x00".to_vec()),
        not_json(b"{\"source\":\"crm\",\"text\":\"caf\xe9\"}".to_vec()),
        not_json(b"{\"source\":\"crm\",\"text\":\"\xc0\xaf\"}".to_vec()),
        not_json(b"{\"source\":\"crm\",\"text\":\"\xed\xa0\x80\"}".to_vec()),
        not_json(b"{\"source\":\"crm\",\"text\":\"\xf4\x90\x80\x80\"}".to_vec()),
        not_json(b"\x1f\x8b\x08\x00\x00".to_vec()),
        not_json(deep("[", "]", 10_000)),
        not_json(deep("{\"a\":", "}", 10_000)),
        not_json(b"[".repeat(10_000)),
        not_json(complaint_with(&format!("\"extra\":{}", String::from_utf8_lossy(&deep("[", "]", 10_000))))),
        // JSON, but no object.
        not_json("null"),
        not_json("true"),
        not_json("42"),
        not_json("\"text\""),
        not_json("[]"),
        not_json(format!("[{GOOD}]")),
        // Wrong members.
        wrong_fields("{}"),
        wrong_fields(r#"{"text":"hola"}"#),
        wrong_fields(r#"{"source":"","text":"hola"}"#),
        wrong_fields(r#"{"source":"   ","text":"hola"}"#),
        wrong_fields(r#"{"source":null,"text":"hola"}"#),
        wrong_fields(r#"{"source":{"name":"crm"},"text":"hola"}"#),
        wrong_fields(r#"{"source":"crm"}"#),
        wrong_fields(r#"{"source":"crm","text":""}"#),
        wrong_fields(r#"{"source":"crm","text":null}"#),
        wrong_fields(r#"{"source":"crm","text":["hola"]}"#),
        wrong_fields(r#"{"source":"crm","text":5}"#),
        wrong_fields(r#"{"source":"crm","text":true}"#),
        wrong_fields(r#"{"source":"crm","text":"a\u0000b"}"#),
        wrong_fields(format!(r#"{{"source":"crm","text":"{}"}}"#, "x".repeat(200_001))),
        wrong_fields(format!(r#"{{"source":"{}","text":"hola"}}"#, "x".repeat(2_001))),
        wrong_fields(complaint_with(r#""external_id":{}"#)),
        wrong_fields(complaint_with(r#""external_id":1.5"#)),
        wrong_fields(complaint_with(r#""product":7"#)),
        wrong_fields(complaint_with(r#""product":"a\u0000""#)),
        wrong_fields(complaint_with(r#""extra":"x""#)),
        wrong_fields(complaint_with(r#""extra":[1]"#)),
        wrong_fields(complaint_with(r#""extra":{"a":{"b":1}}"#)),
        wrong_fields(complaint_with(r#""extra":{"a":1,"a":2}"#)),
        wrong_fields(complaint_with(&format!(
            "\"extra\":{{{}}}",
            (0..65).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(",")
        ))),
        wrong_fields(complaint_with(r#""text":"again""#)),
        wrong_fields(complaint_with(r#""unknown":1"#)),
        wrong_fields(complaint_with(r#""id":"0190a000-0000-7000-8000-000000000000""#)),
        wrong_fields(complaint_with(r#""Text":"wrong case""#)),
        wrong_fields(complaint_with(r#""":"""#)),
        wrong_fields(complaint_with(r#""\u0000":1"#)),
        wrong_fields(complaint_with(&format!("\"{}\":1", "k".repeat(10_000)))),
        // Absurd dates.
        received("\"yesterday\""),
        received("\"2026-02-30\""),
        received("\"2026-13-01T00:00:00Z\""),
        received("\"2026-11-12T25:00:00Z\""),
        received("\"12/11/2026\""),
        received("\"0000-00-00\""),
        received("\"9999-12-31\""),
        received("\"2027-01-01T00:00:00Z\""),
        received("\"1850-01-01\""),
        received("\"-009999-01-01\""),
        received("\"99999999999999999999\""),
        received("99999999999999999999999"),
        received("1.5"),
        received("[]"),
        received("true"),
        // Too large.
        body(format!(r#"{{"source":"crm","text":"{}"}}"#, "x".repeat(10 << 20)), 413, "body_too_large"),
        body(vec![b' '; (1 << 20) + 1], 413, "body_too_large"),
        // Wrong media types and encodings.
        with_type("text/plain"),
        with_type("application/x-www-form-urlencoded"),
        with_type("multipart/form-data; boundary=x"),
        with_type("application/jsonp"),
        with_type("application/json; charset=iso-8859-1"),
        with_type("json"),
        with_type(""),
        (
            Method::POST,
            ONE,
            JSON,
            Some(("content-encoding", "gzip")),
            b"\x1f\x8b\x08\x00\x00".to_vec(),
            415,
            "unsupported_media_type",
        ),
        with_header("content-encoding", "br", 415, "unsupported_media_type"),
        with_header("content-length", "99999999999", 413, "body_too_large"),
        with_header("idempotency-key", "a#b", 422, "invalid_fields"),
        with_header("sec-fetch-site", "cross-site", 403, "cross_site"),
        with_header("origin", "https://evil.example", 403, "cross_site"),
        // Wrong places.
        at(Method::POST, "/api/v1/complaints?dry_run=1", 422, "unknown_parameter"),
        at(Method::POST, "/api/v1/complaints?%00=1", 422, "unknown_parameter"),
        at(Method::POST, "/api/v1/complaints/", 404, "not_found"),
        at(Method::POST, "/api/v1/complaint", 404, "not_found"),
        at(Method::POST, "/api/v2/complaints", 404, "not_found"),
        at(Method::POST, "/api", 404, "not_found"),
        at(Method::PUT, "/api/v1/complaints", 405, "method_not_allowed"),
        at(Method::DELETE, "/api/v1/complaints", 405, "method_not_allowed"),
        at(Method::GET, "/api/v1/complaints:batch", 405, "method_not_allowed"),
    ]
}

#[tokio::test]
async fn a_hundred_malformed_requests_are_refused_and_the_service_goes_on() {
    let service = Service::start().await;
    let cases = cases();
    assert!(cases.len() >= 100, "{} cases", cases.len());
    for (number, (method, path, content_type, extra, body, status, code)) in cases.into_iter().enumerate() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let case = format!("case {number}: {method} {path} {content_type} {extra:?} {shown}");
        let mut builder = request(method, path).header(header::CONTENT_TYPE, content_type);
        if let Some((name, value)) = extra {
            builder = builder.header(name, value);
        }
        let answer = service.send(builder.body(Body::from(Bytes::from(body))).expect("a request")).await;
        assert_eq!(answer.status.as_u16(), status, "{case}: {}", answer.text());
        assert_eq!(answer.problem(status), code, "{case}");
        assert!(answer.body.len() < 4_096, "{case}: an answer of {} bytes", answer.body.len());
    }
    let none = request(Method::POST, ONE).body(Body::from(GOOD)).expect("a request");
    assert_eq!(service.send(none).await.problem(415), "unsupported_media_type", "no content type at all");
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 0, "nothing was stored");
    service.post(ONE, GOOD).await.json(201);
}

#[tokio::test]
async fn what_is_refused_line_by_line_is_refused_in_a_batch_too() {
    let service = Service::start().await;
    let refused = cases().into_iter().filter(|(method, path, content_type, extra, body, status, _)| {
        let is_body = *method == Method::POST && *path == ONE && *content_type == JSON && extra.is_none();
        let is_line = !body.contains(&b'\n') && !body.trim_ascii().is_empty();
        is_body && is_line && matches!(status, 400 | 422)
    });
    let mut lines = Vec::new();
    let mut expected = 0;
    for (.., body, _, _) in refused {
        lines.extend_from_slice(&body);
        lines.push(b'\n');
        expected += 1;
    }
    lines.extend_from_slice(GOOD.as_bytes());
    let request = request(Method::POST, "/api/v1/complaints:batch")
        .header(header::CONTENT_TYPE, "application/x-ndjson")
        .body(Body::from(lines))
        .expect("a request");
    let answers = service.send(request).await.lines();
    let rejected = answers.iter().filter(|answer| answer["status"] == "rejected").count();
    assert_eq!((rejected, answers.len()), (expected, expected + 1));
    assert_eq!(answers[expected]["status"], "stored");
}
