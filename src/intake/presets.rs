//! The layouts of public complaint sources, by their column names.

use crate::intake::columns::FieldName;
use crate::intake::dates::DateOrder;

/// A public source whose export layout is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Consumer Complaint Database of the US Consumer Financial Protection Bureau.
    Cfpb,
    /// Complaints against telecom providers, Procuraduría Federal del Consumidor, Mexico.
    Profeco,
}

/// So many of a layout's columns must be there for it to be recognised unasked.
const RECOGNISED_FROM: usize = 6;

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 2] = [Self::Cfpb, Self::Profeco];

    /// The name `--preset` takes; also the source of its rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cfpb => "cfpb",
            Self::Profeco => "profeco",
        }
    }

    /// Reads a name as `as_str` writes it; `None` for any other.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// The preset whose layout these column names (see `columns::normalise`) have.
    pub(super) fn recognise(normal_names: &[String]) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| {
            let known =
                preset.layout().iter().filter(|(name, _)| normal_names.iter().any(|have| have == name));
            let is_signed =
                preset.signature().iter().any(|name| normal_names.iter().any(|have| have == name));
            is_signed && known.count() >= RECOGNISED_FROM
        })
    }

    /// The field a column fills.
    pub(super) fn field_of(self, normal_name: &str) -> Option<FieldName> {
        self.layout().iter().find(|(name, _)| *name == normal_name).map(|(_, field)| *field)
    }

    /// The order of day and month when the dates themselves do not tell.
    pub(super) fn date_order(self) -> DateOrder {
        match self {
            Self::Cfpb => DateOrder::MonthFirst,
            Self::Profeco => DateOrder::DayFirst,
        }
    }

    /// Columns that only this source has: `product` and `company` are everybody's.
    fn signature(self) -> &'static [&'static str] {
        match self {
            Self::Cfpb => {
                &["consumer_complaint_narrative", "complaint_what_happened", "consumer_consent_provided"]
            }
            Self::Profeco => &["estado_procesal", "motivo_reclamacion", "odeco"],
        }
    }

    /// Column names as `columns::normalise` writes them. CFPB's CSV and JSON exports differ in three.
    fn layout(self) -> &'static [(&'static str, FieldName)] {
        match self {
            Self::Cfpb => &[
                ("complaint_id", FieldName::ExternalId),
                ("date_received", FieldName::ReceivedAt),
                ("consumer_complaint_narrative", FieldName::Text),
                ("complaint_what_happened", FieldName::Text),
                ("product", FieldName::Product),
                ("sub_product", FieldName::SubProduct),
                ("issue", FieldName::Issue),
                ("sub_issue", FieldName::SubIssue),
                ("company", FieldName::Company),
                ("state", FieldName::Region),
                ("submitted_via", FieldName::Channel),
            ],
            Self::Profeco => &[
                ("expediente", FieldName::ExternalId),
                ("fecha_ingreso", FieldName::ReceivedAt),
                ("giro", FieldName::Product),
                ("tipo_producto", FieldName::SubProduct),
                ("tipo_reclamacion", FieldName::Issue),
                ("motivo_reclamacion", FieldName::SubIssue),
                ("nombre_comercial", FieldName::Company),
                ("estado", FieldName::Region),
                ("medio_ingreso", FieldName::Channel),
            ],
        }
    }
}
