//! What tests of several rooms start from: invented complaints, databases, and shared data where it lies.

use std::path::PathBuf;

use raiz::config::Config;
use raiz::domain::complaint::{Facts, NewComplaint};
use raiz::domain::time::{Day, Timestamp};
use raiz::pipeline::Pipeline;
use raiz::simulate::corpus;
use raiz::simulate::stream::Story;
use raiz::store::{Clock, Store};

/// The present of every test: 2026-11-16T12:00:00Z, a Monday.
pub(crate) const NOW: Timestamp = Timestamp(1_794_830_400_000_000);

/// Environment variable with an address under which tests may make schemas.
const POSTGRES_URL: &str = "RAIZ_TEST_POSTGRES_URL";

/// A complaint received on `day` (counted from 1970) with this text.
pub(crate) fn complaint(external_id: &str, day: i32, text: &str) -> NewComplaint {
    NewComplaint {
        source: "test".to_owned(),
        external_id: Some(external_id.to_owned()),
        received_at: Timestamp(i64::from(day) * 86_400_000_000 + 3_600_000_000),
        received_day: Day(day),
        text: Some(text.to_owned()),
        declared_language: None,
        facts: Facts { product: Some("Línea móvil".to_owned()), ..Facts::default() },
    }
}

/// Says on standard error why a test did not run. A skipped test is never silent.
#[expect(clippy::print_stderr, reason = "a skipped test says so aloud")]
pub(crate) fn skipped(test: &str, why: &str) {
    eprintln!("SKIPPED {test}: {why}");
}

/// The shared data folder, or `None` (said aloud) when it is not there.
pub(crate) fn shared(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("RAIZ_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    if folder.join("corpora/MANIFEST.csv").exists() {
        return Some(folder);
    }
    skipped(test, "no shared data; set RAIZ_SHARED to its folder");
    None
}

/// A store in a file of its own, with a clock that stands at [`NOW`].
pub(crate) async fn sqlite_store(folder: &tempfile::TempDir) -> Store {
    let url = format!("sqlite:{}", folder.path().join("raiz.db").display());
    Store::open(&url, Clock::fixed(NOW)).await.expect("a new database opens")
}

/// The whole house in a folder of its own, with the bundled models and a clock that stands at [`NOW`].
pub(crate) async fn pipeline(folder: &tempfile::TempDir, zone: &str) -> Pipeline {
    pipeline_with(folder, zone, Clock::fixed(NOW)).await
}

/// The house a killed process left behind, an hour after: what that process had claimed is free again.
pub(crate) async fn pipeline_left_behind(folder: &tempfile::TempDir) -> Pipeline {
    let now = Clock::System.now();
    pipeline_with(folder, "UTC", Clock::fixed(Timestamp(now.0 + 3_600_000_000))).await
}

/// The whole house in a folder of its own under another clock.
pub(crate) async fn pipeline_with(folder: &tempfile::TempDir, zone: &str, clock: Clock) -> Pipeline {
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.organisation.time_zone = zone.to_owned();
    Pipeline::open(&config, clock).await.expect("a new house opens")
}

/// A house with a simulated year of complaints and the demo's incidents, taken the whole way.
pub(crate) async fn demo_house(folder: &tempfile::TempDir) -> Pipeline {
    let house = pipeline(folder, "UTC").await;
    let mut story = Story::demo(1, Day(NOW.day_in(&house.zone).0 - 1), house.zone.clone());
    (story.days, story.per_day) = (371, 5.0);
    let stream: Vec<NewComplaint> =
        story.stream(&corpus::said_to_the_company()).map(|drawn| drawn.complaint).collect();
    for part in stream.chunks(2_000) {
        house.store.take_in(part).await.expect("stored");
    }
    house.run_to_completion(|_| ()).await.expect("every step ends");
    house
}

/// A store in a PostgreSQL schema of its own; `None` (said aloud) where no server is configured.
pub(crate) async fn postgres_store(test: &str) -> Option<Store> {
    let Ok(url) = std::env::var(POSTGRES_URL) else {
        skipped(test, "no PostgreSQL; set RAIZ_TEST_POSTGRES_URL");
        return None;
    };
    let schema = format!("t{}", uuid::Uuid::now_v7().simple());
    let pool = sqlx::PgPool::connect(&url).await.expect("the configured server answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::raw_sql(create).execute(&pool).await.expect("a schema is made");
    pool.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{joint}options[search_path]={schema}");
    Some(Store::open(&url, Clock::fixed(NOW)).await.expect("a new schema is migrated"))
}
