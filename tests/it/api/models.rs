//! `/api/v1/models` and the corrected totals of `/api/v1/counts`.

use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::language::Language;
use raiz::domain::review::Judgement;
use raiz::store::analysis::Analysed;

use super::Service;
use crate::world::complaint;

const SAID: [&str; 2] =
    ["me cobraron dos veces la misma factura", "desde ayer no hay internet en todo el barrio"];

/// Two hundred complaints with the bundled model's labels; people judge as many as `judged`.
async fn judged_history(service: &Service, judged: usize) {
    let told: Vec<_> =
        (0..200).map(|n| complaint(&format!("h{n}"), 20_000 + n / 4, SAID[n as usize % 2])).collect();
    let store = &service.state.store;
    store.take_in(&told).await.expect("stored");
    let raw = store.claim_pending(1_000).await.expect("claimed");
    let label = |n: usize| Label {
        axis: Axis::FailureType,
        value: ["undue_charge", "service_outage"][n % 2].to_owned(),
        probability: 0.9,
        unsure: n % 4 == 3,
        origin: Origin::Machine,
        model: "m1".to_owned(),
    };
    let analysed: Vec<Analysed> = raw
        .iter()
        .enumerate()
        .map(|(n, raw)| Analysed {
            id: raw.id,
            day: raw.day,
            text: raw.original.clone(),
            redactions: 0,
            language: Language::Spanish,
            labels: vec![label(n)],
            cluster: None,
        })
        .collect();
    store.record_analysis(&analysed, "t1").await.expect("recorded");
    let judgements: Vec<Judgement> = raw
        .iter()
        .take(judged)
        .map(|raw| Judgement {
            complaint: raw.id,
            axis: Axis::FailureType,
            value: "undue_charge".to_owned(),
            reviewer: "Ana".to_owned(),
            reason: None,
            adjudicates: false,
        })
        .collect();
    store.judge_labels(&judgements, "t1").await.expect("kept");
}

#[tokio::test]
async fn models_are_listed_with_what_is_known_of_their_fit() {
    let service = Service::start().await;
    let empty = service.get("/api/v1/models").await.json(200);
    assert_eq!(empty["axes"].as_array().map(Vec::len), Some(3));
    let failure = &empty["axes"][2];
    assert_eq!(
        (&failure["models"][0]["in_force"], &failure["drift"]),
        (&true.into(), &serde_json::Value::Null)
    );
    judged_history(&service, 0).await;
    let models = service.get("/api/v1/models").await.json(200);
    let drift = &models["axes"][2]["drift"];
    assert_eq!(drift["retrain"], "cannot_tell", "{drift}");
    assert_eq!(drift["accuracy"], serde_json::Value::Null);
    assert_eq!(service.get("/api/v1/models?x=1").await.problem(422), "unknown_parameter");
}

#[tokio::test]
async fn a_corrected_total_is_told_or_what_is_missing() {
    let service = Service::start().await;
    judged_history(&service, 10).await;
    let path = "/api/v1/counts?dimension=failure_type&corrected=true";
    let counts = service.get(path).await.json(200);
    let few = &counts["series"][0]["corrected"];
    assert_eq!(few["prediction_powered"], serde_json::Value::Null, "{few}");
    assert!(few["cannot_tell"].as_str().is_some_and(|reason| reason.contains("20 are needed")), "{few}");
    assert_eq!(few["reviewed"], 10);
    let plain = service.get("/api/v1/counts?dimension=failure_type").await.json(200);
    assert!(plain["series"][0].get("corrected").is_none(), "only when asked");
    assert_eq!(
        service.get("/api/v1/counts?dimension=cluster&corrected=true").await.problem(422),
        "invalid_parameters"
    );
}
