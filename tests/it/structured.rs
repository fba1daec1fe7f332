//! Columns beside the text: learned from, asked for, and refused where nobody has them.

use crate::commands::{told, told_with};

#[test]
fn columns_beside_the_text_are_learned_from_asked_for_and_refused_by_the_service() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| told(folder.path(), arguments);
    // The text says that something is wrong, and only the counter where it came in says with what.
    let rows = |from: usize, to: usize| {
        let mut rows = String::from("texto,ventanilla,motivo\n");
        for number in from..to {
            let place = ["casa", "oficina", "tienda", "finca", "escuela"][number % 5];
            let day = ["lunes", "martes", "jueves", "viernes"][number / 5 % 4];
            let (counter, label) = [("Facturas", "cobro"), ("Averías", "corte")][number / 20 % 2];
            rows.push_str(&format!(
                "algo va mal en la {place} desde el {day} {},{counter},{label}\n",
                "ya ".repeat(number / 20)
            ));
        }
        rows
    };
    std::fs::write(folder.path().join("e.csv"), rows(0, 160)).expect("written");
    std::fs::write(folder.path().join("j.csv"), rows(160, 240)).expect("written");
    std::fs::write(folder.path().join("sin.csv"), "texto,motivo\nalgo va mal,cobro\n").expect("written");
    let train = ["train", "--data", "e.csv", "--label", "motivo", "--text", "texto", "--out"];
    assert_eq!(run(&[&train[..], &["solo"]].concat()).0, 0);
    let (status, said) = run(&[&train[..], &["junto", "--structured", "ventanilla"]].concat());
    assert!(status == 0 && said.contains("reads beside the text: ventanilla"), "{said}");
    for (columns, wrong) in [
        ("nada", "no column `nada`"),
        ("motivo", "is the label"),
        ("ventanilla,ventanilla", "twice"),
        ("texto", "holds the text"),
    ] {
        let (status, said) = run(&[&train[..], &["no", "--structured", columns]].concat());
        assert!(status == 1 && said.contains(wrong), "{columns}: {said}");
    }

    let judged = |how: &[&str]| {
        let fixed =
            ["evaluate", "classify", "--label", "motivo", "--text", "texto", "--json", "--data", "j.csv"];
        let (status, said) = run(&[&fixed[..], how].concat());
        assert_eq!(status, 0, "{said}");
        let report = serde_json::from_str::<serde_json::Value>(&said).expect("one JSON object");
        report["accuracy"].as_f64().expect("a number")
    };
    assert!(judged(&["--model", "solo"]) < 0.8 && judged(&["--model", "junto"]) > 0.95);
    assert!(judged(&["--train", "e.csv", "--structured", "ventanilla"]) > 0.95);
    let (status, said) = run(&[
        "evaluate", "classify", "--model", "junto", "--label", "motivo", "--text", "texto", "--data",
        "sin.csv",
    ]);
    assert!(status == 1 && said.contains("no column `ventanilla`"), "{said}");
    let both =
        ["evaluate", "classify", "--model", "junto", "--structured", "ventanilla", "--label", "motivo"];
    let (status, said) = run(&[&both[..], &["--data", "j.csv"]].concat());
    assert!(status == 2 && said.contains("cannot be used with"), "{said}");

    let classify = |lines: &str| told_with(folder.path(), &["classify", "--model", "junto"], lines);
    let (status, said) = classify(
        "{\"text\":\"algo va mal\",\"ventanilla\":\"facturas\"}\n{\"text\":\"algo va mal\",\"ventanilla\":\"AVERÍAS\"}\n",
    );
    let given: Vec<&str> = said.lines().collect();
    assert!(status == 0 && given[0].contains("\"label\":\"cobro\""), "{said}");
    assert!(given[1].contains("\"label\":\"corte\""), "{said}");
    for (line, wrong) in [
        ("algo va mal", "line 1: a model reads columns beside the text"),
        ("{\"ventanilla\":\"Facturas\"}", "line 1: no member `text`"),
        ("{\"text\":\"algo\"}", "line 1: no member `ventanilla`"),
        ("{\"text\":\"algo\",\"ventanilla\":[1]}", "write one value"),
    ] {
        let (status, said) = classify(line);
        assert!(status == 1 && said.contains(wrong), "{line}: {said}");
    }

    let (status, said) = run(&["models", "compare", "--axis", "failure_type", "junto"]);
    assert!(status == 1 && said.contains("train it without --structured"), "{said}");
}
