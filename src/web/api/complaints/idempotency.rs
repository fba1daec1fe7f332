//! The header `Idempotency-Key`: a request that is sent again with the same key gets its first answer
//! again and stores nothing twice.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::domain::complaint::FieldError;
use crate::store::idempotency::IdempotencyKey;
use crate::web::problem::ApiError;

/// The header's name.
const HEADER: &str = "idempotency-key";
/// Longest key a sender may choose, in bytes.
const MAX_KEY_BYTES: usize = 200;
/// Stands between a sender's key and the number of a batch's chunk, so no key may hold it.
const CHUNK_MARK: char = '#';

/// The key a sender chose, if any.
#[derive(Clone, Debug)]
pub struct SenderKey(Option<String>);

impl SenderKey {
    /// The key of a request about one complaint.
    pub(super) fn of_body(&self, body: &[u8]) -> Option<IdempotencyKey> {
        let key = self.0.clone()?;
        Some(IdempotencyKey { key, request_hash: Sha256::digest(body).into() })
    }

    /// The key of one chunk of a batch; `hash` is over the chunk's lines.
    pub(super) fn of_chunk(&self, chunk: u64, hash: Sha256) -> Option<IdempotencyKey> {
        let key = format!("{}{CHUNK_MARK}{chunk}", self.0.as_ref()?);
        Some(IdempotencyKey { key, request_hash: hash.finalize().into() })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SenderKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let key = value.to_str().unwrap_or_default();
        let is_plain = key.chars().all(|c| c.is_ascii_graphic() && c != CHUNK_MARK);
        if key.is_empty() || key.len() > MAX_KEY_BYTES || !is_plain || values.next().is_some() {
            let reason =
                format!("is not one key of 1 to {MAX_KEY_BYTES} visible ASCII characters without `#`");
            let error =
                FieldError::new("Idempotency-Key", "invalid_value", reason, "send for example a UUID");
            return Err(ApiError::InvalidFields { errors: vec![error] });
        }
        Ok(Self(Some(key.to_owned())))
    }
}
