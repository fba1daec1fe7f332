//! Clusters move by themselves and say why, rules name owners, priorities have their parts; and what people
//! say about any of it stays.

use raiz::domain::cluster::{Cluster, ClusterState};
use raiz::domain::cluster_history::ClusterEventKind;
use raiz::domain::cluster_life::{Aside, Why};
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::id::ClusterId;
use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::ownership::OwnerRule;
use raiz::domain::priority::Priority;
use raiz::domain::signal::Evidence;
use raiz::domain::time::{Day, Timestamp, Week};
use raiz::pipeline::Pipeline;
use raiz::store::analysis::Analysed;
use raiz::store::clusters::{ClusterEdit, NewCluster};
use raiz::store::signals::Alarm;

use crate::world::{NOW, complaint, pipeline};

const TODAY: i32 = 20_773;

/// A cluster of complaints received on these days, each by a customer of its own, every second text the same.
async fn found(house: &Pipeline, name: &str, failure: &str, days: &[i32]) -> ClusterId {
    let id = house.store.new_cluster_id();
    let new = NewCluster { id, title: name.to_owned(), terms: vec![name.to_owned()] };
    house.store.found_clusters(&[new], &[], 1).await.expect("founded");
    join(house, id, name, failure, days).await;
    id
}

async fn join(house: &Pipeline, id: ClusterId, name: &str, failure: &str, days: &[i32]) {
    let told: Vec<_> = days
        .iter()
        .enumerate()
        .map(|(number, day)| {
            let words = ["uno", "dos", "tres", "cuatro", "cinco", "seis"][number % 6];
            let text = if number % 2 == 0 { format!("igual {number}") } else { format!("{name} {words}") };
            let mut complaint = complaint(&format!("{name}-{day}-{number}"), *day, &text);
            complaint.facts.customer = Some(format!("{name}-{day}-{number}"));
            complaint.facts.company = Some("Banco Lumbre".to_owned());
            complaint
        })
        .collect();
    house.store.take_in(&told).await.expect("stored");
    let raw = house.store.claim_pending(1_000).await.expect("claimed");
    let label = |axis, value: &str| Label {
        axis,
        value: value.to_owned(),
        probability: 0.9,
        unsure: false,
        origin: Origin::Machine,
        model: "m".to_owned(),
    };
    let analysed: Vec<Analysed> = raw
        .iter()
        .map(|raw| Analysed {
            id: raw.id,
            day: raw.day,
            text: raw.original.clone(),
            redactions: 0,
            language: raiz::domain::language::Language::Spanish,
            labels: vec![label(Axis::Kind, "claim"), label(Axis::FailureType, failure)],
            cluster: Some((id, 0.7)),
        })
        .collect();
    house.store.record_analysis(&analysed, "t1").await.expect("recorded");
    house.store.refresh_main_labels().await.expect("refreshed");
}

async fn read(house: &Pipeline, id: ClusterId) -> Cluster {
    house.store.cluster(id).await.expect("read").expect("there")
}

/// State and rule of the moves so far.
async fn moves(house: &Pipeline, id: ClusterId) -> Vec<(String, String)> {
    let events = house.store.cluster_events(id).await.expect("read");
    events
        .into_iter()
        .filter(|event| event.kind == ClusterEventKind::State && event.origin == Origin::Machine)
        .map(|event| {
            let why = Why::from_line(&event.reason.expect("explained")).expect("a rule");
            (event.after.expect("a state"), why.code)
        })
        .collect()
}

fn told(moves: &[(&str, &str)]) -> Vec<(String, String)> {
    moves.iter().map(|(state, why)| ((*state).to_owned(), (*why).to_owned())).collect()
}

fn alarm(cluster: ClusterId, week: Week) -> Alarm {
    Alarm {
        node: Node::new(Dimension::Cluster, cluster.to_string()),
        period_start: week.first_day(),
        period_end: week.last_day(),
        evidence: Evidence {
            observed: 41,
            expected: 12.0,
            upper: 22.0,
            p_value: 0.0001,
            score: 3.2,
            window_weeks: 1,
            method: "empirical_bayes".to_owned(),
            history_weeks: 20,
            also: Vec::new(),
        },
    }
}

#[tokio::test]
async fn clusters_move_by_themselves_and_say_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = pipeline(&folder, "UTC").await;
    assert_eq!(NOW.day_in(&house.zone), Day(TODAY));
    let store = &house.store;
    let old = found(&house, "viejo", "delay", &[TODAY - 200, TODAY - 20, TODAY - 10]).await;
    let fresh = found(&house, "nuevo", "delay", &[TODAY - 9, TODAY - 8]).await;
    let back = found(&house, "vuelve", "delay", &[TODAY - 9]).await;
    let aside = found(&house, "aparte", "delay", &[TODAY - 9]).await;
    let ever = found(&house, "nunca", "delay", &[TODAY - 9]).await;
    let edit = |state, aside| ClusterEdit { state, aside, ..ClusterEdit::default() };
    store.edit_cluster(back, edit(Some(ClusterState::Resolved), None)).await.expect("edited");
    store.edit_cluster(aside, edit(None, Some(Aside::Customers(2)))).await.expect("edited");
    store.edit_cluster(ever, edit(None, Some(Aside::Ever))).await.expect("edited");
    assert_eq!(read(&house, aside).await.state, ClusterState::Archived);

    house.keep_clusters().await.expect("kept");
    assert_eq!(moves(&house, old).await, told(&[("ongoing", "not_new")]));
    assert_eq!(moves(&house, fresh).await, []);
    let again = house.keep_clusters().await.expect("kept");
    assert_eq!(again.moved, 0, "a second look on the same day moves nothing");

    // Two weeks on: the resolved one is back, the archived one has two customers more, one escalates.
    let later = TODAY + 14;
    store.clock().set(Timestamp(i64::from(later) * 86_400_000_000 + 3_600_000_000 * 12));
    join(&house, back, "vuelve", "delay", &[TODAY + 3, TODAY + 4, TODAY + 5]).await;
    join(&house, aside, "aparte", "delay", &[TODAY + 3, TODAY + 4]).await;
    join(&house, ever, "nunca", "delay", &[TODAY + 3, TODAY + 4, TODAY + 5, TODAY + 13]).await;
    let week = Week(Day(later).week().0 - 1);
    store.record_watch(&[alarm(old, week)], &[], week).await.expect("raised");
    house.keep_clusters().await.expect("kept");
    assert_eq!(moves(&house, back).await, told(&[("regressed", "came_back")]));
    assert_eq!(moves(&house, aside).await, told(&[("regressed", "more_customers")]));
    assert_eq!(moves(&house, ever).await, []);
    assert_eq!(moves(&house, fresh).await, told(&[("ongoing", "seen_for")]));
    assert_eq!(moves(&house, old).await, told(&[("ongoing", "not_new"), ("escalating", "above_expected")]));
    assert_eq!(read(&house, aside).await.life.aside, None, "what returned is not put aside any more");
    let event = store.cluster_events(old).await.expect("read").pop().expect("one");
    assert_eq!(event.reason.as_deref().and_then(Why::from_line).map(|why| why.values.len()), Some(3));

    // What a person says stays until a rule speaks of it.
    store.clock().set(Timestamp(store.clock().now().0 + 3_600_000_000));
    store.edit_cluster(old, edit(Some(ClusterState::Ongoing), None)).await.expect("edited");
    let past = store.clusters_as_of(Timestamp(store.clock().now().0 - 1)).await.expect("read");
    assert_eq!(
        past.iter().find(|cluster| cluster.id == old).map(|c| c.state),
        Some(ClusterState::Escalating)
    );
}

#[tokio::test]
async fn priorities_have_parts_and_owners_rules_until_a_person_speaks() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = pipeline(&folder, "UTC").await;
    let store = &house.store;
    let many: Vec<i32> = (0..40).map(|at| TODAY - 1 - at % 20).collect();
    let large = found(&house, "cobros", "undue_charge", &many).await;
    let small = found(&house, "trato", "poor_service", &[TODAY - 3]).await;
    house.keep_clusters().await.expect("kept");
    let (first, last) = (read(&house, large).await, read(&house, small).await);
    let load = first.life.load.expect("computed");
    assert_eq!((load.frequency, load.severity, load.growth, load.harm), (40.0, 2.0, 3.0, 2.0));
    assert!(load.share > 0.9 && first.life.priority == Priority::Urgent, "{load:?}");
    assert!(last.life.load.expect("computed").share < load.share);
    assert_eq!((first.life.customers, first.complaints), (40, 40));
    // Twenty are one text but for its number; the others say three different things (uno is never odd).
    assert_eq!(first.life.texts, 4);

    let rule = |failure: Option<&str>, unit: Option<&str>, owner: &str| OwnerRule {
        area: None,
        failure_type: failure.map(str::to_owned),
        unit: unit.map(str::to_owned),
        owner: owner.to_owned(),
    };
    let rules =
        [rule(None, None, "Calidad"), rule(Some("undue_charge"), Some("Banco Lumbre"), "Facturación")];
    store.set_owner_rules(&rules).await.expect("kept");
    assert_eq!(house.keep_clusters().await.expect("kept").owned, 2);
    let owner = async |id| read(&house, id).await.owner;
    assert_eq!(
        (owner(large).await.as_deref(), owner(small).await.as_deref()),
        (Some("Facturación"), Some("Calidad"))
    );
    let event = store.cluster_events(large).await.expect("read").pop().expect("one");
    assert_eq!((event.kind, event.reason.as_deref()), (ClusterEventKind::Owner, Some("owner_rule place=2")));

    let edit = ClusterEdit {
        owner: Some("Ana".to_owned()),
        priority: Some(Some(Priority::Low)),
        person: Some("Ana".to_owned()),
        ..ClusterEdit::default()
    };
    store.edit_cluster(large, edit).await.expect("edited");
    store.set_owner_rules(&rules[..1]).await.expect("kept");
    join(&house, large, "cobros", "undue_charge", &[TODAY - 2]).await;
    house.keep_clusters().await.expect("kept");
    let kept = read(&house, large).await;
    assert_eq!((kept.owner.as_deref(), kept.life.priority), (Some("Ana"), Priority::Low));
    assert!(kept.life.load.expect("still computed").share > 0.9);
    let edit = ClusterEdit { owner: Some(String::new()), priority: Some(None), ..ClusterEdit::default() };
    store.edit_cluster(large, edit).await.expect("edited");
    house.keep_clusters().await.expect("kept");
    let given_back = read(&house, large).await;
    assert_eq!((given_back.owner.as_deref(), given_back.life.priority), (Some("Calidad"), Priority::Urgent));

    assert!(store.comment_on(large, Some("Ana"), "¿@jorge?", &["jorge".to_owned()]).await.expect("kept"));
    let said = store.comments(large).await.expect("read");
    assert_eq!((said.len(), said[0].mentions.as_slice()), (1, &["jorge".to_owned()][..]));
    assert!(!store.comment_on(ClusterId(uuid::Uuid::nil()), None, "x", &[]).await.expect("asked"));
}
