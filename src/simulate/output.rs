//! Writes a stream as it is drawn, CSV or NDJSON, in the fields `raiz import` and the API read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::facts::EXTRA_FACTS;
use super::plan::Plan;
use crate::domain::complaint::{Facts, NewComplaint};

/// Columns before the facts of the plan.
const COLUMNS: [&str; 9] = [
    "external_id",
    "source",
    "received_at",
    "product",
    "sub_product",
    "company",
    "region",
    "channel",
    "customer",
];

/// A file under way.
pub struct Output {
    path: PathBuf,
    form: Form,
}

enum Form {
    Csv { rows: Box<csv::Writer<File>>, extras: Vec<String> },
    Ndjson(BufWriter<File>),
}

/// Why a stream could not be written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum OutputError {
    #[error("{0}: the name must end in .csv, .ndjson or .jsonl")]
    Extension(PathBuf),
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
}

/// A complaint as one line of NDJSON.
#[derive(Serialize)]
struct Line<'a> {
    external_id: Option<&'a str>,
    source: &'a str,
    received_at: String,
    text: Option<&'a str>,
    #[serde(flatten)]
    facts: &'a Facts,
}

impl Output {
    /// Makes the file and, for CSV, writes the header with the facts a stream of `plan` has.
    ///
    /// # Errors
    /// Another extension than `.csv`, `.ndjson` and `.jsonl`; a file that cannot be made.
    pub fn create(path: &Path, plan: &Plan) -> Result<Self, OutputError> {
        let csv = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => true,
            Some("ndjson" | "jsonl") => false,
            _ => return Err(OutputError::Extension(path.to_owned())),
        };
        let wrong = |source| OutputError::Write { path: path.to_owned(), source };
        let file = File::create(path).map_err(wrong)?;
        let form = if csv {
            let planted = plan.incidents.iter().flat_map(|incident| incident.facts.extra.keys());
            let extras: BTreeSet<String> =
                EXTRA_FACTS.iter().map(|name| (*name).to_owned()).chain(planted.cloned()).collect();
            let extras: Vec<String> = extras.into_iter().collect();
            let mut rows = Box::new(csv::Writer::from_writer(file));
            let header = COLUMNS.into_iter().chain(extras.iter().map(String::as_str)).chain(["text"]);
            rows.write_record(header).map_err(|error| wrong(error.into()))?;
            Form::Csv { rows, extras }
        } else {
            Form::Ndjson(BufWriter::new(file))
        };
        Ok(Self { path: path.to_owned(), form })
    }

    /// Writes one complaint.
    ///
    /// # Errors
    /// A disk that is full or gone.
    pub fn write(&mut self, complaint: &NewComplaint) -> Result<(), OutputError> {
        let NewComplaint { source, external_id, received_at, text, facts, .. } = complaint;
        let written = match &mut self.form {
            Form::Csv { rows, extras } => {
                let received_at = received_at.to_rfc3339();
                let fixed = [
                    external_id.as_deref(),
                    Some(source.as_str()),
                    Some(received_at.as_str()),
                    facts.product.as_deref(),
                    facts.sub_product.as_deref(),
                    facts.company.as_deref(),
                    facts.region.as_deref(),
                    facts.channel.as_deref(),
                    facts.customer.as_deref(),
                ];
                let extra = extras.iter().map(|name| facts.extra.get(name).map(String::as_str));
                let values = fixed.into_iter().chain(extra).chain([text.as_deref()]);
                rows.write_record(values.map(Option::unwrap_or_default)).map_err(std::io::Error::from)
            }
            Form::Ndjson(file) => {
                let line = Line {
                    external_id: external_id.as_deref(),
                    source,
                    received_at: received_at.to_rfc3339(),
                    text: text.as_deref(),
                    facts,
                };
                serde_json::to_writer(&mut *file, &line)
                    .map_err(std::io::Error::from)
                    .and_then(|()| file.write_all(b"\n"))
            }
        };
        written.map_err(|source| OutputError::Write { path: self.path.clone(), source })
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// A disk that is full or gone.
    pub fn finish(self) -> Result<(), OutputError> {
        let flushed = match self.form {
            Form::Csv { mut rows, .. } => rows.flush(),
            Form::Ndjson(mut file) => file.flush(),
        };
        flushed.map_err(|source| OutputError::Write { path: self.path, source })
    }
}
