//! `/api/v1/cluster-views`.

use serde_json::json;

use super::{Service, fields};
use crate::world::complaint;

#[tokio::test]
async fn a_view_is_kept_replaced_offered_on_the_page_and_forgotten() {
    let service = Service::start().await;
    assert_eq!(service.get("/api/v1/cluster-views").await.json(200), json!({"views": []}));

    let path = "/api/v1/cluster-views/Lo%20m%C3%ADo%2Fde%20hoy";
    let kept = service.put(path, r#"{"question":" is:open owner:Ana "}"#).await.json(200);
    assert_eq!(kept, json!({"name": "Lo mío/de hoy", "question": "is:open owner:Ana"}));
    service.put("/api/v1/cluster-views/Altas", r#"{"question":"prioridad:alta"}"#).await.json(200);
    let replaced = service.put(path, r#"{"question":"is:nuevo"}"#).await.json(200);
    let all = service.get("/api/v1/cluster-views").await.json(200);
    assert_eq!(
        all,
        json!({"views": [{"name": "Altas", "question": "prioridad:alta"}, replaced]}),
        "one row for a name, by name"
    );

    service.with_complaints(&[complaint("a", 10, "Llegó tarde")]).await;
    let page = service.get("/grupos").await.text();
    assert!(page.contains("Lo mío/de hoy") && page.contains("q=is%3Anuevo"), "the page offers it");

    assert_eq!(service.delete(path).await.status, 204);
    assert_eq!(service.delete(path).await.problem(404), "not_found");
    assert_eq!(
        service.get("/api/v1/cluster-views").await.json(200)["views"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn wrong_views_are_named_and_none_is_kept() {
    let service = Service::start().await;
    let long = format!(r#"{{"question":"{}"}}"#, "x".repeat(401));
    for (body, expected) in [
        ("{}", ("question", "missing")),
        (r#"{"question":1}"#, ("question", "wrong_type")),
        (r#"{"question":"a\u0000"}"#, ("question", "nul_byte")),
        (&long, ("question", "too_long")),
        (r#"{"question":"","name":"b"}"#, ("name", "unknown_member")),
    ] {
        let answer = service.put("/api/v1/cluster-views/a", body).await;
        assert_eq!(answer.field_problems(422)[0], fields(&[expected])[0], "{body}");
    }
    let long = "x".repeat(61);
    for (name, code) in
        [(long.as_str(), "too_long"), ("%20", "missing"), ("a%00", "nul_byte"), ("%FF", "not_text")]
    {
        let path = format!("/api/v1/cluster-views/{name}");
        let answer = service.put(&path, r#"{"question":""}"#).await;
        assert_eq!(answer.field_problems(422), fields(&[("name", code)]), "{name}");
    }
    assert_eq!(service.get("/api/v1/cluster-views").await.json(200), json!({"views": []}));
}
