//! `/api/v1/reviews` and `/api/v1/complaints/{id}/labels`.

use serde_json::json;

use super::{Service, fields_of};
use crate::world::complaint;

#[tokio::test]
async fn a_label_is_decided_disputed_and_settled() {
    let service = Service::start().await;
    service.with_complaints(&[complaint("a", 10, "me cobraron dos veces")]).await;
    let id = service.get("/api/v1/complaints").await.json(200)["complaints"][0]["id"].clone();
    let path = format!("/api/v1/complaints/{}/labels", id.as_str().expect("an id"));
    assert_eq!(service.get(&path).await.json(200)[2]["judgements"], json!([]));

    let says = |value: &str, reviewer: &str, settles: bool| {
        json!({"axis": "failure_type", "value": value, "reviewer": reviewer, "adjudicates": settles})
            .to_string()
    };
    let first = service.post(&path, &says("undue_charge", "Ana", false)).await.json(200);
    assert_eq!(first["agreement"], "person");
    let label = first["complaint"]["labels"]
        .as_array()
        .and_then(|labels| labels.iter().find(|label| label["axis"] == "failure_type"))
        .expect("a label");
    assert_eq!((&label["value"], &label["origin"]), (&json!("undue_charge"), &json!("person")));
    let again = service.post(&path, &says("undue_charge", "Ana", false)).await.json(200);
    assert_eq!(again["agreement"], json!(null), "said before");

    let agreement = service.get("/api/v1/reviews/agreement").await.json(200);
    assert_eq!((&agreement["pairs"], &agreement["kappa"]), (&json!(0), &json!(null)));
    let second = service.get("/api/v1/reviews?queue=second&reviewer=Luis").await.json(200);
    assert_eq!(second["items"][0]["complaint"]["id"], id);
    assert_eq!(second["items"][0]["proposals"].as_array().map(Vec::len), Some(3), "the model proposes");
    assert_eq!(service.post(&path, &says("delay", "Luis", false)).await.json(200)["agreement"], "disputed");
    let disputed = service.get("/api/v1/reviews?queue=disputed").await.json(200);
    assert_eq!(disputed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(service.get("/api/v1/reviews/agreement").await.json(200)["pairs"], 1);
    assert_eq!(service.post(&path, &says("delay", "Eva", true)).await.json(200)["agreement"], "agreed");

    let history = service.get(&path).await.json(200);
    assert_eq!((&history[2]["axis"], &history[2]["agreement"]), (&json!("failure_type"), &json!("agreed")));
    assert_eq!(history[2]["judgements"].as_array().map(Vec::len), Some(3));
    assert_eq!(history[2]["judgements"][2]["adjudicates"], true);
}

#[tokio::test]
async fn wrong_decisions_are_named_and_keep_nothing() {
    let service = Service::start().await;
    service.with_complaints(&[complaint("a", 10, "x")]).await;
    let id = service.get("/api/v1/complaints").await.json(200)["complaints"][0]["id"].clone();
    let path = format!("/api/v1/complaints/{}/labels", id.as_str().expect("an id"));
    for (body, expected) in [
        (r#"{}"#, vec!["axis"]),
        (r#"{"axis":"colour","value":"red","reviewer":"Ana"}"#, vec!["axis"]),
        (r#"{"axis":"kind","value":"red","reviewer":"Ana"}"#, vec!["value"]),
        (r#"{"axis":"kind","value":"claim"}"#, vec!["reviewer"]),
        (r#"{"axis":"kind","value":"claim","reviewer":"Ana","adjudicates":"yes"}"#, vec!["adjudicates"]),
        (r#"{"axis":"kind","value":"claim","reviewer":"Ana","colour":1}"#, vec!["colour"]),
    ] {
        let named = fields_of(&service.post(&path, body).await.json(422));
        assert!(
            expected.iter().all(|field| named.iter().any(|(name, _)| name == field)),
            "{body}: {named:?}"
        );
    }
    assert_eq!(service.get(&path).await.json(200)[0]["judgements"], json!([]));
    let nobody = "/api/v1/complaints/0198c0de-0000-7000-8000-000000000001/labels";
    let body = r#"{"axis":"kind","value":"claim","reviewer":"Ana"}"#;
    service.post(nobody, body).await.problem(404);
    service.get(nobody).await.problem(404);
    assert_eq!(service.get("/api/v1/reviews?queue=best").await.status.as_u16(), 422);
}
