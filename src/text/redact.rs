//! Replaces personal data in a text by placeholders.

/// A text without its personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The text with placeholders such as `[DNI_1]`.
    pub text: String,
    /// What was found, in order of the text.
    pub findings: Vec<Finding>,
}

/// One piece of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: PersonalData,
    /// Its first byte in the original text.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// What stands for it now; the same value has the same placeholder within a text.
    pub placeholder: String,
}

/// Kinds of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the data's own names")]
pub enum PersonalData {
    Email,
    Phone,
    Card,
    Iban,
    Dni,
    Nie,
    Rut,
    Curp,
    Rfc,
    Cpf,
    Cuit,
    Ssn,
    /// An identity document told by the word before it only, such as a Colombian cédula.
    Document,
}

/// Replaces the personal data of `text`.
pub fn redact(text: &str) -> Redaction {
    Redaction { text: text.to_owned(), findings: Vec::new() }
}
