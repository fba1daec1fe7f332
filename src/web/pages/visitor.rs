//! Who asks, as far as a page needs to know: the language and the address. `?lang=en` is kept in a cookie
//! and taken out of the address again.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::error;
use super::frame::{Frame, Section};
use crate::i18n::Locale;

/// Name of the parameter and of the cookie.
const LANGUAGE: &str = "lang";
/// How long the cookie lives: a year, in seconds.
const COOKIE_SECONDS: u32 = 31_536_000;

/// The language to answer in and the address asked for.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The language: cookie, else the browser's wish, else Spanish.
    pub locale: Locale,
    /// Path and query of the address.
    pub here: String,
}

impl Visitor {
    fn new(uri: &Uri, headers: &HeaderMap) -> Self {
        let here = uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
        Self { locale: locale(headers), here }
    }

    /// The frame of a page of `section`.
    pub fn frame(&self, section: Section) -> Frame {
        Frame { locale: self.locale, section: Some(section), here: self.here.clone() }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.uri, &parts.headers))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self::new(&parts.uri, &parts.headers)))
    }
}

/// Changes the language when the address says so; gives every failure below the looks of a page.
pub async fn receive(request: Request, next: Next) -> Response {
    let visitor = Visitor::new(request.uri(), request.headers());
    if let Some(answer) = change_language(request.method(), request.uri()) {
        return answer;
    }
    let answer = next.run(request).await;
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    if failed && !is_html(&answer) { error::page(&visitor, answer.status()) } else { answer }
}

fn change_language(method: &Method, uri: &Uri) -> Option<Response> {
    let query = uri.query().filter(|_| method == Method::GET)?;
    let (mut wanted, mut kept) = (None, Vec::new());
    for pair in query.split('&') {
        match pair.strip_prefix(LANGUAGE).and_then(|rest| rest.strip_prefix('=')) {
            Some(code) => wanted = Some(code),
            None => kept.push(pair),
        }
    }
    let wanted = wanted?;
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let mut answer = Redirect::to(&format!("{}{query}", uri.path())).into_response();
    *answer.status_mut() = StatusCode::SEE_OTHER;
    if let Some(locale) = Locale::from_code(wanted) {
        let cookie = format!("{LANGUAGE}={}; Path=/; Max-Age={COOKIE_SECONDS}; SameSite=Lax", locale.code());
        let cookie = cookie.parse().expect("a language code holds letters only");
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(answer)
}

fn locale(headers: &HeaderMap) -> Locale {
    let from_cookie = headers.get_all(header::COOKIE).iter().find_map(|value| {
        let pairs = value.to_str().ok()?.split(';');
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == LANGUAGE)
            .and_then(|(_, code)| Locale::from_code(code))
    });
    let wished = || {
        let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Locale::from_accept_language(header)
    };
    from_cookie.or_else(wished).unwrap_or_default()
}

fn is_html(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, value.parse().expect("a valid header"));
        }
        headers
    }

    #[test]
    fn the_cookie_wins_over_the_browser_and_spanish_is_the_default() {
        let cases: [(&[(&'static str, &str)], Locale); 5] = [
            (&[], Locale::Es),
            (&[("accept-language", "en-US,en;q=0.9")], Locale::En),
            (&[("accept-language", "en"), ("cookie", "a=b; lang=es")], Locale::Es),
            (&[("cookie", "lang=xx"), ("accept-language", "en")], Locale::En),
            (&[("cookie", "slang=en")], Locale::Es),
        ];
        for (list, expected) in cases {
            assert_eq!(locale(&headers(list)), expected, "{list:?}");
        }
    }

    #[test]
    fn the_language_leaves_the_address_and_goes_to_the_cookie() {
        let uri: Uri = "/buscar?q=cobro&lang=en&from=2026-01-01".parse().expect("an address");
        let answer = change_language(&Method::GET, &uri).expect("a redirect");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], "/buscar?q=cobro&from=2026-01-01");
        assert!(answer.headers()[header::SET_COOKIE].to_str().expect("ascii").starts_with("lang=en; Path=/"));

        let unknown: Uri = "/?lang=xx".parse().expect("an address");
        let answer = change_language(&Method::GET, &unknown).expect("a redirect");
        assert_eq!(answer.headers()[header::LOCATION], "/");
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
        assert!(change_language(&Method::POST, &uri).is_none());
    }
}
