//! Settings of what is told to people outside: the mail server, links, and what a webhook may reach.

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Port of mail submission with STARTTLS (RFC 6409).
const SUBMISSION_PORT: u16 = 587;

/// The mail server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Its name; without it no e-mail is sent.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The account, where the server asks for one.
    pub user: Option<String>,
    /// Its password; better in the variable `RAIZ_MAIL_PASSWORD`. Never shown again.
    #[serde(skip_serializing)]
    pub password: Option<Hidden>,
    /// The address letters come from.
    pub from: String,
}

/// How a connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// Plain at first, encrypted before anything is said; a server that cannot is refused.
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

/// A text that is not printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// What is told to people outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotifyConfig {
    /// What links begin with, e.g. `https://raiz.example.com`; without it the address of the service.
    pub link: Option<String>,
    /// Whether webhooks may reach private networks and this machine.
    pub allow_private_addresses: bool,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            host: None,
            port: SUBMISSION_PORT,
            encryption: Encryption::Starttls,
            user: None,
            password: None,
            from: "raiz@localhost.localdomain".to_owned(),
        }
    }
}

impl MailConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let on_this_machine =
            self.host.as_deref().is_none_or(|host| matches!(host, "localhost" | "127.0.0.1" | "::1"));
        if self.encryption == Encryption::None && self.user.is_some() && !on_this_machine {
            return Err(ConfigError::Setting {
                name: "mail.encryption",
                reason: "would send the password in the clear".to_owned(),
                remedy: "use starttls or tls",
            });
        }
        if self.user.is_some() != self.password.is_some() {
            return Err(ConfigError::Setting {
                name: "mail.password",
                reason: "user and password come together".to_owned(),
                remedy: "set both, the password best in RAIZ_MAIL_PASSWORD, or neither",
            });
        }
        Ok(())
    }
}

impl NotifyConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let begins = |link: &String| link.starts_with("https://") || link.starts_with("http://");
        if self.link.as_ref().is_some_and(|link| !begins(link) || link.ends_with('/')) {
            return Err(ConfigError::Setting {
                name: "notify.link",
                reason: "is not the beginning of an address".to_owned(),
                remedy: "write for example https://raiz.example.com, without a slash at the end",
            });
        }
        Ok(())
    }
}
