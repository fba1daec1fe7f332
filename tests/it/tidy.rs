//! Keeps the house as ARCHITECTURE.md draws it: which room may import which, which room alone may know
//! a crate, how long a file may be, and that every file says what it is for.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may import. `main.rs` and `lib.rs` may see everything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("stats", &[]),
    ("text", &["domain"]),
    ("search", &["domain", "text"]),
    ("learn", &["domain", "text", "stats"]),
    ("watch", &["domain", "stats"]),
    ("improve", &["domain", "stats"]),
    ("care", &["domain", "stats"]),
    ("intake", &["domain"]),
    ("simulate", &["domain"]),
    ("store", &["domain"]),
    ("config", &[]),
    ("i18n", &["domain"]),
    ("notify", &["domain", "config", "i18n"]),
    (
        "pipeline",
        &[
            "domain", "text", "stats", "learn", "search", "watch", "improve", "care", "intake", "store",
            "config", "i18n", "notify",
        ],
    ),
    ("web", &["domain", "intake", "store", "search", "care", "improve", "pipeline", "i18n", "config"]),
    (
        "cli",
        &[
            "domain", "text", "stats", "learn", "search", "watch", "improve", "care", "intake", "store",
            "config", "i18n", "pipeline", "simulate", "web", "notify",
        ],
    ),
];

/// Crates that only some rooms may know.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("tantivy", &["search"]),
    ("axum", &["web"]),
    ("askama", &["web"]),
    ("utoipa", &["web"]),
    ("linfa", &["learn"]),
    ("linfa_clustering", &["learn"]),
    ("ndarray", &["learn"]),
    ("leiden_rs", &["learn"]),
    ("safetensors", &["learn"]),
    ("tokenizers", &["learn"]),
    ("rust_stemmers", &["text"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("calamine", &["intake"]),
    ("lettre", &["notify"]),
    ("ureq", &["notify"]),
    ("hmac", &["notify"]),
];

/// Rooms whose results depend on nothing but their arguments. Those that are built are a crate of their own.
const PURE: &[&str] = &["domain", "stats", "text", "learn", "watch", "improve", "care"];
/// What would make them impure.
const IMPURE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "thread_rng",
    "from_entropy",
    "now_v7",
];

/// Longest source file, in lines, its tests not counted.
const MAX_LINES: usize = 600;
/// Folder names that say nothing about their subject.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "service", "misc"];

#[test]
fn rooms_import_only_what_they_may() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(room) = room_of(&file) else { continue };
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("room `{room}` is not in the list of rooms"));
        for imported in imported_rooms(&text) {
            if imported != room && !allowed.contains(&imported.as_str()) {
                wrong.push(format!("{} imports {imported}", file.display()));
            }
        }
        for (name, rooms) in ONLY_IN {
            if mentions_crate(&text, name) && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{} knows the crate {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_read_no_clock_and_no_chance() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(room) = room_of(&file) else { continue };
        if PURE.contains(&room.as_str()) != file.starts_with("pure") {
            wrong.push(format!("{}: the pure rooms, and only they, lie in src/pure", file.display()));
        }
        if file.starts_with("pure") {
            wrong.extend(
                IMPURE
                    .iter()
                    .filter(|call| text.contains(*call))
                    .map(|call| format!("{}: {call}", file.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not start with what it is for", file.display()));
        }
        let lines = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{} has {lines} lines, at most {MAX_LINES}", file.display()));
        }
        let parts = file.iter().filter_map(|part| part.to_str()).map(|part| part.trim_end_matches(".rs"));
        wrong.extend(
            parts
                .filter(|part| EMPTY_NAMES.contains(part))
                .map(|part| format!("{}: name `{part}`", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn migrations_come_in_pairs() {
    let names = |engine: &str| {
        let mut names: Vec<_> = fs::read_dir(root().join("migrations").join(engine))
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `src`, relative to it, with its text.
fn sources() -> Vec<(PathBuf, String)> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    visit(&src, &mut files);
    files.sort();
    assert!(files.len() > 40, "the sources were found");
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("readable");
            (file.strip_prefix(&src).expect("under src").to_owned(), text)
        })
        .collect()
}

/// The room a file lies in: the folder under `src`, or under the crate of the pure rooms.
fn room_of(file: &Path) -> Option<String> {
    let file = file.strip_prefix("pure").unwrap_or(file);
    let mut parts = file.iter();
    let first = parts.next()?.to_str()?.to_owned();
    parts.next().map(|_| first)
}

/// Rooms named after `crate::` anywhere in the code, comments left out.
fn imported_rooms(text: &str) -> Vec<String> {
    code_lines(text)
        .flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|rest| {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit())
                .collect();
            (!name.is_empty() && MAY_IMPORT.iter().any(|(room, _)| *room == name)).then_some(name)
        })
        .collect()
}

fn mentions_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code_lines(text).any(|line| {
        line.match_indices(&path).any(|(start, _)| {
            !line[..start]
                .ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
        })
    })
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}
