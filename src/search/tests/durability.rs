//! The index on disk: checkpoints, crashes, damage, and erasure.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::Term;
use tempfile::TempDir;

use super::*;
use crate::search::error::SearchError;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn seq(index: &SearchIndex) -> Option<i64> {
    index.checkpoint().map(|checkpoint| checkpoint.seq)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir.join("index")).expect("readable").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn a_new_folder_gets_an_empty_index() {
    let dir = folder();
    let opened = SearchIndex::open(&dir.path().join("a/b")).expect("opened");
    assert_eq!(opened.checkpoint, None);
    assert_eq!(opened.rebuilt_because.as_deref(), Some("there is no index yet"));
    assert_eq!(found(&opened.index, &Filter::default()), [] as [u128; 0]);
    assert_eq!(found(&opened.index, &words("cobro pref* -\"a b\"")), [] as [u128; 0]);
}

#[test]
fn every_commit_carries_its_checkpoint_even_an_empty_one() {
    let dir = folder();
    let index = indexed(dir.path(), &[Sample::new(1, Language::Spanish, "cobro")]);
    assert_eq!(seq(&index), Some(1));
    let mut writer = writer(&index);
    writer.commit(Checkpoint { seq: 2 }).expect("committed");
    writer.commit(Checkpoint { seq: 3 }).expect("committed");
    assert_eq!(seq(&index), Some(3));
    drop((writer, index));

    let opened = SearchIndex::open(dir.path()).expect("opened");
    assert_eq!(opened.rebuilt_because, None);
    assert_eq!(opened.checkpoint, Some(Checkpoint { seq: 3 }));
    assert_eq!(found(&opened.index, &Filter::default()), [1]);
}

#[test]
fn what_was_not_committed_is_forgotten() {
    let dir = folder();
    let index = indexed(dir.path(), &[Sample::new(1, Language::Spanish, "cobro")]);
    let lost = writer(&index);
    lost.upsert(&Sample::new(2, Language::Spanish, "cobro").as_indexed()).expect("indexed");
    lost.erase(complaint_id(1));
    assert_eq!(found(&index, &words("cobro")), [1], "nothing shows before the commit");
    drop((lost, index));

    let index = open(dir.path());
    assert_eq!(seq(&index), Some(1));
    assert_eq!(found(&index, &words("cobro")), [1]);
    writer(&index).commit(Checkpoint { seq: 2 }).expect("committed");
    assert_eq!(found(&index, &words("cobro")), [1], "nor does a later commit bring it back");
}

#[test]
fn there_is_one_writer_at_a_time() {
    let dir = folder();
    let index = open(dir.path());
    let first = writer(&index);
    assert!(matches!(index.writer(), Err(SearchError::WriterBusy)));
    drop(first);
    assert!(index.writer().is_ok());
}

#[test]
fn an_index_that_cannot_be_used_is_replaced_with_the_reason() {
    fn rewrite_payload(dir: &Path, from: &str, to: &str) {
        let meta = dir.join("index/meta.json");
        let text = fs::read_to_string(&meta).expect("a meta file");
        assert!(text.contains(from), "{text}");
        fs::write(&meta, text.replace(from, to)).expect("written");
    }
    type Damage = fn(&Path);
    let cases: [(&str, Damage); 7] = [
        ("was never committed with a checkpoint", |dir| {
            rewrite_payload(dir, "\"payload\"", "\"other\"");
        }),
        ("was written by something else", |dir| rewrite_payload(dir, "seq", "sequence")),
        ("has schema version 999", |dir| rewrite_payload(dir, "schema\\\":1", "schema\\\":999")),
        ("was analysed by version 0,", |dir| {
            let version = format!("analyzer\\\":{}", crate::text::ANALYZER_VERSION);
            rewrite_payload(dir, &version, "analyzer\\\":0");
        }),
        ("has other fields", |dir| rewrite_payload(dir, "\"sub_issue\"", "\"subissue\"")),
        ("is damaged", |dir| fs::write(dir.join("index/meta.json"), "{").expect("written")),
        ("is damaged", |dir| {
            for file in files(dir).iter().filter(|file| file.extension().is_some_and(|end| end == "idx")) {
                fs::write(file, "").expect("written");
            }
        }),
    ];
    for (reason, damage) in cases {
        let dir = folder();
        drop(indexed(dir.path(), &[Sample::new(1, Language::Spanish, "cobro")]));
        damage(dir.path());
        let opened = SearchIndex::open(dir.path()).expect(reason);
        let because = opened.rebuilt_because.unwrap_or_default();
        assert!(because.contains(reason), "{reason}: {because}");
        assert_eq!(opened.checkpoint, None, "{reason}");
        assert_eq!(found(&opened.index, &Filter::default()), [] as [u128; 0], "{reason}");
        let names: Vec<_> = fs::read_dir(dir.path())
            .expect("readable")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(names, ["index"], "old files are gone");
        writer(&opened.index).commit(Checkpoint { seq: 5 }).expect("usable");
        drop(opened.index);
        assert_eq!(seq(&open(dir.path())), Some(5), "{reason}");
    }
}

#[test]
fn a_swap_cut_short_is_finished_by_the_next_start() {
    let dir = folder();
    fs::create_dir_all(dir.path().join("index.fresh/half")).expect("made");
    fs::create_dir_all(dir.path().join("index.replaced/old")).expect("made");
    let opened = SearchIndex::open(dir.path()).expect("opened");
    assert!(opened.rebuilt_because.is_some());
    assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1);
}

#[test]
fn a_complaint_is_replaced_and_erased() {
    let dir = folder();
    let old = Sample::new(1, Language::Spanish, "viejo cobro");
    let new = Sample::new(1, Language::Spanish, "reemplazo cobro");
    let index = indexed(dir.path(), &[old, Sample::new(2, Language::Spanish, "otro cobro")]);
    let mut writer = writer(&index);
    writer.upsert(&new.as_indexed()).expect("indexed");
    writer.upsert(&new.as_indexed()).expect("indexed");
    writer.commit(Checkpoint { seq: 2 }).expect("committed");
    assert_eq!(found(&index, &words("cobro")), [1, 2]);
    assert_eq!(found(&index, &words("viejo")), [] as [u128; 0]);

    writer.erase(complaint_id(1));
    writer.erase(complaint_id(77));
    writer.commit(Checkpoint { seq: 3 }).expect("committed");
    assert_eq!(found(&index, &words("cobro")), [2]);
    assert_eq!(index.count(&Filter::default()).expect("counted"), 1);
}

#[test]
fn a_purge_takes_erased_words_from_the_disk() {
    // Every third goes: however two threads share the complaints, some segment keeps some and loses some.
    let erased = |number: u128| number.is_multiple_of(3);
    let dir = folder();
    let samples: Vec<Sample> = (0..42)
        .map(|number| Sample::new(number, Language::Other, &format!("cobro palabra{number}")))
        .collect();
    let index = indexed(dir.path(), &samples);
    let mut writer = writer(&index);
    (0..42).filter(|number| erased(*number)).for_each(|number| writer.erase(complaint_id(number)));
    writer.commit(Checkpoint { seq: 2 }).expect("committed");

    let forms = index.columns().forms;
    let held = || -> Vec<u128> {
        let snapshot = index.snapshot();
        let holds = |number: &u128| {
            let term = Term::from_field_text(forms, &format!("palabra{number}"));
            snapshot.searcher.segment_readers().iter().any(|segment| {
                let words = segment.inverted_index(forms).expect("readable");
                words.get_term_info(&term).expect("readable").is_some()
            })
        };
        (0..42).filter(holds).collect()
    };
    let is_dictionary = |file: &&PathBuf| file.extension().is_some_and(|ending| ending == "term");
    assert!(held().into_iter().any(erased), "an erased word stays in its segment");
    writer.purge().expect("purged");
    let kept: Vec<u128> = (0..42).filter(|number| !erased(*number)).collect();
    assert_eq!(held(), kept, "until the purge");
    let n_segments = index.snapshot().searcher.segment_readers().len();
    assert_eq!(files(dir.path()).iter().filter(is_dictionary).count(), n_segments, "old files are gone");
    assert_eq!(found(&index, &words("cobro")), kept);

    writer.purge().expect("nothing left to do");
    assert_eq!(seq(&index), Some(2), "a purge keeps the checkpoint");
    drop((writer, index));
    assert_eq!(seq(&open(dir.path())), Some(2));
}

#[test]
fn readers_and_the_writer_work_at_the_same_time() {
    let dir = folder();
    let index = open(dir.path());
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut last = 0;
            while last < 60 {
                let total = index.count(&words("cobro")).expect("counted");
                assert!(
                    total >= last && total.is_multiple_of(20),
                    "{total} after {last}: a commit shows in whole"
                );
                last = total;
            }
        });
        let mut writer = writer(&index);
        for batch in 0..3 {
            for number in 0..20 {
                let sample = Sample::new(batch * 20 + number, Language::Spanish, "cobro");
                writer.upsert(&sample.as_indexed()).expect("indexed");
            }
            writer.commit(Checkpoint { seq: 1 }).expect("committed");
        }
        reading.join().expect("the reader saw only whole commits");
    });
}
