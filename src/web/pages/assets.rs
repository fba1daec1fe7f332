//! Style sheet, script and icon, embedded in the binary. Their address holds a hash of the content, so a
//! browser may keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// Bytes of the hash that go into the address.
const VERSION_BYTES: usize = 6;
/// How long a file may be kept: a year, and its address never changes its meaning.
const KEPT: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Files;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(Files::get(&name).expect("a file that was listed").data);
    }
    hash.finalize().iter().take(VERSION_BYTES).map(|byte| format!("{byte:02x}")).collect()
});

/// Where the page finds the file `name`.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// Serves a file; one of another version (a page from before an update asks for it) is served as it is
/// now, and not kept.
pub(super) async fn show(Path((version, name)): Path<(String, String)>) -> Response {
    let (Some(file), Some(kind)) = (Files::get(&name), content_type(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = if version == *VERSION { KEPT } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], file.data).into_response()
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
pub(super) fn write_all(folder: &std::path::Path) {
    for name in Files::iter() {
        let path = folder.join(address(&name).trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, Files::get(&name).expect("listed").data).expect("writable");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_file_has_a_kind_and_is_kept_only_under_its_own_version() {
        let mut count = 0;
        for name in Files::iter() {
            let answer = show(Path((VERSION.clone(), name.to_string()))).await;
            assert_eq!(answer.status(), StatusCode::OK, "{name}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], KEPT);
            let stale = show(Path(("old".to_owned(), name.to_string()))).await;
            assert_eq!(stale.headers()[header::CACHE_CONTROL], "no-cache");
            count += 1;
        }
        assert_eq!(count, 3);
        let missing = show(Path((VERSION.clone(), "../raiz.css".to_owned()))).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}
