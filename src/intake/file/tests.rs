//! Files of every kind, sound and broken, read through the door.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use proptest::prelude::{ProptestConfig, any, prop_oneof};
use proptest::sample::select;
use proptest::strategy::Strategy;

use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};
use crate::intake::columns::FieldName;
use crate::intake::dates::DateOrder;
use crate::intake::error::IntakeError;
use crate::intake::file::{FileReader, open, read};
use crate::intake::options::Options;
use crate::intake::plan::{Basis, Compression, DateReason, Encoding, Format, Note};
use crate::intake::presets::Preset;
use crate::intake::row::RowError;

fn options() -> Options {
    let now = Timestamp::from_rfc3339("2026-11-23T12:00:00Z").expect("an instant");
    Options::new(TimeZone::get("America/Bogota").expect("a known zone"), now)
}

fn reader(name: &str, bytes: impl Into<Vec<u8>>, options: &Options) -> Result<FileReader, IntakeError> {
    read(Box::new(Cursor::new(bytes.into())), name, 0, options)
}

fn opened(name: &str, bytes: impl Into<Vec<u8>>) -> FileReader {
    reader(name, bytes, &options()).expect("the file can be read")
}

/// Rows as `line day id|text|issue`, rejected ones as `!line field code`.
fn rows(reader: FileReader) -> Vec<String> {
    reader
        .map(|item| match item {
            Ok(row) => format!(
                "{} {} {}|{}|{}",
                row.line,
                row.complaint.received_day,
                row.complaint.external_id.unwrap_or_default(),
                row.complaint.text.unwrap_or_default(),
                row.complaint.facts.issue.unwrap_or_default(),
            ),
            Err(RowError { line, field, code, .. }) => format!("!{line} {field} {code}"),
        })
        .collect()
}

/// The mapping as `field=column`, in order.
fn mapping(reader: &FileReader) -> Vec<String> {
    reader.plan().mapping.iter().map(|mapped| format!("{}={}", mapped.field, mapped.column)).collect()
}

#[test]
fn rows_of_delimited_text_become_complaints() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "id,fecha,texto\n1,2026-01-05,No hay luz\n2,2026-01-06,\"dos, con coma\"\n",
            &["2 2026-01-05 1|No hay luz|", "3 2026-01-06 2|dos, con coma|"],
        ),
        (
            "id;fecha;reclamo\r\n1;25/01/2026;\"dijo \"\"no\"\"\"\r\n2;26/01/2026;\"a\nb\"\r\n3;27/01/2026;c\r\n",
            &["2 2026-01-25 1|dijo \"no\"|", "3 2026-01-26 2|a\nb|", "5 2026-01-27 3|c|"],
        ),
        ("sep=;\nid;fecha;texto\n1;2026-01-05;hola\n", &["3 2026-01-05 1|hola|"]),
        (
            "id,fecha,texto\n1,,sin fecha\n2,ayer,x\n3,31/02/2026,x\n4,2090-01-01,x\n5,1901-01-01,x\n6,2026-01-01,\n",
            &[
                "!2 received_at missing",
                "!3 received_at not_a_date",
                "!4 received_at not_a_date",
                "!5 received_at in_future",
                "!6 received_at too_early",
                "!7 text missing",
            ],
        ),
        (
            "id,fecha,texto\n1,2026-01-05\n2,2026-01-05,a,b\n3,2026-01-05,c,,\n,,\n4,2026-01-05,d\n",
            &["!2 row column_count", "!3 row column_count", "4 2026-01-05 3|c|", "6 2026-01-05 4|d|"],
        ),
        (
            "id,fecha,texto\n1,2026-01-05,\"abierta\n2,2026-01-05,b\n3,2026-01-05,c\n",
            &["!2 row unclosed_quote", "3 2026-01-05 2|b|", "4 2026-01-05 3|c|"],
        ),
        ("id,fecha,texto\n1,2026-01-05,a\0b\n", &["!2 text nul_byte"]),
        (
            "Informe de reclamos\n\nfolio,fecha,motivo,producto\nA1,2026-01-05,Cobro,N/A\n",
            &["4 2026-01-05 A1||Cobro"],
        ),
        ("id,fecha,texto,id\n1,2026-01-05,a,9\n", &["2 2026-01-05 1|a|"]),
        ("id,fecha,texto,\n1,2026-01-05,a,\n", &["2 2026-01-05 1|a|"]),
        ("id,fecha,texto\n", &[]),
        ("issue\nLate Flight\n", &["2 2026-11-23 ||Late Flight"]),
    ];
    for (text, expected) in cases {
        let reading = opened("x.csv", text);
        assert_eq!(reading.plan().notes.contains(&Note::NoRows), expected.is_empty(), "{text:?}");
        assert_eq!(rows(reading), expected, "{text:?}");
    }
    let invalid =
        b"id,fecha,texto\n1,2026-01-05,\xc3\xb1and\xc3\xba a\xc3\xb1o \xc3\xad\n2,2026-01-05,\xff\n".to_vec();
    assert_eq!(rows(opened("x.csv", invalid)), ["2 2026-01-05 1|ñandú año í|", "!3 text invalid_utf8"]);
}

#[test]
fn a_complaint_carries_everything_its_row_has() {
    let text = "Case Number,Date received,Complaint text,Language,Product,Sub-product,Issue,Sub-issue,Company,\
                State,Submitted via,Customer ID,Zip\n\
                7,01/25/2026 22:30, Double charge ,en,Card,null,Billing,-,Acme,CA,Web,C-9,90210\n";
    let mut reader = opened("bank_export.csv", text);
    let choice = reader.plan().date_order.expect("a date column");
    assert_eq!((choice.order, choice.reason), (DateOrder::MonthFirst, DateReason::Days));
    let row = reader.next().expect("a row").expect("a sound one");
    let complaint = row.complaint;
    assert_eq!(complaint.source, "bank_export");
    // 22:30 in Bogotá is the next day in Greenwich.
    assert_eq!(complaint.received_at.to_rfc3339(), "2026-01-26T03:30:00Z");
    assert_eq!(complaint.received_day.to_string(), "2026-01-25");
    assert_eq!(complaint.text.as_deref(), Some("Double charge"));
    assert_eq!(complaint.declared_language, Some(Language::English));
    let facts = complaint.facts;
    let named: Vec<_> =
        facts.named().into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
    let expected =
        ["product=Card", "issue=Billing", "company=Acme", "region=CA", "channel=Web", "customer=C-9"];
    assert_eq!(named, expected);
    assert_eq!(facts.extra.into_iter().collect::<Vec<_>>(), [("Zip".to_owned(), "90210".to_owned())]);
}

#[test]
fn columns_are_guessed_from_names_and_content() {
    let words = "me cobraron dos veces el mismo seguro y nadie responde el teléfono";
    let cases: [(String, &[&str]); 6] = [
        (
            "N° Ticket,Fecha de Recepción,Fecha Cierre,Descripción del reclamo,Motivo,Empresa,Provincia,Canal\n".to_owned(),
            &["received_at=Fecha de Recepción", "text=Descripción del reclamo", "issue=Motivo", "company=Empresa",
              "region=Provincia", "channel=Canal"],
        ),
        (format!("a,b,c\n1,05/01/2026,{words}\n2,06/01/2026,{words}\n"), &["received_at=b", "text=c"]),
        ("id,texto,fecha\n1,a,pronto\n2,b,tarde\n".to_owned(), &["external_id=id", "text=texto"]),
        ("id,motivo,estado\n1,a,Cerrado\n2,b,Abierto\n".to_owned(), &["external_id=id", "issue=motivo"]),
        ("id,motivo,estado\n1,a,Jalisco\n".to_owned(), &["external_id=id", "issue=motivo", "region=estado"]),
        ("tweet_id,created,body,airline\n1,2026-01-01,x,United\n".to_owned(),
         &["external_id=tweet_id", "received_at=created", "text=body", "company=airline"]),
    ];
    for (text, expected) in cases {
        assert_eq!(mapping(&opened("x.csv", text.clone())), expected, "{text}");
    }
}

#[test]
fn corrections_win_and_wrong_ones_are_refused() {
    let text = "id,fecha,detalle,nota\n1,2026-01-05,a,b\n";
    let mut corrected = options();
    corrected.corrections =
        vec![(FieldName::Text, "Nota".to_owned()), (FieldName::ExternalId, String::new())];
    corrected.source = Some("crm".to_owned());
    let mut reading = reader("x.csv", text, &corrected).expect("readable");
    assert_eq!(mapping(&reading), ["received_at=fecha", "text=nota"]);
    let mapped = reading.plan().mapped(FieldName::Text).expect("corrected");
    assert_eq!(
        (mapped.basis, mapped.confidence, mapped.sample.as_deref()),
        (Basis::Correction, 1.0, Some("b"))
    );
    let row = reading.next().expect("a row").expect("a sound one");
    assert_eq!((row.complaint.source.as_str(), row.complaint.external_id), ("crm", None));
    assert_eq!(row.complaint.facts.extra.keys().collect::<Vec<_>>(), ["detalle", "id"]);

    corrected.corrections = vec![(FieldName::Product, "servicios".to_owned())];
    let error = reader("x.csv", text, &corrected).expect_err("no such column");
    assert_eq!(
        error.to_string(),
        "`x.csv` has no column `servicios` to take as product; it has: id, fecha, detalle, nota"
    );
}

#[test]
fn known_layouts_are_recognised() {
    let cfpb = "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,\
                Company public response,Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,\
                Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n\
                03/04/2026,Mortgage,,Closing,,I was charged twice,,Acme,CA,900XX,,Consent provided,Web,03/05/2026,\
                Closed,Yes,N/A,123\n";
    let mut reading = opened("complaints.csv", cfpb);
    assert_eq!(reading.plan().preset, Some(Preset::Cfpb));
    let choice = reading.plan().date_order.expect("a date column");
    assert_eq!((choice.order, choice.reason), (DateOrder::MonthFirst, DateReason::Preset));
    let complaint = reading.next().expect("a row").expect("a sound one").complaint;
    assert_eq!(
        (complaint.source.as_str(), complaint.received_day.to_string().as_str()),
        ("cfpb", "2026-03-04")
    );
    assert_eq!(complaint.external_id.as_deref(), Some("123"));
    assert_eq!(complaint.facts.region.as_deref(), Some("CA"));

    let profeco = "EXPEDIENTE,MEDIO_INGRESO,ESTADO_PROCESAL,TIPO_RECLAMACION,MOTIVO_RECLAMACION,FECHA_INGRESO,\
                   FECHA_CIERRE,PROVEEDOR,NOMBRE_COMERCIAL,GIRO,TIPO_PRODUCTO,ODECO,ESTADO\n\
                   P.1/22,Internet,Conciliada,Cobro Indebido,Cargos,2022-05-04,2022-06-01,Telco SA,telco,Telefonía,\
                   Servicio Normal,Sureste,Campeche\n";
    let mut reading = opened("quejas.csv", profeco);
    assert_eq!(reading.plan().preset, Some(Preset::Profeco));
    let facts = reading.next().expect("a row").expect("a sound one").complaint.facts;
    assert_eq!(facts.as_subject_line(), "Telefonía. Servicio Normal. Cobro Indebido. Cargos");
    assert_eq!((facts.company.as_deref(), facts.region.as_deref()), (Some("telco"), Some("Campeche")));
}

#[test]
fn the_order_of_day_and_month_is_decided_and_stated() {
    let cases = [
        ("fecha,texto\n03/04/2026,a\n25/04/2026,b\n", DateOrder::DayFirst, DateReason::Days),
        ("date,text\n03/04/2026,a\n04/25/2026,b\n", DateOrder::MonthFirst, DateReason::Days),
        ("fecha,texto\n03/04/2026,a\n", DateOrder::DayFirst, DateReason::HeaderLanguage),
        ("date,text\n03/04/2026,a\n", DateOrder::MonthFirst, DateReason::HeaderLanguage),
        ("date,texto\n03/04/2026,a\n", DateOrder::DayFirst, DateReason::HeaderLanguage),
        ("date,text\n2026-04-25,a\n", DateOrder::MonthFirst, DateReason::NotNeeded),
        (
            "fecha,texto\n25/04/2026,a\n26/04/2026,a\n04/27/2026,b\n",
            DateOrder::DayFirst,
            DateReason::MostDays,
        ),
    ];
    for (text, order, reason) in cases {
        let choice = opened("x.csv", text).plan().date_order.expect("a date column");
        assert_eq!((choice.order, choice.reason), (order, reason), "{text}");
    }
    let mut given = options();
    given.date_order = Some(DateOrder::MonthFirst);
    let reading = reader("x.csv", "fecha,texto\n03/04/2026,a\n25/04/2026,b\n", &given).expect("readable");
    assert_eq!(rows(reading), ["2 2026-03-04 |a|", "!3 received_at date_order"]);
}

#[test]
fn without_a_date_column_the_given_day_or_today_is_used() {
    let today = opened("x.csv", "texto\na\n");
    let day = Day::from_iso("2026-11-23").expect("a day");
    assert!(today.plan().notes.contains(&Note::NoDateColumn { day }));
    assert_eq!(rows(today), ["2 2026-11-23 |a|"]);
    let mut given = options();
    given.default_day = Day::from_iso("2026-03-01");
    assert_eq!(rows(reader("x.csv", "texto\na\n", &given).expect("readable")), ["2 2026-03-01 |a|"]);
}

#[test]
fn letters_are_read_in_their_encoding() {
    let text = "id;fecha;texto\n1;2026-01-05;señal caída\n";
    let latin: Vec<u8> =
        text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (marked, Encoding::Utf8),
        (utf16, Encoding::Utf16),
        (latin, Encoding::Windows1252),
    ] {
        let reading = opened("x.csv", bytes);
        assert_eq!(reading.plan().encoding, encoding);
        assert_eq!(rows(reading), ["2 2026-01-05 1|señal caída|"], "{encoding:?}");
    }
    let json: Vec<u8> = b"{\"text\":\"se\xf1al ca\xedda\"}\n".to_vec();
    assert_eq!(rows(opened("x.ndjson", json)), ["1 2026-11-23 |señal caída|"]);
}

#[test]
fn rows_of_json_become_complaints() {
    let lines = concat!(
        "{\"id\":1,\"received_at\":\"2026-01-05T10:00:00Z\",\"text\":\"a\",\"extra\":{\"zip\":\"9\"}}\n",
        "\n",
        "{\"id\":2,\"received_at\":1767600000,\"text\":null,\"issue\":\"Cobro\",\"tags\":[\"x\",1]}\n",
        "{\"id\":3,\"received_at\":\"2026-01-05\",\"text\":\n",
        "[1,2]\n",
        "{\"id\":5,\"text\":\"sin fecha\"}\n",
        "{\"id\":6,\"received_at\":\"2026-01-05\",\"text\":\"z\",\"sub_issue\":\"late\"}\n",
    );
    let expected = [
        "1 2026-01-05 1|a|",
        "3 2026-01-05 2||Cobro",
        "!4 row not_json",
        "!5 row not_an_object",
        "!6 received_at missing",
        "7 2026-01-05 6|z|",
    ];
    let reading = opened("x.ndjson", lines);
    assert_eq!(reading.plan().format, Format::Ndjson);
    assert_eq!(rows(reading), expected);
    let first = opened("x.ndjson", lines).next().expect("a row").expect("a sound one");
    assert_eq!(
        first.complaint.facts.extra.into_iter().collect::<Vec<_>>(),
        [("zip".to_owned(), "9".to_owned())]
    );

    let array = "[{\"_source\":{\"complaint_id\":\"7\",\"date_received\":\"2026-01-05\",\"complaint_what_happened\":\
                 \"x\",\"product\":\"Card\",\"issue\":\"Fee\",\"company\":\"A\",\"state\":\"CA\"}},5,{}]";
    let reading = opened("x.json", array);
    assert_eq!(
        (reading.plan().format.clone(), reading.plan().preset),
        (Format::JsonArray, Some(Preset::Cfpb))
    );
    assert_eq!(rows(reading), ["1 2026-01-05 7|x|Fee", "!2 row not_an_object", "!3 received_at missing"]);

    let pretty = "{\n \"text\": \"a\"\n}\n{\n \"text\": \"b\"\n}\n";
    assert_eq!(rows(opened("x.json", pretty)), ["1 2026-11-23 |a|", "4 2026-11-23 |b|"]);
    assert_eq!(rows(opened("x.json", "[]")), Vec::<String>::new());
    assert_eq!(rows(opened("x.json", "[{\"text\":\"a\"},{\"te")), ["1 2026-11-23 |a|", "!2 file truncated"]);
    assert_eq!(rows(opened("x.json", "[{\"text\":\"a\"}]]")), ["1 2026-11-23 |a|", "!2 file after_array"]);

    let deep = format!("{{\"text\":{}1{}}}\n{{\"text\":\"b\"}}\n", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(rows(opened("x.ndjson", deep)), ["!1 row not_json", "2 2026-11-23 |b|"]);
}

#[test]
fn packed_files_are_read_and_a_cut_one_gives_what_it_has() {
    let mut text = b"id,fecha,texto\n".to_vec();
    for number in 0..60_000_u64 {
        writeln!(text, "{number},2026-01-05,reclamo {}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .expect("memory");
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&text).expect("memory");
    let packed = encoder.finish().expect("memory");
    let reading = opened("x.csv", packed.clone());
    assert_eq!(reading.plan().compression, Compression::Gzip);
    assert_eq!(reading.count(), 60_000);

    let mut cut = opened("x.csv.gz", packed[..packed.len() - 5_000].to_vec());
    let all: Vec<_> = cut.by_ref().collect();
    let last = all.last().expect("rows").as_ref().expect_err("the end is lost");
    assert!(last.ends_file() && last.code == "truncated" && all.len() > 30_000, "{last}");
    assert!(all[..all.len() - 1].iter().all(Result::is_ok));
    assert_eq!(cut.tally().accepted, all.len() as u64 - 1);
    assert!(cut.bytes_read() > 0);
}

#[test]
fn a_huge_field_costs_its_row_only() {
    let huge = "x".repeat(10 << 20);
    let text = format!("id,fecha,texto\n1,2026-01-05,a\n2,2026-01-05,\"{huge}\"\n3,2026-01-05,c\n");
    assert_eq!(
        rows(opened("x.csv", text)),
        ["2 2026-01-05 1|a|", "!3 row row_too_long", "4 2026-01-05 3|c|"]
    );
    let text = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{huge}\"}}\n{{\"text\":\"c\"}}\n");
    assert_eq!(
        rows(opened("x.ndjson", text)),
        ["1 2026-11-23 |a|", "!2 row row_too_long", "3 2026-11-23 |c|"]
    );
    let text = format!("id,fecha,texto,nota\n1,2026-01-05,a,{}\n", "y".repeat(5_000));
    let mut reading = opened("x.csv", text);
    assert!(reading.next().expect("a row").expect("a sound one").complaint.facts.extra.is_empty());
    assert_eq!(reading.tally().extras_dropped, 1);
}

#[test]
fn files_that_are_no_table_are_refused_by_name() {
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[7; 300]].concat();
    let many = (0..600).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("x.csv", Vec::new(), "empty"),
        ("x.csv", b"\xef\xbb\xbf".to_vec(), "empty"),
        ("x.csv", b"\n\n\n".to_vec(), "empty"),
        ("x.csv", png, "not_readable_as_rows"),
        ("x.csv", b"a,b\n1,2\n".to_vec(), "nothing_to_say"),
        ("x.csv", many.into_bytes(), "too_many_columns"),
        ("x.xlsx", b"PK\x03\x04 and nothing else".to_vec(), "broken_workbook"),
        ("x.csv.gz", vec![0x1f, 0x8b, 8, 0, 0], "truncated"),
    ];
    for (name, bytes, code) in cases {
        let error = reader(name, bytes, &options()).expect_err("not readable");
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.remedy().is_empty());
    }
    let missing = open(&PathBuf::from("/nowhere/x.csv"), &options()).expect_err("not there");
    assert_eq!((missing.code(), missing.remedy()), ("unreadable", "check the path"));
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_end_in_rows_or_an_error(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..2_000),
            "(id|fecha|texto|\"|,|;|\n|\r|1|2026-01-05|ñ|\u{0}|=){0,200}".prop_map(String::into_bytes),
            "(\\{|\\}|\\[|\\]|\"|,|:|\\\\|\n|text|1|null| ){0,200}".prop_map(String::into_bytes),
        ],
        header in select(vec!["", "id,fecha,texto\n", "[", "{\"text\":\"a\"}\n", "PK\u{3}\u{4}"]),
        name in select(vec!["x.csv", "x.ndjson", "x.json", "x.xlsx"]),
    ) {
        let whole = [header.as_bytes(), &bytes].concat();
        let length = whole.len();
        if let Ok(reading) = reader(name, whole, &options()) {
            // Every row takes a byte at least, and an array may report its end.
            proptest::prop_assert!(reading.count() <= length + 1);
        }
    }
}

/// The shared corpora, read with a preset and without: every row is accounted for.
#[test]
fn public_files_are_read_whole() {
    let shared =
        PathBuf::from(std::env::var_os("RAIZ_SHARED").unwrap_or_else(|| "../shared".into())).join("corpora");
    let cases = [
        ("cfpb_narratives", Some(Preset::Cfpb), 7_735, 0, true),
        ("cfpb_narratives", None, 7_735, 0, true),
        ("profeco_telecom", Some(Preset::Profeco), 17_964, 0, true),
        ("profeco_telecom", None, 17_964, 0, true),
        ("comcast", None, 2_224, 0, true),
        // Some of these have neither text nor product.
        ("pamplona_quejas", None, 5_378, 84, true),
        ("cmf_reclamos", None, 534, 0, false),
        ("airline_tweets", None, 9_659, 0, true),
        ("indecopi_sanciones", None, 33_598, 0, false),
    ];
    for (name, preset, expected, expected_rejected, is_dated) in cases {
        let path = shared.join(format!("{name}.csv.gz"));
        if !path.exists() {
            skip_aloud(&path);
            continue;
        }
        let mut chosen = options();
        chosen.preset = preset;
        let mut reading = open(&path, &chosen).expect("a sound file");
        assert_eq!(reading.plan().mapped(FieldName::ReceivedAt).is_some(), is_dated, "{name}");
        let rejected: Vec<_> =
            reading.by_ref().filter_map(Result::err).map(|error| error.to_string()).collect();
        let tally = reading.tally();
        assert_eq!(tally.accepted + tally.rejected, expected, "{name}");
        assert_eq!(rejected.len(), expected_rejected, "{name}: {:?}", &rejected[..rejected.len().min(5)]);
        assert_eq!(reading.bytes_read(), reading.bytes_total(), "{name}");
        report(name, &reading);
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skip_aloud(path: &std::path::Path) {
    eprintln!("skipped: {} is not there; set RAIZ_SHARED", path.display());
}

#[expect(clippy::print_stderr, reason = "shown by `cargo test -- --nocapture` to look the mapping over")]
fn report(name: &str, reading: &FileReader) {
    eprintln!(
        "{name}: {} | {:?} {:?}",
        mapping(reading).join(" "),
        reading.plan().date_order,
        reading.plan().notes
    );
}
