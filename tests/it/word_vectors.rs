//! Complaints compared by word vectors from a folder: by the service, which places its groups anew and never mixes
//! two spaces, and by commands.

use std::collections::BTreeMap;
use std::path::Path;

use raiz::config::Config;
use raiz::domain::complaint::NewComplaint;
use raiz::domain::id::{ClusterId, ComplaintId};
use raiz::domain::time::Day;
use raiz::pipeline::Pipeline;
use raiz::simulate::corpus;
use raiz::simulate::stream::Story;
use raiz::store::Clock;

use crate::world::NOW;

const DIMENSIONS: usize = 48;

/// A model of every word of `texts`, each in a direction of its own: alike are texts that share words.
fn write_vectors(folder: &Path, texts: &[&str]) {
    let mut words: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3))
        .map(str::to_lowercase)
        .collect();
    words.sort_unstable();
    words.dedup();
    let vocabulary: BTreeMap<&str, usize> =
        std::iter::once("[UNK]").chain(words.iter().map(String::as_str)).zip(0..).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}
    });
    std::fs::create_dir_all(folder).expect("made");
    std::fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).expect("written");
    // Numbers between -1 and 1, the same each time: a multiplicative congruence.
    let mut state = 7_u64;
    let numbers: Vec<u8> = (0..vocabulary.len() * DIMENSIONS)
        .flat_map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / 8_388_608.0 - 1.0).to_le_bytes()
        })
        .collect();
    let header = serde_json::json!({"embeddings": {
        "dtype": "F32", "shape": [vocabulary.len(), DIMENSIONS], "data_offsets": [0, numbers.len()]
    }})
    .to_string();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(numbers);
    std::fs::write(folder.join("model.safetensors"), file).expect("written");
}

async fn members(house: &Pipeline) -> BTreeMap<ComplaintId, ClusterId> {
    let mut all = BTreeMap::new();
    for cluster in house.store.clusters().await.expect("read") {
        let members = house.store.all_members(cluster.id).await.expect("read");
        all.extend(members.into_iter().map(|complaint| (complaint, cluster.id)));
    }
    all
}

fn space_of_groups(folder: &Path) -> serde_json::Value {
    let card = std::fs::read(folder.join("models/groups/card.json")).expect("a groups model");
    serde_json::from_slice::<serde_json::Value>(&card).expect("a card")["vectors"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn standing_groups_are_placed_in_the_space_of_the_vectors_and_found_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let vectors = folder.path().join("vectors");
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    let open = async |config: &Config| Pipeline::open(config, Clock::fixed(NOW)).await;

    let house = open(&config).await.expect("a new house opens");
    let mut story = Story::demo(3, Day(NOW.day_in(&house.zone).0 - 1), house.zone.clone());
    (story.days, story.per_day) = (150, 5.0);
    let complaints: Vec<NewComplaint> =
        story.stream(&corpus::said_to_the_company()).map(|drawn| drawn.complaint).collect();
    house.store.take_in(&complaints).await.expect("stored");
    house.run_to_completion(|_| ()).await.expect("every step ends");
    let before = members(&house).await;
    assert!(before.len() > 50, "{} complaints in groups", before.len());
    assert!(space_of_groups(folder.path()).is_null());
    drop(house);

    let texts: Vec<&str> = complaints.iter().filter_map(|complaint| complaint.text.as_deref()).collect();
    write_vectors(&vectors, &texts);
    config.grouping.word_vectors = Some(vectors.clone());
    let house = open(&config).await.expect("opens with the vectors");
    let name = space_of_groups(folder.path());
    assert!(name.as_str().is_some_and(|name| name.starts_with("vectors-")), "{name}");
    assert_eq!(members(&house).await, before, "nobody moves");

    // Letters like those of members, sent by others.
    let mut again = Vec::new();
    for (complaint, cluster) in before.iter().step_by(before.len() / 20) {
        let record = house.store.complaint(*complaint).await.expect("read").expect("there").complaint;
        again.push((format!("again-{}", again.len()), *cluster, record));
    }
    let copies: Vec<NewComplaint> = again
        .iter()
        .filter_map(|(id, _, record)| {
            let own = complaints.iter().find(|own| own.external_id == record.external_id)?;
            Some(NewComplaint { external_id: Some(id.clone()), ..own.clone() })
        })
        .collect();
    house.store.take_in(&copies).await.expect("stored");
    house.run_to_completion(|_| ()).await.expect("every step ends");
    let after = members(&house).await;
    assert!(before.iter().all(|(complaint, cluster)| after.get(complaint) == Some(cluster)), "nobody moves");
    let joined = after.len() - before.len();
    assert!(2 * joined >= copies.len(), "{joined} of {} found a group", copies.len());
    assert_eq!(space_of_groups(folder.path()), name);
    drop(house);

    std::fs::remove_file(vectors.join("tokenizer.json")).expect("removed");
    let Err(refused) = open(&config).await else { panic!("opened without its vectors") };
    assert!(refused.to_string().contains("tokenizer.json"), "{refused}");
}

#[test]
fn the_commands_compare_by_vectors_and_name_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| crate::commands::told(folder.path(), arguments);
    let places = ["casa", "oficina", "tienda", "finca", "escuela", "bodega"];
    let told = |place: &str| {
        [
            (format!("la factura para la {place} trae un cobro doble indebido"), "cobro"),
            (format!("sigue sin internet ni televisión toda la {place}"), "averia"),
        ]
    };
    let all: Vec<(String, &str)> = places.iter().flat_map(|place| told(place)).collect();
    let rows: String = all.iter().map(|(text, label)| format!("{text},{label}\n")).collect();
    std::fs::write(folder.path().join("e.csv"), format!("texto,motivo\n{rows}")).expect("written");
    write_vectors(&folder.path().join("v"), &all.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>());

    let evaluate =
        ["evaluate", "cluster", "--data", "e.csv", "--label", "motivo", "--text", "texto", "--vectors"];
    let (status, said) = run(&[&evaluate[..], &["v", "--json"]].concat());
    assert_eq!(status, 0, "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).expect("one JSON object");
    assert_eq!((&report["clusters"], &report["nmi"]), (&2.into(), &1.0.into()), "{report}");
    assert!(report["vectors"].as_str().is_some_and(|name| name.starts_with("vectors-")), "{report}");
    let (status, said) = run(&[&evaluate[..], &["nowhere"]].concat());
    assert!(status == 1 && said.contains("tokenizer.json"), "{said}");

    std::fs::write(folder.path().join("raiz.toml"), "[grouping]\nword_vectors = \"v\"\n").expect("written");
    assert_eq!(run(&["watch", "run"]).0, 0, "a new house opens with vectors");
    let (_, said) = run(&["doctor"]);
    assert!(said.contains("word vectors") && said.contains("of 48 numbers"), "{said}");
    std::fs::write(folder.path().join("v/model.safetensors"), "x").expect("written");
    let (status, said) = run(&["doctor"]);
    assert!(status != 0 && said.contains("model.safetensors: no file of tensors"), "{said}");
}
