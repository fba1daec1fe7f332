//! The question of the groups' page: words and tokens in one box (`is:nuevo area:cards tipo:undue_charge
//! owner:"Ana Soto" order:recent`), in Spanish or English, and what they admit.

use std::cmp::Reverse;

use super::lines::GroupRow;
use super::names::Names;
use super::series;
use crate::domain::cluster::ClusterState;
use crate::domain::label::Axis;
use crate::domain::priority::Priority;
use crate::web::params::address;

/// Stands for groups nobody answers for.
pub(super) const NOBODY: &str = "none";
/// Fewer complaints in four weeks are few.
const FEW: i64 = 3;

/// What a list of groups is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Priority,
    Complaints,
    Customers,
    Recent,
    Growth,
    Seen,
    Title,
    State,
    Owner,
}

impl Order {
    pub(super) const ALL: [Self; 9] = [
        Self::Priority,
        Self::Complaints,
        Self::Customers,
        Self::Recent,
        Self::Growth,
        Self::Seen,
        Self::Title,
        Self::State,
        Self::Owner,
    ];

    /// The names it may be written by, the canonical one first.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Priority => &["priority", "prioridad"],
            Self::Complaints => &["complaints", "quejas"],
            Self::Customers => &["customers", "clientes"],
            Self::Recent => &["recent", "recientes"],
            Self::Growth => &["growth", "crecimiento", "tendencia"],
            Self::Seen => &["seen", "ultima", "last"],
            Self::Title => &["title", "titulo", "nombre"],
            Self::State => &["state", "estado"],
            Self::Owner => &["owner", "responsable"],
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.words()[0]
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.words().contains(&word))
    }
}

/// What the box asks for. Several values of one token are either of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Question {
    pub(super) words: Vec<String>,
    pub(super) states: Vec<ClusterState>,
    pub(super) open: bool,
    pub(super) areas: Vec<String>,
    pub(super) failures: Vec<String>,
    pub(super) owners: Vec<String>,
    pub(super) priorities: Vec<Priority>,
    pub(super) order: Order,
    /// Tokens nobody knows, as written.
    pub(super) unknown: Vec<String>,
}

impl Question {
    pub(super) fn read(text: &str, names: &Names) -> Self {
        let mut question = Self::default();
        for token in tokens(text) {
            let Some((key, value)) = token.split_once(':').filter(|(_, value)| !value.is_empty()) else {
                question.words.push(token);
                continue;
            };
            let plain = folded(value);
            let known = match folded(key).as_str() {
                "is" | "es" | "estado" | "state" => question.read_state(&plain),
                "area" => term_of(Axis::ProductArea, &plain, names).map(|id| question.areas.push(id)),
                "tipo" | "fallo" | "type" | "failure" => {
                    term_of(Axis::FailureType, &plain, names).map(|id| question.failures.push(id))
                }
                "owner" | "responsable" => {
                    let nobody = matches!(plain.as_str(), "none" | "nadie" | "nobody" | "sin-responsable");
                    question.owners.push(if nobody { NOBODY.to_owned() } else { value.to_owned() });
                    Some(())
                }
                "prioridad" | "priority" => priority_of(&plain).map(|it| question.priorities.push(it)),
                "orden" | "order" | "sort" => Order::from_word(&plain).map(|order| question.order = order),
                _ => None,
            };
            if known.is_none() {
                question.unknown.push(token);
            }
        }
        question
    }

    fn read_state(&mut self, word: &str) -> Option<()> {
        let state = match word {
            "open" | "abierto" | "abiertos" => {
                self.open = true;
                return Some(());
            }
            "nuevo" | "nuevos" => ClusterState::New,
            "en-curso" | "encurso" => ClusterState::Ongoing,
            "en-aumento" | "aumento" => ClusterState::Escalating,
            "reaparecido" | "reaparecidos" => ClusterState::Regressed,
            "archivado" | "archivados" => ClusterState::Archived,
            "resuelto" | "resueltos" => ClusterState::Resolved,
            other => ClusterState::from_name(other)?,
        };
        self.states.push(state);
        Some(())
    }

    /// Whether anything narrows the list.
    pub(super) fn is_filtered(&self) -> bool {
        Self { order: Order::default(), unknown: Vec::new(), ..self.clone() } != Self::default()
    }

    pub(super) fn admits(&self, group: &GroupRow) -> bool {
        fn any<T: PartialEq>(wanted: &[T], is: Option<&T>) -> bool {
            wanted.is_empty() || is.is_some_and(|is| wanted.contains(is))
        }
        let title = folded(&group.title);
        let owner = group.owner.clone().unwrap_or_else(|| NOBODY.to_owned());
        self.words.iter().all(|word| title.contains(&folded(word)))
            && any(&self.states, Some(&group.state))
            && (!self.open || group.is_open())
            && any(&self.areas, group.area_id.as_ref())
            && any(&self.failures, group.failure_id.as_ref())
            && any(&self.owners, Some(&owner))
            && any(&self.priorities, Some(&group.priority))
    }

    pub(super) fn sort(&self, rows: &mut [GroupRow]) {
        match self.order {
            Order::Priority => rows.sort_by(|a, b| {
                let rank = |row: &GroupRow| (!row.is_open(), row.priority);
                rank(a).cmp(&rank(b)).then(b.share.total_cmp(&a.share)).then(b.complaints.cmp(&a.complaints))
            }),
            Order::Complaints => rows.sort_by_key(|row| Reverse(row.complaints)),
            Order::Customers => rows.sort_by_key(|row| Reverse(row.customers)),
            Order::Recent => rows.sort_by_key(|row| Reverse(row.recent)),
            Order::Growth => rows.sort_by(|a, b| {
                let score = |row: &GroupRow| series::growth_score(row.recent, row.before);
                score(b).total_cmp(&score(a))
            }),
            Order::Seen => rows.sort_by_key(|row| Reverse(row.first_and_last.map(|(_, last)| last))),
            Order::Title => rows.sort_by_key(|row| folded(&row.title)),
            Order::State => {
                rows.sort_by_key(|row| ClusterState::ALL.iter().position(|state| *state == row.state));
            }
            Order::Owner => rows.sort_by_key(|row| (row.owner.is_none(), row.owner.clone())),
        }
    }

    /// The question as a line that reads the same again.
    pub(super) fn line(&self) -> String {
        let quoted = |value: &str| {
            if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value.to_owned() }
        };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.open.then(|| "is:open".to_owned()));
        parts.extend(self.states.iter().map(|state| format!("is:{}", state.name())));
        parts.extend(self.areas.iter().map(|area| format!("area:{area}")));
        parts.extend(self.failures.iter().map(|failure| format!("tipo:{failure}")));
        parts.extend(self.owners.iter().map(|owner| format!("owner:{}", quoted(owner))));
        parts.extend(self.priorities.iter().map(|priority| format!("prioridad:{}", priority.name())));
        parts.extend(self.words.iter().map(|word| quoted(word)));
        if self.order != Order::default() {
            parts.push(format!("orden:{}", self.order.name()));
        }
        parts.join(" ")
    }

    /// The page's address with this question in another order.
    pub(super) fn ordered(&self, order: Order) -> String {
        address_of(&Self { order, ..self.clone() }.line())
    }
}

/// The page's address with a question.
pub(super) fn address_of(line: &str) -> String {
    if line.is_empty() { "/grupos".to_owned() } else { address("/grupos", &[("q", line)]) }
}

/// Whether a group can wait: few complaints lately, nothing that moves, nothing a person ranked.
pub(super) fn can_wait(group: &GroupRow) -> bool {
    let moves = matches!(group.state, ClusterState::New | ClusterState::Escalating | ClusterState::Regressed);
    !group.is_open() || (group.priority == Priority::Low && (group.recent < FEW || !moves))
}

fn term_of(axis: Axis, folded_value: &str, names: &Names) -> Option<String> {
    let written = |text: &str| folded(text).replace([' ', '_'], "-");
    let wanted = written(folded_value);
    names
        .taxonomy
        .terms(axis)
        .iter()
        .find(|term| [&term.id, &term.es, &term.en].into_iter().any(|name| written(name) == wanted))
        .map(|term| term.id.clone())
}

fn priority_of(word: &str) -> Option<Priority> {
    match word {
        "urgente" => Some(Priority::Urgent),
        "alta" => Some(Priority::High),
        "media" => Some(Priority::Medium),
        "baja" => Some(Priority::Low),
        other => Priority::from_name(other),
    }
}

/// Small letters without accents.
fn folded(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            other => other,
        })
        .collect()
}

/// Words, and what stands between quotes as part of one; quotes are left out.
fn tokens(text: &str) -> Vec<String> {
    let (mut found, mut token, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars().filter(|letter| *letter != '\0') {
        match letter {
            '"' => quoted = !quoted,
            space if space.is_whitespace() && !quoted => {
                if !token.is_empty() {
                    found.push(std::mem::take(&mut token));
                }
            }
            other => token.push(other),
        }
    }
    if !token.is_empty() {
        found.push(token);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::domain::taxonomy::Taxonomy;
    use crate::i18n::Locale;

    fn read(text: &str) -> Question {
        Question::read(text, &sample::names(&Taxonomy::starter(), Locale::Es))
    }

    #[test]
    fn tokens_are_read_in_both_languages() {
        let question = read("is:nuevo IS:escalating área:cards tipo:cobro-indebido owner:\"Ana Soto\" Súper");
        assert_eq!(question.states, [ClusterState::New, ClusterState::Escalating]);
        assert_eq!(
            (question.areas, question.failures),
            (vec!["cards".to_owned()], vec!["undue_charge".to_owned()])
        );
        assert_eq!(
            (question.owners, question.words),
            (vec!["Ana Soto".to_owned()], vec!["Súper".to_owned()])
        );
        assert_eq!(read("orden:tendencia").order, Order::Growth);
        assert_eq!(read("prioridad:alta priority:low").priorities, [Priority::High, Priority::Low]);
        assert_eq!(read("owner:nadie").owners, [NOBODY]);
        assert_eq!(read("is:roto area:luna color:rojo").unknown, ["is:roto", "area:luna", "color:rojo"]);
        for order in Order::ALL {
            assert!(order.words().iter().all(|word| Order::from_word(word) == Some(order)));
        }
    }

    #[test]
    fn a_question_reads_the_same_again() {
        for text in [
            "",
            "is:open is:new area:cards tipo:undue_charge owner:\"Ana Soto\" prioridad:high cobros orden:seen",
            "owner:none \"dos palabras\"",
        ] {
            let question = read(text);
            assert_eq!(question.line(), text);
            assert_eq!(read(&question.line()), question);
        }
        assert!(!read("orden:seen").is_filtered() && read("x").is_filtered());
        assert_eq!(read("a").ordered(Order::Seen), "/grupos?q=a+orden%3Aseen");
        assert_eq!(read("orden:seen").ordered(Order::Priority), "/grupos");
    }

    #[test]
    fn groups_are_admitted_and_ranked() {
        let rows = sample::group_rows(Locale::Es);
        let admitted = |text: &str| {
            let question = read(text);
            let mut kept: Vec<GroupRow> = rows.iter().filter(|row| question.admits(row)).cloned().collect();
            question.sort(&mut kept);
            kept
        };
        let by_word = admitted("COBROS súper");
        assert!(!by_word.is_empty() && by_word.iter().all(|row| row.title.contains("Cobros")));
        let unowned = admitted("owner:none");
        assert!(!unowned.is_empty() && unowned.len() < rows.len());
        assert!(admitted("is:nuevo").iter().all(|row| row.state == ClusterState::New));
        assert!(admitted("is:open").len() < rows.len());
        let ranked = admitted("");
        assert!(ranked[0].priority == Priority::Urgent && ranked[0].is_open());
        assert!(ranked.windows(2).all(|pair| pair[0].is_open() >= pair[1].is_open()));
        let sorted = admitted("orden:titulo");
        assert!(sorted.windows(2).all(|pair| folded(&pair[0].title) <= folded(&pair[1].title)));
        assert!(ranked.iter().any(can_wait) && !can_wait(&ranked[0]));
    }
}
