//! `/openapi.json` says what the service does: no more and no less.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use raiz::web::server;
use serde_json::Value;

use super::{Service, request};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

fn document() -> Value {
    serde_json::to_value(server::document()).expect("a description in JSON")
}

/// Every path, with each of the usual methods and its description, if it has one.
fn operations(document: &Value) -> Vec<(String, Method, Option<Value>)> {
    let paths = document["paths"].as_object().expect("paths");
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            let operation = item.get(method.as_str().to_ascii_lowercase()).cloned();
            operations.push((path.clone(), method, operation));
        }
    }
    operations
}

#[test]
fn the_description_is_the_reviewed_one() {
    insta::assert_json_snapshot!(document());
}

#[tokio::test]
async fn the_description_is_served() {
    let service = Service::start().await;
    assert_eq!(service.get("/openapi.json").await.json(200), document());
}

#[tokio::test]
async fn what_is_described_is_there_and_nothing_else() {
    let service = Service::start().await;
    let document = document();
    let mut described = 0;
    for (path, method, operation) in operations(&document) {
        let address = path
            .replace("{name}", "no-view")
            .replace("{id}", "0190a000-0000-7000-8000-000000000000")
            .replace("{cluster}", "0190a000-0000-7000-8000-000000000001");
        let request = request(method.clone(), &address)
            .header(
                header::CONTENT_TYPE,
                if path.ends_with(":batch") { "application/x-ndjson" } else { "application/json" },
            )
            .body(Body::from("{}"))
            .expect("a request");
        let answer = service.send(request).await;
        if operation.is_none() {
            assert_eq!(answer.problem(405), "method_not_allowed", "{method} {path}");
            assert!(!answer.header("allow").is_empty(), "{method} {path}");
            continue;
        }
        described += 1;
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert!(!answer.text().contains("no resource here"), "{method} {path}");
        assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.text());
    }
    assert_eq!(described, 59);
}

#[test]
fn every_operation_has_its_own_name_and_says_how_it_fails() {
    let mut names = std::collections::HashSet::new();
    for (path, method, operation) in operations(&document()) {
        let Some(operation) = operation.filter(|_| path.starts_with("/api/v1")) else { continue };
        let responses = operation["responses"].as_object().expect("responses");
        let problems = responses.iter().filter(|(status, response)| {
            let is_problem = response["content"].get("application/problem+json").is_some();
            assert_eq!(is_problem, !status.starts_with('2'), "{method} {path} {status}");
            is_problem
        });
        assert!(problems.count() >= 2, "{method} {path} names no failure of its own");
        assert!(
            names.insert(operation["operationId"].to_string()),
            "{method} {path} has the name of another"
        );
        assert!(operation["summary"].is_string(), "{method} {path} has no summary");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference into the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn no_route_is_added_past_the_description() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/api");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            assert!(!text.contains(".route("), "{} adds a route without its description", path.display());
        }
    }
}
