//! How fast complaints go in and through, against what a data engineer would write in an afternoon: a
//! Python script that reads the same CSV and inserts it into SQLite with the same durability.
//!
//! Prints rows per CPU-second of the bulk import, complaints per second of the whole way (import, redact,
//! classify, index, assign, count), and the process's peak memory. Run it alone:
//! `cargo bench --bench whole_way`. The number of complaints can be given: `-- 50000`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints and may stop at the first trouble"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use raiz::cli::process;
use raiz::config::Config;
use raiz::domain::complaint::NewComplaint;
use raiz::domain::time::Day;
use raiz::intake::file;
use raiz::intake::options::Options;
use raiz::pipeline::Pipeline;
use raiz::pipeline::intake::import;
use raiz::simulate::corpus;
use raiz::simulate::stream::Story;
use raiz::store::Clock;

const COMPLAINTS: usize = 50_000;

const PEER: &str = r#"
import csv, resource, sqlite3, sys, uuid
db = sqlite3.connect(sys.argv[2]); db.execute("PRAGMA journal_mode=WAL"); db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE c (id BLOB PRIMARY KEY, source TEXT, external_id TEXT, received TEXT, body TEXT, region TEXT, channel TEXT, company TEXT, UNIQUE (source, external_id))")
db.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, id BLOB)")
rows, n = [], 0
def flush():
    db.executemany("INSERT INTO c VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", rows)
    db.executemany("INSERT INTO log (id) VALUES (?)", [(r[0],) for r in rows]); db.commit(); rows.clear()
for r in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
    n += 1; rows.append((uuid.uuid4().bytes, "bench", r["id"], r["received_at"], r["text"], r["region"], r["channel"], r["company"]))
    if len(rows) == 2000: flush()
flush(); u = resource.getrusage(resource.RUSAGE_SELF); print(n / (u.ru_utime + u.ru_stime))
"#;

fn main() {
    let wanted = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(COMPLAINTS);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let csv = folder.path().join("stream.csv");
    write_stream(&csv, wanted);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure(&csv, &folder.path().join("data"), wanted));
    match Command::new("python3").args(["-c", PEER]).arg(&csv).arg(folder.path().join("peer.db")).output() {
        Ok(peer) if peer.status.success() => {
            let rate: f64 = String::from_utf8_lossy(&peer.stdout).trim().parse().unwrap_or(f64::NAN);
            println!("peer: Python csv + sqlite3, same durability: {rate:.0} rows per CPU-second");
        }
        _ => println!("peer: SKIPPED, no python3 with sqlite3"),
    }
}

async fn measure(csv: &Path, data_dir: &Path, complaints: usize) {
    let config = Config { data_dir: data_dir.to_owned(), ..Config::default() };
    let house = Pipeline::open(&config, Clock::System).await.expect("a new house");
    let options =
        Options { source: Some("bench".to_owned()), ..Options::new(house.zone.clone(), Clock::System.now()) };
    let (started, cpu) = (Instant::now(), process::cpu_time());
    let reader = file::open(csv, &options).expect("the stream opens");
    let report = import(Some(&house.store), reader, None, |_| ()).await.expect("imported");
    let import_cpu = process::seconds_since(cpu).expect("Linux");
    assert_eq!(report.counts.stored, complaints as u64);
    println!(
        "import: {complaints} rows, {:.0} rows per CPU-second, {:.0} per second",
        complaints as f64 / import_cpu,
        complaints as f64 / started.elapsed().as_secs_f64()
    );
    // Clusters are found once so that the measured way assigns to real ones.
    let warm = house.run_to_completion(|_| ()).await.expect("every step ends");
    println!("groups: {} found with {} complaints", warm.clusters_founded, warm.joined);
    house.store.close().await;
    drop(house);
    whole_way(csv, &config, complaints).await;
}

/// The whole way for a second copy of the stream, with clusters to assign to.
async fn whole_way(csv: &Path, config: &Config, complaints: usize) {
    let house = Pipeline::open(config, Clock::System).await.expect("the house opens");
    let options =
        Options { source: Some("again".to_owned()), ..Options::new(house.zone.clone(), Clock::System.now()) };
    let (started, cpu) = (Instant::now(), process::cpu_time());
    let reader = file::open(csv, &options).expect("the stream opens");
    import(Some(&house.store), reader, None, |_| ()).await.expect("imported");
    let analysed = house.analyse_pending(&mut |_| ()).await.expect("analysed");
    let indexed = house.follow_changes().await.expect("indexed");
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(analysed, complaints as u64);
    assert!(indexed >= complaints as u64, "{indexed} entries indexed");
    println!(
        "whole way: {complaints} complaints, {:.0} per second, {:.0} per CPU-second",
        complaints as f64 / seconds,
        complaints as f64 / process::seconds_since(cpu).expect("Linux")
    );
    println!("memory: {:.0} MiB at most", process::peak_memory_mib().expect("Linux"));
    house.store.close().await;
}

fn write_stream(path: &Path, complaints: usize) {
    let story =
        Story { per_day: complaints as f64 / 300.0, ..Story::demo(1, Day(20_700), jiff::tz::TimeZone::UTC) };
    let corpus = corpus::said_to_the_company();
    let stream: Vec<NewComplaint> = story.stream(&corpus).map(|drawn| drawn.complaint).collect();
    assert!(stream.len() >= complaints, "{} complaints drawn", stream.len());
    let mut out = std::io::BufWriter::new(fs::File::create(path).expect("made"));
    writeln!(out, "id,received_at,text,region,channel,company,customer").expect("written");
    for NewComplaint { external_id, received_at, text, facts, .. } in stream.into_iter().take(complaints) {
        let quoted = |value: Option<String>| value.unwrap_or_default().replace('"', "\"\"");
        writeln!(
            out,
            "{},{},\"{}\",{},{},\"{}\",{}",
            external_id.unwrap_or_default(),
            received_at.to_rfc3339(),
            quoted(text),
            quoted(facts.region),
            quoted(facts.channel),
            quoted(facts.company),
            quoted(facts.customer)
        )
        .expect("written");
    }
}
