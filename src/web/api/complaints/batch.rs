//! `POST /api/v1/complaints:batch`: complaints in bulk, one JSON object a line, any number of lines.
//!
//! Lines are read as they arrive and stored chunk by chunk; the answer to each line leaves after its
//! chunk's commit. Reading does not wait for the caller to read answers, within [`MAX_WAITING_CHUNKS`]:
//! a caller may send everything first and read afterwards.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tracing::Instrument;
use utoipa::ToSchema;

use super::idempotency::SenderKey;
use super::lines::{Line, Lines, MAX_LINE_BYTES};
use super::received::{self, ReceivedComplaint};
use crate::domain::complaint::FieldError;
use crate::store::StoreError;
use crate::store::intake::{Submission, Submitted, Taken};
use crate::store::intake_queue::IntakeQueue;
use crate::web::api::body::{BodyParts, require_media_type};
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, FieldProblem, Problem};
use crate::web::state::AppState;

/// Lines stored by one commit.
const CHUNK_LINES: usize = 512;
/// Bytes after which a chunk is full, whatever its lines.
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Chunks whose answers may wait for the caller to read them: about half a million lines, 40 MB.
const MAX_WAITING_CHUNKS: usize = 1_024;
/// How often a chunk is offered to a full queue, a pause between two times.
const MAX_OFFERS: u32 = 30;
/// Media types of one JSON object a line.
const NDJSON: &[&str] = &["application/x-ndjson", "application/ndjson", "application/jsonl"];

/// What became of one line. Answers come in the order of the lines; blank lines have none.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineAnswer {
    /// The line, from 1.
    line: u64,
    /// `stored`: new and durable. `known`: its source had already sent it. `rejected`: see `errors`; the
    /// other lines are not affected. `stopped`: this line and all after it were not taken; see `errors`,
    /// then send them again.
    #[schema(pattern = "^(stored|known|rejected|stopped)$")]
    status: &'static str,
    /// The complaint's id, when it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    id: Option<String>,
    /// What is wrong with the line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// Hand in many complaints
///
/// One JSON object a line, any number of lines, each of at most 1 MiB. Lines are stored in chunks of
/// 512; each line is answered on a line of its own, in order, after its chunk's commit. A bad line costs
/// no other line. With `Idempotency-Key`, sending the same lines again repeats the first answers.
#[utoipa::path(
    post,
    path = "/complaints:batch",
    tag = "complaints",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key and lines within a week, each line gets its first answer again")),
    request_body(content = ReceivedComplaint, content_type = "application/x-ndjson", description = "One complaint a line"),
    responses(
        (status = 200, description = "One answer a line", body = LineAnswer, content_type = "application/x-ndjson"),
        (status = 415, description = "Not application/x-ndjson", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The key was used for other lines", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Nothing was stored; try again after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn batch(
    State(state): State<AppState>,
    _: NoParameters,
    key: SenderKey,
    request: Request,
) -> Result<Response, ApiError> {
    require_media_type(request.headers(), NDJSON)?;
    let mut batch = Batch { state, key, lines: Lines::new(BodyParts::new(request)), next_chunk: 0 };
    // What goes wrong before anything is stored is told by the status; after that, by the last line.
    let first = batch.next_answers().await?;
    let (answers, waiting) = mpsc::channel(MAX_WAITING_CHUNKS);
    if let Some(first) = first {
        answers.try_send(first).expect("the channel is empty and somebody listens");
        tokio::spawn(batch.answer_rest(answers).in_current_span());
    }
    let stream = futures_util::stream::unfold(waiting, |mut waiting| async move {
        waiting.recv().await.map(|chunk| (Ok::<_, std::convert::Infallible>(chunk), waiting))
    });
    Ok(([(header::CONTENT_TYPE, NDJSON[0])], Body::from_stream(stream)).into_response())
}

/// A batch on its way in.
struct Batch {
    state: AppState,
    key: SenderKey,
    lines: Lines,
    next_chunk: u64,
}

/// A chunk of lines, read.
struct Chunk {
    /// Each line's number, and what is wrong with it; nothing is wrong with a complaint.
    rows: Vec<(u64, Vec<FieldProblem>)>,
    /// The complaints of the lines without mistakes, in order.
    submission: Submission,
}

impl Batch {
    /// Answers until the body ends, fails, or nobody reads the answers any more.
    async fn answer_rest(mut self, answers: mpsc::Sender<Bytes>) {
        loop {
            let first_line = self.lines.number() + 1;
            let chunk = match self.next_answers().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(
                        line = first_line,
                        reason = error.kind().1,
                        "a batch was not taken to its end"
                    );
                    let _ = answers.send(stopped(first_line, error)).await;
                    return;
                }
            };
            if answers.send(chunk).await.is_err() {
                return;
            }
        }
    }

    /// Reads a chunk, stores it and answers its lines; `None` at the end of the body. A chunk is stored
    /// as a whole or not at all, and is cut by nothing but its lines: sent again, it is the same chunk.
    async fn next_answers(&mut self) -> Result<Option<Bytes>, ApiError> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        while lines.len() < CHUNK_LINES && bytes < CHUNK_BYTES {
            let Some(line) = self.lines.next().await? else { break };
            bytes += line.bytes.as_ref().map_or(0, Vec::len);
            lines.push(line);
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let (state, key, number) = (self.state.clone(), self.key.clone(), self.next_chunk);
        self.next_chunk += 1;
        let read = move || read_chunk(lines, &state, &key, number);
        let Chunk { rows, submission } = tokio::task::spawn_blocking(read).await?;
        let taken = if submission.complaints.is_empty() {
            Vec::new()
        } else {
            submit(&self.state.queue, submission).await?
        };
        write_answers(rows, &taken).map(Some)
    }
}

/// Stores a chunk; waits for a full queue, because the caller cannot send half a request again.
async fn submit(queue: &IntakeQueue, submission: Submission) -> Result<Vec<Taken>, ApiError> {
    let mut offers = 1;
    loop {
        match queue.submit(submission.clone()).await {
            Ok(Submitted::Taken(taken)) => return Ok(taken),
            Ok(Submitted::KeyReused) => return Err(ApiError::IdempotencyKeyReused),
            Err(StoreError::Busy { retry_after_s }) if offers < MAX_OFFERS => {
                offers += 1;
                tokio::time::sleep(Duration::from_secs(retry_after_s)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Parses and checks lines. It takes milliseconds, so it runs on a thread that may block.
fn read_chunk(lines: Vec<Line>, state: &AppState, key: &SenderKey, number: u64) -> Chunk {
    let now = state.store.clock().now();
    let mut hash = Sha256::new();
    let mut rows = Vec::with_capacity(lines.len());
    let mut complaints = Vec::with_capacity(lines.len());
    for Line { number, bytes } in lines {
        let row = match bytes {
            Some(bytes) => received::read(&bytes, state, now).map(|complaint| (complaint, bytes)),
            None => Err(ApiError::InvalidFields { errors: vec![line_too_long()] }),
        };
        match row {
            Ok((complaint, bytes)) => {
                // Only lines that are stored count, each with its number: the answer that is kept for the
                // key can only be repeated to the same complaints on the same lines.
                hash.update(number.to_le_bytes());
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(&bytes);
                complaints.push(complaint);
                rows.push((number, Vec::new()));
            }
            Err(error) => rows.push((number, error.into_field_problems())),
        }
    }
    Chunk { rows, submission: Submission { complaints, key: key.of_chunk(number, hash) } }
}

fn line_too_long() -> FieldError {
    let reason = format!("has more than {MAX_LINE_BYTES} bytes");
    FieldError::new("body", "line_too_long", reason, "shorten the complaint or split it")
}

fn write_answers(rows: Vec<(u64, Vec<FieldProblem>)>, taken: &[Taken]) -> Result<Bytes, ApiError> {
    let mut taken = taken.iter();
    let mut text = Vec::with_capacity(rows.len() * 80);
    for (line, errors) in rows {
        let (status, id) = if errors.is_empty() {
            match taken.next() {
                Some(Taken::Stored(id)) => ("stored", Some(id.to_string())),
                Some(Taken::Known(id)) => ("known", Some(id.to_string())),
                None => {
                    return Err(ApiError::internal("the store answered fewer complaints than it was given"));
                }
            }
        } else {
            ("rejected", None)
        };
        write_line(&mut text, &LineAnswer { line, status, id, errors });
    }
    Ok(text.into())
}

fn stopped(line: u64, error: ApiError) -> Bytes {
    if let ApiError::Internal(source) = &error {
        tracing::error!(error = source.as_ref() as &dyn std::error::Error, "a batch failed");
    }
    let (_, code, _) = error.kind();
    let problem = FieldProblem {
        field: "body".to_owned(),
        code: code.to_owned(),
        reason: error.to_string(),
        remedy: "send this line and all after it again".to_owned(),
    };
    let mut text = Vec::new();
    write_line(&mut text, &LineAnswer { line, status: "stopped", id: None, errors: vec![problem] });
    text.into()
}

fn write_line(text: &mut Vec<u8>, answer: &LineAnswer) {
    serde_json::to_writer(&mut *text, answer).expect("strings and numbers become JSON in memory");
    text.push(b'\n');
}
