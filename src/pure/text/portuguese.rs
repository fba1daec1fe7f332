//! Portuguese terms: Snowball, after accents are restored and plurals undone by rule.
//!
//! Snowball reads `-ção`, `-ável` and `-ência` with their accents and leaves `cartão`/`cartões` apart.

use rust_stemmers::Algorithm;

use crate::text::stem::snowball;

/// Endings of folded words and what stands for them before stemming, longest first: the singular, accented.
const ENDINGS: [(&str, &str); 14] = [
    ("encias", "ência"),
    ("encia", "ência"),
    ("aveis", "ável"),
    ("iveis", "ível"),
    ("avel", "ável"),
    ("ivel", "ível"),
    ("coes", "ção"),
    ("oes", "ão"),
    ("cao", "ção"),
    ("ais", "al"),
    ("eis", "el"),
    ("ois", "ol"),
    ("ao", "ão"),
    ("ns", "m"),
];

/// Words whose ending is none of the above.
const PLAIN: &str = "mais demais depois dois pois seis reais ao pais jamais coes";

/// Nouns and adjectives whose plural looks like a verb in the first person plural.
const IN_IMO: &str = "emprestimo ultimo minimo maximo proximo otimo pessimo centimo legitimo anonimo";

/// The term of a folded Portuguese word.
pub(super) fn stem(folded: &str) -> String {
    if let Some(singular) = folded.strip_suffix('s')
        && IN_IMO.split_ascii_whitespace().any(|noun| noun == singular)
    {
        return snowball(Algorithm::Portuguese, singular);
    }
    if !PLAIN.split_ascii_whitespace().any(|plain| plain == folded) {
        for (ending, restored) in ENDINGS {
            if let Some(base) = folded.strip_suffix(ending)
                && base.len() >= 2
            {
                return snowball(Algorithm::Portuguese, &format!("{base}{restored}"));
            }
        }
    }
    snowball(Algorithm::Portuguese, folded)
}

#[cfg(test)]
mod tests {
    use super::stem;
    use crate::text::fold::folded;

    #[test]
    fn forms_of_one_word_meet() {
        let mut apart = Vec::new();
        for forms in [
            "reclamação reclamações reclamacao reclamacoes reclamar reclamei",
            "cartão cartões cartao cartoes",
            "devolução devolucao devoluções",
            "cobrança cobranças cobranca",
            "móvel móveis movel",
            "responsável responsáveis responsavel",
            "mensagem mensagens",
            "canal canais",
            "empréstimo empréstimos emprestimo",
            "cliente clientes",
            "agência agências agencia",
        ] {
            let stems: Vec<_> = forms.split(' ').map(|form| stem(&folded(form))).collect();
            if stems.iter().any(|stem| *stem != stems[0]) {
                apart.push((forms, stems));
            }
        }
        assert!(apart.is_empty(), "{apart:#?}");
    }
}
