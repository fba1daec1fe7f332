//! Words that say too little to stand in the name of a group of complaints: negations, questions, courtesy,
//! measure, time, and verbs that go with everything. They keep their meaning inside a phrase ("cobro no
//! reconocido") and for the learners; function words proper are in `stop_words`.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::fold;

const WEAK: &[&str] = &[
    // Negations, yes and no.
    "no ni nunca nada nadie ningun ninguna ninguno tampoco jamas sin si not nor never nothing none nobody dont doesnt \
    didnt cant couldnt wont wouldnt isnt wasnt arent werent havent hasnt hadnt shouldnt cannot without yes",
    // Questions.
    "how what when where which why whose",
    // Measure, order and degree.
    "cada mucho mucha muchos muchas poco poca pocos pocas bastante demasiado demasiada todavia ahora solo solamente \
    apenas casi siempre mismo misma mismos mismas tanta tantos tantas mayor menor mejor peor varios varias primer \
    primera primero segundo segunda unico unica dos tres cuatro each every many much few several another others else \
    even still yet already always ever maybe really quite rather enough less least most lot lots first second last \
    next one two three four anything something everything anyone someone everyone",
    // Time.
    "vez veces dia dias mes meses ano anos semana semanas hora horas hoy ayer manana antes despues luego entonces \
    mientras day days week weeks month months year years time times today yesterday tomorrow ago since now hours \
    hour minutes later then",
    // Courtesy and address.
    "hola buenos buenas tardes gracias favor saludos estimado estimada estimados senor senora senores hello hi dear \
    please thanks thank sir madam regards sincerely",
    // Verbs that go with everything.
    "hacer hace hacen hizo hicieron hecho haciendo decir dice dicen dijo dijeron dicho poder puede pueden pudo puedo \
    podido podria querer quiero quiere quieren queria dar da dan dio dieron dado ir voy vamos iba venir viene vino \
    deber debe deben debia pasar pasa paso pasado llevar llevo lleva llevan poner pone puso puesto saber se sabe saben \
    ver veo visto seguir sigue siguen sigo tener tenia tuve tenemos estuve estuvo haya hubiera quedo queda \
    can may might must shall get gets getting got gotten go goes going gone went come came make makes made making \
    take takes took taken taking give gives gave given say says said tell tells told know knows knew want wants wanted \
    need needs needed try tries tried trying use used using see seen saw let lets put keep keeps kept look looks like \
    happen happens happened ask asked asking find found show shows showed think thought feel seem seems thing things \
    way ways anyway able okay ok",
    // What every complaint has.
    "cosa cosas caso casos parte forma manera tipo tema asunto problema problemas queja reclamo reclamacion persona \
    personas gente issue issues problem problems complaint complaints matter reason people person someone",
];

static SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| WEAK.iter().flat_map(|list| list.split_ascii_whitespace()).collect());

/// Whether a word, as written, is too weak to name anything; in Spanish or English, whatever the text is in.
pub fn is_weak(word: &str) -> bool {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return SET.contains(word);
    }
    let mut folded = fold::folded(&word.to_lowercase());
    folded.retain(|c| c != '\'' && c != '’');
    SET.contains(folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_weak;

    #[test]
    fn weak_words_and_others() {
        for word in ["no", "Cada", "días", "don't", "didn’t", "What", "según"] {
            assert_eq!(is_weak(word), word != "según", "{word}");
        }
        for word in ["cobro", "tarjeta", "retraso", "refund", "escrow", "roaming"] {
            assert!(!is_weak(word), "{word}");
        }
    }
}
