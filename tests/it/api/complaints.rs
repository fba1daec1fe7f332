//! `/api/v1/complaints`.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;

use super::{Answer, Service, fields, request};
use crate::world::complaint;

const GOOD: &str = r#"{"source":"crm","external_id":"R-1","received_at":"2026-11-12T03:30:00Z",
    "text":"Me cobraron dos veces.","language":"es","product":"Tarjeta","extra":{"branch":"Norte"}}"#;

#[tokio::test]
async fn a_complaint_is_stored_once_and_found_at_its_location() {
    let service = Service::start().await;
    let first = service.post("/api/v1/complaints", GOOD).await;
    let stored = first.json(201);
    assert_eq!(stored["status"], "stored");
    let location = first.header("location");
    assert_eq!(location, format!("/api/v1/complaints/{}", stored["id"].as_str().expect("an id")));

    let again = service.post("/api/v1/complaints", GOOD).await;
    assert_eq!(again.json(200), json!({"id": stored["id"], "status": "known"}));

    let read = service.get(location).await.json(200);
    assert_eq!(read["received_at"], "2026-11-12T03:30:00Z");
    assert_eq!(read["received_day"], "2026-11-11", "the day is Bogotá's");
    assert_eq!(read["facts"]["product"], "Tarjeta");
    assert_eq!(read["facts"]["extra"], json!({"branch": "Norte"}));
    assert_eq!((&read["prepared"], &read["text"]), (&json!(false), &json!(null)), "not redacted yet");
}

#[tokio::test]
async fn a_complaint_without_a_date_was_received_now() {
    let service = Service::start().await;
    let answer = service.post("/api/v1/complaints", r#"{"source":"web","text":"No llega"}"#).await;
    answer.json(201);
    let read = service.get(answer.header("location")).await.json(200);
    assert_eq!(read["received_at"], "2026-11-16T12:00:00Z");
}

async fn post_with_key(service: &Service, key: &str, body: &str) -> Answer {
    let request = request(Method::POST, "/api/v1/complaints")
        .header(header::CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", key);
    service.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

#[tokio::test]
async fn a_key_repeats_the_first_answer() {
    let service = Service::start().await;
    let body = r#"{"source":"web","text":"No llega"}"#;
    let first = post_with_key(&service, "k-1", body).await.json(201);
    assert_eq!(post_with_key(&service, "k-1", body).await.json(201), first);
    assert_eq!(service.state.store.complaint_total().await.expect("counted"), 1);

    let other = post_with_key(&service, "k-1", r#"{"source":"web","text":"Otra"}"#).await;
    assert_eq!(other.problem(422), "idempotency_key_reused");
    for key in ["", "a b", "k#0", "ñ", &"k".repeat(201)] {
        let refused = post_with_key(&service, key, body).await;
        assert_eq!(refused.field_problems(422), fields(&[("Idempotency-Key", "invalid_value")]), "{key:?}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let service = Service::start().await;
    let body =
        r#"{"source":7,"external_id":["x"],"received_at":"yesterday","text":"a\u0000b","produkt":"x"}"#;
    let mut found = service.post("/api/v1/complaints", body).await.field_problems(422);
    found.sort();
    let expected = [
        ("external_id", "wrong_type"),
        ("produkt", "unknown_member"),
        ("received_at", "not_a_date"),
        ("source", "wrong_type"),
        ("text", "nul_byte"),
    ];
    assert_eq!(found, fields(&expected));
}

#[tokio::test]
async fn complaints_are_found_page_by_page_with_facets() {
    let service = Service::start().await;
    let complaints: Vec<_> = (0..7)
        .map(|n| {
            let mut complaint = complaint(&n.to_string(), 20_700 + n, "La entrega llegó tarde");
            complaint.facts.region = Some(if n < 2 { "Norte" } else { "Sur" }.to_owned());
            complaint
        })
        .collect();
    let cluster = service.with_complaints(&complaints).await;

    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/complaints?q=entrega&sort=oldest&limit=3{after}");
        let page = service.get(&path).await.json(200);
        assert_eq!(page["total"], 7);
        let rows = page["complaints"].as_array().expect("a list");
        seen.extend(rows.iter().map(|row| row["external_id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);

    let path = format!("/api/v1/complaints?region=Sur&cluster={cluster}&facets=region,failure_type");
    let answer = service.get(&path).await.json(200);
    assert_eq!(answer["total"], 5);
    let region = json!({"field": "region", "values": [{"value": "Sur", "complaints": 5},
        {"value": "Norte", "complaints": 2}], "other": 0});
    assert_eq!(answer["facets"][0], region);
    let row = &answer["complaints"][0];
    assert_eq!(row["text"], "La entrega llegó tarde");
    assert_eq!(row["labels"][0]["value"], "delay");
    assert_eq!(row["cluster"]["id"], cluster.to_string());
}

#[tokio::test]
async fn unusable_parameters_are_named() {
    let service = Service::start().await;
    for (query, code, field) in [
        ("prodct=x", "unknown_parameter", "prodct"),
        ("from=2026-13-01", "invalid_parameters", "from"),
        ("from=%00", "invalid_parameters", "from"),
        ("q=%ff", "invalid_parameters", "q"),
        ("q=a&q=b", "invalid_parameters", "q"),
        ("limit=0", "invalid_parameters", "limit"),
        ("limit=101", "invalid_parameters", "limit"),
        ("limit=-1", "invalid_parameters", "limit"),
        ("sort=price", "invalid_parameters", "sort"),
        ("after=zzz", "invalid_parameters", "after"),
        ("facets=shoes", "invalid_parameters", "facets"),
        ("q=%22abierta", "unclosed_quote", "q"),
        ("q=...", "nothing_to_find", "q"),
        ("from=2026-02-01&to=2026-01-01", "days_crossed", "from"),
    ] {
        let answer = service.get(&format!("/api/v1/complaints?{query}")).await;
        assert_eq!(answer.problem(422), code, "{query}: {}", answer.text());
        assert_eq!(answer.field_problems(422)[0].0, field, "{query}");
    }
}

#[tokio::test]
async fn an_unknown_complaint_is_not_found() {
    let service = Service::start().await;
    for id in ["0190a000-0000-7000-8000-000000000000", "x", "%00", "%ff", "1%2F2"] {
        let answer = service.get(&format!("/api/v1/complaints/{id}")).await;
        assert_eq!(answer.problem(404), "not_found", "{id}");
    }
}

#[tokio::test]
async fn a_label_is_explained_by_words_and_by_judged_texts() {
    let service = Service::start().await;
    let charged = "me cobraron dos veces la cuota de la tarjeta";
    service.with_complaints(&[complaint("a", 10, charged), complaint("b", 10, "cobraron dos cuotas")]).await;
    let list = service.get("/api/v1/complaints").await.json(200);
    let of = |text: &str| {
        let all = list["complaints"].as_array().expect("a list");
        let found = all.iter().find(|complaint| complaint["text"] == text).expect("stored");
        found["id"].as_str().expect("an id").to_owned()
    };
    let (id, judged) = (of(charged), of("cobraron dos cuotas"));
    let says = r#"{"axis":"failure_type","value":"undue_charge","reviewer":"Ana"}"#;
    service.post(&format!("/api/v1/complaints/{judged}/labels"), says).await.json(200);

    let why = service.get(&format!("/api/v1/complaints/{id}/explanation")).await.json(200);
    let (kind, failure) = (&why["axes"][0], &why["axes"][2]);
    let words = kind["words"].as_array().expect("words");
    assert!(
        words.iter().any(|word| word["word"] == "cobraron" && word["places"] == json!([[3, 11]])),
        "{why}"
    );
    assert!(kind["set"].as_array().is_some_and(|set| !set.is_empty()), "{why}");
    assert_eq!((&failure["axis"], &failure["labelled_by"]), (&json!("failure_type"), &json!("m1")), "{why}");
    let matter = &why["claims"][0];
    assert_eq!(
        (&matter["failure_type"], &matter["place"]),
        (&failure["value"], &json!([0, charged.len()])),
        "{why}"
    );
    let nearest = &why["nearest"][0];
    assert_eq!(
        (&nearest["complaint"], &nearest["labels"][0]["value"]),
        (&json!(judged), &json!("undue_charge"))
    );
    let nobody = "/api/v1/complaints/0198c0de-0000-7000-8000-000000000001/explanation";
    service.get(nobody).await.problem(404);
}
