//! What keeps a browser from being turned against the service: which names it answers to, who may change
//! things, and what its own pages may load.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::ServiceConfig;
use crate::web::problem::ApiError;

/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// The names the service answers to. A page of another site that points its own name at this machine
/// (DNS rebinding) asks by that name and is refused.
#[derive(Clone, Debug)]
pub(super) struct AllowedHosts {
    /// `None` when the service listens to the network: then the names are the proxy's business.
    names: Option<Arc<[String]>>,
}

impl AllowedHosts {
    /// The names for these settings: loopback's own and those configured.
    pub(super) fn of(service: &ServiceConfig) -> Self {
        if !service.address.ip().is_loopback() {
            return Self { names: None };
        }
        let own = match service.address.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let names = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into_iter();
        let configured = service.host_names.iter().map(|name| name.to_ascii_lowercase());
        Self { names: Some(names.chain([own]).chain(configured).collect()) }
    }

    fn allow(&self, host: Option<&str>) -> bool {
        let Some(names) = &self.names else { return true };
        let Some(host) = host else { return false };
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        names.iter().any(|allowed| name.eq_ignore_ascii_case(allowed))
    }
}

/// Refuses requests by a name the service does not answer to.
pub(super) async fn check_host(
    State(allowed): State<AllowedHosts>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if !allowed.allow(host_of(&request)) {
        return Err(ApiError::HostNotAllowed);
    }
    Ok(next.run(request).await)
}

/// Refuses changes that a page of another site makes a browser ask for. Browsers say so themselves;
/// other clients send neither header and are not concerned.
pub(super) async fn check_site(request: Request, next: Next) -> Result<Response, ApiError> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    if !is_safe && is_cross_site(request.headers(), host_of(&request)) {
        return Err(ApiError::CrossSite);
    }
    Ok(next.run(request).await)
}

/// Adds the headers every answer carries.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The host the client asked for. The address line wins over the header (RFC 9112 §3.2.2).
fn host_of(request: &Request) -> Option<&str> {
    let from_header = || request.headers().get(header::HOST)?.to_str().ok();
    request.uri().authority().map(|authority| authority.as_str()).or_else(from_header)
}

fn is_cross_site(headers: &HeaderMap, host: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    !origin.zip(host).is_some_and(|((_, asking), host)| asking.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_answers_only_to_its_names() {
        let service =
            ServiceConfig { host_names: vec!["Raiz.example".to_owned()], ..ServiceConfig::default() };
        let allowed = AllowedHosts::of(&service);
        for (host, expected) in [
            (Some("localhost:8047"), true),
            (Some("LOCALHOST"), true),
            (Some("127.0.0.1:1"), true),
            (Some("[::1]:8047"), true),
            (Some("[::1]"), true),
            (Some("raiz.example"), true),
            (Some("evil.example:8047"), false),
            (Some("localhost.evil.example"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(allowed.allow(host), expected, "{host:?}");
        }
    }

    #[test]
    fn changes_come_from_our_own_pages_or_from_no_page() {
        let cases = [
            (None, None, false),
            (Some("same-origin"), None, false),
            (Some("none"), None, false),
            (Some("same-site"), None, true),
            (Some("cross-site"), Some("http://localhost:8047"), true),
            (None, Some("http://localhost:8047"), false),
            (None, Some("http://localhost:3000"), true),
            (None, Some("https://evil.example"), true),
            (None, Some("null"), true),
        ];
        for (site, origin, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_cross_site(&headers, Some("localhost:8047")), expected, "{site:?} {origin:?}");
        }
    }
}
