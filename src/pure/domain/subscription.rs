//! Who wants to hear of which signals, by which way, how often and when not; and the rules of when a
//! message goes out. The present instant and the zone are arguments.

use jiff::tz::TimeZone;

use super::complaint::FieldError;
use super::counts::{Dimension, Node};
use super::id::SubscriptionId;
use super::language::Language;
use super::time::{Day, MICROS_PER_SECOND, Timestamp};

/// Hour of the organisation's day at which digests go out.
const DIGEST_HOUR: i8 = 8;
/// Attempts after which a message is given up: with the pauses between them, about nine hours.
pub const MAX_ATTEMPTS: u32 = 10;
/// Pause after the first failure; each further one is twice as long, up to [`LONGEST_PAUSE_S`].
const FIRST_PAUSE_S: i64 = 60;
const LONGEST_PAUSE_S: i64 = 4 * 3_600;
/// Messages an hour when nobody says otherwise.
pub const DEFAULT_PER_HOUR: u32 = 10;
const MAX_PER_HOUR: u32 = 1_000;
const MAX_KEY_CHARS: usize = 200;
const MAX_ADDRESS_CHARS: usize = 254;
const MAX_URL_CHARS: usize = 2_000;
const MIN_SECRET_CHARS: usize = 16;
const MAX_SECRET_CHARS: usize = 200;

/// Which signals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everything,
    /// Those of one series.
    Node(Node),
    /// Those of a product area and of the groups in it.
    Area(String),
    /// Those of the groups somebody answers for.
    Owner(String),
}

/// What a signal is about, as far as scopes ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The series.
    pub node: Node,
    /// The product area of its group, where it is about one.
    pub area: Option<String>,
    /// Who answers for its group.
    pub owner: Option<String>,
}

/// How a message travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Mail {
        /// To whom.
        address: String,
    },
    /// As a signed POST.
    Webhook {
        /// To where.
        url: String,
        /// The key of the signature.
        secret: Secret,
    },
}

/// A text that is never shown nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// As soon as a signal is raised.
    AtOnce,
    /// One message a day, at eight.
    Daily,
    /// One message a week, on Monday at eight.
    Weekly,
}

impl Rhythm {
    /// Every rhythm.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Weekly];

    /// The stable name used in the store and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// The rhythm of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.name() == name)
    }
}

/// Hours of the organisation's day in which nothing is sent; they may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// First quiet hour, 0 to 23.
    pub from: i8,
    /// First hour that is not quiet any more, 0 to 23.
    pub until: i8,
}

/// What a subscriber asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which signals.
    pub scope: Scope,
    /// By which way.
    pub channel: Channel,
    /// How often.
    pub rhythm: Rhythm,
    /// Spanish or English.
    pub language: Language,
    /// When not.
    pub quiet: Option<QuietHours>,
    /// Messages an hour, at most; what is more waits and comes together.
    pub per_hour: u32,
}

/// A wish that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its identity.
    pub id: SubscriptionId,
    /// What it asks for.
    pub wish: Wish,
    /// Since when.
    pub created_at: Timestamp,
}

impl Scope {
    /// The stable name used in the store and in forms.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Node(_) => "node",
            Self::Area(_) => "area",
            Self::Owner(_) => "owner",
        }
    }

    /// Whether a signal about `subject` is meant.
    pub fn covers(&self, subject: &Subject) -> bool {
        match self {
            Self::Everything => true,
            Self::Node(node) => subject.node == *node,
            Self::Area(area) => {
                subject.area.as_ref() == Some(area)
                    || subject.node.dimension == Dimension::ProductArea && subject.node.key == *area
            }
            Self::Owner(owner) => subject.owner.as_ref().is_some_and(|of| same_person(of, owner)),
        }
    }

    /// Whether a comment that mentions these names speaks to the subscriber. Only who subscribed as somebody who
    /// answers for groups has a name.
    pub fn is_spoken_to(&self, mentioned: &[String]) -> bool {
        let Self::Owner(owner) = self else { return false };
        mentioned.iter().any(|name| is_mentioned(owner, name))
    }
}

/// Whether `@mentioned` means this owner: blanks cannot be written after `@`, so points, hyphens and underlines
/// stand for them.
fn is_mentioned(owner: &str, mentioned: &str) -> bool {
    let handle = |name: &str| {
        let words = name.split(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '_'));
        words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let owner = handle(owner);
    !owner.is_empty() && owner == handle(mentioned)
}

/// Names people type: case and outer spaces do not tell them apart.
fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

impl Wish {
    /// Checks what a type cannot say.
    ///
    /// # Errors
    /// Every broken rule, by field.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, code: &str, reason: &str, remedy: &str| {
            errors.push(FieldError::new(field, code, reason, remedy));
        };
        let named = match &self.scope {
            Scope::Everything => None,
            Scope::Node(node) if node.dimension == Dimension::All => None,
            Scope::Node(node) => Some(&node.key),
            Scope::Area(key) | Scope::Owner(key) => Some(key),
        };
        if let Some(key) = named {
            let chars = key.chars().count();
            if key.trim().is_empty() {
                refuse("key", "missing", "is empty", "name the series, the area or the owner");
            } else if chars > MAX_KEY_CHARS || key.contains('\0') {
                refuse("key", "invalid_value", "is not a name", "write at most 200 characters");
            }
        }
        match &self.channel {
            Channel::Mail { address } if !is_mail_address(address) => {
                refuse("address", "invalid_value", "is not an e-mail address", "write name@example.com");
            }
            Channel::Webhook { url, .. } if !is_web_address(url) => refuse(
                "url",
                "invalid_value",
                "is not an address a POST can go to",
                "write https://host/path, without user and password",
            ),
            Channel::Webhook { secret: Secret(secret), .. }
                if !(MIN_SECRET_CHARS..=MAX_SECRET_CHARS).contains(&secret.chars().count()) =>
            {
                refuse("secret", "invalid_value", "is too short or too long", "use 16 to 200 characters");
            }
            _ => (),
        }
        if !matches!(self.language, Language::Spanish | Language::English) {
            refuse("language", "invalid_value", "is not one raiz writes", "write es or en");
        }
        let hours = 0..=23;
        if self.quiet.is_some_and(|quiet| {
            !hours.contains(&quiet.from) || !hours.contains(&quiet.until) || quiet.from == quiet.until
        }) {
            refuse("quiet", "invalid_value", "are not two hours", "write two different hours, 0 to 23");
        }
        if !(1..=MAX_PER_HOUR).contains(&self.per_hour) {
            refuse("per_hour", "invalid_value", "is out of range", "write 1 to 1000");
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Whether what waits since `waiting_since` goes out now, `recent` messages having gone out in the
    /// last hour.
    pub fn is_due(&self, waiting_since: Timestamp, recent: u32, now: Timestamp, zone: &TimeZone) -> bool {
        let rhythm_says = match self.rhythm {
            Rhythm::AtOnce => true,
            Rhythm::Daily => now >= next_digest(waiting_since, 1, zone),
            Rhythm::Weekly => now >= next_digest(waiting_since, 7, zone),
        };
        rhythm_says && recent < self.per_hour && self.after_quiet(now, zone) == now
    }

    /// The first instant from `at` on that is not quiet.
    pub fn after_quiet(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let Some(QuietHours { from, until }) = self.quiet else { return at };
        let Some(hour) = hour_in(at, zone) else { return at };
        let (is_quiet, ends_tomorrow) = if from < until {
            ((from..until).contains(&hour), false)
        } else {
            (hour >= from || hour < until, hour >= from)
        };
        if !is_quiet {
            return at;
        }
        let today = at.day_in(zone);
        let end_day = Day(today.0 + i32::from(ends_tomorrow));
        // A clock that goes back may give the hour twice; the end is never before the beginning.
        Timestamp(at_hour(end_day, until, zone).0.max(at.0))
    }
}

/// When to try again after so many failed attempts; `None` when it is given up.
pub fn pause_after(attempts: u32) -> Option<i64> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    let doubled = FIRST_PAUSE_S << attempts.saturating_sub(1).min(20);
    Some(doubled.min(LONGEST_PAUSE_S) * MICROS_PER_SECOND)
}

/// The first digest hour after `since`; of a Monday when digests come every seven days.
fn next_digest(since: Timestamp, every_days: i32, zone: &TimeZone) -> Timestamp {
    let first = since.day_in(zone);
    (0..=every_days)
        .map(|ahead| Day(first.0 + ahead))
        .filter(|day| every_days == 1 || day.weekday_index() == 0)
        .map(|day| at_hour(day, DIGEST_HOUR, zone))
        .find(|hour| *hour > since)
        .unwrap_or(since)
}

fn hour_in(at: Timestamp, zone: &TimeZone) -> Option<i8> {
    let instant = jiff::Timestamp::from_microsecond(at.0).ok()?;
    Some(instant.to_zoned_datetime(zone.clone()).hour())
}

fn at_hour(day: Day, hour: i8, zone: &TimeZone) -> Timestamp {
    let zoned = day.to_civil().at(hour, 0, 0, 0).to_zoned_datetime(zone.clone());
    zoned.map_or_else(|_| day.start_in(zone), |zoned| Timestamp(zoned.timestamp().as_microsecond()))
}

/// Enough to refuse what cannot be one; the mail server knows the rest.
fn is_mail_address(address: &str) -> bool {
    let Some((name, host)) = address.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !"<>,;:\"()[]\\".contains(c);
    address.len() <= MAX_ADDRESS_CHARS
        && !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && address.chars().all(plain)
        && !name.contains('@')
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && url.len() <= MAX_URL_CHARS
        && url.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(rhythm: Rhythm, quiet: Option<(i8, i8)>) -> Wish {
        Wish {
            scope: Scope::Everything,
            channel: Channel::Mail { address: "ana@example.com".to_owned() },
            rhythm,
            language: Language::Spanish,
            quiet: quiet.map(|(from, until)| QuietHours { from, until }),
            per_hour: 2,
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_rfc3339(text).expect("an instant")
    }

    #[test]
    fn a_scope_covers_its_own() {
        let group = Subject {
            node: Node::new(Dimension::Cluster, "c1"),
            area: Some("cards".to_owned()),
            owner: Some("Ana Soto".to_owned()),
        };
        let area = Subject { node: Node::new(Dimension::ProductArea, "cards"), area: None, owner: None };
        let cases = [
            (Scope::Everything, true, true),
            (Scope::Node(group.node.clone()), true, false),
            (Scope::Area("cards".to_owned()), true, true),
            (Scope::Area("loans".to_owned()), false, false),
            (Scope::Owner(" ana soto ".to_owned()), true, false),
            (Scope::Owner(String::new()), false, false),
        ];
        for (scope, of_group, of_area) in cases {
            assert_eq!((scope.covers(&group), scope.covers(&area)), (of_group, of_area), "{scope:?}");
        }
    }

    #[test]
    fn a_mention_speaks_to_who_bears_the_name() {
        let owner = |name: &str| Scope::Owner(name.to_owned());
        let cases = [
            (owner("Marta Ruiz"), "marta.ruiz", true),
            (owner(" calidad "), "Calidad", true),
            (owner("Equipo Fraude"), "equipo_fraude", true),
            (owner("Marta Ruiz"), "marta", false),
            (owner(" "), "marta", false),
            (Scope::Everything, "marta", false),
            (Scope::Area("marta".to_owned()), "marta", false),
        ];
        for (scope, name, expected) in cases {
            assert_eq!(
                scope.is_spoken_to(&["jorge".to_owned(), name.to_owned()]),
                expected,
                "{scope:?} {name}"
            );
        }
        assert!(!owner("jorge").is_spoken_to(&[]));
    }

    #[test]
    fn quiet_hours_end_on_the_organisations_clock() {
        let bogota = TimeZone::get("America/Bogota").expect("a known zone");
        let cases = [
            // 22:30 on the 16th is quiet until 07:00 of the 17th; 06:59 until the same hour.
            ((22, 7), "2026-11-17T03:30:00Z", "2026-11-17T12:00:00Z"),
            ((22, 7), "2026-11-17T11:59:59Z", "2026-11-17T12:00:00Z"),
            ((22, 7), "2026-11-17T12:00:00Z", "2026-11-17T12:00:00Z"),
            ((13, 15), "2026-11-17T18:10:00Z", "2026-11-17T20:00:00Z"),
            ((13, 15), "2026-11-17T20:10:00Z", "2026-11-17T20:10:00Z"),
        ];
        for (quiet, now, expected) in cases {
            let found = wish(Rhythm::AtOnce, Some(quiet)).after_quiet(at(now), &bogota);
            assert_eq!(found, at(expected), "{quiet:?} {now}");
        }
    }

    #[test]
    fn what_waits_goes_out_in_its_rhythm_within_its_limit_and_not_in_quiet_hours() {
        // 2026-11-18 is a Wednesday.
        let cases = [
            (Rhythm::AtOnce, None, "2026-11-18T09:00:00Z", 1, "2026-11-18T09:00:00Z", true),
            (Rhythm::AtOnce, None, "2026-11-18T09:00:00Z", 2, "2026-11-18T09:00:00Z", false),
            (Rhythm::AtOnce, Some((9, 10)), "2026-11-18T09:00:00Z", 0, "2026-11-18T09:59:00Z", false),
            (Rhythm::Daily, None, "2026-11-18T09:00:00Z", 0, "2026-11-19T07:59:00Z", false),
            (Rhythm::Daily, None, "2026-11-18T09:00:00Z", 0, "2026-11-19T08:00:00Z", true),
            (Rhythm::Daily, None, "2026-11-18T07:00:00Z", 0, "2026-11-18T08:00:00Z", true),
            (Rhythm::Weekly, None, "2026-11-18T09:00:00Z", 0, "2026-11-23T07:59:00Z", false),
            (Rhythm::Weekly, None, "2026-11-18T09:00:00Z", 0, "2026-11-23T08:00:00Z", true),
            (Rhythm::Weekly, None, "2026-11-23T09:00:00Z", 0, "2026-11-29T08:00:00Z", false),
            (Rhythm::Weekly, None, "2026-11-23T09:00:00Z", 0, "2026-11-30T08:00:00Z", true),
        ];
        for (rhythm, quiet, since, recent, now, due) in cases {
            let found = wish(rhythm, quiet).is_due(at(since), recent, at(now), &TimeZone::UTC);
            assert_eq!(found, due, "{rhythm:?} {since} {now}");
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_end() {
        let seconds: Vec<_> =
            (1..=MAX_ATTEMPTS).map(|n| pause_after(n).map(|pause| pause / MICROS_PER_SECOND)).collect();
        let expected =
            [60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 14_400].map(Some).into_iter().chain([None]);
        assert_eq!(seconds, expected.collect::<Vec<_>>());
    }

    #[test]
    fn what_cannot_be_sent_is_refused_by_field() {
        type Change = fn(&mut Wish);
        let hook = |url: &str, secret: &str| Channel::Webhook {
            url: url.to_owned(),
            secret: Secret(secret.to_owned()),
        };
        let cases: [(Change, &str); 8] = [
            (|wish| wish.channel = Channel::Mail { address: "ana".to_owned() }, "address"),
            (|wish| wish.channel = Channel::Mail { address: "a@b.c\r\nBcc: x@y.z".to_owned() }, "address"),
            (|wish| wish.scope = Scope::Area(" ".to_owned()), "key"),
            (|wish| wish.quiet = Some(QuietHours { from: 8, until: 8 }), "quiet"),
            (|wish| wish.quiet = Some(QuietHours { from: 8, until: 24 }), "quiet"),
            (|wish| wish.per_hour = 0, "per_hour"),
            (|wish| wish.language = Language::Portuguese, "language"),
            (|wish| wish.scope = Scope::Owner("x".repeat(201)), "key"),
        ];
        for (change, field) in cases {
            let mut wrong = wish(Rhythm::AtOnce, None);
            change(&mut wrong);
            assert_eq!(wrong.check().expect_err(field)[0].field, field);
        }
        let good = "0123456789abcdef";
        for (url, secret, field) in [
            ("ftp://host/x", good, Some("url")),
            ("https://user:pass@host/x", good, Some("url")),
            ("https:///x", good, Some("url")),
            ("https://host/x", "short", Some("secret")),
            ("https://host/x?y=1", good, None),
        ] {
            let asked = Wish { channel: hook(url, secret), ..wish(Rhythm::AtOnce, None) };
            let found = asked.check().err().map(|errors| errors[0].field.clone());
            assert_eq!(found.as_deref(), field, "{url}");
        }
        assert!(!format!("{:?}", hook("https://host/x", good)).contains(good), "a secret is never printed");
    }
}
