//! The file of rejected rows: what is wrong with each, what to do, and the row itself.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::intake::row::{RawRow, RowError};

/// Writes `FILE.rejected.csv`: line, field, code, reason, remedy, row. The file appears with the first
/// rejected row and is for its owner only, because rows hold personal data.
#[derive(Debug)]
pub struct RejectedWriter {
    path: PathBuf,
    out: Option<csv::Writer<File>>,
    rows: u64,
}

impl RejectedWriter {
    /// A writer that writes next to `file`: `reclamos.csv` gives `reclamos.csv.rejected.csv`. A file of
    /// that name is replaced when the first row is written.
    pub fn beside(file: &Path) -> Self {
        let mut path = file.as_os_str().to_owned();
        path.push(".rejected.csv");
        Self { path: PathBuf::from(path), out: None, rows: 0 }
    }

    /// Where the rows go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one rejected row.
    pub fn write(&mut self, error: &RowError) -> io::Result<()> {
        let out = match &mut self.out {
            Some(out) => out,
            None => {
                let mut out = csv::Writer::from_writer(create_private(&self.path)?);
                out.write_record(["line", "field", "code", "reason", "remedy", "row"])?;
                self.out.insert(out)
            }
        };
        let line = error.line.to_string();
        let raw = error.raw.as_ref().map_or("", RawRow::as_str);
        let cells = [&line, &error.field, &error.code, &error.reason, &error.remedy, raw];
        out.write_record(cells.map(without_formula))?;
        self.rows += 1;
        Ok(())
    }

    /// Writes what is left to disk and tells how many rows there are in all.
    pub fn finish(mut self) -> io::Result<u64> {
        if let Some(out) = &mut self.out {
            out.flush()?;
        }
        Ok(self.rows)
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A spreadsheet runs a cell that begins like a formula; a leading apostrophe makes it text.
fn without_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::domain::complaint::FieldError;
    use crate::intake::plan::Encoding;

    use super::*;

    #[test]
    fn rejected_rows_are_written_and_none_leaves_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("reclamos.csv");
        let nothing = RejectedWriter::beside(&file);
        assert_eq!(nothing.finish().expect("nothing to write"), 0);
        assert!(!folder.path().join("reclamos.csv.rejected.csv").exists());

        let mut writer = RejectedWriter::beside(&file);
        let error = FieldError::new("received_at", "not_a_date", "is not a date", "write it as 2026-11-12");
        let raw = RawRow::cut(b"=cmd(),\"ayer\"\r\n", Encoding::Utf8);
        writer.write(&RowError::new(7, error, Some(raw))).expect("written");
        let path = writer.path().to_owned();
        assert_eq!(writer.finish().expect("flushed"), 1);
        let text = std::fs::read_to_string(path).expect("written above");
        assert_eq!(
            text,
            "line,field,code,reason,remedy,row\n7,received_at,not_a_date,is not a date,write it as 2026-11-12,\"'=cmd(),\"\"ayer\"\"\"\n"
        );
    }
}
