//! Invented data for the samples of the pages. Texts that people could write hold HTML, so that a page
//! that forgets to escape them is found.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::super::lines::{ActionLine, AlertLine, GroupRow};
use super::super::names::Names;
use super::super::series::Weekly;
use crate::domain::action::{Action, ActionState, ActionText};
use crate::domain::cluster::{Cluster, ClusterState, Life};
use crate::domain::cluster_life::Aside;
use crate::domain::complaint::{Complaint, Facts};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{ActionId, ClusterId, ComplaintId, SignalId};
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::priority::{Load, Priority};
use crate::domain::signal::{Also, Evidence, Signal, SignalState};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::{Day, Timestamp, Week};
use crate::i18n::Locale;
use crate::pipeline::forecast::{Outlook, WeekAhead};
use crate::store::complaints::ComplaintRecord;
use crate::web::chart::Band;

/// Monday 23 November 2026, and the week before it.
pub(in crate::web::pages) const TODAY: Day = Day(20_780);
pub(in crate::web::pages) const LAST_WEEK: Week = Week(2_968);
pub(in crate::web::pages) const NOW: Timestamp = Timestamp(20_780 * 86_400_000_000 + 34_200_000_000);

/// Title, state, area, failure, owner, complaints, size of its weeks, growth in the last of them.
type Told = (&'static str, ClusterState, &'static str, &'static str, Option<&'static str>, i64, f64, f64);

const GROUPS: [Told; 9] = [
    (
        "Cobros duplicados con tarjeta en el súper",
        ClusterState::Escalating,
        "cards",
        "undue_charge",
        Some("Marta Ruiz"),
        412,
        11.0,
        2.2,
    ),
    (
        "La app se cierra al firmar una transferencia",
        ClusterState::New,
        "payments",
        "digital_access",
        None,
        96,
        3.0,
        6.0,
    ),
    (
        "Devolución aprobada que no llega en 15 días",
        ClusterState::Ongoing,
        "retail",
        "refund_not_made",
        Some("Equipo Pagos"),
        1_284,
        44.0,
        1.0,
    ),
    (
        "Seguro de móvil dado de alta sin pedirlo",
        ClusterState::Regressed,
        "insurance",
        "not_consented",
        Some("Jorge Pinto"),
        233,
        7.0,
        1.6,
    ),
    (
        "Técnico de fibra que no se presenta a la cita <script>alert(1)</script>",
        ClusterState::New,
        "internet_tv",
        "not_delivered",
        None,
        58,
        2.0,
        4.0,
    ),
    (
        "Cita telefónica cortada tras larga espera",
        ClusterState::Ongoing,
        "utilities",
        "poor_service",
        None,
        877,
        30.0,
        0.8,
    ),
    (
        "Comisión de mantenimiento tras cambiar de plan",
        ClusterState::Ongoing,
        "accounts",
        "contract_terms",
        Some("Ana Soto"),
        540,
        16.0,
        1.1,
    ),
    (
        "Paquete entregado al vecino sin aviso",
        ClusterState::Archived,
        "delivery",
        "delay",
        Some("Marta Ruiz"),
        190,
        5.0,
        0.5,
    ),
    (
        "Cajero que retiene la tarjeta",
        ClusterState::Resolved,
        "cards",
        "service_outage",
        Some("Equipo Red"),
        71,
        1.0,
        0.2,
    ),
];

fn id(number: usize) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + number as u128)
}

pub(in crate::web::pages) fn clusters() -> Vec<Cluster> {
    GROUPS
        .iter()
        .enumerate()
        .map(|(number, (title, state, area, failure, owner, complaints, _, _))| Cluster {
            id: ClusterId(id(number)),
            title: (*title).to_owned(),
            title_by_person: number == 0,
            state: *state,
            terms: ["cobro", "duplicado", "dos veces", "tarjeta", "súper", "<b>cargo</b>"]
                .map(str::to_owned)
                .into(),
            product_area: Some((*area).to_owned()),
            failure_type: Some((*failure).to_owned()),
            owner: owner.map(str::to_owned),
            created_at: NOW,
            complaints: *complaints,
            seen: Some((Day(TODAY.0 - 400 + 30 * i32::try_from(number).unwrap_or(0)), Day(TODAY.0 - 2))),
            retired: None,
            life: life(number, *complaints),
        })
        .collect()
}

fn life(number: usize, complaints: i64) -> Life {
    let share = [0.31, 0.12, 0.21, 0.05, 0.02, 0.09, 0.04, 0.0, 0.0][number % 9];
    Life {
        since: NOW,
        priority: Priority::of_share(share),
        priority_by_person: number == 3,
        load: Some(Load { frequency: 104.0, severity: 1.62, growth: 2.2, harm: 2.0, share }),
        aside: (number == 7).then_some(Aside::Complaints(50)),
        customers: complaints * 9 / 10,
        texts: complaints * 3 / 4,
        ..Life::default()
    }
}

pub(in crate::web::pages) fn names(taxonomy: &Taxonomy, locale: Locale) -> Names {
    let clusters: HashMap<String, String> =
        clusters().into_iter().map(|cluster| (cluster.id.to_string(), cluster.title)).collect();
    Names { locale, taxonomy: Arc::new(taxonomy.clone()), clusters }
}

pub(in crate::web::pages) fn group_rows(locale: Locale) -> Vec<GroupRow> {
    let taxonomy = Taxonomy::starter();
    let names = names(&taxonomy, locale);
    let rows = clusters().into_iter().zip(GROUPS).map(|(cluster, (.., size, growth))| {
        let mut weekly = wave(26, size, size / 4.0);
        for count in weekly.iter_mut().skip(22) {
            #[expect(clippy::cast_possible_truncation, reason = "a small count")]
            let grown = (*count as f64 * growth) as i64;
            *count = grown;
        }
        GroupRow::new(&cluster, &weekly, &names)
    });
    rows.collect()
}

/// Weekly counts that rise and fall as counts do; no chance is involved.
#[expect(clippy::cast_possible_truncation, reason = "small counts")]
pub(in crate::web::pages) fn wave(weeks: usize, mean: f64, swing: f64) -> Vec<i64> {
    (0..weeks)
        .map(|week| {
            let x = week as f64;
            let noise = ((x * 12.9898).sin() * 43_758.547).fract();
            (mean + swing * ((x / 8.3).sin() + 0.9 * noise)).max(0.0) as i64
        })
        .collect()
}

/// The same with a spike in the last weeks.
pub(in crate::web::pages) fn spike(weeks: usize) -> Vec<i64> {
    let mut counts = wave(weeks, 15.0, 4.0);
    for (count, spike) in counts.iter_mut().rev().zip([41, 33, 24]) {
        *count = spike;
    }
    counts
}

/// Weeks up to the last one, with what was expected of the last `expected` of them.
pub(in crate::web::pages) fn weekly(counts: Vec<i64>, expected: usize) -> Weekly {
    let smooth = |at: usize| {
        let from = at.saturating_sub(8);
        let past = &counts[from..at.max(from + 1)];
        past.iter().sum::<i64>() as f64 / past.len() as f64
    };
    let first = counts.len() - expected.min(counts.len());
    let bands = (first..counts.len()).map(|at| {
        let mean = smooth(at);
        Band { lower: (mean - 1.3 * mean.sqrt()).max(0.0), upper: mean + 2.0 * mean.sqrt() }
    });
    let weeks = i32::try_from(counts.len()).expect("few weeks");
    Weekly { first_week: Some(Week(LAST_WEEK.0 + 1 - weeks)), bands: bands.collect(), counts }
}

pub(in crate::web::pages) fn signal(number: usize) -> Signal {
    let nodes = [
        Node::new(Dimension::Cluster, ClusterId(id(0)).to_string()),
        Node::new(Dimension::FailureType, "digital_access"),
        Node::new(Dimension::All, ""),
        Node::new(Dimension::ProductArea, "cards"),
        Node::new(Dimension::Cluster, ClusterId(id(4)).to_string()),
    ];
    let window_weeks = if number.is_multiple_of(2) { 1 } else { 3 };
    Signal {
        id: SignalId(id(100 + number)),
        node: nodes[number % nodes.len()].clone(),
        period_start: Week(LAST_WEEK.0 + 1 - window_weeks).first_day(),
        period_end: LAST_WEEK.last_day(),
        evidence: Evidence {
            observed: 41,
            expected: if number == 4 { 2.4 } else { 16.8 },
            upper: 26.0,
            p_value: if number == 0 { 4.3e-7 } else { 0.000_43 },
            score: 5.4,
            window_weeks: u32::try_from(window_weeks).expect("positive"),
            method: (if number == 4 { "empirical_bayes" } else { "discounted_ensemble" }).to_owned(),
            history_weeks: 87,
            also: match number {
                0 => vec![
                    Also { node: Node::new(Dimension::Region, "Zona <b>Sur"), observed: 22, expected: 9.1 },
                    Also {
                        node: Node::new(Dimension::AreaFailure, "cards/delay"),
                        observed: 44,
                        expected: 19.0,
                    },
                ],
                _ => Vec::new(),
            },
        },
        state: SignalState::ALL[number % SignalState::ALL.len()],
        raised_at: NOW,
        note: (number > 1).then(|| "Coincide con la subida de versión <b>4.2</b>".to_owned()),
    }
}

pub(in crate::web::pages) fn outlook() -> Outlook {
    let week = |ahead: i32| WeekAhead {
        week: Week(LAST_WEEK.0 + ahead),
        expected: 18.4 - f64::from(ahead),
        interval: (11, 26),
        chance_above: 0.03,
    };
    Outlook { limit: 41, weeks: (1..=4).map(week).collect() }
}

pub(in crate::web::pages) fn alert_lines(locale: Locale) -> Vec<AlertLine> {
    let taxonomy = Taxonomy::starter();
    let names = names(&taxonomy, locale);
    [0, 1].map(|number| AlertLine::new(&signal(number), &names)).into()
}

pub(in crate::web::pages) fn actions() -> Vec<Action> {
    let told = [
        (
            "Quitar el reintento automático del datáfono",
            ActionState::InVerification,
            Some("Marta Ruiz"),
            Some(-20),
        ),
        ("Corregir la firma en la app <b>4.2</b>", ActionState::InProgress, None, Some(-3)),
        ("Avisar por SMS de la devolución y su plazo", ActionState::Planned, Some("Equipo Pagos"), Some(25)),
        ("Revisar el guion de venta del seguro de móvil", ActionState::Draft, None, None),
        ("Reponer técnicos en la zona norte", ActionState::Implemented, Some("Jorge Pinto"), Some(-40)),
        (
            "Cambiar el texto de la comisión en el contrato",
            ActionState::Effective,
            Some("Ana Soto"),
            Some(-120),
        ),
    ];
    told.into_iter()
        .enumerate()
        .map(|(number, (title, state, owner, due_in))| Action {
            id: ActionId(id(200 + number)),
            text: ActionText {
                title: title.to_owned(),
                description:
                    "El datáfono repite el cargo cuando la red tarda más de 8 s.\n<b>Ver</b> parte 1182."
                        .to_owned(),
                owner: owner.map(str::to_owned),
                due: due_in.map(|days| Day(TODAY.0 + days)),
            },
            state,
            clusters: vec![ClusterId(id(0))],
            created_at: NOW,
            updated_at: NOW,
            implemented_at: (number == 0).then_some(Timestamp(NOW.0 - 9 * 7 * 86_400_000_000)),
        })
        .collect()
}

pub(in crate::web::pages) fn action_lines(locale: Locale) -> Vec<ActionLine> {
    let open = actions().into_iter().filter(|action| action.state.is_open());
    open.map(|action| ActionLine::new(&action, TODAY, locale)).collect()
}

pub(in crate::web::pages) fn complaints() -> Vec<ComplaintRecord> {
    let texts = [
        "Compré el sábado en el súper de la calle Mayor y me han pasado el cobro dos veces: 48,20 € y otra vez 48,20 € con un minuto de diferencia. Llamé al [TELÉFONO_1] y me dijeron que esperase cinco días.\n\nHan pasado ocho y sigo igual. Soy [NOMBRE_1], DNI [DNI_1]. Quiero que me devuelvan el cargo duplicado y que lo arreglen, porque a mi hermana le pasó lo mismo la semana anterior.",
        "me cobraron 2 veses la misma compra con la tarjeta, en la app salen los dos cargos y en la tienda dicen q no es problema de ellos",
        "<script>alert('x')</script> The same purchase was charged twice and nobody answers the phone.",
    ];
    let mut records: Vec<ComplaintRecord> =
        texts.iter().enumerate().map(|(number, text)| complaint(number, Some(text))).collect();
    records.push(complaint(3, None));
    records
}

fn complaint(number: usize, text: Option<&str>) -> ComplaintRecord {
    let label = |axis, value: &str, probability, unsure, origin| Label {
        axis,
        value: value.to_owned(),
        probability,
        unsure,
        origin,
        model: "m".to_owned(),
    };
    let mut extra = BTreeMap::new();
    extra.insert("tienda <b>".to_owned(), "Calle Mayor 12 <b>".to_owned());
    ComplaintRecord {
        prepared: true,
        redactions: 3,
        labels: vec![
            label(Axis::Kind, "claim", 0.97, false, Origin::Machine),
            label(Axis::ProductArea, "cards", 0.81, false, Origin::Person),
            label(Axis::FailureType, "undue_charge", 0.52, true, Origin::Machine),
        ],
        taxonomies: HashMap::new(),
        cluster: (number != 1).then(|| (ClusterId(id(0)), 0.71)),
        complaint: Complaint {
            id: ComplaintId(id(300 + number)),
            source: "crm".to_owned(),
            external_id: Some(format!("R-2026-{number}")),
            received_at: Timestamp(NOW.0 - 5 * 86_400_000_000),
            received_day: Day(TODAY.0 - 5),
            text: text.map(str::to_owned),
            language: if number == 2 { Language::English } else { Language::Spanish },
            facts: Facts {
                product: Some("Tarjeta de crédito".to_owned()),
                company: Some("Banco del Sur <b>".to_owned()),
                region: Some("Zaragoza".to_owned()),
                channel: Some("web".to_owned()),
                extra,
                ..Facts::default()
            },
        },
    }
}
