//! E-mail over SMTP, one plain-text letter at a time.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};

use super::SendError;
use super::wording::Letter;
use crate::config::{Encryption, MailConfig};

/// How long a server may take to answer a command.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends `letter` to one address. `id` names the letter and is the same at every attempt, so that a mail
/// program shows a repeated one once.
///
/// # Errors
/// Why the server did not take it; a refusal (5yz) is permanent.
pub fn send(config: &MailConfig, to: &str, id: &str, letter: &Letter) -> Result<(), SendError> {
    let Some(host) = &config.host else {
        return Err(SendError::passing("no mail server is set; write [mail] host in raiz.toml"));
    };
    let mailbox = |address: &str| {
        address.parse::<Mailbox>().map_err(|_| SendError::permanent("the address is not an e-mail address"))
    };
    let message = Message::builder()
        .from(mailbox(&config.from)?)
        .to(mailbox(to)?)
        .subject(&letter.subject)
        .message_id(Some(format!("<{id}@raiz>")))
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())
        .map_err(|error| SendError::permanent(format!("the letter cannot be written: {error}")))?;
    let tls = || {
        TlsParameters::new(host.clone())
            .map_err(|error| SendError::passing(format!("TLS cannot be set up: {error}")))
    };
    let mut transport = SmtpTransport::builder_dangerous(host).port(config.port).timeout(Some(TIMEOUT));
    transport = match config.encryption {
        Encryption::Starttls => transport.tls(Tls::Required(tls()?)),
        Encryption::Tls => transport.tls(Tls::Wrapper(tls()?)),
        Encryption::None => transport,
    };
    if let (Some(user), Some(password)) = (&config.user, &config.password) {
        transport = transport.credentials(Credentials::new(user.clone(), password.0.clone()));
    }
    match transport.build().send(&message) {
        Ok(_) => Ok(()),
        Err(error) => {
            let reason = format!("the mail server did not take it: {error}");
            Err(SendError { reason, permanent: error.is_permanent() })
        }
    }
}
