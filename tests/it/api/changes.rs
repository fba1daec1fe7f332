//! `/api/v1/changes`, and the suspects of a signal.

use serde_json::json;

use super::{Service, fields};

#[tokio::test]
async fn a_change_is_registered_listed_and_taken_out() {
    let service = Service::start().await;
    let body = r#"{"external_id":"r-84","kind":"release","title":" Facturador 8.4 ","day":"2026-10-30",
        "touches":{"version":"8.4"}}"#;
    let made = service.post("/api/v1/changes", body).await.json(201);
    assert_eq!(made["known"], json!(false));
    let again = service.post("/api/v1/changes", body).await.json(200);
    assert_eq!((&again["known"], &again["id"]), (&json!(true), &json!(null)));

    let list = service.get("/api/v1/changes?limit=1").await.json(200);
    let change = &list["changes"][0];
    assert_eq!((&list["total"], &list["next"]), (&json!(1), &json!(null)));
    assert_eq!((&change["title"], &change["day"]), (&json!("Facturador 8.4"), &json!("2026-10-30")));
    assert_eq!(change["touches"], json!({"version": "8.4"}));

    let path = format!("/api/v1/changes/{}", made["id"].as_str().expect("an id"));
    assert_eq!(service.delete(&path).await.status, 204);
    assert_eq!(service.delete(&path).await.problem(404), "not_found");
    let nobody = "/api/v1/signals/0190a000-0000-7000-8000-000000000000/suspects";
    assert_eq!(service.get(nobody).await.problem(404), "not_found");
}

#[tokio::test]
async fn what_cannot_be_a_change_is_named() {
    let service = Service::start().await;
    for (body, expected) in [
        (r#"{"kind":"release","title":"x"}"#, ("day", "missing")),
        (r#"{"kind":"release","title":"x","day":"30/10/2026"}"#, ("day", "invalid_value")),
        (r#"{"kind":"release","title":" ","day":"2026-10-30"}"#, ("title", "missing")),
        (r#"{"kind":"release","title":"x","day":"2026-10-30","touches":["a"]}"#, ("touches", "wrong_type")),
        (r#"{"kind":"release","title":"x","day":"2026-10-30","touches":{"a":1}}"#, ("touches", "wrong_type")),
        (r#"{"kind":"release","title":"x","day":"2026-10-30","touches":{"a":""}}"#, ("touches", "missing")),
    ] {
        let answer = service.post("/api/v1/changes", body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
    assert_eq!(service.get("/api/v1/changes").await.json(200)["total"], json!(0));
}
