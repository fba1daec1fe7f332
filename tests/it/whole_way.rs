//! A complaint's whole way on real public data: taken in, redacted, classified, grouped, indexed, counted,
//! judged. Every row of the file is accounted for.

use std::path::Path;

use raiz::domain::counts::{Dimension, Node};
use raiz::domain::filter::{Field, Filter, Sort};
use raiz::domain::label::Axis;
use raiz::intake::file;
use raiz::intake::options::Options;
use raiz::intake::presets::Preset;
use raiz::pipeline::Pipeline;
use raiz::pipeline::intake::{ImportReport, import};
use raiz::search::hits::Page;

use crate::world::{NOW, complaint, pipeline, shared};

async fn import_preset(house: &Pipeline, path: &Path, preset: Preset) -> ImportReport {
    let options = Options { preset: Some(preset), ..Options::new(house.zone.clone(), NOW) };
    let reader = file::open(path, &options).expect("the file opens");
    import(Some(&house.store), reader, None, |_| ()).await.expect("imported")
}

#[tokio::test(flavor = "multi_thread")]
async fn public_complaints_are_accounted_for_searchable_grouped_and_charted() {
    let Some(shared) = shared("whole_way::public_complaints") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = pipeline(&folder, "UTC").await;
    for (name, preset, rows) in
        [("cfpb_narratives.csv.gz", Preset::Cfpb, 7_735), ("profeco_telecom.csv.gz", Preset::Profeco, 17_964)]
    {
        let path = shared.join("corpora").join(name);
        let first = import_preset(&house, &path, preset).await.counts;
        assert_eq!(first.stored + first.known + first.rejected, rows, "{name}: rows in the file");
        assert_eq!(first.stored, rows, "{name}: every row of this file is good");
        let again = import_preset(&house, &path, preset).await.counts;
        assert_eq!((again.stored, again.known), (0, rows), "{name}: the same file twice changes nothing");
    }

    let report = house.run_to_completion(|_| ()).await.expect("every step ends");
    assert_eq!(report.analysed, 25_699);
    assert_eq!(house.store.pending().await.expect("counted"), 0);
    assert!(report.clusters_founded >= 10, "{} clusters", report.clusters_founded);
    assert!(report.weeks_watched > 0);

    let search = |filter: &Filter| {
        let page = Page { limit: 10, after: None };
        house
            .index
            .search(filter, Sort::Relevance, &page, &[Field::Source, Field::ProductArea], 20)
            .expect("asked")
    };
    let all = search(&Filter::default());
    assert_eq!(all.total, 25_699, "everything can be found");
    let of_source = search(&Filter::default().with(Field::Source, "profeco"));
    assert_eq!(of_source.total, 17_964);
    for words in ["mortgage", "\"debt collection\"", "telefonia celular", "negativa entrega"] {
        let hits = search(&Filter { words: words.to_owned(), ..Filter::default() });
        assert!(hits.total > 50, "{words}: {} hits", hits.total);
        let records =
            house.complaints(&hits.ids.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await.expect("read");
        assert_eq!(records.len(), 10);
        assert!(records.iter().all(|record| record.label(Axis::FailureType).is_some()), "{words}: labelled");
    }

    let total: i64 = house
        .store
        .counts_of_node(&Node::new(Dimension::All, ""))
        .await
        .expect("counted")
        .iter()
        .map(|(_, complaints)| complaints)
        .sum();
    assert_eq!(total, 25_699, "every complaint is counted once");
    let clusters = house.store.clusters().await.expect("read");
    assert_eq!(clusters.len(), report.clusters_founded);
    let chart =
        house.chart(&Node::new(Dimension::Cluster, clusters[0].id.to_string()), 52).await.expect("drawn");
    assert_eq!(chart.len(), 52);
    assert!(chart.iter().any(|week| week.expected.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_reads_personal_data() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = pipeline(&folder, "UTC").await;
    let mut row =
        complaint("1", 20_000, "Soy Ana, mi correo es ana.ruiz@correo.example y me cobraron dos veces");
    row.facts.customer = Some("ana.ruiz@correo.example".to_owned());
    house.store.take_in(&[row]).await.expect("stored");
    house.run_to_completion(|_| ()).await.expect("every step ends");
    let find = |words: &str| {
        let filter = Filter { words: words.to_owned(), ..Filter::default() };
        let page = Page { limit: 10, after: None };
        house.index.search(&filter, Sort::Relevance, &page, &[Field::Customer], 10).expect("asked")
    };
    assert_eq!(find("correo.example").total, 0, "the address cannot be searched");
    let hits = find("cobraron");
    assert_eq!(hits.total, 1);
    let customer = &hits.facets[0].values[0].0;
    assert!(!customer.contains('@'), "{customer}");
    let record = house.complaint(hits.ids[0].0).await.expect("read").expect("there");
    let text = record.complaint.text.expect("redacted");
    assert!(!text.contains("ana.ruiz") && text.contains("me cobraron dos veces"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_and_lost_groups_are_made_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = pipeline(&folder, "UTC").await;
    let causes =
        ["me cobraron dos veces la factura del teléfono", "no llegó el paquete que pedí a la tienda"];
    let rows: Vec<_> = (0..80)
        .map(|n| {
            complaint(
                &n.to_string(),
                20_000 + n % 20,
                &format!(
                    "{} caso {} {}",
                    causes[n as usize % 2],
                    NAMES[n as usize % 8],
                    NAMES[n as usize % 5]
                ),
            )
        })
        .collect();
    house.store.take_in(&rows).await.expect("stored");
    let report = house.run_to_completion(|_| ()).await.expect("every step ends");
    let clusters = house.store.clusters().await.expect("read");
    assert!(report.clusters_founded >= 1 && report.joined >= 40, "{report:?}");
    house.store.close().await;
    drop(house);

    std::fs::remove_dir_all(folder.path().join("index")).expect("removed");
    std::fs::remove_dir_all(folder.path().join("models")).expect("removed");
    let house = pipeline(&folder, "UTC").await;
    let more: Vec<_> = (80..160)
        .map(|n| {
            complaint(
                &n.to_string(),
                20_000 + n % 20,
                &format!("{} caso {}", causes[n as usize % 2], NAMES[n as usize % 7]),
            )
        })
        .collect();
    house.store.take_in(&more).await.expect("stored");
    house.run_to_completion(|_| ()).await.expect("every step ends");
    assert_eq!(house.index.count(&Filter::default()).expect("asked"), 160);
    let kept = house.store.clusters().await.expect("read");
    for cluster in &clusters {
        let now = kept.iter().find(|known| known.id == cluster.id).expect("a cluster keeps its identity");
        assert!(now.complaints >= cluster.complaints, "a cluster keeps its members");
    }
}

const NAMES: [&str; 8] = ["rojo", "verde", "azul", "blanco", "negro", "gris", "dorado", "marrón"];
