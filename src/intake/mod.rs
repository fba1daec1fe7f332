//! Turns a file, or the body of a request, into checked complaints, row by row and in constant memory.
//!
//! `file::open` is the door for files, `json::complaint_from_json` the one for a single JSON object.
//! The room is synchronous: callers run it on a thread that may block. It must not know the store, the
//! command line or HTTP, and it reads no clock: the time of reading is an argument.

pub mod columns;
pub mod dates;
pub mod error;
pub mod file;
pub mod json;
pub mod options;
pub mod plan;
pub mod presets;
pub mod records;
pub mod rejected;
pub mod row;

mod arrange;
mod assemble;
mod bytes;
mod delimited;
mod encoding;
mod json_rows;
mod objects;
mod sniff;
mod tables;
mod workbook;
