//! Telling people outside: a signal in plain words, sent by e-mail or as a signed POST. Who is told and
//! when is decided elsewhere; this room only knows the ways. Sending blocks: call it off the async threads.

pub mod mail;
pub mod signature;
pub mod webhook;
pub mod wording;

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// What happened, without secrets, fit for a screen.
    pub reason: String,
    /// Whether trying again cannot help.
    pub permanent: bool,
}

impl SendError {
    /// A failure that may pass.
    pub fn passing(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), permanent: false }
    }

    /// A failure that stays.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), permanent: true }
    }
}
