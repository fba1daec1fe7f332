//! `POST /api/v1/subscriptions`: somebody wants to be told.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use utoipa::ToSchema;

use super::answer::SubscriptionAnswer;
use crate::domain::counts::{Dimension, Node};
use crate::domain::language::Language;
use crate::domain::subscription::{Channel, DEFAULT_PER_HOUR, QuietHours, Rhythm, Scope, Secret, Wish};
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What a subscriber asks for.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct NewSubscription {
    /// `everything`, `node`, `area` or `owner`.
    #[schema(required = true, example = "area")]
    scope: String,
    /// The dimension of the series, for the scope `node`.
    #[schema(schema_with = names::dimension)]
    dimension: Option<String>,
    /// The series, the product area or the owner.
    #[schema(max_length = 200)]
    key: Option<String>,
    /// An e-mail address; either this or `url`.
    address: Option<String>,
    /// Where a webhook goes.
    url: Option<String>,
    /// The key of its signature, 16 to 200 characters. No answer holds it again.
    secret: Option<String>,
    /// `at_once`, `daily` or `weekly`; `at_once` when absent.
    rhythm: Option<String>,
    /// `es` or `en`; `es` when absent.
    language: Option<String>,
    /// First quiet hour of the organisation's day, 0 to 23.
    quiet_from: Option<String>,
    /// First hour that is not quiet any more.
    quiet_until: Option<String>,
    /// Messages an hour, at most; 10 when absent.
    per_hour: Option<String>,
}

/// Ask to be told of signals
///
/// A webhook is a POST with the headers `Raiz-Message` (the same at every attempt), `Raiz-Timestamp`
/// (seconds since 1970) and `Raiz-Signature`: `v1=` and in hexadecimal the HMAC-SHA256, with the secret as
/// key, of the timestamp, a full stop and the body.
#[utoipa::path(
    post,
    path = "/subscriptions",
    tag = "subscriptions",
    request_body(content = NewSubscription, content_type = "application/json"),
    responses(
        (status = 201, description = "In force", body = SubscriptionAnswer, headers(("Location" = String, description = "The subscription"))),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<SubscriptionAnswer>), ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let wish = read_wish(&mut object);
    if let Some(wish) = &wish {
        object.refuse_all(wish.check().err().unwrap_or_default());
    }
    let wish = object.finish_with(wish)?;
    let id = state.store.subscribe(&wish).await?;
    let made = state.store.subscription(id).await?.ok_or(ApiError::NotFound { what: "subscription" })?;
    let location = format!("/api/v1/subscriptions/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(made.into())))
}

/// The wish of a body; `None` where what is missing is noted.
fn read_wish(object: &mut JsonObject) -> Option<Wish> {
    let dimensions = format!("write one of: {}", Dimension::ALL.map(Dimension::name).join(", "));
    let dimension = object.parsed("dimension", &dimensions, Dimension::from_name);
    let key = object.text("key").unwrap_or_default();
    let scope = object.required("scope", "write everything, node, area or owner", |scope| match scope {
        "everything" => Some(Scope::Everything),
        "node" => dimension.map(|dimension| Scope::Node(Node::new(dimension, key.as_str()))),
        "area" => Some(Scope::Area(key.clone())),
        "owner" => Some(Scope::Owner(key.trim().to_owned())),
        _ => None,
    });
    let channel = match (object.text("address"), object.text("url"), object.text("secret")) {
        (Some(address), None, None) => Some(Channel::Mail { address }),
        (None, Some(url), secret) => {
            Some(Channel::Webhook { url, secret: Secret(secret.unwrap_or_default()) })
        }
        _ => {
            object.refuse("address", "missing", "either address or url is needed", "write one of the two");
            None
        }
    };
    let rhythms = format!("write one of: {}", Rhythm::ALL.map(Rhythm::name).join(", "));
    let rhythm = object.parsed("rhythm", &rhythms, Rhythm::from_name).unwrap_or(Rhythm::AtOnce);
    let language = object.parsed("language", "write es or en", |code| match code {
        "es" => Some(Language::Spanish),
        "en" => Some(Language::English),
        _ => None,
    });
    let hour = |text: &str| text.parse::<i8>().ok();
    let quiet_from = object.parsed("quiet_from", "write an hour as a text, \"0\" to \"23\"", hour);
    let quiet_until = object.parsed("quiet_until", "write an hour as a text, \"0\" to \"23\"", hour);
    let quiet = match (quiet_from, quiet_until) {
        (Some(from), Some(until)) => Some(QuietHours { from, until }),
        (None, None) => None,
        _ => {
            object.refuse("quiet_until", "missing", "quiet hours have two ends", "write both or neither");
            None
        }
    };
    let per_hour = object
        .parsed("per_hour", "write a number as a text, \"1\" to \"1000\"", |text| text.parse::<u32>().ok());
    Some(Wish {
        scope: scope?,
        channel: channel?,
        rhythm,
        language: language.unwrap_or(Language::Spanish),
        quiet,
        per_hour: per_hour.unwrap_or(DEFAULT_PER_HOUR),
    })
}
