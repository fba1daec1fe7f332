//! `/api/v1/watch`.

use serde_json::json;

use super::Service;

#[tokio::test]
async fn the_budget_of_an_empty_house_says_what_is_not_known() {
    let service = Service::start().await;
    let budget = service.get("/api/v1/watch/budget").await.json(200);
    assert_eq!(budget["false_alarms_per_week"], json!(null));
    assert_eq!((&budget["threshold"], &budget["series"]), (&json!(2.42), &json!(0)));
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
