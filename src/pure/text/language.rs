//! Tells the language of a text from its beginning.
//!
//! Complaints are often one line, too short for letter statistics. So the words vote first: function words
//! and the words complaints are made of, each for the languages that have it, and the letters that only
//! some languages write. Only where they do not decide is whatlang asked.

use std::collections::HashMap;
use std::sync::LazyLock;

use whatlang::{Detector, Lang, Script};

use crate::domain::language::Language;
use crate::text::{fold, stop_words};

/// Bytes read: a language shows in a paragraph.
const MAX_BYTES: usize = 1_000;

/// Words longer than this do not vote.
const MAX_WORD_BYTES: usize = 32;

/// Votes that suffice: about one word that a single language has.
const ENOUGH_VOTES: f32 = 0.9;

/// How far the first language must be ahead of the second, as a ratio.
const CLEAR_LEAD: f32 = 1.3;

/// Words and, per word, votes below which a text is taken to be in a language not among ours.
const FOREIGN: (f32, f32) = (8.0, 0.12);

/// The vote of an ending that only Spanish has, `-ción` typed in whatever way.
const SPANISH_ENDING: f32 = 0.5;

/// Letters below which whatlang guesses.
const MIN_LETTERS: usize = 12;

/// Confidence (0–1) that whatlang must reach.
const MIN_CONFIDENCE: f64 = 0.15;

/// The languages that vote, in the order of their votes.
const VOTERS: [Language; 7] = [
    Language::Spanish,
    Language::English,
    Language::Portuguese,
    Language::French,
    Language::German,
    Language::Italian,
    Language::Catalan,
];

/// Votes per language, in the order of [`VOTERS`].
type Votes = [f32; VOTERS.len()];

/// Words that tell a language, besides the stop words: negations, question words, and the commonest words
/// of complaints. Folded.
const TELLING_WORDS: [&str; VOTERS.len()] = [
    "no nunca nada sin ni cuando donde hace hacer hacen quiero puedo puede llevo llevan dice dicen dijeron favor \
     gracias dinero tarjeta cuenta pedido factura cobro cobraron cobran llego llega funciona servicio banco pago \
     llamada llamo llame atencion cliente reclamo queja devolucion devolver entrega retraso dias meses semanas aun \
     ahora nadie respuesta telefono linea seguro prestamo compra compre hola buenas senores buenos mala malo pesimo \
     transferencia cajero saldo internet mes ayer hoy hasta solicito exijo nunca reembolso averia dar baja dos \
     tres vez veces llegado llegaron calidad precio producto demasiado mucho poco roto rota rompe \
     rompen defectuoso defectuosa malisimo malisima malo fatal desastre cumple cambio tarde falta",
    "no not never what when where why how can cant dont doesnt didnt wont isnt wasnt i get got need want please help \
     money card account order bill charge charged charges late refund delivery service customer bank payment call \
     called phone flight bag hours days weeks months told said still work working broken bad worst company credit \
     report debt loan time back received sent email nobody without pay paid my thanks thank hi hello transfer cash \
     app cancel cancelled wrong missing lost \
     thanks finally love airport plane luggage poor quality product never broke stopped issue problem",
    "nao nunca nada sem nem quando onde quero posso pode dinheiro cartao conta pedido fatura cobranca cobraram cobrou \
     chegou chega funciona servico banco pagamento ligacao atendimento cliente reclamacao devolver reembolso entrega \
     atraso dias meses semanas agora ninguem resposta telefone linha seguro emprestimo compra comprei ola boa bom \
     pessimo fiz fazer ainda ate empresa produto recebi valor estorno comprar voce obrigado mes hoje ontem dele qualidade \
     nota fiscal problema errado venda vendas propaganda enganosa defeito loja preciso falta falha",
    "ne pas jamais sans rien quand ou pourquoi comment peux peut veux argent carte compte commande facture livraison \
     retard remboursement service client banque paiement appel telephone jours mois semaines toujours depuis \
     maintenant personne reponse bonjour merci colis recu achete probleme mauvais",
    "der die das und ist nicht ich sie wir ihr ein eine einen einem einer mit von zu zum zur auf fur den dem des im \
     auch es noch nur wie wenn aber oder bei nach aus habe hat haben wurde werden kein keine mein meine mich mir \
     sehr bitte konto karte geld rechnung lieferung bestellung kundendienst bank warum seit immer bis kann",
    "il lo gli le di che non per con una un sono e ho ha hanno del della dei delle nel nella al alla dal dalla mi si \
     ci come piu anche ma se questo questa quando dove perche mio mia conto carta soldi ordine consegna servizio \
     cliente banca pagamento rimborso ritardo giorni mesi ancora mai niente grazie telefono fattura stato stata",
    "el la els les de del dels i amb per que no es un una uns unes al als ha han he hem aquest aquesta aixo molt mes \
     pero com quan on perque meu meva seva seu va vaig ser estar tinc te compte targeta diners factura servei \
     comanda banc pagament retard dies mesos encara mai res gracies trucada sense fins vull puc",
];

static WORD_VOTES: LazyLock<HashMap<&'static str, Votes>> = LazyLock::new(|| {
    let mut votes: HashMap<&'static str, Votes> = HashMap::new();
    for (at, language) in VOTERS.into_iter().enumerate() {
        let words = [stop_words::list(language), TELLING_WORDS[at]];
        for word in words.iter().flat_map(|list| list.split_ascii_whitespace()) {
            votes.entry(word).or_default()[at] = 1.0;
        }
    }
    for shares in votes.values_mut() {
        // A word of one language counts in full, a word of two a third each: what many share tells little.
        let sharers: f32 = shares.iter().sum();
        let share = 2.0 / (sharers * (sharers + 1.0));
        shares.iter_mut().for_each(|vote| *vote *= share);
    }
    votes
});

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![
        Lang::Spa,
        Lang::Eng,
        Lang::Por,
        Lang::Fra,
        Lang::Deu,
        Lang::Ita,
        Lang::Cat,
    ])
});

/// The language of `text`; `Unknown` when it cannot be told, `Other` when it is none of those with rules.
///
/// ```
/// use raiz_pure::{domain::language::Language, text::language::detect};
///
/// assert_eq!(detect("me cobraron dos veces"), Language::Spanish);
/// assert_eq!(detect("card not working"), Language::English);
/// assert_eq!(detect("12345"), Language::Unknown);
/// ```
pub fn detect(text: &str) -> Language {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let (votes, words, letters) = votes_of(text);
    let (first, second) = first_two(&votes);
    let (best, runner_up) = (votes[first], votes[second]);
    let is_foreign = words >= FOREIGN.0 && best < FOREIGN.1 * words;
    let is_latin = || whatlang::detect_script(text).is_none_or(|script| script == Script::Latin);
    if (is_foreign || letters >= MIN_LETTERS && !is_latin())
        && let Some(language) = by_letters(text)
    {
        return language;
    }
    if best >= ENOUGH_VOTES && best >= CLEAR_LEAD * runner_up {
        return VOTERS[first];
    }
    if letters >= MIN_LETTERS
        && let Some(info) = DETECTOR.detect(text)
        && info.confidence() >= MIN_CONFIDENCE
        && (best == 0.0
            || of_whatlang(info.lang()) == VOTERS[first]
            || of_whatlang(info.lang()) == VOTERS[second])
    {
        return of_whatlang(info.lang());
    }
    if best > CLEAR_LEAD * runner_up { VOTERS[first] } else { Language::Unknown }
}

/// The votes of a text with its words and letters.
fn votes_of(text: &str) -> (Votes, f32, usize) {
    let mut votes = Votes::default();
    let (mut words, mut letters) = (0.0, 0);
    let mut folded = String::new();
    for word in
        text.split(|c: char| !(c.is_alphanumeric() || fold::is_accent(c) || matches!(c, '_' | '[' | ']')))
    {
        let is_mask = word.bytes().all(|byte| matches!(byte, b'X' | b'x'));
        if is_mask || word.contains(|c: char| !c.is_alphabetic() && c.is_ascii()) {
            continue;
        }
        words += 1.0;
        letters += word.chars().count();
        if word.len() > MAX_WORD_BYTES {
            continue;
        }
        folded.clear();
        for c in word.chars() {
            fold::push_folded(c, &mut folded);
            add(&mut votes, letter_votes(c));
        }
        if ["cion", "ciones", "asion"].iter().any(|ending| folded.ends_with(ending)) {
            votes[0] += SPANISH_ENDING;
        }
        if let Some(shares) = WORD_VOTES.get(folded.as_str()) {
            add(&mut votes, *shares);
        }
    }
    if text.contains(['¿', '¡']) {
        votes[0] += 1.0;
    }
    (votes, words, letters)
}

/// The votes of letters that only some of the languages write.
fn letter_votes(c: char) -> Votes {
    match c {
        'ñ' | 'Ñ' => [0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        'ã' | 'õ' | 'Ã' | 'Õ' => [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        'ç' | 'Ç' => [0.0, 0.0, 0.4, 0.3, 0.0, 0.0, 0.2],
        'â' | 'ê' | 'ô' => [0.0, 0.0, 0.4, 0.3, 0.0, 0.0, 0.0],
        'á' | 'í' | 'ó' | 'ú' => [0.3, 0.0, 0.2, 0.0, 0.0, 0.0, 0.05],
        'é' => [0.15, 0.0, 0.15, 0.2, 0.0, 0.05, 0.05],
        'è' | 'à' => [0.0, 0.0, 0.05, 0.3, 0.0, 0.2, 0.2],
        'ò' => [0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.4],
        'ù' => [0.0, 0.0, 0.0, 0.3, 0.0, 0.4, 0.0],
        'œ' | 'û' | 'î' => [0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0],
        'ß' => [0.0, 0.0, 0.0, 0.0, 0.8, 0.0, 0.0],
        'ä' | 'ö' => [0.0, 0.0, 0.0, 0.0, 0.3, 0.0, 0.0],
        'ü' => [0.1, 0.0, 0.0, 0.0, 0.6, 0.0, 0.1],
        _ => Votes::default(),
    }
}

fn add(votes: &mut Votes, more: Votes) {
    votes.iter_mut().zip(more).for_each(|(vote, more)| *vote += more);
}

/// The places of the most and the second most votes; of equals the earlier language.
fn first_two(votes: &Votes) -> (usize, usize) {
    let mut order: [usize; VOTERS.len()] = std::array::from_fn(|at| at);
    order.sort_by(|a, b| votes[*b].total_cmp(&votes[*a]));
    (order[0], order[1])
}

/// The language of a text whose words are not ours, by its letters; nothing when they say one of ours but
/// not clearly.
fn by_letters(text: &str) -> Option<Language> {
    let info = whatlang::detect(text)?;
    let language = of_whatlang(info.lang());
    (language == Language::Other || info.is_reliable()).then_some(language)
}

fn of_whatlang(lang: Lang) -> Language {
    match lang {
        Lang::Spa => Language::Spanish,
        Lang::Eng => Language::English,
        Lang::Por => Language::Portuguese,
        Lang::Fra => Language::French,
        Lang::Deu => Language::German,
        Lang::Ita => Language::Italian,
        Lang::Cat => Language::Catalan,
        _ => Language::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::detect;
    use crate::domain::language::Language::{
        self, Catalan, English, French, German, Italian, Other, Portuguese, Spanish, Unknown,
    };

    #[test]
    fn short_texts() {
        let mut wrong = Vec::new();
        for (expected, text) in [
            (Spanish, "no funciona la tarjeta"),
            (Spanish, "ME COBRARON DOS VECES"),
            (Spanish, "devolucion de mi dinero"),
            (Spanish, "Pésima atención"),
            (Spanish, "llevo 3 semanas sin internet y nadie me da respuesta"),
            (Spanish, "¿Dónde está mi pedido?"),
            (Spanish, "El pedido llegó roto"),
            (Spanish, "no sirve el cel, quiero cambio"),
            (Spanish, "facturasion mal echa por 3 mes consecutivo"),
            (English, "card not working"),
            (English, "My card hasn't arrived yet"),
            (English, "why was I charged twice"),
            (English, "flight cancelled, no refund"),
            (English, "@united lost my bag again"),
            (English, "XXXX XXXX called me on XX/XX/XXXX about a debt that is not mine"),
            (Portuguese, "não recebi meu pedido"),
            (Portuguese, "cobranca indevida no cartao, quero meu dinheiro"),
            (Portuguese, "Comprei e o produto não chegou"),
            (French, "je n'ai pas reçu ma commande"),
            (French, "Bonjour, la livraison est en retard"),
            (German, "Ich habe mein Geld nicht zurückbekommen"),
            (Italian, "Non ho ricevuto il rimborso della fattura"),
            (Catalan, "No he rebut els diners del meu compte"),
            (Unknown, ""),
            (Unknown, "12345 67 $ 89"),
            (Unknown, "[PHONE_1] XXXX"),
            (Unknown, "ok"),
        ] {
            if detect(text) != expected {
                wrong.push((text, detect(text)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn languages_without_rules_are_other() {
        let check = |text: &str, expected: Language| assert_eq!(detect(text), expected, "{text}");
        check("Я не получил свои деньги обратно, банк не отвечает на мои письма", Other);
        check("私のカードは機能しません。返金をお願いします。", Other);
        check(
            "Minulta on veloitettu kahdesti samasta laskusta eikä asiakaspalvelu ole vastannut viesteihini viikkoihin",
            Other,
        );
    }

    #[test]
    fn a_cut_inside_a_character_is_no_matter() {
        assert_eq!(detect(&"ñ".repeat(2_000)), detect(&format!("a{}", "ñ".repeat(2_000))));
    }
}
