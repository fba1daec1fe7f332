//! `/api/v1/signals`.

use raiz::domain::counts::{Dimension, Node};
use raiz::domain::signal::Evidence;
use raiz::domain::time::{Day, Week};
use raiz::store::signals::Alarm;
use serde_json::json;

use super::{Service, fields};

async fn with_signal(service: &Service) -> String {
    let evidence = Evidence {
        observed: 9,
        expected: 2.5,
        upper: 6.0,
        p_value: 0.001,
        score: 3.0,
        window_weeks: 1,
        method: "empirical_bayes".to_owned(),
        history_weeks: 8,
        also: Vec::new(),
    };
    let node = Node::new(Dimension::FailureType, "delay");
    let alarm = Alarm { node, period_start: Day(64), period_end: Day(70), evidence };
    service.state.store.record_watch(&[alarm], &[], Week(10)).await.expect("kept");
    service.state.store.signals().await.expect("read")[0].id.to_string()
}

#[tokio::test]
async fn signals_are_listed_read_and_judged() {
    let service = Service::start().await;
    let id = with_signal(&service).await;
    let list = service.get("/api/v1/signals?dimension=failure_type&key=delay&state=raised").await.json(200);
    assert_eq!(list["total"], 1);
    assert_eq!(service.get("/api/v1/signals?key=privacy").await.json(200)["total"], 0);

    let path = format!("/api/v1/signals/{id}");
    let read = service.get(&path).await.json(200);
    assert_eq!(list["signals"][0], read);
    assert_eq!((&read["period_start"], &read["period_end"]), (&json!("1970-03-06"), &json!("1970-03-12")));
    assert_eq!(read["evidence"]["observed"], 9);

    let path = format!("{path}/state");
    let judged = service.post(&path, r#"{"state":"under_review","note":"miro"}"#).await.json(200);
    assert_eq!((&judged["state"], &judged["note"]), (&json!("under_review"), &json!("miro")));
    let judged = service.post(&path, r#"{"state":"confirmed"}"#).await.json(200);
    assert_eq!(judged["note"], "miro", "a note stays until another is written");

    let back = service.post(&path, r#"{"state":"raised"}"#).await;
    assert_eq!(back.problem(409), "state_not_allowed");
    assert_eq!(back.json(409)["detail"], "from `confirmed` it may move to: closed");
    service.post(&path, r#"{"state":"closed"}"#).await.json(200);
    let back = service.post(&path, r#"{"state":"raised"}"#).await;
    assert_eq!(back.json(409)["detail"], "from `closed` it may move to: no other state");
}

#[tokio::test]
async fn wrong_judgements_are_named() {
    let service = Service::start().await;
    let id = with_signal(&service).await;
    for (body, expected) in [
        ("{}", ("state", "missing")),
        (r#"{"state":null}"#, ("state", "missing")),
        (r#"{"state":"maybe"}"#, ("state", "invalid_value")),
        (r#"{"state":3}"#, ("state", "wrong_type")),
        (r#"{"state":"closed","why":"x"}"#, ("why", "unknown_member")),
    ] {
        let answer = service.post(&format!("/api/v1/signals/{id}/state"), body).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{body}");
    }
    let unknown = "/api/v1/signals/0190a000-0000-7000-8000-000000000000";
    assert_eq!(service.get(unknown).await.problem(404), "not_found");
    let answer = service.post(&format!("{unknown}/state"), r#"{"state":"closed"}"#).await;
    assert_eq!(answer.problem(404), "not_found");
    let answer = service.get("/api/v1/signals?dimension=colour").await;
    assert_eq!(answer.field_problems(422), fields(&[("dimension", "invalid_value")]));
}

#[tokio::test]
async fn a_series_is_muted_and_every_move_is_kept() {
    let service = Service::start().await;
    let id = with_signal(&service).await;
    let path = format!("/api/v1/signals/{id}");
    service.post(&format!("{path}/state"), r#"{"state":"under_review","by":"Ana"}"#).await.json(200);
    let muted = service.put(&format!("{path}/mute"), r#"{"until":"worse","reason":"ya se sabe"}"#).await;
    let muted = muted.json(200);
    assert_eq!((&muted["mute"]["until"], &muted["mute"]["excess"]), (&json!(null), &json!(6.5)));
    let muted = service.put(&format!("{path}/mute"), r#"{"until":"2026-12-24","by":"Luis"}"#).await.json(200);
    assert_eq!(muted["mute"]["until"], "2026-12-24");
    assert_eq!(service.get(&format!("{path}/history")).await.json(200), muted);
    let told: Vec<_> =
        muted["events"].as_array().expect("a list").iter().map(|e| (&e["event"], &e["by"])).collect();
    let (no, ana, luis) = (json!(null), json!("Ana"), json!("Luis"));
    let names = ["raised", "moved", "muted", "muted"].map(|name| json!(name));
    assert_eq!(told, names.iter().zip([&no, &ana, &no, &luis]).collect::<Vec<_>>());

    assert_eq!(service.delete(&format!("{path}/mute")).await.status, 204);
    assert_eq!(service.get(&format!("{path}/history")).await.json(200)["mute"], json!(null));
    let answer = service.put(&format!("{path}/mute"), r#"{"until":"mañana"}"#).await;
    assert_eq!(answer.field_problems(422), fields(&[("until", "invalid_value")]));
}
