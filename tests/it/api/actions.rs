//! `/api/v1/actions`.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{Service, fields};
use crate::world::complaint;

const UNKNOWN: &str = "0190a000-0000-7000-8000-000000000000";

#[tokio::test]
async fn an_action_is_drafted_linked_rewritten_and_moved() {
    let service = Service::start().await;
    let cluster = service.with_complaints(&[complaint("a", 10, "Llegó tarde")]).await;
    let body = format!(
        r#"{{"title":" Cambiar de transportista ","owner":"Ana","due":"2026-12-01","clusters":["{cluster}"]}}"#
    );
    let created = service.post("/api/v1/actions", &body).await;
    let action = created.json(201);
    assert_eq!((&action["title"], &action["state"]), (&json!("Cambiar de transportista"), &json!("draft")));
    assert_eq!(action["next_states"], json!(["planned", "in_progress", "cancelled"]));
    assert_eq!(action["clusters"], json!([cluster.to_string()]));
    let path = created.header("location").to_owned();

    let rewritten = service.send_json(Method::PUT, &path, r#"{"title":"Otro"}"#).await.json(200);
    assert_eq!((&rewritten["title"], &rewritten["owner"]), (&json!("Otro"), &json!(null)));

    let moved = service.post(&format!("{path}/state"), r#"{"state":"in_progress"}"#).await.json(200);
    assert_eq!(moved["state"], "in_progress");
    let refused = service.post(&format!("{path}/state"), r#"{"state":"effective"}"#).await;
    assert_eq!(refused.problem(409), "state_not_allowed");

    let link = format!("{path}/clusters/{cluster}");
    for (method, linked) in [(Method::DELETE, 0), (Method::DELETE, 0), (Method::PUT, 1), (Method::PUT, 1)] {
        assert_eq!(service.send_json(method, &link, "").await.status, StatusCode::NO_CONTENT);
        let found = service.get(&format!("/api/v1/actions?cluster={cluster}")).await.json(200);
        assert_eq!(found["total"], linked);
    }
    let read = service.get(&path).await.json(200);
    let events: Vec<_> =
        read["events"].as_array().expect("a list").iter().map(|event| &event["event"]).collect();
    assert_eq!(events, ["created", "linked", "edited", "moved", "unlinked", "linked"]);
    assert_eq!(service.get("/api/v1/actions?state=in_progress").await.json(200)["total"], 1);
}

#[tokio::test]
async fn wrong_actions_are_named() {
    let service = Service::start().await;
    let long = format!(r#"{{"title":"{}"}}"#, "á".repeat(201));
    let many = format!(r#"{{"title":"x","clusters":[{}]}}"#, vec!["\"a\""; 101].join(","));
    let unknown = format!(r#"{{"title":"x","clusters":["{UNKNOWN}"]}}"#);
    for (body, expected) in [
        ("{}", ("title", "missing")),
        (r#"{"title":"  "}"#, ("title", "missing")),
        (&long, ("title", "too_long")),
        (r#"{"title":"x","due":"tomorrow"}"#, ("due", "invalid_value")),
        (r#"{"title":"x","owner":"\u0000"}"#, ("owner", "nul_byte")),
        (r#"{"title":"x","state":"planned"}"#, ("state", "unknown_member")),
        (r#"{"title":"x","clusters":"y"}"#, ("clusters", "wrong_type")),
        (r#"{"title":"x","clusters":[1]}"#, ("clusters", "invalid_value")),
        (&many, ("clusters", "too_many")),
        (&unknown, ("clusters", "unknown_cluster")),
    ] {
        let answer = service.post("/api/v1/actions", body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
    assert_eq!(service.get("/api/v1/actions").await.json(200)["total"], 0, "nothing was written");

    let created = service.post("/api/v1/actions", r#"{"title":"x"}"#).await;
    let path = created.header("location");
    assert_eq!(service.send_json(Method::PUT, path, "{}").await.problem(422), "invalid_fields");
    let missing = format!("/api/v1/actions/{UNKNOWN}");
    assert_eq!(service.get(&missing).await.problem(404), "not_found");
    assert_eq!(service.send_json(Method::PUT, &missing, r#"{"title":"x"}"#).await.problem(404), "not_found");
    let answer = service.post(&format!("{missing}/state"), r#"{"state":"planned"}"#).await;
    assert_eq!(answer.problem(404), "not_found");
    for link in [
        format!("{path}/clusters/{UNKNOWN}"),
        format!("{path}/clusters/x"),
        format!("{missing}/clusters/{UNKNOWN}"),
    ] {
        for method in [Method::PUT, Method::DELETE] {
            assert_eq!(service.send_json(method, &link, "").await.problem(404), "not_found", "{link}");
        }
    }
}
