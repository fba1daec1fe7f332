//! Reading bodies: their media type, their size and the patience with which they are read.

use std::time::Duration;

use axum::body::{BodyDataStream, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt;

use crate::web::problem::ApiError;

/// Largest body of a request about one thing.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long the next part of a body may take. A body that trickles is cut off.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Media type of requests about one thing.
const JSON: &[&str] = &["application/json"];

/// A whole JSON body of at most [`MAX_BODY_BYTES`], not yet parsed.
#[derive(Debug)]
pub(super) struct JsonBytes(pub(super) Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for JsonBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        require_media_type(request.headers(), JSON)?;
        let declared = request.headers().get(header::CONTENT_LENGTH);
        let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
            return Err(ApiError::BodyTooLarge { limit_bytes: MAX_BODY_BYTES });
        }
        let mut parts = BodyParts::new(request);
        let mut whole = Vec::new();
        while let Some(part) = parts.next().await? {
            if whole.len() + part.len() > MAX_BODY_BYTES {
                return Err(ApiError::BodyTooLarge { limit_bytes: MAX_BODY_BYTES });
            }
            whole.extend_from_slice(&part);
        }
        Ok(Self(whole))
    }
}

/// A body, part by part as it arrives.
#[derive(Debug)]
pub(super) struct BodyParts {
    parts: BodyDataStream,
}

impl BodyParts {
    /// The parts of a request's body.
    pub(super) fn new(request: Request) -> Self {
        Self { parts: request.into_body().into_data_stream() }
    }

    /// The next part; `None` at the end. Waits at most [`READ_TIMEOUT`].
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        match tokio::time::timeout(READ_TIMEOUT, self.parts.next()).await {
            Ok(Some(Ok(part))) => Ok(Some(part)),
            Ok(Some(Err(_))) => Err(ApiError::BodyUnreadable),
            Ok(None) => Ok(None),
            Err(_) => Err(ApiError::BodyTimeout { seconds: READ_TIMEOUT.as_secs() }),
        }
    }
}

/// Refuses a body of another type than the first of `expected` or its synonyms, in another encoding
/// than UTF-8, or compressed.
pub(super) fn require_media_type(
    headers: &HeaderMap,
    expected: &'static [&'static str],
) -> Result<(), ApiError> {
    let unsupported =
        ApiError::UnsupportedMediaType { expected: expected.first().copied().unwrap_or_default() };
    let encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.into_iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported);
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(sent), None) = (types.next().and_then(|sent| sent.to_str().ok()), types.next()) else {
        return Err(unsupported);
    };
    let mut parameters = sent.split(';').map(str::trim);
    let essence = parameters.next().unwrap_or_default();
    let is_expected = expected.iter().any(|name| essence.eq_ignore_ascii_case(name));
    let is_utf8 = parameters.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if is_expected && is_utf8 { Ok(()) } else { Err(unsupported) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_plain_json_in_utf8_is_taken() {
        let cases = [
            (Some("application/json"), None, true),
            (Some("Application/JSON; charset=\"UTF-8\""), None, true),
            (Some("application/json"), Some("identity"), true),
            (Some("application/json"), Some("gzip"), false),
            (Some("application/json; charset=latin1"), None, false),
            (Some("application/jsonx"), None, false),
            (Some("text/plain"), None, false),
            (None, None, false),
        ];
        for (sent, encoding, taken) in cases {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sent));
            }
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            assert_eq!(require_media_type(&headers, JSON).is_ok(), taken, "{sent:?} {encoding:?}");
        }
    }
}
