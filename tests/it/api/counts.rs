//! `/api/v1/counts`.

use serde_json::json;

use super::{Service, fields};
use crate::world::complaint;

#[tokio::test]
async fn days_are_counted_by_series() {
    let service = Service::start().await;
    let empty = service.get("/api/v1/counts?dimension=all").await.json(200);
    assert_eq!(empty, json!({"dimension": "all", "series": []}));

    let complaints = [complaint("a", 700, "x"), complaint("b", 702, "y"), complaint("c", 702, "z")];
    service.with_complaints(&complaints).await;
    let expected = json!({"dimension": "failure_type", "from": "1970-12-04", "to": "1971-12-04", "series": [
        {"key": "delay", "total": 3, "days": [
            {"day": "1971-12-02", "complaints": 1}, {"day": "1971-12-04", "complaints": 2}]}]});
    assert_eq!(service.get("/api/v1/counts?dimension=failure_type").await.json(200), expected);

    let one = service.get("/api/v1/counts?dimension=all&key=&from=1971-12-03&to=1999-12-31").await.json(200);
    assert_eq!(one["series"][0]["total"], 2);
    let none = service.get("/api/v1/counts?dimension=failure_type&key=privacy").await.json(200);
    assert_eq!(none["series"], json!([]));
}

#[tokio::test]
async fn wrong_questions_are_named() {
    let service = Service::start().await;
    for (query, expected) in [
        ("", ("dimension", "missing")),
        ("?dimension=colour", ("dimension", "invalid_value")),
        ("?dimension=all&from=2026-02-30", ("from", "invalid_value")),
        ("?dimension=all&from=2026-02-02&to=2026-02-01", ("from", "days_crossed")),
        ("?dimension=all&from=1900-01-01&to=2026-02-01", ("from", "range_too_long")),
        ("?dimension=all&from=-009999-01-01&to=9999-12-31", ("from", "range_too_long")),
        ("?dimension=all&dimension=kind", ("dimension", "repeated_parameter")),
        ("?dimension=all&key=a%00b", ("key", "not_text")),
        ("?dimension=all&week=3", ("week", "unknown_parameter")),
    ] {
        let answer = service.get(&format!("/api/v1/counts{query}")).await;
        assert_eq!(answer.field_problems(422), fields(&[expected]), "{query}");
    }
}
