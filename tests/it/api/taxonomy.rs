//! `/api/v1/taxonomy`: reading, comparing and publishing versions.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Service, fields};
use crate::world::complaint;

/// The version in force as `PUT` takes it.
async fn draft(service: &Service) -> Value {
    serde_json::from_str(&service.state.store.taxonomy().await.expect("read").to_json()).expect("JSON")
}

#[tokio::test]
async fn the_taxonomy_names_and_explains_every_answer() {
    let service = Service::start().await;
    let taxonomy = service.get("/api/v1/taxonomy").await.json(200);
    let sizes: Vec<_> = taxonomy["axes"]
        .as_array()
        .expect("axes")
        .iter()
        .map(|axis| (axis["axis"].as_str().expect("a name"), axis["terms"].as_array().expect("terms").len()))
        .collect();
    assert_eq!(sizes, [("kind", 7), ("product_area", 15), ("failure_type", 21)]);
    assert_eq!(taxonomy["number"], 1);
    let petition = &taxonomy["axes"][0]["terms"][0];
    assert_eq!(petition["counter_examples"][0]["is"], "claim");
    assert!(petition["meaning"]["es"].as_str().is_some_and(|meaning| meaning.contains("pide")));
    assert_eq!(service.get("/api/v1/taxonomy?lang=es").await.problem(422), "unknown_parameter");
    assert_eq!(service.get("/api/v1/taxonomy?version=2").await.problem(404), "not_found");
    let versions = service.get("/api/v1/taxonomy/versions").await.json(200);
    assert_eq!(versions["items"][0]["published_at"], Value::Null);
}

#[tokio::test]
async fn a_version_is_compared_then_published_and_takes_complaints_along() {
    let service = Service::start().await;
    service.with_complaints(&[complaint("a", 10, "tarde"), complaint("b", 10, "muy tarde")]).await;
    let mut next = draft(&service).await;
    let terms = next["failure_type"].as_array_mut().expect("terms");
    terms.retain(|term| term["id"] != "delay");
    let put = async |path: &str, body: &Value| service.send_json(Method::PUT, path, &body.to_string()).await;
    let refused = put("/api/v1/taxonomy", &next).await.json(422);
    assert!(refused["errors"].to_string().contains("counter_examples"), "{refused}");
    for term in next["failure_type"].as_array_mut().expect("terms") {
        let counters = term["counter_examples"].as_array_mut().expect("a list");
        counters.retain(|counter| counter["is"] != "delay");
    }
    let in_use = fields(&[("failure_type.delay", "term_in_use")]);
    assert_eq!(put("/api/v1/taxonomy", &next).await.field_problems(422), in_use);

    next["retired"] = json!([{"axis": "failure_type", "id": "delay", "replaced_by": "not_delivered"}]);
    let dry = put("/api/v1/taxonomy?dry_run=true", &next).await.json(200);
    assert_eq!((&dry["published"], &dry["moved"]), (&json!(false), &json!(2)), "{dry}");
    let retired = &dry["changes"][0];
    assert_eq!((&retired["change"], &retired["replaced_by"]), (&json!("retired"), &json!("not_delivered")));
    assert_eq!(service.get("/api/v1/taxonomy").await.json(200)["number"], 1, "a dry run writes nothing");

    let done = put("/api/v1/taxonomy?note=se+une", &next).await.json(200);
    assert_eq!((&done["published"], &done["moved"]), (&json!(true), &json!(2)), "{done}");
    assert_eq!(service.get("/api/v1/taxonomy").await.json(200)["version"], done["version"]);
    let counts = service.get("/api/v1/counts?dimension=failure_type").await.json(200);
    assert_eq!(counts["series"][0]["key"], "not_delivered");
    let diff = service.get("/api/v1/taxonomy/diff?from=1").await.json(200);
    assert_eq!(diff["changes"], done["changes"]);
    let versions = service.get("/api/v1/taxonomy/versions").await.json(200);
    assert_eq!(
        (&versions["items"][0]["note"], &versions["items"][1]["number"]),
        (&json!("se une"), &json!(1))
    );

    // A draft of the version before is refused, and judging takes the answers in force.
    let outdated = fields(&[("version", "outdated")]);
    assert_eq!(put("/api/v1/taxonomy", &next).await.field_problems(422), outdated);
    let listed = service.get("/api/v1/complaints").await.json(200);
    let id = listed["complaints"][0]["id"].as_str().expect("an id").to_owned();
    let label = |value: &str| json!({"axis": "failure_type", "value": value, "reviewer": "Ana"}).to_string();
    let path = format!("/api/v1/complaints/{id}/labels");
    assert_eq!(service.post(&path, &label("delay")).await.problem(422), "invalid_fields");
    let judged = service.post(&path, &label("not_delivered")).await.json(200);
    assert_eq!(judged["complaint"]["labels"][0]["taxonomy"], done["version"]);
}

#[tokio::test]
async fn what_is_no_taxonomy_is_refused() {
    let service = Service::start().await;
    let good = draft(&service).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed.to_string()
    };
    let cases = [
        ("{".to_owned(), "malformed_json"),
        (r#"{"kind": 1}"#.to_owned(), "invalid_fields"),
        (with(&|draft| draft["kind"][0]["colour"] = json!("red")), "invalid_fields"),
        (with(&|draft| draft["colour"] = json!([])), "invalid_fields"),
        (with(&|draft| draft["kind"][0]["es"] = json!("")), "invalid_fields"),
        (r#"{"kind": [], "kind": []}"#.to_owned(), "invalid_fields"),
    ];
    for (body, code) in cases {
        let answer = service.send_json(Method::PUT, "/api/v1/taxonomy", &body).await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!(answer.problem(answer.status.as_u16()), code, "{shown}");
    }
    let same = service.send_json(Method::PUT, "/api/v1/taxonomy", &good.to_string()).await.json(200);
    assert_eq!((&same["published"], &same["changes"]), (&json!(false), &json!([])));
}
