//! The command line as a person meets it: words, exit codes, files.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn raiz(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_raiz"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RAIZ_DATA_DIR")
        .output()
        .expect("the program runs")
}

/// The same with lines on standard input.
fn raiz_told(folder: &Path, arguments: &[&str], lines: &str) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_raiz"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RAIZ_DATA_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    run.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("written");
    run.wait_with_output().expect("it ended")
}

/// How it ended, and what it said.
pub(crate) fn told(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = raiz(folder, arguments);
    (code(&output), text(&output))
}

/// The same with lines on standard input.
pub(crate) fn told_with(folder: &Path, arguments: &[&str], lines: &str) -> (i32, String) {
    let output = raiz_told(folder, arguments, lines);
    (code(&output), text(&output))
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn an_import_explains_itself_and_keeps_what_is_good() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("reclamos.csv");
    let rows = "id;fecha;relato\n1;12/05/2026;Me cobraron dos veces\n2;31/12/2025;No tengo internet\n3;ayer;sin fecha\n";
    std::fs::write(&file, rows).expect("written");

    let dry = raiz(folder.path(), &["import", "reclamos.csv", "--dry-run"]);
    assert_eq!(code(&dry), 3, "{}", text(&dry));
    assert!(
        !folder.path().join("raiz-data").exists()
            && !folder.path().join("reclamos.csv.rejected.csv").exists()
    );

    let first = raiz(folder.path(), &["import", "reclamos.csv"]);
    let said = text(&first);
    assert_eq!(code(&first), 3, "{said}");
    assert!(said.contains("text        from `relato`") && said.contains("day before month"), "{said}");
    assert!(said.contains("3 rows: 2 stored, 0 already known, 1 refused"), "{said}");
    let refused = std::fs::read_to_string(folder.path().join("reclamos.csv.rejected.csv")).expect("written");
    assert!(refused.lines().nth(1).is_some_and(|line| line.starts_with("4,received_at,")), "{refused}");

    let again = text(&raiz(folder.path(), &["import", "reclamos.csv"]));
    assert!(again.contains("0 stored, 2 already known") && again.contains("nothing changed"), "{again}");

    let analysed = raiz(folder.path(), &["analyse"]);
    assert_eq!(code(&analysed), 0, "{}", text(&analysed));
    assert!(text(&analysed).contains("2 complaints analysed"), "{}", text(&analysed));
    let doctor = raiz(folder.path(), &["doctor"]);
    assert_eq!(code(&doctor), 0, "{}", text(&doctor));
    let reindexed = text(&raiz(folder.path(), &["reindex"]));
    assert!(reindexed.contains("2 complaints indexed"), "{reindexed}");
}

#[test]
fn answers_given_elsewhere_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows = "id,fecha,relato\n1,2026-05-12,hola que tal\n2,2026-05-13,sobre lo de ayer\n3,2026-05-13,nada que decir\n";
    std::fs::write(folder.path().join("a.csv"), rows).expect("written");
    assert_eq!(code(&raiz(folder.path(), &["import", "a.csv"])), 0);
    assert_eq!(code(&raiz(folder.path(), &["analyse"])), 0);
    let export = raiz(folder.path(), &["review", "export", "--out", "dudas.csv"]);
    assert_eq!(code(&export), 0, "{}", text(&export));
    let written = std::fs::read_to_string(folder.path().join("dudas.csv")).expect("written");
    assert!(written.starts_with("complaint_id,axis,text,proposed,"), "{written}");
    let doubts = written.lines().count() - 1;
    assert!(doubts >= 1, "words that say nothing leave the model in doubt: {written}");

    let answered = written.replace(",,,\n", ",other,Ana,\n");
    std::fs::write(folder.path().join("respuestas.csv"), &answered).expect("written");
    let import = raiz(folder.path(), &["review", "import", "respuestas.csv"]);
    assert_eq!(code(&import), 0, "{}", text(&import));
    assert!(text(&import).contains(&format!("{doubts} answers kept, 0 known already")), "{}", text(&import));
    let again = text(&raiz(folder.path(), &["review", "import", "respuestas.csv"]));
    assert!(again.contains(&format!("0 answers kept, {doubts} known already")), "{again}");

    std::fs::write(folder.path().join("malo.csv"), answered.replace(",other,", ",nonsense,"))
        .expect("written");
    let wrong = raiz(folder.path(), &["review", "import", "malo.csv"]);
    assert_eq!(code(&wrong), 3, "{}", text(&wrong));
    assert!(text(&wrong).contains("row 1: value"), "{}", text(&wrong));
}

#[test]
fn a_text_is_explained_by_its_words_and_the_nearest_examples() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let letter = "Me cobraron dos veces la cuota de la tarjeta, soy ana@correo.example";
    let why = raiz(folder.path(), &["explain", "--text", letter, "--json"]);
    assert_eq!(code(&why), 0, "{}", text(&why));
    let why: serde_json::Value = serde_json::from_slice(&why.stdout).expect("one JSON object");
    assert!(why["text"].as_str().is_some_and(|text| !text.contains("ana@")), "{why}");
    let failure = &why["axes"][2];
    assert_eq!((&failure["axis"], &failure["label"]), (&"failure_type".into(), &"undue_charge".into()));
    assert!(failure["words"].as_array().is_some_and(|words| words.iter().any(|w| w["word"] == "cobraron")));
    assert!(why["nearest"][0]["name"].as_str().is_some_and(|name| name.starts_with("es-")), "{why}");

    let told = text(&raiz(folder.path(), &["explain", "--text", letter]));
    assert!(told.contains("failure_type: undue_charge") && told.contains("nearest labelled texts"), "{told}");
    let nobody = raiz(folder.path(), &["explain", "0198c0de-0000-7000-8000-000000000001"]);
    assert_eq!(code(&nobody), 1);
    assert!(text(&nobody).contains("raiz analyse"), "{}", text(&nobody));
}

#[test]
fn a_correction_takes_another_column() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.csv"), "id,dia,nota,otra\n1,2026-01-02,corta,la queja larga\n")
        .expect("written");
    let run = raiz(folder.path(), &["import", "a.csv", "--map", "text=otra", "--map", "received_at=dia"]);
    let said = text(&run);
    assert_eq!(code(&run), 0, "{said}");
    assert!(said.contains("text        from `otra` (as you said)"), "{said}");
    let wrong = raiz(folder.path(), &["import", "a.csv", "--map", "texto=otra"]);
    assert_eq!(code(&wrong), 2);
    assert!(text(&wrong).contains("unknown field `texto`"), "{}", text(&wrong));
}

#[test]
fn mistakes_have_their_own_exit_codes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(code(&raiz(folder.path(), &["import", "absent.csv"])), 1);
    assert_eq!(code(&raiz(folder.path(), &["imprt"])), 2);
    std::fs::write(folder.path().join("raiz.toml"), "[organisation]\ntime_zone = \"Nowhere\"\n")
        .expect("written");
    let check = raiz(folder.path(), &["config", "check"]);
    assert_eq!(code(&check), 4);
    assert!(text(&check).contains("organisation.time_zone"), "{}", text(&check));
    let doctor = raiz(folder.path(), &["doctor"]);
    assert_eq!(code(&doctor), 5, "{}", text(&doctor));
    assert!(text(&doctor).contains("to mend it"), "{}", text(&doctor));
}

#[test]
fn help_settings_and_completions_are_printed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let help = text(&raiz(folder.path(), &["--help"]));
    for word in ["demo", "import", "analyse", "serve", "doctor", "Exit codes"] {
        assert!(help.contains(word), "{help}");
    }
    let shown = raiz(folder.path(), &["config", "show"]);
    std::fs::write(folder.path().join("raiz.toml"), &shown.stdout).expect("written");
    assert_eq!(code(&raiz(folder.path(), &["config", "check"])), 0, "what is shown can be read back");
    assert!(text(&raiz(folder.path(), &["completions", "bash"])).contains("_raiz"));
}

#[test]
fn a_model_is_trained_from_labelled_texts_the_same_each_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = String::from("texto,motivo\n");
    let places = ["casa", "oficina", "tienda", "finca", "escuela", "clínica", "bodega", "taller"];
    let months = ["enero", "abril", "mayo", "julio", "agosto"];
    for (place, month) in places.iter().flat_map(|place| months.map(|month| (place, month))) {
        rows.push_str(&format!("la factura de {month} para la {place} trae un cobro doble,cobro\n"));
        rows.push_str(&format!("desde {month} la {place} está sin internet ni televisión,averia\n"));
    }
    std::fs::write(folder.path().join("e.csv"), rows).expect("written");
    let model = |out: &str| {
        let run = raiz(
            folder.path(),
            &["train", "--data", "e.csv", "--label", "motivo", "--text", "texto", "--out", out],
        );
        assert_eq!(code(&run), 0, "{}", text(&run));
        std::fs::read(folder.path().join(out).join("model.bin")).expect("written")
    };
    assert_eq!(model("uno"), model("dos"));

    let judge = |how: &[&str]| {
        let run = raiz(
            folder.path(),
            &[&["evaluate", "classify"], how, &["--label", "motivo", "--json", "--data", "e.csv"]].concat(),
        );
        assert_eq!(code(&run), 0, "{}", text(&run));
        serde_json::from_slice::<serde_json::Value>(&run.stdout).expect("one JSON object")
    };
    let report = judge(&["--model", "uno"]);
    for key in ["accuracy", "macro_f1", "ece", "majority", "coverage", "set_size", "unsure_share"] {
        assert!(report[key].is_number(), "{key}: {report}");
    }
    assert_eq!((report["n_test"].as_u64(), report["n_labels"].as_u64()), (Some(80), Some(2)));
    assert_eq!(report["baselines"][0]["accuracy"], 0.5);
    assert!(report["accuracy"].as_f64() > Some(0.95), "{report}");
    // What stands in the training file is not judged.
    std::fs::write(
        folder.path().join("f.csv"),
        "texto,motivo\nme llegó un cobro doble en el recibo,cobro\nla  FACTURA de enero para la casa trae un cobro doble,cobro\n",
    )
    .expect("written");
    let run = raiz(
        folder.path(),
        &["evaluate", "classify", "--train", "e.csv", "--data", "f.csv", "--label", "motivo"],
    );
    assert!(text(&run).contains("1 texts judged, 2 labels"), "{}", text(&run));

    let wrong = raiz(folder.path(), &["train", "--data", "e.csv", "--label", "nada", "--out", "tres"]);
    assert_eq!(code(&wrong), 1, "{}", text(&wrong));
}

#[test]
fn doubt_follows_recent_texts_when_asked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let places = ["casa", "oficina", "tienda", "finca", "escuela", "clínica", "bodega", "taller"];
    let months = ["enero", "abril", "mayo", "julio", "agosto", "octubre", "marzo", "junio"];
    let told = |place: &str, month: &str| {
        [
            format!("la factura de {month} para la {place} trae un cobro doble"),
            format!("desde {month} la {place} está sin internet ni televisión"),
        ]
    };
    // The model learns with the answers right; in the texts to judge every fifth is the other one.
    let (mut learned, mut judged) = (String::from("texto,motivo\n"), String::from("llegada,texto,motivo\n"));
    for (day, (place, month)) in
        places.iter().flat_map(|place| months.map(|month| (place, month))).enumerate()
    {
        let answers = ["cobro", "averia"];
        for (own, text) in told(place, month).iter().enumerate() {
            learned.push_str(&format!("{text},{}\n", answers[own]));
            for copy in 0..2 {
                let answer = answers[(own + usize::from((day * 2 + copy) % 5 == 0)) % 2];
                judged.push_str(&format!("2026-03-{:02},{text} {copy}º aviso,{answer}\n", 1 + day / 4));
            }
        }
    }
    std::fs::write(folder.path().join("e.csv"), learned).expect("written");
    std::fs::write(folder.path().join("j.csv"), &judged).expect("written");
    std::fs::write(folder.path().join("n.csv"), judged.replacen("2026-03-01", "ayer", 1)).expect("written");
    let run = |arguments: &[&str]| {
        let output = raiz(folder.path(), arguments);
        (code(&output), text(&output))
    };
    let train = ["train", "--data", "e.csv", "--label", "motivo", "--text", "texto", "--out", "m"];
    assert_eq!(run(&train).0, 0);
    let judge = |data: &str, more: &[&str]| {
        let fixed =
            ["evaluate", "classify", "--model", "m", "--label", "motivo", "--text", "texto", "--json"];
        run(&[&fixed[..], &["--data", data], more].concat())
    };
    let figures = |(status, said): (i32, String)| {
        assert_eq!(status, 0, "{said}");
        serde_json::from_str::<serde_json::Value>(&said).expect("one JSON object")
    };
    let before = figures(judge("j.csv", &[]));
    let after = figures(judge("j.csv", &["--recent", "llegada"]));
    assert_eq!((before.get("recent_window"), after["recent_window"].as_u64()), (None, Some(1_000)));
    assert_eq!(before["accuracy"], after["accuracy"], "the same answers");
    let figure = |report: &serde_json::Value, key: &str| report[key].as_f64().expect("a number");
    assert!(figure(&before, "coverage") < 0.85, "{before}");
    assert!(figure(&after, "coverage") > figure(&before, "coverage") + 0.05, "{before}\n{after}");
    assert!(figure(&after, "ece") < figure(&before, "ece"), "{before}\n{after}");
    assert!(after["labels"][0]["coverage_by_label"].is_number(), "{after}");
    let (refused, said) = judge("n.csv", &["--recent", "llegada"]);
    assert_eq!(refused, 1);
    assert!(said.contains("1 texts have no ISO date in `llegada`"), "{said}");
}

#[test]
fn a_models_doubt_is_fitted_on_recent_texts_and_promoted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let places = ["casa", "oficina", "tienda", "finca", "escuela", "clínica", "bodega", "taller"];
    let months = ["enero", "abril", "mayo", "julio", "agosto", "octubre", "marzo", "junio"];
    let mut rows = String::from("fecha,texto,fallo\n");
    for (at, (place, month)) in places.iter().flat_map(|place| months.map(|month| (place, month))).enumerate()
    {
        for (text, answer) in [
            (format!("la factura de {month} para la {place} trae un cobro doble"), "undue_charge"),
            (format!("desde {month} la {place} está sin internet"), "service_outage"),
            (format!("pedí la baja en {month} para la {place} y no la tramitan"), "cancellation"),
        ] {
            rows.push_str(&format!("2026-04-{:02},{text},{answer}\n", 1 + at % 28));
        }
    }
    std::fs::write(folder.path().join("e.csv"), rows).expect("written");
    let run = |arguments: &[&str]| {
        let output = raiz(folder.path(), arguments);
        (code(&output), text(&output))
    };
    let (refused, said) = run(&["calibrate", "failure_type"]);
    assert_eq!(refused, 1, "nobody has judged anything");
    assert!(said.contains("0 recent texts have a label the model knows, 100 at least"), "{said}");
    let calibrate =
        ["calibrate", "failure_type", "--data", "e.csv", "--label", "fallo", "--text", "texto", "--json"];
    let (done, said) = run(&calibrate);
    assert_eq!(done, 0, "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).expect("one JSON object");
    let (old, new) = (&report["comparison"]["old"], &report["comparison"]["new"]);
    assert!(new["ece"].as_f64() < old["ece"].as_f64(), "{report}");
    assert!(new["set_size"].as_f64() < old["set_size"].as_f64(), "{report}");
    let texts = report["comparison"]["texts"].as_u64().expect("a number");
    assert!((30..100).contains(&texts), "only those kept back are judged: {texts}");
    let name = report["new"].as_str().expect("a name").to_owned();
    assert_eq!(run(&calibrate).1, said, "the same texts give the same version");
    let (done, said) = run(&["models", "promote", &name]);
    assert_eq!(done, 0, "{said}");
    let listed = run(&["models", "list"]).1;
    let line = listed.lines().find(|line| line.contains(&name)).expect("listed");
    assert!(line.contains("in force"), "{listed}");
}

#[test]
fn a_simulated_stream_is_imported_whole_and_its_truth_names_its_rows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let simulate = |out: &str, more: &[&str]| {
        let fixed = ["simulate", "--seed", "5", "--months", "2", "--per-day", "6", "--incidents", "demo"];
        let run = raiz(folder.path(), &[&fixed[..], &["--out", out, "--truth", "truth.json"], more].concat());
        assert_eq!(code(&run), 0, "{}", text(&run));
        (text(&run), std::fs::read_to_string(folder.path().join(out)).expect("written"))
    };
    let (said, csv) = simulate("a.csv", &["--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(csv, simulate("b.csv", &[]).1, "the same seed gives the same bytes");
    let ndjson = simulate("c.ndjson", &[]).1;
    let complaints = said["complaints"].as_u64().expect("a number");
    assert_eq!(ndjson.lines().count() as u64, complaints);

    let truth = std::fs::read_to_string(folder.path().join("truth.json")).expect("written");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
    let billing = truth["incidents"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|incident| incident["id"] == "billing-error")
        .expect("planted");
    let id = billing["complaints"][0].as_str().expect("an id");
    let row = ndjson.lines().find(|line| line.contains(id)).expect("the id is in the file");
    assert!(row.contains("\"version\":\"8.4\"") && row.contains("Línea móvil"), "{row}");

    for file in ["a.csv", "c.ndjson"] {
        let run =
            raiz(folder.path(), &["--data-dir", file.trim_end_matches(char::is_alphabetic), "import", file]);
        assert_eq!(code(&run), 0, "{}", text(&run));
        assert!(text(&run).contains(&format!("{complaints} stored, 0 already known")), "{}", text(&run));
    }
    let wrong = raiz(folder.path(), &["simulate", "--out", "a.xlsx"]);
    assert_eq!(code(&wrong), 1);
    assert!(text(&wrong).contains(".csv, .ndjson or .jsonl"), "{}", text(&wrong));
}

#[test]
fn lines_are_labelled_one_by_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = "Me cobraron dos veces la factura del celular\n\nI want a refund for the broken phone\n";
    let output = raiz_told(folder.path(), &["classify"], lines);
    assert_eq!(code(&output), 0);
    let answers: Vec<serde_json::Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["language"], "es");
    assert_eq!(answers[2]["language"], "en");
    let matter = &answers[0]["claims"][0];
    assert_eq!(matter["failure_type"], answers[0]["failure_type"]["label"], "{answers:?}");
    assert_eq!(matter["place"], serde_json::json!([0, "Me cobraron dos veces la factura del celular".len()]));
    for axis in ["kind", "product_area", "failure_type"] {
        assert!(answers[0][axis]["label"].is_string() && answers[0][axis]["set"].is_array(), "{answers:?}");
        assert_eq!(answers[1][axis]["unsure"], true, "nothing can be said of an empty line");
    }
}

#[test]
fn a_taxonomy_is_exported_edited_and_imported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| raiz(folder.path(), &[&["taxonomy"], arguments].concat());
    let listed = text(&run(&["list"]));
    assert!(listed.contains("undue_charge") && listed.contains("1-"), "{listed}");
    let shown = text(&run(&["show", "failure_type.delay"]));
    assert!(shown.contains("demora / delay") && shown.contains("(not_delivered)"), "{shown}");
    assert_eq!(code(&run(&["show", "nada"])), 1);

    assert_eq!(code(&run(&["export", "--out", "t.toml"])), 0);
    let toml = std::fs::read_to_string(folder.path().join("t.toml")).expect("written");
    let renamed = toml.replace("\"cobro indebido\"", "\"cobro de más\"");
    std::fs::write(folder.path().join("t.toml"), &renamed).expect("written");
    let retire = "failure_type.usage=other";
    let import = |more: &[&str]| run(&[&["import", "t.toml", "--retire", retire], more].concat());
    let dry = import(&["--dry-run"]);
    assert_eq!(code(&dry), 0, "{}", text(&dry));
    for line in
        ["- failure_type.usage: uso o malentendido", "-> other", "+ cobro de más", "would be version 2-"]
    {
        assert!(text(&dry).contains(line), "{line}: {}", text(&dry));
    }
    assert!(!text(&run(&["list"])).contains("2-"), "a dry run writes nothing");
    let done = import(&["--note", "prueba"]);
    assert!(text(&done).contains("is in force; 0 complaints"), "{}", text(&done));
    assert!(text(&run(&["list"])).contains("prueba"));
    assert!(text(&run(&["show", "usage"])).contains("retired; now other"));
    assert!(text(&run(&["diff", "2", "1"])).contains("+ failure_type.usage"));
    let old = text(&run(&["export", "--version", "1", "--format", "json"]));
    assert!(old.contains("\"cobro indebido\""), "{old}");

    let again = import(&[]);
    assert_eq!(code(&again), 1);
    assert!(text(&again).contains("version: is not the version in force"), "{}", text(&again));
    std::fs::write(folder.path().join("t.toml"), "[[colour]]\nid = \"red\"\n").expect("written");
    let wrong = text(&run(&["import", "t.toml"]));
    assert!(wrong.contains("colour: is no axis of the taxonomy"), "{wrong}");
}

#[test]
fn a_model_is_compared_promoted_and_taken_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = String::from("texto,fallo\n");
    let places = ["casa", "oficina", "tienda", "finca", "escuela", "clínica", "bodega", "taller"];
    for (place, month) in
        places.iter().flat_map(|place| ["enero", "abril", "mayo"].map(|month| (place, month)))
    {
        rows.push_str(&format!("la factura de {month} para la {place} trae un cobro doble,undue_charge\n"));
        rows.push_str(&format!("desde {month} la {place} está sin internet ni luz,usage\n"));
    }
    std::fs::write(folder.path().join("e.csv"), rows).expect("written");
    let complaints =
        "id,fecha,relato\n1,2026-05-12,en mayo la casa está sin internet\n2,2026-05-13,cobro doble\n";
    std::fs::write(folder.path().join("a.csv"), complaints).expect("written");
    let run = |arguments: &[&str]| {
        let output = raiz(folder.path(), arguments);
        (code(&output), text(&output))
    };
    for arguments in [
        &["import", "a.csv"][..],
        &["analyse"],
        &["train", "--data", "e.csv", "--label", "fallo", "--text", "texto", "--out", "nuevo"],
    ] {
        assert_eq!(run(arguments).0, 0, "{arguments:?}");
    }
    let compare =
        ["models", "compare", "nuevo", "--axis", "failure_type", "--data", "e.csv", "--label", "fallo"];
    let (refused, said) = run(&compare[..5]);
    assert_eq!(refused, 1);
    assert!(said.contains("0 texts have a label") && said.contains("--data"), "{said}");
    let (done, said) = run(&[&compare[..], &["--text", "texto"]].concat());
    assert_eq!(done, 0, "{said}");
    assert!(
        said.contains("48 texts judged") && said.contains("of the newest 2 labels would change"),
        "{said}"
    );
    let name = said.rsplit(' ').next().expect("the last word").trim().to_owned();

    assert_eq!(run(&["models", "promote", "failure_type-00000000"]).0, 1, "not compared");
    let (done, said) = run(&["models", "promote", &name, "--note", "prueba"]);
    assert_eq!(done, 0, "{said}");
    assert!(said.contains("2 labels given anew"), "{said}");
    let listed = run(&["models", "list"]).1;
    let line = listed.lines().find(|line| line.contains(&name)).expect("listed");
    assert!(line.contains("in force") && line.contains("2 labels given"), "{listed}");
    assert!(listed.contains("labels given anew prueba"), "{listed}");
    let (again, said) = run(&["models", "promote", &name]);
    assert_eq!(again, 1);
    assert!(said.contains("is in force already"), "{said}");

    let (done, said) = run(&["models", "rollback", "failure_type"]);
    assert_eq!(done, 0, "{said}");
    let listed = run(&["models", "list"]).1;
    let line = listed.lines().find(|line| line.contains(&name)).expect("kept");
    assert!(line.contains("compared") && line.contains("0 labels given"), "{listed}");
    assert_eq!(run(&["models", "rollback", "kind"]).0, 1, "nothing was promoted");
}

#[test]
fn the_watcher_by_hand_says_what_it_can_and_cannot() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = raiz(folder.path(), &["watch", "run"]);
    assert_eq!(code(&run), 0, "{}", text(&run));
    assert!(text(&run).contains("0 weeks judged, 0 signals raised"), "{}", text(&run));
    let budget = text(&raiz(folder.path(), &["watch", "budget"]));
    assert!(budget.contains("at most 1 false alarms a week in all"), "{budget}");
    std::fs::write(folder.path().join("raiz.toml"), "[watch]\nthreshold = 3.1\n").expect("written");
    let budget = text(&raiz(folder.path(), &["watch", "budget"]));
    assert!(budget.contains("leave watch.threshold out"), "{budget}");
    assert!(budget.contains("above a score of 3.10"), "{budget}");
    let replay = raiz(folder.path(), &["watch", "replay"]);
    assert_eq!(code(&replay), 1);
    assert!(text(&replay).contains("no complete week"), "{}", text(&replay));

    let events = folder.path().join("e.csv");
    for (line, wrong) in [
        ("a,planet/x,2026-01-05,2026-01-12", "dimension/key"),
        ("a,cluster/x,ayer,2026-01-12", "`ayer` is no day"),
        ("a,cluster/x,2026-02-05,2026-01-12", "the peak lies before the onset"),
    ] {
        std::fs::write(&events, format!("name,series,onset,peak\n{line}\n")).expect("written");
        let run = raiz(folder.path(), &["watch", "replay", "--file", "e.csv"]);
        assert!(code(&run) == 1 && text(&run).contains(wrong), "{}", text(&run));
    }
}

#[test]
fn a_budget_of_false_alarms_is_measured() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run =
        raiz(folder.path(), &["evaluate", "budget", "--series", "20", "--budget", "0.5", "--weeks", "40"]);
    let told = text(&run);
    assert_eq!(code(&run), 0, "{told}");
    let line = told.lines().nth(1).unwrap_or_default();
    assert!(line.trim_start().starts_with("20") && line.contains("yes"), "{told}");
}

#[test]
fn a_stream_is_held_against_its_events_and_traps() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = String::from("received_at,region,issue\n");
    let first = jiff::civil::date(2024, 1, 1);
    for week in 0..60_i64 {
        let day = first.checked_add(jiff::Span::new().weeks(week)).expect("a day");
        // `Cdmx` gets a new name in week 50; in week 40 Puebla has a failure that others have not.
        let name = if week < 50 { "Cdmx" } else { "Ciudad de Mexico" };
        let failure = if week == 40 { 25 } else { 0 };
        for (region, count) in [(name, 12 + week * 7 % 5), ("Puebla", 6 + week * 5 % 4 + failure)] {
            for _ in 0..count {
                rows.push_str(&format!("{day},{region},cobro\n"));
            }
        }
    }
    rows.push_str("2025-03-02,Puebla,cobro\n");
    std::fs::write(folder.path().join("s.csv"), rows).expect("written");
    let truth = "kind,stream,freq,filter,onset,peak\n\
        event,s,week,region=Puebla,2024-10-07,2024-10-07\n\
        trap_rename,s,week,region=Ciudad de Mexico,2024-12-16,2024-12-23\n\
        event,other,week,region=Puebla,2024-01-01,2024-01-01\n";
    std::fs::write(folder.path().join("t.csv"), truth).expect("written");
    let run = raiz(
        folder.path(),
        &["evaluate", "warning", "--stream", "s.csv", "--by", "region,region+issue", "--truth", "t.csv"],
    );
    let told = text(&run);
    assert_eq!(code(&run), 0, "{told}");
    assert!(told.contains("alarmed in time, 0 periods") && told.contains("trap, silent"), "{told}");
    assert!(told.contains("2 of 2 as wanted"), "{told}");

    let wrong =
        raiz(folder.path(), &["evaluate", "warning", "--stream", "s.csv", "--truth", "t.csv", "--by", "x"]);
    assert!(code(&wrong) == 1 && text(&wrong).contains("no column `x`"), "{}", text(&wrong));
}

#[test]
fn a_forecast_of_nothing_says_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = raiz(folder.path(), &["watch", "forecast", "region/Sur"]);
    assert!(code(&run) == 1 && text(&run).contains("too few complete weeks"), "{}", text(&run));
    let wrong = raiz(folder.path(), &["watch", "forecast", "planet/x"]);
    assert!(code(&wrong) == 2 && text(&wrong).contains("dimension/key"), "{}", text(&wrong));
}

#[test]
fn files_of_operational_series_are_checked_line_by_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |rows: &str| {
        std::fs::write(folder.path().join("ops.csv"), rows).expect("written");
        raiz(folder.path(), &["watch", "precursors", "all", "--file", "ops.csv"])
    };
    for (rows, told) in [
        ("series,day,count\n", "no column `date`"),
        ("series,date,count\n", "holds no rows"),
        ("series,date,count\ntickets,2026-11-02,3\ntickets,2026-13-02,3\n", "line 3: `date` is `2026-13-02`"),
        ("series,date,count\ntickets,2026-11-02,3.5\n", "line 2: `count` is `3.5`; write a whole number"),
        ("series,date,count\n,2026-11-02,3\n", "line 2: `series` is empty"),
    ] {
        let run = run(rows);
        assert!(code(&run) == 1 && text(&run).contains(told), "{told}: {}", text(&run));
    }
    let nothing = raiz(folder.path(), &["watch", "precursors", "region/Sur"]);
    assert!(code(&nothing) == 1 && text(&nothing).contains("give --file"), "{}", text(&nothing));
}
