//! `/api/v1/watch`.

use serde_json::json;

use super::Service;
use crate::world::complaint;

#[tokio::test]
async fn the_budget_of_an_empty_house_says_what_is_not_known() {
    let service = Service::start().await;
    let budget = service.get("/api/v1/watch/budget").await.json(200);
    assert_eq!(budget["false_alarms_per_week"], json!(1.0), "one, where nothing is set");
    assert_eq!((&budget["series"], &budget["expected_per_week"]), (&json!(0), &json!(0.0)));
    assert_eq!((&budget["source"], &budget["judged_false_per_week"]), (&json!("nominal"), &json!(null)));
    assert_eq!(service.get("/api/v1/watch/budget?k=2").await.problem(422), "unknown_parameter");
}

#[tokio::test]
async fn a_replay_without_weeks_is_empty_and_crossed_days_are_named() {
    let service = Service::start().await;
    let replay = service.get("/api/v1/watch/replay?from=2026-01-05").await.json(200);
    assert_eq!((&replay["from"], &replay["warnings"]), (&json!(null), &json!([])));
    let crossed = service.get("/api/v1/watch/replay?from=2026-02-01&to=2026-01-01").await;
    assert_eq!(crossed.problem(422), "invalid_parameters");
}

#[tokio::test]
async fn a_forecast_without_a_past_says_nothing_and_wrong_questions_are_named() {
    let service = Service::start().await;
    let forecast = service.get("/api/v1/watch/forecast?dimension=region&key=Sur&limit=9").await.json(200);
    assert_eq!((&forecast["limit"], &forecast["weeks"]), (&json!(null), &json!([])));
    for wrong in ["", "?dimension=planet", "?dimension=all&weeks=9", "?dimension=all&limit=-1"] {
        let answer = service.get(&format!("/api/v1/watch/forecast{wrong}")).await;
        assert_eq!(answer.problem(422), "invalid_parameters", "{wrong}");
    }
}

#[tokio::test]
async fn kinds_that_run_ahead_are_told_or_why_not() {
    let service = Service::start().await;
    service.with_complaints(&[complaint("a", 10, "Llegó tarde"), complaint("b", 60, "Tarde")]).await;
    let path = "/api/v1/watch/precursors";
    let told = service.get(&format!("{path}?dimension=failure_type&key=delay")).await.json(200);
    let pairs: Vec<_> = told["precursors"].as_array().expect("a list").iter().collect();
    assert_eq!(pairs.len(), 3, "{told}");
    assert_eq!((&pairs[0]["ahead"], &pairs[0]["behind"]), (&json!("petition"), &json!("complaint")));
    assert_eq!((&pairs[0]["verdict"], &pairs[0]["weeks"]), (&json!("too_short"), &json!(null)));
    let region = service.get(&format!("{path}?dimension=region&key=Sur")).await.json(200);
    assert_eq!(region, json!({"precursors": []}), "regions are not divided by kind");
    for wrong in ["", "?dimension=planet", "?dimension=all&weeks=9"] {
        let answer = service.get(&format!("{path}{wrong}")).await;
        assert_eq!(answer.status, 422, "{wrong}");
    }
}
