//! How many rows of about 300 bytes a second become checked complaints.

use std::io::Cursor;

use divan::counter::{BytesCount, ItemsCount};
use jiff::tz::TimeZone;
use raiz::domain::time::Timestamp;
use raiz::intake::file;
use raiz::intake::options::Options;

const ROWS: usize = 50_000;

fn main() {
    divan::main();
}

fn options() -> Options {
    let zone = TimeZone::get("America/Bogota").unwrap_or(TimeZone::UTC);
    Options::new(zone, Timestamp(1_795_000_000_000_000))
}

/// Rows of eleven columns, two of them extras, with a text of about 190 bytes.
fn csv() -> Vec<u8> {
    let mut text =
        String::from("id,fecha,texto,producto,motivo,empresa,provincia,canal,idioma,monto,estado_caso\n");
    for number in 0..ROWS {
        let day = number % 28 + 1;
        text.push_str(&format!(
            "{number},{day:02}/10/2026,\"Me cobraron dos veces la cuota del seguro, y el asesor número {number} me \
             dijo \"\"ya está resuelto\"\" pero el cargo sigue en mi cuenta desde el día {day} del mes pasado\",\
             Tarjeta de crédito,Cobro indebido,Banco Ejemplo,Antioquia,Web,es,{number}.50,En trámite\n"
        ));
    }
    text.into_bytes()
}

fn ndjson() -> Vec<u8> {
    let mut text = String::new();
    for number in 0..ROWS {
        let day = number % 28 + 1;
        text.push_str(&format!(
            "{{\"external_id\":\"{number}\",\"received_at\":\"2026-10-{day:02}\",\"text\":\"Me cobraron dos veces la \
             cuota del seguro, y el asesor número {number} me dijo que ya está resuelto pero el cargo sigue en mi \
             cuenta\",\"product\":\"Tarjeta de crédito\",\"issue\":\"Cobro indebido\",\"company\":\"Banco \
             Ejemplo\",\"channel\":\"web\",\"extra\":{{\"monto\":\"{number}.50\"}}}}\n"
        ));
    }
    text.into_bytes()
}

fn read_all(bytes: Vec<u8>, name: &str) -> usize {
    let reader = file::read(Box::new(Cursor::new(bytes)), name, 0, &options());
    reader.map_or(0, |reader| reader.filter(Result::is_ok).count())
}

#[divan::bench(args = ["rows.csv", "rows.ndjson"])]
fn rows(bencher: divan::Bencher, name: &str) {
    let bytes = if name.ends_with("csv") { csv() } else { ndjson() };
    assert_eq!(read_all(bytes.clone(), name), ROWS);
    bencher
        .counter(ItemsCount::new(ROWS))
        .counter(BytesCount::new(bytes.len()))
        .with_inputs(|| bytes.clone())
        .bench_values(|bytes| read_all(bytes, name));
}
