//! `/api/v1/clusters`.

use axum::http::Method;
use serde_json::json;

use super::{Service, fields};
use crate::world::complaint;

#[tokio::test]
async fn clusters_are_listed_read_and_edited() {
    let service = Service::start().await;
    let id = service.with_complaints(&[complaint("a", 10, "Llegó tarde"), complaint("b", 12, "Tarde")]).await;
    let other = service.with_complaints(&[complaint("c", 30, "Cobro doble")]).await;

    let list = service.get("/api/v1/clusters").await.json(200);
    assert_eq!((&list["total"], &list["next"]), (&json!(2), &json!(null)));
    let first = &list["clusters"][0];
    assert_eq!(first["id"], id.to_string());
    assert_eq!(first["complaints"], 2, "largest first");
    assert_eq!((&first["first_day"], &first["last_day"]), (&json!("1970-01-11"), &json!("1970-01-13")));
    assert_eq!((&first["state"], &first["failure_type"]), (&json!("new"), &json!("delay")));

    let page = service.get("/api/v1/clusters?limit=1").await.json(200);
    assert_eq!(page["next"], id.to_string());
    let page = service.get(&format!("/api/v1/clusters?limit=1&after={id}")).await.json(200);
    assert_eq!((&page["clusters"][0]["id"], &page["next"]), (&json!(other.to_string()), &json!(null)));

    let path = format!("/api/v1/clusters/{id}");
    let read = service.get(&path).await.json(200);
    assert_eq!(read["typical"].as_array().map(Vec::len), Some(2));

    let edit = r#"{"title":"Entregas tarde","state":"ongoing","owner":"Ana"}"#;
    let edited = service.send_json(Method::PATCH, &path, edit).await.json(200);
    assert_eq!((&edited["title"], &edited["title_by_person"]), (&json!("Entregas tarde"), &json!(true)));
    let edited = service.send_json(Method::PATCH, &path, r#"{"owner":""}"#).await.json(200);
    assert_eq!((&edited["owner"], &edited["state"]), (&json!(null), &json!("ongoing")));
    assert_eq!(service.get("/api/v1/clusters?state=ongoing").await.json(200)["total"], 1);
}

#[tokio::test]
async fn wrong_questions_and_edits_are_named() {
    let service = Service::start().await;
    let id = service.with_complaints(&[complaint("a", 10, "Llegó tarde")]).await;
    let path = format!("/api/v1/clusters/{id}");
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(201));
    for (body, expected) in [
        (r#"{"title":"  "}"#, ("title", "missing")),
        (r#"{"title":"a\u0000"}"#, ("title", "nul_byte")),
        (&long, ("title", "too_long")),
        (r#"{"state":"gone"}"#, ("state", "invalid_value")),
        (r#"{"owner":1}"#, ("owner", "wrong_type")),
        (r#"{"terms":[]}"#, ("terms", "unknown_member")),
        (r#"{"owner":"a","owner":"b"}"#, ("owner", "repeated_member")),
    ] {
        let answer = service.send_json(Method::PATCH, &path, body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
    let unknown = "/api/v1/clusters/0190a000-0000-7000-8000-000000000000";
    assert_eq!(service.get(unknown).await.problem(404), "not_found");
    assert_eq!(service.send_json(Method::PATCH, unknown, "{}").await.problem(404), "not_found");
    let foreign = service.get("/api/v1/clusters?after=0190a000-0000-7000-8000-000000000000").await;
    assert_eq!(foreign.field_problems(422), fields(&[("after", "foreign_cursor")]));
    let crossed = service.get("/api/v1/clusters?state=gone&limit=501&colour=red").await;
    let expected = [("state", "invalid_value"), ("limit", "invalid_value"), ("colour", "unknown_parameter")];
    assert_eq!(crossed.field_problems(422), fields(&expected));
}

#[tokio::test]
async fn decisions_are_previewed_made_told_and_undone() {
    let service = Service::start().await;
    let one =
        service.with_complaints(&[complaint("a", 10, "Llegó tarde"), complaint("b", 12, "Tarde")]).await;
    let two = service.with_complaints(&[complaint("c", 30, "Cobro doble")]).await;
    let decide = async |body: serde_json::Value| {
        service.post("/api/v1/cluster-decisions", &body.to_string()).await.json(200)
    };
    let merge = json!({"kind": "merge", "cluster": one, "into": two, "person": "Ana", "reason": "lo mismo"});
    let mut preview = merge.clone();
    preview["preview"] = json!(true);
    let shown = decide(preview).await;
    let flow = json!([{"from": one, "to": two, "complaints": 2}]);
    assert_eq!((&shown["decision"], &shown["flows"], &shown["ends"]), (&json!(null), &flow, &json!(one)));
    let complaints = async |id: raiz::domain::id::ClusterId| {
        service.get(&format!("/api/v1/clusters/{id}")).await.json(200)["complaints"].clone()
    };
    assert_eq!(complaints(two).await, 1, "a preview changes nothing");

    let decided = decide(merge).await;
    assert_eq!((complaints(one).await, complaints(two).await), (json!(0), json!(3)));
    let ended = service.get(&format!("/api/v1/clusters/{one}")).await.json(200);
    assert_eq!(ended["merged_into"], two.to_string());
    assert_eq!(service.get("/api/v1/clusters").await.json(200)["total"], 1);
    let history = service.get(&format!("/api/v1/clusters/{two}/history")).await.json(200);
    let last = history["events"].as_array().expect("events").last().expect("one").clone();
    assert_eq!(
        (&last["event"], &last["other"], &last["person"]),
        (&json!("absorbed"), &json!(one), &json!("Ana"))
    );

    let undo = format!("/api/v1/cluster-decisions/{}/undo", decided["decision"].as_str().expect("an id"));
    let undone = service.post(&undo, "").await.json(200);
    assert_eq!((&undone["restored"], &undone["left"]), (&json!(2), &json!(0)));
    assert_eq!((complaints(one).await, complaints(two).await), (json!(2), json!(1)));
    assert_eq!(service.post(&undo, "").await.problem(409), "change_refused");
    let then = service.get("/api/v1/clusters?as_of=2026-11-16T12:00:00Z").await.json(200);
    assert_eq!(then["total"], 2);
    assert_eq!(
        (&then["clusters"][0]["priority"], &then["clusters"][0]["customers"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(service.get("/api/v1/clusters?as_of=2020-01-01T00:00:00Z").await.json(200)["total"], 0);

    for (body, expected) in [
        (json!({"kind": "merge", "cluster": one}), ("into", "missing")),
        (json!({"kind": "split", "cluster": one}), ("complaints", "missing")),
        (json!({"kind": "retire"}), ("cluster", "missing")),
        (json!({"kind": "explode"}), ("kind", "invalid_value")),
        (json!({"kind": "together", "complaints": []}), ("complaints", "missing")),
    ] {
        let answer = service.post("/api/v1/cluster-decisions", &body.to_string()).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
    let itself = json!({"kind": "merge", "cluster": one, "into": one}).to_string();
    assert_eq!(service.post("/api/v1/cluster-decisions", &itself).await.problem(409), "change_refused");
}

#[tokio::test]
async fn emerging_failures_are_listed_and_only_open_ones_settled() {
    let service = Service::start().await;
    let list = service.get("/api/v1/emerging-groups?state=open").await.json(200);
    assert_eq!((&list["total"], &list["groups"]), (&json!(0), &json!([])));
    let wrong = service.get("/api/v1/emerging-groups?state=gone").await;
    assert_eq!(wrong.field_problems(422), fields(&[("state", "invalid_value")]));
    let unknown = "/api/v1/emerging-groups/0190a000-0000-7000-8000-000000000000";
    assert_eq!(service.post(unknown, r#"{"verdict":"dismiss"}"#).await.problem(404), "not_found");
    assert_eq!(
        service.post(unknown, r#"{"verdict":"maybe"}"#).await.field_problems(422),
        fields(&[("verdict", "invalid_value")])
    );
}

#[tokio::test]
async fn the_most_urgent_clusters_come_first_when_asked_for() {
    let service = Service::start().await;
    let large =
        service.with_complaints(&[complaint("a", 10, "Llegó tarde"), complaint("b", 12, "Tarde")]).await;
    let small = service.with_complaints(&[complaint("c", 30, "Cobro doble")]).await;
    service.send_json(Method::PATCH, &format!("/api/v1/clusters/{small}"), r#"{"priority":"urgent"}"#).await;
    for (question, expected) in
        [("", [large, small]), ("?sort=size", [large, small]), ("?sort=priority", [small, large])]
    {
        let list = service.get(&format!("/api/v1/clusters{question}")).await.json(200);
        let ids = [0, 1].map(|at| list["clusters"][at]["id"].clone());
        assert_eq!(ids, expected.map(|id| json!(id.to_string())), "{question}");
    }
    let wrong = service.get("/api/v1/clusters?sort=age").await;
    assert_eq!(wrong.field_problems(422), fields(&[("sort", "invalid_value")]));
}

#[tokio::test]
async fn clusters_are_put_aside_ranked_spoken_of_and_owned_by_rule() {
    let service = Service::start().await;
    let id = service.with_complaints(&[complaint("a", 10, "Llegó tarde"), complaint("b", 12, "Tarde")]).await;
    let path = format!("/api/v1/clusters/{id}");
    let edit = r#"{"aside":"complaints:50","priority":"urgent","person":"Ana"}"#;
    let edited = service.send_json(Method::PATCH, &path, edit).await.json(200);
    assert_eq!((&edited["state"], &edited["aside"]), (&json!("archived"), &json!("complaints:50")));
    assert_eq!((&edited["priority"], &edited["priority_by_person"]), (&json!("urgent"), &json!(true)));
    let history = service.get(&format!("{path}/history")).await.json(200);
    let told = history["events"].as_array().expect("events");
    let last = |kind: &str| told.iter().rev().find(|event| event["event"] == kind).cloned().expect("told");
    assert_eq!(
        (&last("state")["reason"], &last("state")["person"]),
        (&json!("complaints:50"), &json!("Ana"))
    );
    assert_eq!(
        (&last("priority")["before"], &last("priority")["after"]),
        (&json!("computed"), &json!("urgent"))
    );
    let edited = service
        .send_json(Method::PATCH, &path, r#"{"priority":"computed","state":"ongoing"}"#)
        .await
        .json(200);
    assert_eq!((&edited["aside"], &edited["priority_by_person"]), (&json!(null), &json!(false)));
    for (body, expected) in [
        (r#"{"aside":"complaints:0"}"#, ("aside", "invalid_value")),
        (r#"{"aside":"ever","state":"new"}"#, ("aside", "conflict")),
        (r#"{"priority":"huge"}"#, ("priority", "invalid_value")),
    ] {
        let answer = service.send_json(Method::PATCH, &path, body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }

    let comments = format!("{path}/comments");
    assert_eq!(service.post(&comments, r#"{"body":"@jorge, mira","person":"Ana"}"#).await.status, 201);
    let said = service.get(&comments).await.json(200);
    assert_eq!(
        (&said["comments"][0]["mentions"], &said["comments"][0]["person"]),
        (&json!(["jorge"]), &json!("Ana"))
    );
    assert_eq!(
        service.post(&comments, r#"{"body":" "}"#).await.field_problems(422),
        fields(&[("body", "missing")])
    );

    let rules =
        json!({"rules": [{"owner": "Calidad"}, {"failure_type": "delay", "owner": "Logística"}]}).to_string();
    let kept = service.put("/api/v1/cluster-owner-rules", &rules).await.json(200);
    assert_eq!(kept, service.get("/api/v1/cluster-owner-rules").await.json(200));
    assert_eq!(service.get(&path).await.json(200)["owner"], "Logística");
    let wrong = json!({"rules": [{"area": "luna", "owner": " "}]}).to_string();
    let answer = service.put("/api/v1/cluster-owner-rules", &wrong).await;
    assert_eq!(
        answer.field_problems(422),
        fields(&[("rules.0.owner", "missing"), ("rules.0.area", "unknown_term")])
    );
    let shape = service.put("/api/v1/cluster-owner-rules", r#"{"rules":[{"colour":"red"}]}"#).await;
    assert_eq!(shape.field_problems(422), fields(&[("body", "wrong_shape")]));
}
