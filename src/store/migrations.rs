//! Schema changes, applied at start, forward only. The two folders hold the same numbers and names; a
//! migration that shipped is never edited, and a database that says otherwise is refused.

use sha2::{Digest, Sha256};

use super::db::{Db, EngineName, Value};
use super::error::StoreError;
use crate::domain::time::Timestamp;

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_start"),
    migration!(2, "0002_taxonomy"),
    migration!(3, "0003_model_promotion"),
    migration!(4, "0004_cluster_history"),
    migration!(5, "0005_cluster_proposals"),
    migration!(6, "0006_signal_life"),
    migration!(7, "0007_outbox"),
    migration!(8, "0008_registered_changes"),
    migration!(9, "0009_emerging"),
    migration!(10, "0010_cluster_life"),
    migration!(11, "0011_group_views"),
    migration!(12, "0012_watch_calibration"),
    migration!(13, "0013_mention"),
];

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS schema_version (
  version BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at_us BIGINT NOT NULL
)";
const SELECT_LIST: &str = "SELECT version, name, sha256 FROM schema_version ORDER BY version";
const INSERT_APPLIED: &str = "INSERT INTO schema_version (version, name, sha256, applied_at_us)
VALUES ($1, $2, $3, $4)";

/// Brings the schema up to date in one transaction: all of it or nothing.
pub(super) async fn apply(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    // Two nodes that start together: the second waits here and then finds nothing left to do.
    tx.lock_change_log().await?;
    tx.execute(CREATE_LIST, &[]).await?;
    let mut applied = 0;
    for row in tx.rows(SELECT_LIST, &[]).await? {
        let (version, name, sha256) = (row.int(0)?, row.text(1)?, row.text(2)?);
        let known = MIGRATIONS.iter().find(|migration| migration.version == version);
        let Some(known) = known else {
            let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
            return Err(StoreError::TooNew { found: version, known: newest });
        };
        if known.name != name || digest(known.text(db.engine())) != sha256 {
            return Err(StoreError::ForeignMigration { version, name });
        }
        applied = version;
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > applied) {
        let script = migration.text(db.engine());
        tx.execute_script(script).await?;
        let values: [Value<'_>; 4] =
            [migration.version.into(), migration.name.into(), digest(script).into(), now.0.into()];
        tx.execute(INSERT_APPLIED, &values).await?;
    }
    tx.commit().await
}

impl Migration {
    fn text(&self, engine: EngineName) -> &'static str {
        match engine {
            EngineName::Sqlite => self.sqlite,
            EngineName::Postgres => self.postgres,
        }
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
