//! Settings: defaults, then `raiz.toml`, then `RAIZ_…` variables, then the command line. Every setting
//! has a default that works on a laptop, and an unknown one is refused by name.

mod delivery;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use delivery::{Encryption, Hidden, MailConfig, NotifyConfig};

/// Name of the settings file looked for in the working folder.
pub const FILE_NAME: &str = "raiz.toml";
/// Default port of the service.
const DEFAULT_PORT: u16 = 8047;

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder for the embedded database, the search index and trained models.
    pub data_dir: PathBuf,
    /// Where the data is kept.
    pub database: DatabaseConfig,
    /// The web service.
    pub service: ServiceConfig,
    /// The organisation.
    pub organisation: OrganisationConfig,
    /// Early warning.
    pub watch: WatchConfig,
    /// The search for failures nobody has named yet.
    pub emerging: EmergingConfig,
    /// Recurring failures.
    pub grouping: GroupingConfig,
    /// The mail server.
    pub mail: MailConfig,
    /// What is told to people outside.
    pub notify: NotifyConfig,
    /// Logs.
    pub log: LogConfig,
}

/// Where the data is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host/name`, or `sqlite:PATH`; without it `DATA_DIR/raiz.db`.
    pub url: Option<String>,
}

/// The web service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceConfig {
    /// Address and port to listen on.
    pub address: SocketAddr,
    /// Whether an address other machines can reach is meant: pages and API ask for no password yet.
    pub open_to_network: bool,
    /// Names browsers may reach the service by, beside `localhost` and the address itself.
    pub host_names: Vec<String>,
}

/// The organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrganisationConfig {
    /// IANA time zone that decides on which day a complaint counts.
    pub time_zone: String,
}

/// False alarms a week where nothing is set.
const DEFAULT_BUDGET: f64 = 1.0;
/// The threshold before anything is learned.
const DEFAULT_THRESHOLD: f64 = 2.42;

/// Early warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatchConfig {
    /// A week alarms above this score (−log10 of the p-value less the windows' penalty), whatever the number of
    /// series: 2.1 gives about one false alarm per 100 series and week, 2.42 about one per 200. Not looked at
    /// where `false_alarms_per_week` is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// At most so many false alarms a week are to be expected of all series together: the threshold follows
    /// from it and from the own history. One, where neither is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_alarms_per_week: Option<f64>,
    /// Complaints a window must hold to alarm.
    pub min_cases: u32,
    /// Weeks back from the newest complete week that are judged when data first comes in.
    pub first_weeks: u32,
}

/// The search for failures nobody has named yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmergingConfig {
    /// False alarms per 1,000 complaints that come in, on average: the threshold is learned from the past so
    /// that it keeps to this.
    pub false_alarms_per_1000: f64,
    /// Weeks back from the newest complaint that are looked at when data first comes in.
    pub first_weeks: u32,
}

/// How complaints are compared when recurring failures are sought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GroupingConfig {
    /// Folder of word vectors as model2vec writes them, to compare complaints by; without it, by a space fitted on
    /// the complaints themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_vectors: Option<PathBuf>,
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
    /// Filter in the syntax of `tracing_subscriber::EnvFilter`, e.g. `info,raiz=debug`.
    pub level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the variants are the formats' names")]
pub enum LogFormat {
    Text,
    Json,
}

/// A setting that cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum ConfigError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Parse { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{name}: {reason}; {remedy}")]
    Setting { name: &'static str, reason: String, remedy: &'static str },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("raiz-data"),
            database: DatabaseConfig::default(),
            service: ServiceConfig::default(),
            organisation: OrganisationConfig::default(),
            watch: WatchConfig::default(),
            emerging: EmergingConfig::default(),
            grouping: GroupingConfig::default(),
            mail: MailConfig::default(),
            notify: NotifyConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT),
            open_to_network: false,
            host_names: Vec::new(),
        }
    }
}

impl Default for OrganisationConfig {
    fn default() -> Self {
        Self { time_zone: "UTC".to_owned() }
    }
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self { threshold: None, false_alarms_per_week: None, min_cases: 3, first_weeks: 26 }
    }
}

impl WatchConfig {
    /// False alarms a week that all series together may give; `None` where a threshold is set instead.
    pub fn budget(&self) -> Option<f64> {
        self.false_alarms_per_week.or(self.threshold.is_none().then_some(DEFAULT_BUDGET))
    }

    /// The threshold that is set, or the one that holds until the budget's is learned.
    pub fn threshold(&self) -> f64 {
        self.threshold.unwrap_or(DEFAULT_THRESHOLD)
    }
}

impl Default for EmergingConfig {
    fn default() -> Self {
        Self { false_alarms_per_1000: 1.0, first_weeks: 12 }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Config {
    /// Reads the settings: `file` when given (it must exist), else `raiz.toml` in the working folder when
    /// there is one; then the variables `variable` gives (`RAIZ_DATA_DIR`, `RAIZ_DATABASE_URL`,
    /// `RAIZ_ADDRESS`, `RAIZ_TIME_ZONE`, `RAIZ_MAIL_PASSWORD`, `RAIZ_LOG`).
    pub fn load(
        file: Option<&Path>,
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(FILE_NAME));
        let mut config = match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) })?,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound && file.is_none() => {
                Self::default()
            }
            Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
        };
        if let Some(data_dir) = variable("RAIZ_DATA_DIR") {
            config.data_dir = PathBuf::from(data_dir);
        }
        if let Some(url) = variable("RAIZ_DATABASE_URL") {
            config.database.url = Some(url);
        }
        if let Some(address) = variable("RAIZ_ADDRESS") {
            config.service.address = address.parse().map_err(|_| ConfigError::Setting {
                name: "RAIZ_ADDRESS",
                reason: format!("`{address}` is not an address with a port"),
                remedy: "write for example 127.0.0.1:8047",
            })?;
        }
        if let Some(time_zone) = variable("RAIZ_TIME_ZONE") {
            config.organisation.time_zone = time_zone;
        }
        if let Some(password) = variable("RAIZ_MAIL_PASSWORD") {
            config.mail.password = Some(Hidden(password));
        }
        if let Some(level) = variable("RAIZ_LOG") {
            config.log.level = level;
        }
        config.check()?;
        Ok(config)
    }

    /// Checks what a type cannot say.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.zone()?;
        self.mail.check()?;
        self.notify.check()?;
        if let Some(url) = &self.database.url
            && !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        {
            return Err(ConfigError::Setting {
                name: "database.url",
                reason: "names an engine raiz does not know".to_owned(),
                remedy: "use postgres://user:password@host/name or sqlite:PATH",
            });
        }
        if !self.service.address.ip().is_loopback() && !self.service.open_to_network {
            return Err(ConfigError::Setting {
                name: "service.address",
                reason: format!("{} can be reached by other machines", self.service.address),
                remedy: "listen on 127.0.0.1 behind a proxy that asks for a password, or set service.open_to_network = true",
            });
        }
        if let Some(threshold) = self.watch.threshold
            && !(threshold.is_finite() && threshold > 0.0)
        {
            return Err(ConfigError::Setting {
                name: "watch.threshold",
                reason: format!("{threshold} is not a positive number"),
                remedy: "2.42 is usual, higher means fewer alarms; or leave it out and set false_alarms_per_week",
            });
        }
        if !(0.01..=20.0).contains(&self.emerging.false_alarms_per_1000) {
            return Err(ConfigError::Setting {
                name: "emerging.false_alarms_per_1000",
                reason: format!("{} is not between 0.01 and 20", self.emerging.false_alarms_per_1000),
                remedy: "1 is the default; lower means fewer alarms and later ones",
            });
        }
        if let Some(budget) = self.watch.false_alarms_per_week
            && !(budget.is_finite() && budget > 0.0)
        {
            return Err(ConfigError::Setting {
                name: "watch.false_alarms_per_week",
                reason: format!("{budget} is not a positive number"),
                remedy: "write how many false alarms a week the whole house can bear, for example 2",
            });
        }
        Ok(())
    }

    /// The organisation's time zone.
    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.organisation.time_zone).map_err(|error| ConfigError::Setting {
            name: "organisation.time_zone",
            reason: error.to_string(),
            remedy: "use an IANA name such as America/Bogota or Europe/Madrid",
        })
    }

    /// The database's address.
    pub fn database_url(&self) -> String {
        self.database
            .url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("raiz.db").display()))
    }

    /// Folder of the search index.
    pub fn index_dir(&self) -> PathBuf {
        self.data_dir.join("index")
    }

    /// Folder of models trained on this machine.
    pub fn models_dir(&self) -> PathBuf {
        self.data_dir.join("models")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &'static str) -> Option<String> {
        None
    }

    #[test]
    fn a_file_and_variables_override_defaults_in_that_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("other.toml");
        std::fs::write(&path, "data_dir = \"a\"\n[organisation]\ntime_zone = \"America/Lima\"\n")
            .expect("written");
        let config = Config::load(Some(&path), |name| (name == "RAIZ_DATA_DIR").then(|| "b".to_owned()))
            .expect("valid settings");
        assert_eq!(config.data_dir, PathBuf::from("b"));
        assert_eq!(config.organisation.time_zone, "America/Lima");
        assert_eq!(config.database_url(), "sqlite:b/raiz.db");
    }

    #[test]
    fn the_mail_password_is_taken_and_never_printed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("raiz.toml");
        std::fs::write(&path, "[mail]\nhost = \"mx\"\nuser = \"raiz\"\n").expect("written");
        let config =
            Config::load(Some(&path), |name| (name == "RAIZ_MAIL_PASSWORD").then(|| "s3creto".to_owned()));
        let config = config.expect("valid settings");
        assert_eq!(config.mail.password, Some(Hidden("s3creto".to_owned())));
        let shown = toml::to_string(&config).expect("TOML");
        assert!(!shown.contains("s3creto") && !format!("{config:?}").contains("s3creto"));
    }

    #[test]
    fn one_false_alarm_a_week_unless_something_else_is_set() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("raiz.toml");
        for (text, budget, threshold) in [
            ("", Some(1.0), 2.42),
            ("[watch]\nmin_cases = 4\n", Some(1.0), 2.42),
            ("[watch]\nthreshold = 3\n", None, 3.0),
            ("[watch]\nthreshold = 3\nfalse_alarms_per_week = 5\n", Some(5.0), 3.0),
        ] {
            std::fs::write(&path, text).expect("written");
            let watch = Config::load(Some(&path), none).expect("valid settings").watch;
            assert_eq!((watch.budget(), watch.threshold()), (budget, threshold), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("raiz.toml");
        let cases = [
            ("[servise]\n", "servise"),
            ("[organisation]\ntime_zone = \"Mars/Olympus\"\n", "organisation.time_zone"),
            ("[database]\nurl = \"mysql://x\"\n", "database.url"),
            ("[service]\naddress = \"0.0.0.0:80\"\n", "service.address"),
            ("[watch]\nthreshold = -1\n", "watch.threshold"),
            ("[emerging]\nfalse_alarms_per_1000 = 0\n", "emerging.false_alarms_per_1000"),
            ("[watch]\nfalse_alarms_per_week = 0\n", "watch.false_alarms_per_week"),
            ("[mail]\nhost = \"mx\"\nuser = \"a\"\n", "mail.password"),
            (
                "[mail]\nhost = \"mx\"\nuser = \"a\"\npassword = \"b\"\nencryption = \"none\"\n",
                "mail.encryption",
            ),
            ("[notify]\nlink = \"raiz.example\"\n", "notify.link"),
        ];
        for (text, named) in cases {
            std::fs::write(&path, text).expect("written");
            let error = Config::load(Some(&path), none).expect_err(text).to_string();
            assert!(error.contains(named), "{error}");
        }
        assert!(Config::load(Some(&folder.path().join("absent.toml")), none).is_err());
    }
}
