//! The structured facts of an invented complaint, in keeping with its text: which unit of the group and
//! which product answer for it, where it comes from, and which version or branch was current.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::SliceRandom;

use super::corpus::CorpusText;
use crate::domain::complaint::Facts;
use crate::domain::time::Day;

/// Names of the extra facts every stream has.
pub const EXTRA_FACTS: [&str; 3] = ["country", "branch", "app_version"];
/// Days between two versions of the apps.
const DAYS_PER_VERSION: i32 = 45;
/// Versions before the major number moves on.
const MINORS: i32 = 10;

/// A unit of the invented group: product areas it answers for, its name, and its products.
struct Unit {
    areas: &'static [&'static str],
    company: &'static str,
    products: &'static [(&'static str, &'static [&'static str])],
}

const UNITS: &[Unit] = &[
    Unit {
        areas: &["mobile"],
        company: "Lumbre Telecom",
        products: &[
            ("Línea móvil", &["Plan Chispa", "Plan Brasa", "Plan Hoguera"]),
            ("Línea prepago", &["Recarga"]),
        ],
    },
    Unit {
        areas: &["internet_tv"],
        company: "Lumbre Telecom",
        products: &[
            ("Fibra Hogar", &["300 Mb", "600 Mb", "1 Gb"]),
            ("Televisión", &["Básica", "Fútbol"]),
            ("Teléfono fijo", &["Tarifa plana"]),
        ],
    },
    Unit {
        areas: &["accounts", "payments", "public_services", "other"],
        company: "Banco Lumbre",
        products: &[
            ("Cuenta Lumbre", &["Nómina", "Joven", "Negocio"]),
            ("Transferencias", &["App", "Oficina"]),
        ],
    },
    Unit {
        areas: &["cards"],
        company: "Banco Lumbre",
        products: &[("Tarjeta de crédito", &["Clásica", "Oro"]), ("Tarjeta de débito", &["Clásica"])],
    },
    Unit {
        areas: &["loans"],
        company: "Banco Lumbre",
        products: &[("Préstamo personal", &["Consumo"]), ("Hipoteca", &["Fija", "Variable"])],
    },
    Unit {
        areas: &["investments"],
        company: "Banco Lumbre",
        products: &[("Fondos", &["Renta fija", "Mixto"]), ("Plan de pensiones", &["Individual"])],
    },
    Unit {
        areas: &["insurance", "health"],
        company: "Lumbre Seguros",
        products: &[("Seguro de hogar", &["Básico", "Total"]), ("Seguro de vida", &["Vinculado"])],
    },
    Unit {
        areas: &["retail", "delivery", "transport", "utilities"],
        company: "Lumbre Tienda",
        products: &[("Compra en línea", &["Móviles", "Accesorios"]), ("Tienda", &["Móviles", "Accesorios"])],
    },
];

/// Facts of a complaint with this text from this place, received on `day`.
pub(super) fn facts(
    text: &CorpusText,
    place: Option<(&str, &str)>,
    day: Day,
    customers: u32,
    random: &mut impl Rng,
) -> Facts {
    let unit = UNITS.iter().find(|unit| unit.areas.contains(&text.product_area.as_str()));
    let product = unit.and_then(|unit| unit.products.choose(random));
    let sub_product = product.and_then(|(_, parts)| parts.choose(random));
    let mut extra = BTreeMap::from([("country".to_owned(), text.country.clone())]);
    if text.channel == "app" {
        extra.insert("app_version".to_owned(), app_version(day));
    }
    if let (Some((_, town)), "branch") = (place, text.channel.as_str()) {
        extra.insert("branch".to_owned(), format!("{town} {}", random.gen_range(1..=3)));
    }
    Facts {
        product: product.map(|(name, _)| (*name).to_owned()),
        sub_product: sub_product.map(|name| (*name).to_owned()),
        company: unit.map(|unit| unit.company.to_owned()),
        region: place.map(|(region, _)| region.to_owned()),
        channel: Some(text.channel.clone()),
        customer: Some(format!("C-{:06}", random.gen_range(0..customers.max(1)))),
        extra,
        ..Facts::default()
    }
}

/// The version of the apps that was current on a day.
fn app_version(day: Day) -> String {
    let number = day.0.div_euclid(DAYS_PER_VERSION);
    // About version 5 in 2026.
    format!("{}.{}", number.div_euclid(MINORS) - 40, number.rem_euclid(MINORS))
}
