//! Classification beside what one would build with scikit-learn, on the same splits in the same run:
//! `RAIZ_PEERS_PYTHON=python3 cargo bench --bench classify`, an interpreter that has scikit-learn. The
//! collections and the peers' script lie under `RAIZ_SHARED` (`../shared`). Skips aloud without them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints its table")]

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// File, what decides on which side of the split a row falls, and the labels asked for.
const SETS: [(&str, &str, &[&str]); 5] = [
    ("cfpb_narratives", "received_at", &["product_norm", "issue"]),
    ("airline_tweets", "hash", &["issue"]),
    ("cmf_reclamos", "hash", &["product"]),
    ("amazon_reviews_es", "hash", &["product"]),
    ("banking77", "split", &["issue"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let shared = env::var_os("RAIZ_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let Some(python) = env::var_os("RAIZ_PEERS_PYTHON") else {
        eprintln!("skipped: RAIZ_PEERS_PYTHON names no interpreter with scikit-learn");
        return Ok(());
    };
    let scripts = shared.join("bench").join("text");
    if !scripts.join("peers.py").exists() {
        eprintln!("skipped: {} has no peers.py", scripts.display());
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    println!("accuracy / macro-F1 / calibration error, CPU s of training, texts per CPU s");
    for (set, by, labels) in SETS {
        let (data, out) = (shared.join("corpora").join(format!("{set}.csv.gz")), folder.path().join(set));
        let script = scripts.join("split.py");
        let split: [&OsStr; 5] =
            [script.as_os_str(), data.as_os_str(), out.as_os_str(), "--by".as_ref(), by.as_ref()];
        run(&python, &split)?;
        let (train, test) = (out.join("train.csv"), out.join("test.csv"));
        for label in labels {
            println!("{set}, {label}");
            show("peer", &peer(&python, &scripts, (&train, &test), label)?);
            show("raiz", &raiz((&train, &test), label)?);
        }
    }
    Ok(())
}

fn peer(
    python: &OsStr,
    scripts: &Path,
    (train, test): (&Path, &Path),
    label: &str,
) -> Result<Value, Box<dyn Error>> {
    let script = scripts.join("peers.py");
    let arguments: [&OsStr; 6] = [
        script.as_os_str(),
        "classify".as_ref(),
        train.as_os_str(),
        test.as_os_str(),
        "--label".as_ref(),
        label.as_ref(),
    ];
    run(python, &arguments)
}

fn raiz((train, test): (&Path, &Path), label: &str) -> Result<Value, Box<dyn Error>> {
    let arguments: [&OsStr; 9] = [
        "evaluate".as_ref(),
        "classify".as_ref(),
        "--train".as_ref(),
        train.as_os_str(),
        "--data".as_ref(),
        test.as_os_str(),
        "--label".as_ref(),
        label.as_ref(),
        "--json".as_ref(),
    ];
    run(env!("CARGO_BIN_EXE_raiz").as_ref(), &arguments)
}

/// Runs a program on one thread of its libraries; its last line, when that is JSON.
fn run(program: &OsStr, arguments: &[&OsStr]) -> Result<Value, Box<dyn Error>> {
    let output = Command::new(program)
        .args(arguments)
        .envs([("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default())
}

fn show(who: &str, report: &Value) {
    let figure = |key: &str| report[key].as_f64().unwrap_or(f64::NAN);
    println!(
        "  {who}  {:.3} / {:.3} / {:.3}  {:>7.2} s  {:>8.0}/s",
        figure("accuracy"),
        figure("macro_f1"),
        figure("ece"),
        figure("train_cpu_s"),
        figure("predict_docs_per_cpu_s")
    );
    if let (Some(coverage), Some(size)) = (report["coverage"].as_f64(), report["set_size"].as_f64()) {
        println!(
            "        sets hold the label {coverage:.3} of the time, {size:.2} labels in the mean; at most {:.0} MiB",
            figure("peak_memory_mib")
        );
    }
}
