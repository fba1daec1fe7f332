//! A process that dies at any moment loses nothing it acknowledged, and the index catches up afterwards.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use raiz::domain::filter::Filter;
use raiz::pipeline::Pipeline;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::world::pipeline_left_behind;

/// Times a server is killed, and times an import is.
const KILLS: u64 = 20;
/// Rows of the imported file.
const ROWS: usize = 6_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_acknowledged_complaint() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let mut acknowledged: Vec<String> = Vec::new();
    for kill in 0..KILLS {
        let mut server = raiz(&folder)
            .args(["serve", "--address", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let address = listening_address(&mut server);
        let patience = Duration::from_millis(random.gen_range(5..400));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(patience);
            server.kill().expect("killed");
            server.wait().expect("gone");
        });
        for n in 0.. {
            let id = format!("{kill}-{n}");
            let body =
                serde_json::json!({ "source": "kill", "external_id": id, "text": "me cobraron dos veces" });
            match ureq::post(format!("{address}/api/v1/complaints")).send_json(body) {
                Ok(answer) if answer.status() == 201 => acknowledged.push(id),
                Ok(answer) => panic!("unexpected answer {}", answer.status()),
                Err(_) => break,
            }
        }
        killer.join().expect("the killer ends");
    }
    assert!(acknowledged.len() > KILLS as usize, "the server did acknowledge: {}", acknowledged.len());

    let house = pipeline_left_behind(&folder).await;
    house.run_to_completion(|_| ()).await.expect("every step ends");
    let found = external_ids(&house).await;
    for id in &acknowledged {
        assert!(found.binary_search(id).is_ok(), "{id} was acknowledged and is gone");
    }
    let stored = house.store.complaint_total().await.expect("counted");
    assert_eq!(i64::try_from(found.len()).expect("few"), stored, "the index has caught up with the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_import_can_be_run_again_until_every_row_is_there_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("reclamos.csv");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file).expect("made"));
    writeln!(out, "id,fecha,relato").expect("written");
    for n in 0..ROWS {
        writeln!(out, "{n},2026-05-{:02},\"La factura {n} llegó con un cobro que no es mío\"", n % 28 + 1)
            .expect("written");
    }
    out.flush().expect("written");
    let mut random = ChaCha8Rng::seed_from_u64(21);
    for _ in 0..KILLS {
        let mut import =
            raiz(&folder).arg("import").arg(&file).stdout(Stdio::null()).spawn().expect("started");
        std::thread::sleep(Duration::from_millis(random.gen_range(1..250)));
        import.kill().expect("killed");
        import.wait().expect("gone");
    }
    let status = raiz(&folder).arg("import").arg(&file).stdout(Stdio::null()).status().expect("ran");
    assert!(status.success());
    let house = pipeline_left_behind(&folder).await;
    assert_eq!(house.store.complaint_total().await.expect("counted"), i64::try_from(ROWS).expect("fits"));
    house.run_to_completion(|_| ()).await.expect("every step ends");
    assert_eq!(external_ids(&house).await.len(), ROWS);
}

fn raiz(folder: &tempfile::TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raiz"));
    command.arg("--data-dir").arg(folder.path()).stderr(Stdio::null()).current_dir(folder.path());
    command
}

fn listening_address(server: &mut Child) -> String {
    let out = server.stdout.take().expect("its output is read");
    for line in BufReader::new(out).lines() {
        if let Some(address) = line.expect("text").strip_prefix("raiz listens on ") {
            return address.to_owned();
        }
    }
    panic!("the server ended before it listened");
}

/// External ids of everything in the index, sorted.
async fn external_ids(house: &Pipeline) -> Vec<String> {
    let mut ids = Vec::new();
    house.index.each_id(&Filter::default(), |id| ids.push(id)).expect("asked");
    let records = house.complaints(&ids).await.expect("read");
    let mut found: Vec<String> =
        records.into_iter().filter_map(|record| record.complaint.external_id).collect();
    found.sort_unstable();
    found
}
