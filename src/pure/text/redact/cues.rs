//! The words around a number that say what it is: a phone, a document, an order, money.

use crate::text::fold;
use crate::text::redact::MASK;

/// Bytes and words looked at before a number for what it is.
const CUE_REACH: (usize, usize) = (48, 4);

/// Words that say that a phone follows, folded.
const PHONE_CUES: &str = "telefono telefonos telefonico tel tels tlf tlfno tfno telf fono celular cel cell movil \
    whatsapp wasap wsp fax llamar llamarme llamame llamenme marcar contacto contactarme contactar phone mobile call \
    telephone telefone fone ligar portable contact text";

/// Words that say that an identity document follows, folded.
const DOCUMENT_CUES: &str = "dni nie nif cedula cc ci documento identidad identificacion pasaporte passport run rut \
    cpf rg curp cuil cuit ssn nit license licencia";

/// Words that say that another kind of number follows, folded.
const CODE_CUES: &str = "pedido pedidos orden factura facturas referencia ref contrato expediente radicado radicacion \
    reclamo reclamos reclamacion ticket tiquete caso poliza guia tracking seguimiento order invoice case reference \
    contract policy boleta folio serie serial operacion transaccion transaction cuenta account comprobante \
    codigo code cliente customer total importe monto valor suma amount nota fiscal protocolo suministro nis cups sku \
    envio solicitud pqr queja albaran matricula lote confirmation reservation \
    reserva localizador incidencia parte siniestro claim";

/// Words and signs of money, before or after an amount, folded.
const CURRENCIES: &str = "usd eur cop clp mxn ars pen brl uyu pyg bob gtq crc rs bs euro euros peso pesos dolar dolares \
    dollar dollars sol soles real reais bolivar bolivares colones guaranies quetzales lempiras uf";

/// What the words before a number say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    Phone,
    Document,
    /// The number of a device, whose check digit is a card's.
    Device,
    /// Any other number: an order, an invoice, a contract.
    Code,
}

/// What the nearest telling word before `start` says. Digits, masks, addresses and the ends of lines are not
/// crossed.
pub(super) fn before(bytes: &[u8], start: usize) -> Option<Cue> {
    let reach = &bytes[start.saturating_sub(CUE_REACH.0)..start];
    let blocks =
        |byte: &u8| byte.is_ascii_digit() || matches!(*byte, MASK | b'[' | b'@' | b'\n' | b';' | b'!' | b'?');
    let from = reach.iter().rposition(blocks).map_or(0, |at| at + 1);
    let near = String::from_utf8_lossy(&reach[from..]).replace("c.c", "cc").replace("C.C", "cc");
    near.split(|c: char| !c.is_alphabetic())
        .rev()
        .filter(|word| !word.is_empty())
        .take(CUE_REACH.1)
        .find_map(|word| cue_of(&fold::folded(word)))
}

/// What a folded word says of the number after it.
fn cue_of(word: &str) -> Option<Cue> {
    let among = |cues: &str| cues.split_ascii_whitespace().any(|cue| cue == word);
    if among(PHONE_CUES) {
        Some(Cue::Phone)
    } else if among(DOCUMENT_CUES) {
        Some(Cue::Document)
    } else if word == "imei" {
        Some(Cue::Device)
    } else {
        among(CODE_CUES).then_some(Cue::Code)
    }
}

/// Whether a sign or word of money lies directly before `start`.
pub(super) fn currency_before(bytes: &[u8], start: usize) -> bool {
    let before = bytes[start.saturating_sub(16)..start].trim_ascii_end();
    let ends = |sign: &str| before.ends_with(sign.as_bytes());
    if ends("$") || ends("€") || ends("£") || ends("S/") || ends("S/.") {
        return true;
    }
    let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    is_currency(&before[before.len() - letters..])
}

/// Whether a sign or word of money, or a per cent sign, lies directly after `end`.
pub(super) fn currency_after(bytes: &[u8], end: usize) -> bool {
    let after = bytes[end..bytes.len().min(end + 24)].trim_ascii_start();
    let after = after.strip_prefix(b"de ").unwrap_or(after);
    if ["€", "£", "$", "%"].iter().any(|sign| after.starts_with(sign.as_bytes())) {
        return true;
    }
    let letters = after.iter().take_while(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count();
    is_currency(&after[..letters])
}

fn is_currency(word: &[u8]) -> bool {
    let word = fold::folded(&String::from_utf8_lossy(word));
    !word.is_empty() && CURRENCIES.split_ascii_whitespace().any(|currency| currency == word)
}
