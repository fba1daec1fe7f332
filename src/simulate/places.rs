//! Places of the countries the corpus sounds like: a region, and towns people name in their letters.

use rand::Rng;
use rand::seq::SliceRandom;

/// A region with its towns.
pub(super) type Region = (&'static str, &'static [&'static str]);

const BY_COUNTRY: &[(&str, &[Region])] = &[
    (
        "ES",
        &[
            ("Comunidad de Madrid", &["Madrid", "Getafe", "Alcalá de Henares"]),
            ("Cataluña", &["Barcelona", "Sabadell", "Tarragona"]),
            ("Andalucía", &["Sevilla", "Málaga", "Granada"]),
            ("Comunidad Valenciana", &["Valencia", "Alicante", "Elche"]),
            ("País Vasco", &["Bilbao", "Vitoria"]),
            ("Aragón", &["Zaragoza", "Huesca"]),
        ],
    ),
    (
        "MX",
        &[
            ("Ciudad de México", &["Iztapalapa", "Coyoacán"]),
            ("Jalisco", &["Guadalajara", "Zapopan"]),
            ("Nuevo León", &["Monterrey", "San Nicolás"]),
            ("Puebla", &["Puebla", "Cholula"]),
            ("Yucatán", &["Mérida"]),
        ],
    ),
    (
        "CO",
        &[
            ("Bogotá D. C.", &["Bogotá"]),
            ("Antioquia", &["Medellín", "Envigado", "Bello"]),
            ("Valle del Cauca", &["Cali", "Palmira"]),
            ("Atlántico", &["Barranquilla", "Soledad"]),
            ("Santander", &["Bucaramanga", "Floridablanca"]),
        ],
    ),
    (
        "PE",
        &[
            ("Lima", &["Lima", "Miraflores", "Los Olivos"]),
            ("Arequipa", &["Arequipa"]),
            ("La Libertad", &["Trujillo"]),
            ("Piura", &["Piura", "Sullana"]),
        ],
    ),
    (
        "CL",
        &[
            ("Región Metropolitana", &["Santiago", "Maipú", "Puente Alto"]),
            ("Valparaíso", &["Valparaíso", "Viña del Mar"]),
            ("Biobío", &["Concepción", "Talcahuano"]),
            ("La Araucanía", &["Temuco"]),
        ],
    ),
    (
        "AR",
        &[
            ("Buenos Aires", &["La Plata", "Mar del Plata", "Quilmes"]),
            ("Córdoba", &["Córdoba", "Río Cuarto"]),
            ("Santa Fe", &["Rosario", "Santa Fe"]),
            ("Mendoza", &["Mendoza", "Godoy Cruz"]),
        ],
    ),
    ("EC", &[("Pichincha", &["Quito"]), ("Guayas", &["Guayaquil", "Durán"]), ("Azuay", &["Cuenca"])]),
    ("UY", &[("Montevideo", &["Montevideo"]), ("Canelones", &["Las Piedras"]), ("Salto", &["Salto"])]),
    ("US", &[("Texas", &["Houston", "Austin"]), ("Florida", &["Miami", "Tampa"]), ("Ohio", &["Columbus"])]),
    ("GB", &[("England", &["Leeds", "Bristol"]), ("Scotland", &["Glasgow"]), ("Wales", &["Cardiff"])]),
];

/// The regions of a country (ISO 3166-1); empty for one that is not in the table.
pub(super) fn regions(country: &str) -> &'static [Region] {
    BY_COUNTRY.iter().find(|(code, _)| *code == country).map_or(&[], |(_, regions)| regions)
}

/// Any region of the country with one of its towns.
pub(super) fn any_place(country: &str, random: &mut impl Rng) -> Option<(&'static str, &'static str)> {
    let (region, towns) = regions(country).choose(random)?;
    Some((region, towns.choose(random)?))
}
