//! The fields a column can fill, and the names columns have for them in Spanish and English files.

use std::fmt;

/// A field of a complaint that a column can fill. Whatever fills none is an extra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the fields of NewComplaint and Facts")]
pub enum FieldName {
    ExternalId,
    Source,
    ReceivedAt,
    Text,
    Language,
    Product,
    SubProduct,
    Issue,
    SubIssue,
    Company,
    Region,
    Channel,
    Customer,
}

/// Confidence of a column whose name is the field's own or its most usual one.
const BEST_NAME: f32 = 0.98;
/// What each further place in the list of names costs.
const PER_PLACE: f32 = 0.01;
/// Confidence of a column that only has a telling word in its name.
const TELLING_WORD: f32 = 0.55;

impl FieldName {
    /// Every field, in the order people see them.
    pub const ALL: [Self; 13] = [
        Self::ExternalId,
        Self::Source,
        Self::ReceivedAt,
        Self::Text,
        Self::Language,
        Self::Product,
        Self::SubProduct,
        Self::Issue,
        Self::SubIssue,
        Self::Company,
        Self::Region,
        Self::Channel,
        Self::Customer,
    ];

    /// The name the API and `--map` use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Source => "source",
            Self::ReceivedAt => "received_at",
            Self::Text => "text",
            Self::Language => "language",
            Self::Product => "product",
            Self::SubProduct => "sub_product",
            Self::Issue => "issue",
            Self::SubIssue => "sub_issue",
            Self::Company => "company",
            Self::Region => "region",
            Self::Channel => "channel",
            Self::Customer => "customer",
        }
    }

    /// Reads a name as `as_str` writes it; `None` for any other.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// How sure it is that a column called `normal` (see `normalise`) fills this field; 0 when its name
    /// says nothing.
    pub(super) fn confidence_of(self, normal: &str) -> f32 {
        let names = self.usual_names();
        if let Some(place) = names.iter().position(|name| *name == normal) {
            return BEST_NAME - PER_PLACE * place as f32;
        }
        let has = |words: &[&str]| normal.split('_').any(|word| words.contains(&word));
        if has(self.telling_words()) && !self.is_contradicted_by(normal) { TELLING_WORD } else { 0.0 }
    }

    /// Whether a word of the name says that the column is something else: `fecha_cierre`.
    pub(super) fn is_contradicted_by(self, normal: &str) -> bool {
        normal.split('_').any(|word| self.misleading_words().contains(&word))
    }

    /// Names in falling order of likelihood, as `normalise` writes them.
    fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::ExternalId => &[
                "external_id",
                "id",
                "complaint_id",
                "id_reclamo",
                "id_queja",
                "expediente",
                "folio",
                "ticket_id",
                "case_id",
                "case_number",
                "ticket",
                "numero_de_reclamo",
                "numero_reclamo",
                "nro_reclamo",
                "codigo_reclamo",
                "numero_de_expediente",
                "no_expediente",
                "id_expediente",
                "numero_caso",
                "id_caso",
                "reclamo_id",
                "caso",
                "radicado",
                "reference",
                "referencia",
                "numero",
                "codigo",
                "tweet_id",
            ],
            Self::Source => &["source", "fuente", "sistema_origen", "origen"],
            Self::ReceivedAt => &[
                "received_at",
                "date_received",
                "received",
                "received_date",
                "fecha_ingreso",
                "fecha_de_ingreso",
                "fecha_recepcion",
                "fecha_de_recepcion",
                "fecha_reclamo",
                "fecha_del_reclamo",
                "fecha_queja",
                "fecha_de_la_queja",
                "complaint_date",
                "date_of_complaint",
                "fecha_presentacion",
                "fecha_de_presentacion",
                "fecha_creacion",
                "fecha_de_creacion",
                "fecha_alta",
                "fecha_registro",
                "created_at",
                "date_created",
                "creation_date",
                "created",
                "opened_at",
                "date_opened",
                "fecha_apertura",
                "fecha",
                "date",
                "timestamp",
                "fecha_hora",
                "datetime",
            ],
            Self::Text => &[
                "text",
                "texto",
                "consumer_complaint_narrative",
                "complaint_what_happened",
                "narrative",
                "complaint_text",
                "texto_reclamo",
                "texto_del_reclamo",
                "texto_queja",
                "texto_de_la_queja",
                "relato",
                "descripcion_reclamo",
                "descripcion_del_reclamo",
                "descripcion_de_la_queja",
                "detalle_reclamo",
                "detalle_del_reclamo",
                "customer_complaint",
                "complaint",
                "descripcion",
                "description",
                "detalle",
                "mensaje",
                "message",
                "comentario",
                "comentarios",
                "comment",
                "comments",
                "body",
                "cuerpo",
                "contenido",
                "content",
                "hechos",
                "reclamo",
                "queja",
                "reclamacion",
                "review",
                "review_body",
                "resena",
                "opinion",
                "tweet",
                "observaciones",
            ],
            Self::Language => &["language", "lang", "idioma", "lengua", "language_code", "locale"],
            Self::Product => &[
                "product",
                "producto",
                "product_name",
                "servicio",
                "service",
                "producto_servicio",
                "nombre_producto",
                "giro",
                "materia",
                "linea_de_negocio",
                "product_category",
            ],
            Self::SubProduct => &[
                "sub_product",
                "subproduct",
                "subproducto",
                "sub_producto",
                "tipo_producto",
                "tipo_de_producto",
                "variante",
                "product_type",
            ],
            Self::Issue => &[
                "issue",
                "motivo",
                "motivo_reclamo",
                "motivo_del_reclamo",
                "motivo_de_la_queja",
                "motivo_queja",
                "motivo_reclamacion",
                "tipo_reclamo",
                "tipo_reclamacion",
                "tipo_de_reclamo",
                "tipo_de_queja",
                "complaint_type",
                "causa",
                "problema",
                "problem",
                "reason",
                "category",
                "categoria",
                "tipologia",
                "asunto",
                "tema",
                "subject",
                "topic",
                "hecho_infractor",
            ],
            Self::SubIssue => &[
                "sub_issue",
                "subissue",
                "submotivo",
                "sub_motivo",
                "subcausa",
                "sub_causa",
                "subcategory",
                "subcategoria",
                "sub_categoria",
                "sub_category",
                "detalle_motivo",
                "subtipo",
            ],
            Self::Company => &[
                "company",
                "empresa",
                "nombre_comercial",
                "compania",
                "entidad",
                "institucion",
                "proveedor",
                "company_name",
                "razon_social",
                "banco",
                "bank",
                "marca",
                "brand",
                "airline",
                "aseguradora",
                "operador",
                "provider",
                "unidad",
                "business_unit",
                "denunciado",
            ],
            Self::Region => &[
                "region",
                "state",
                "provincia",
                "departamento",
                "estado",
                "comunidad_autonoma",
                "sucursal",
                "branch",
                "city",
                "ciudad",
                "comuna",
                "municipio",
                "barrio",
                "localidad",
                "province",
                "country",
                "pais",
                "location",
                "ubicacion",
            ],
            Self::Channel => &[
                "channel",
                "canal",
                "submitted_via",
                "received_via",
                "medio_ingreso",
                "medio_de_ingreso",
                "canal_ingreso",
                "canal_de_ingreso",
                "canal_de_recepcion",
                "canal_recepcion",
                "via",
                "medio",
                "via_de_entrada",
                "contact_channel",
            ],
            Self::Customer => &[
                "customer",
                "customer_id",
                "id_cliente",
                "cliente_id",
                "cliente",
                "client_id",
                "codigo_cliente",
                "numero_cliente",
                "nro_cliente",
                "account_id",
                "user_id",
                "id_usuario",
            ],
        }
    }

    fn telling_words(self) -> &'static [&'static str] {
        match self {
            Self::ExternalId | Self::Source | Self::Customer => &[],
            Self::ReceivedAt => &["fecha", "date", "received"],
            Self::Text => &[
                "texto",
                "text",
                "descripcion",
                "description",
                "narrative",
                "relato",
                "narrativa",
                "mensaje",
                "message",
                "comentario",
            ],
            Self::Language => &["idioma", "language"],
            Self::Product => &["producto", "product", "servicio"],
            Self::SubProduct => &["subproducto", "subproduct"],
            Self::Issue => &["motivo", "issue", "causa", "categoria", "category"],
            Self::SubIssue => &["submotivo", "subcategoria", "subcategory"],
            Self::Company => &["empresa", "company", "compania", "entidad", "proveedor"],
            Self::Region => &["region", "provincia", "ciudad", "city", "sucursal", "municipio"],
            Self::Channel => &["canal", "channel"],
        }
    }

    /// Words that turn a telling one into something else: a date of closing, a company's answer.
    fn misleading_words(self) -> &'static [&'static str] {
        match self {
            Self::ReceivedAt => &[
                "cierre",
                "closed",
                "resolucion",
                "resolved",
                "respuesta",
                "response",
                "vencimiento",
                "due",
                "sent",
                "nacimiento",
                "birth",
                "limite",
                "modificacion",
                "updated",
                "raw",
                "fin",
                "pago",
            ],
            Self::Text => &["raw", "producto", "product", "motivo", "issue", "id", "respuesta", "response"],
            Self::Product => &["id", "norm", "costo", "monto", "sub", "precio", "price", "cost"],
            Self::Issue => &["confidence", "norm", "sub", "id", "respuesta", "response", "fecha", "date"],
            Self::Company => {
                &["response", "respuesta", "sent", "fecha", "date", "id", "public", "rut", "ruc", "nit"]
            }
            Self::Region => &["id", "fecha", "date", "codigo"],
            Self::Channel => &["id", "fecha", "date"],
            _ => &["id"],
        }
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A column's name as names are compared: lower case, without accents, words joined by `_`.
/// `Fecha de Recepción` and `fechaDeRecepcion` both become `fecha_de_recepcion`.
pub(super) fn normalise(header: &str) -> String {
    let mut normal = String::with_capacity(header.len());
    let mut after_lower = false;
    for letter in header.chars() {
        let upper = letter.is_uppercase();
        if upper && after_lower {
            normal.push('_');
        }
        after_lower = letter.is_lowercase() || letter.is_ascii_digit();
        for plain in letter.to_lowercase() {
            match without_accent(plain) {
                plain if plain.is_alphanumeric() => normal.push(plain),
                _ if normal.ends_with('_') || normal.is_empty() => {}
                _ => normal.push('_'),
            }
        }
    }
    normal.truncate(normal.trim_end_matches('_').len());
    normal
}

/// The plain letter under the accents of Spanish, Portuguese and French.
pub(super) fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

/// Whether column names are rather English than Spanish: it decides the order of day and month when
/// nothing else does.
pub(super) fn reads_as_english(normal_names: &[String]) -> bool {
    const ENGLISH: [&str; 14] = [
        "date",
        "received",
        "state",
        "company",
        "product",
        "issue",
        "complaint",
        "text",
        "channel",
        "city",
        "customer",
        "description",
        "status",
        "submitted",
    ];
    const SPANISH: [&str; 14] = [
        "fecha",
        "recepcion",
        "estado",
        "empresa",
        "producto",
        "motivo",
        "reclamo",
        "texto",
        "canal",
        "ciudad",
        "cliente",
        "descripcion",
        "queja",
        "de",
    ];
    let hits = |words: &[&str]| {
        normal_names.iter().flat_map(|name| name.split('_')).filter(|word| words.contains(word)).count()
    };
    hits(&ENGLISH) > hits(&SPANISH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_or_punctuation() {
        let cases = [
            ("Fecha de Recepción", "fecha_de_recepcion"),
            ("fechaDeRecepcion", "fecha_de_recepcion"),
            ("  Sub-product ", "sub_product"),
            ("Complaint ID", "complaint_id"),
            ("N° Reclamo", "n_reclamo"),
            ("¿?", ""),
        ];
        for (header, expected) in cases {
            assert_eq!(normalise(header), expected, "{header}");
        }
    }

    #[test]
    fn field_names_round_trip_and_stand_in_order() {
        for (place, field) in FieldName::ALL.into_iter().enumerate() {
            assert_eq!(FieldName::parse(field.as_str()), Some(field));
            assert_eq!(field.index(), place);
            assert!(field.confidence_of(field.as_str()) > 0.97, "{field}");
        }
        assert_eq!(FieldName::parse("extra"), None);
    }

    #[test]
    fn a_date_of_closing_is_no_date_of_reception() {
        for name in ["fecha_cierre", "closed_at", "sent_to_company_at", "fecha_de_nacimiento", "date_raw"] {
            assert!(FieldName::ReceivedAt.confidence_of(name) < 0.1, "{name}");
        }
        assert!(FieldName::ReceivedAt.confidence_of("fecha_del_hecho") > 0.5);
        assert!(FieldName::Company.confidence_of("company_public_response") < 0.1);
    }
}
