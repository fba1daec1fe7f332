//! Clusters keep their identity: the same data gives the same clusters, new data moves nobody, and what
//! people decide is obeyed by every later run, can be undone, and can be looked back on.

use std::collections::{BTreeMap, HashMap};

use raiz::domain::complaint::NewComplaint;
use raiz::domain::id::{ClusterId, ComplaintId};
use raiz::domain::link::{LinkKind, Node};
use raiz::domain::proposal::{ProposalKind, ProposalState, Scope};
use raiz::domain::time::{Day, Timestamp};
use raiz::pipeline::Pipeline;
use raiz::pipeline::plan::{By, Change, Plan};
use raiz::pipeline::rediscover::Settled;
use raiz::simulate::corpus;
use raiz::simulate::stream::Story;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::world::{NOW, pipeline};

/// Half a year of invented complaints, a few a day.
fn stream(house: &Pipeline) -> Vec<NewComplaint> {
    let mut story = Story::demo(3, Day(NOW.day_in(&house.zone).0 - 1), house.zone.clone());
    (story.days, story.per_day) = (190, 5.0);
    story.stream(&corpus::said_to_the_company()).map(|drawn| drawn.complaint).collect()
}

async fn take_in(house: &Pipeline, complaints: &[NewComplaint]) {
    house.store.take_in(complaints).await.expect("stored");
    house.run_to_completion(|_| ()).await.expect("every step ends");
}

async fn members(house: &Pipeline) -> BTreeMap<ComplaintId, ClusterId> {
    let mut all = BTreeMap::new();
    for cluster in house.store.clusters().await.expect("read") {
        let members = house.store.all_members(cluster.id).await.expect("read");
        assert_eq!(members.len(), usize::try_from(cluster.complaints).expect("a count"), "counts agree");
        all.extend(members.into_iter().map(|complaint| (complaint, cluster.id)));
    }
    all
}

/// Each complaint's number at its source with its cluster's id and title.
async fn told(house: &Pipeline) -> BTreeMap<String, (ClusterId, String)> {
    let clusters = house.store.clusters().await.expect("read");
    let titles: HashMap<ClusterId, String> =
        clusters.into_iter().map(|cluster| (cluster.id, cluster.title)).collect();
    let mut told = BTreeMap::new();
    for (complaint, cluster) in members(house).await {
        let record = house.store.complaint(complaint).await.expect("read").expect("there");
        let number = record.complaint.external_id.expect("numbered");
        told.insert(number, (cluster, titles[&cluster].clone()));
    }
    told
}

async fn assert_obeyed(house: &Pipeline) -> usize {
    let members = members(house).await;
    let links = house.links().await.expect("read");
    let home = |node: Node| match node {
        Node::Cluster(cluster) => Some(cluster),
        Node::Complaint(complaint) => members.get(&complaint).copied(),
    };
    for link in links.in_force() {
        let (a, b) = (home(link.a), home(link.b));
        match link.kind {
            LinkKind::Must => assert_eq!(a, b, "{link:?}"),
            LinkKind::Cannot => assert!(a.is_none() || a != b, "{link:?}: both in {a:?}"),
        }
    }
    links.in_force().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_data_gives_the_same_clusters_and_new_data_moves_nobody() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (first, second) = (pipeline(&one, "UTC").await, pipeline(&two, "UTC").await);
    let complaints = stream(&first);
    let (early, late) = complaints.split_at(complaints.len() * 10 / 11);
    take_in(&first, early).await;
    take_in(&second, early).await;
    let before = told(&first).await;
    assert!(before.len() > 200, "{} complaints are in clusters", before.len());
    assert_eq!(told(&second).await, before, "ids, members and names are the same in another house");

    second.store.close().await;
    drop(second);
    let second = pipeline(&two, "UTC").await;
    take_in(&first, late).await;
    take_in(&second, late).await;
    let after = told(&first).await;
    assert_eq!(told(&second).await, after, "and after a restart");
    assert!(after.len() > before.len());
    for (number, cluster) in &before {
        assert_eq!(after.get(number), Some(cluster), "{number} stays where it was");
    }
    first.store.enqueue_all().await.expect("queued");
    first.run_to_completion(|_| ()).await.expect("every step ends");
    let again = told(&first).await;
    assert!(after.iter().all(|(number, cluster)| again.get(number) == Some(cluster)), "nor does a new model");
}

/// A random change that people might make.
fn random_change(members: &BTreeMap<ComplaintId, ClusterId>, random: &mut ChaCha8Rng) -> Change {
    let complaints: Vec<ComplaintId> = members.keys().copied().collect();
    let mut clusters: Vec<ClusterId> = members.values().copied().collect();
    clusters.sort_unstable();
    clusters.dedup();
    let mut one = || *complaints.choose(random).expect("there are complaints");
    let (a, b) = (one(), one());
    let some: Vec<ComplaintId> = (0..4).map(|_| one()).collect();
    let mut cluster = || *clusters.choose(random).expect("there are clusters");
    let (into, home) = (cluster(), members[&a]);
    match random.gen_range(0..100) {
        0..40 => Change::Together { a, b },
        40..75 => Change::Apart { a, b },
        75..92 => Change::Move { complaints: some, to: random.gen_bool(0.8).then_some(into) },
        92..97 => {
            let mut part: Vec<ComplaintId> =
                members.iter().filter(|(_, cluster)| **cluster == home).map(|(id, _)| *id).collect();
            part.truncate(part.len().div_ceil(3));
            Change::Split { cluster: home, complaints: part, title: None }
        }
        97..99 => Change::Merge { from: home, into },
        _ => Change::Retire { cluster: home },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_decide_is_obeyed_by_every_later_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = pipeline(&folder, "UTC").await;
    let complaints = stream(&house);
    let (early, late) = complaints.split_at(complaints.len() / 2);
    take_in(&house, early).await;
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (mut decided, mut undone) = (Vec::new(), 0);
    for part in late.chunks(late.len().div_ceil(5)) {
        for _ in 0..24 {
            let change = random_change(&members(&house).await, &mut random);
            if let Ok((id, _)) = house.decide(&change, &By::default()).await.expect("asked") {
                decided.push(id);
                assert_obeyed(&house).await;
            }
        }
        let taken_back = decided.swap_remove(random.gen_range(0..decided.len()));
        undone += usize::from(house.undo(taken_back, None).await.expect("asked").is_some());
        assert_obeyed(&house).await;
        // More complaints, a discovery among them, and a new look at every complaint there is.
        house.store.enqueue_all().await.expect("queued");
        take_in(&house, part).await;
        let in_force = assert_obeyed(&house).await;
        assert!(in_force > 20, "only {in_force} links are in force");
    }
    assert!(decided.len() > 80 && undone == 5, "{} decisions, {undone} undone", decided.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_can_be_undone_and_the_past_looked_back_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = pipeline(&folder, "UTC").await;
    let complaints = stream(&house);
    take_in(&house, &complaints).await;
    let store = &house.store;
    let clusters = store.clusters().await.expect("read");
    let (from, into) = (clusters[1].id, clusters[0].id);
    let part: Vec<ComplaintId> =
        store.all_members(clusters[2].id).await.expect("read").into_iter().take(4).collect();
    let changes = [
        Change::Merge { from, into },
        Change::Split { cluster: clusters[2].id, complaints: part.clone(), title: Some("Otro".to_owned()) },
        Change::Move { complaints: part, to: None },
        Change::Retire { cluster: clusters[3].id },
    ];
    let later = |minutes: i64| Timestamp(NOW.0 + minutes * 60_000_000);
    let by = By { person: Some("Ana".to_owned()), reason: Some("es lo mismo".to_owned()) };
    let mut views = vec![(store.clusters().await.expect("read"), members(&house).await)];
    let mut decisions = Vec::new();
    for (minutes, change) in (1..).zip(&changes) {
        store.clock().set(later(10 * minutes));
        let shown = house.preview(change).await.expect("asked").expect("possible");
        let (id, plan) = house.decide(change, &by).await.expect("asked").expect("possible");
        // The id of the cluster a split founds is made anew each time.
        let sizes = |plan: &Plan| plan.flows.iter().map(|f| (f.from, f.complaints)).collect::<Vec<_>>();
        assert_eq!((shown.kind, sizes(&shown), shown.ends), (plan.kind, sizes(&plan), plan.ends));
        assert_ne!(members(&house).await, views.last().expect("seen").1, "{change:?}");
        decisions.push(id);
        views.push((store.clusters().await.expect("read"), members(&house).await));
    }
    for (minutes, (clusters, members)) in (0..).zip(&views) {
        let at = later(10 * minutes + 5);
        assert_eq!(&store.clusters_as_of(at).await.expect("read"), clusters, "as of {minutes}");
        let mut past = BTreeMap::new();
        for cluster in clusters {
            let then = store.members_as_of(cluster.id, at, 100_000).await.expect("read");
            past.extend(then.into_iter().map(|complaint| (complaint, cluster.id)));
        }
        assert_eq!(&past, members, "members as of {minutes}");
    }
    store.clock().set(later(100));
    for (decision, (clusters, members_before)) in decisions.iter().zip(&views).rev() {
        let undone = house.undo(*decision, Some("Ana")).await.expect("asked").expect("undone");
        assert_eq!(undone.left, 0);
        assert_eq!(house.undo(*decision, None).await.expect("asked"), None, "once");
        assert_eq!(&members(&house).await, members_before);
        let titles = |clusters: &[raiz::domain::cluster::Cluster]| {
            clusters.iter().map(|cluster| (cluster.id, cluster.title.clone())).collect::<Vec<_>>()
        };
        assert_eq!(titles(&store.clusters().await.expect("read")), titles(clusters));
    }
    assert!(house.links().await.expect("read").is_empty(), "what was undone teaches nothing");
    let history = store.cluster_events(from).await.expect("read");
    let kinds: Vec<&str> = history.iter().filter(|e| e.kind.is_lineage()).map(|e| e.kind.name()).collect();
    assert_eq!(kinds, ["founded", "merged_into", "restored", "received"]);
    let merged = history.iter().find(|event| event.kind.name() == "merged_into").expect("told");
    assert_eq!((merged.other, merged.person.as_deref()), (Some(into), Some("Ana")));
    assert_eq!(merged.reason.as_deref(), Some("es lo mismo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rediscovery_only_proposes_and_what_is_rejected_stays_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = pipeline(&folder, "UTC").await;
    let complaints = stream(&house);
    take_in(&house, &complaints).await;
    let store = &house.store;
    let everything = Scope::default();
    let open = async || {
        let mut open = store.proposals().await.expect("read");
        open.retain(|proposal| proposal.state == ProposalState::Open);
        open
    };
    assert_eq!(house.rediscover(&everything).await.expect("divided"), 0, "the same division changes nothing");

    // What a machine mixed: a cluster goes into another without anybody's decision.
    let clean = members(&house).await;
    let clusters = store.clusters().await.expect("read");
    let (large, small) = (clusters[0].id, clusters[1].id);
    let mixed: Vec<_> =
        clean.iter().filter(|(_, home)| **home == small).map(|(id, _)| (*id, Some(large))).collect();
    store.follow_links(&mixed).await.expect("moved");
    let before = members(&house).await;
    assert!(house.rediscover(&everything).await.expect("divided") > 0);
    assert_eq!(members(&house).await, before, "a proposal moves nobody");
    let split = open().await.into_iter().find(|one| one.kind == ProposalKind::Split).expect("proposed");
    assert_eq!((split.cluster, split.overlap.complaints), (Some(large), mixed.len()));
    assert!(!split.title.is_empty() && !split.examples.is_empty() && !split.overlap.terms.is_empty());

    let by = By::default();
    let Settled::Done(refusal) = house.reject(split.id, &by).await.expect("asked") else { panic!("settled") };
    assert_eq!(house.reject(split.id, &by).await.expect("asked"), Settled::NotOpen, "once");
    house.rediscover(&everything).await.expect("divided");
    assert!(open().await.iter().all(|one| one.kind != ProposalKind::Split), "not proposed again");
    assert_eq!(assert_obeyed(&house).await, mixed.len(), "and learned");

    house.undo(refusal, None).await.expect("asked").expect("undone");
    let again = open().await.into_iter().find(|one| one.id == split.id).expect("open again");
    let Settled::Done(done) = house.accept(again.id, &by).await.expect("asked") else { panic!("settled") };
    let split_off = members(&house).await;
    let moved: Vec<_> = mixed.iter().map(|(id, _)| split_off[id]).collect();
    assert!(moved.iter().all(|home| *home == moved[0] && *home != large), "a cluster of its own");
    house.rediscover(&everything).await.expect("divided");
    assert!(open().await.iter().all(|one| one.kind != ProposalKind::Merge), "what was split is not merged");
    assert_obeyed(&house).await;
    house.undo(done, None).await.expect("asked").expect("undone");
    assert_eq!(members(&house).await, before);

    let area = clusters.iter().find_map(|cluster| cluster.product_area.clone()).expect("one prevails");
    let scope = Scope { area: Some(area.clone()), ..Scope::default() };
    house.rediscover(&scope).await.expect("divided");
    let texts = store.grouping_texts_of(&scope).await.expect("read");
    assert!(!texts.is_empty() && texts.iter().all(|(text, _)| text.product_area.as_ref() == Some(&area)));
}
