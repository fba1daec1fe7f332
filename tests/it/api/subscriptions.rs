//! `/api/v1/subscriptions`.

use serde_json::json;

use super::{Service, fields};

#[tokio::test]
async fn a_subscription_is_made_tried_and_ended_and_its_secret_never_shown() {
    let service = Service::start().await;
    let body = r#"{"scope":"area","key":"cards","url":"https://hooks.example/raiz","secret":"0123456789abcdef",
        "rhythm":"daily","language":"en","quiet_from":"22","quiet_until":"7"}"#;
    let answer = service.post("/api/v1/subscriptions", body).await;
    let made = answer.json(201);
    assert_eq!(
        (&made["scope"], &made["key"], &made["quiet_from"]),
        (&json!("area"), &json!("cards"), &json!(22))
    );
    let list = service.get("/api/v1/subscriptions").await;
    assert_eq!(list.json(200)["subscriptions"], json!([made]));
    assert!(!String::from_utf8_lossy(&list.body).contains("0123456789abcdef"));

    let path = format!("/api/v1/subscriptions/{}", made["id"].as_str().expect("an id"));
    let test = service.post(&format!("{path}/test"), "").await.json(202);
    let waiting = service.state.store.messages(1).await.expect("read").remove(0);
    assert_eq!((test["message"].as_str(), waiting.test), (Some(waiting.id.to_string().as_str()), true));
    assert_eq!(service.delete(&path).await.status, 204);
    assert_eq!(service.delete(&path).await.problem(404), "not_found");
    assert_eq!(service.post(&format!("{path}/test"), "").await.problem(404), "not_found");
}

#[tokio::test]
async fn wrong_wishes_are_named() {
    let service = Service::start().await;
    for (body, expected) in [
        (r#"{"scope":"everything"}"#, ("address", "missing")),
        (r#"{"scope":"node","address":"a@b.example"}"#, ("scope", "invalid_value")),
        (r#"{"scope":"everything","address":"a"}"#, ("address", "invalid_value")),
        (r#"{"scope":"everything","url":"https://a.example/"}"#, ("secret", "invalid_value")),
        (r#"{"scope":"owner","address":"a@b.example"}"#, ("key", "missing")),
        (r#"{"scope":"everything","address":"a@b.example","quiet_from":"9"}"#, ("quiet_until", "missing")),
        (r#"{"scope":"everything","address":"a@b.example","rhythm":"hourly"}"#, ("rhythm", "invalid_value")),
    ] {
        let answer = service.post("/api/v1/subscriptions", body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
}
