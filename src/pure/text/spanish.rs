//! Spanish terms: Snowball, with what it misses mended before and after.
//!
//! Snowball reads accents (`-ción`, `-ía`) that people leave out, takes nouns in `-amo`/`-imo` for verbs in
//! the plural (`reclamos` → `recl`) and nouns in `-ar`/`-en`/`-ad` for infinitives in the singular only
//! (`celular` → `celul`, `celulares` → `celular`). Here every word comes in folded, its plural is undone
//! where Snowball fails to, and the accents that Snowball needs are put back by rule or by list.

use rust_stemmers::Algorithm;

use crate::text::stem::snowball;

/// Nouns and adjectives whose plural looks like a verb in the first person plural.
const IN_AMO: &str = "reclamo prestamo tramo ramo gramo kilogramo minimo maximo proximo ultimo optimo pesimo intimo \
    legitimo maritimo decimo septimo anonimo sinonimo animo extremo supremo racimo centimo projimo \
    enesimo vigesimo centesimo";

/// Nouns in `-en`: their ending is taken for a verb's in the singular only.
const IN_EN: &str = "imagen examen margen origen joven resumen volumen crimen almacen regimen dictamen certamen \
    gravamen abdomen germen virgen";

/// Words in `-z`, whose plural is in `-ces`.
const IN_Z: &str = "vez voz luz juez cruz capaz incapaz eficaz ineficaz matriz directriz actriz feliz infeliz raiz \
    veloz feroz fugaz audaz tenaz nuez paz pez lapiz vejez altavoz portavoz aprendiz nariz";

/// Roots of frequent verbs in `-er` and `-ir`: before `-ia`, `-ias`, `-ian` they are imperfects (`-ía`).
const IMPERFECT_ROOTS: &str = "ten hab ven hac dec pod deb quer sab sal viv exist recib parec conoc ofrec respond \
    vend correspond entend atend sent ped segu permit exig sub asist pertenec mantent manten conten merec suced";

/// Frequent words in `-ía` that no rule below finds, without their accent.
const IN_IA: &str = "garantia compania energia policia mayoria minoria asesoria auditoria categoria tutoria \
    consultoria economia autonomia telefonia fotografia alergia cirugia todavia via tranvia alcaldia cobraria \
    pagaria estaria daria gustaria llegaria llamaria pasaria quedaria dejaria fiscalia procuraduria contraloria \
    defensoria oftalmologia hotelia cortesia demasia sequia simpatia empatia travesia guia agonia sinfonia \
    ciudadania mercancia vigia cuantia plusvalia tia dia";

/// Words in `-eria` and `-iria` that bear no accent: all others do (`batería`, `tubería`, `debería`).
const PLAIN_ERIA: &str = "materia feria miseria bacteria histeria arteria seria periferia";

/// Words in a stressed `-es`, whose ending Snowball would take off.
const IN_STRESSED_ES: &str = "interes estres ingles frances cortes portugues japones";

/// Words in `-sion` misspelt for `-ción`, by those who say both alike; true ones in `-asion` are below.
const MISSPELT_SION: &str = "devolusion solusion resolusion institusion atension contratasion instalasion";

/// True words in `-asion`: others are misspellings of `-ación` (`facturasion`).
const TRUE_ASION: &str = "ocasion invasion evasion persuasion abrasion pasion compasion";

/// Stems of one word that sound changes or Snowball drove apart.
const MERGED_STEMS: [(&str, &str); 19] = [
    ("devuelv", "devolv"),
    ("devuelt", "devolv"),
    ("devolu", "devolv"),
    ("resuelv", "resolv"),
    ("resuelt", "resolv"),
    ("resolu", "resolv"),
    ("solucion", "solu"),
    ("aver", "averi"),
    ("cierr", "cerr"),
    ("pierd", "perd"),
    ("encuentr", "encontr"),
    ("demuestr", "demostr"),
    ("sient", "sent"),
    ("pid", "ped"),
    ("repit", "repet"),
    ("sirv", "serv"),
    ("sig", "segu"),
    ("atiend", "atend"),
    ("entiend", "entend"),
];

/// The term of a folded Spanish word.
pub(super) fn stem(folded: &str) -> String {
    if let Some(stem) = noun_stem(folded) {
        return stem;
    }
    let stem = snowball(Algorithm::Spanish, &restored(&singular(folded)));
    match MERGED_STEMS.iter().find(|(apart, _)| *apart == stem) {
        Some((_, together)) => (*together).to_owned(),
        None => stem,
    }
}

/// The stem of the nouns that Snowball takes for verbs, from their lists.
fn noun_stem(folded: &str) -> Option<String> {
    let singular = folded.strip_suffix('s').unwrap_or(folded);
    if lists(IN_AMO, singular) {
        return singular.get(..singular.len() - 1).map(str::to_owned);
    }
    let singular = folded.strip_suffix("es").unwrap_or(folded);
    if lists(IN_EN, singular) {
        return Some(singular.to_owned());
    }
    if let Some(word) = [folded, singular].into_iter().find(|word| lists(IN_STRESSED_ES, word)) {
        return Some(word.to_owned());
    }
    let base = folded.strip_suffix("ces").or_else(|| folded.strip_suffix('z'))?;
    lists(IN_Z, &format!("{base}z")).then(|| format!("{base}z"))
}

/// The singular of plurals that Snowball treats otherwise than their singular; superlatives lose `-ísimo`.
fn singular(folded: &str) -> String {
    for ending in ["isimos", "isimas", "isimo", "isima"] {
        if let Some(base) = folded.strip_suffix(ending)
            && base.len() >= 3
        {
            return format!("{base}o");
        }
    }
    if let Some(singular) = folded.strip_suffix('s')
        && (singular.ends_with("ea") || lists(IN_IA, singular))
    {
        return singular.to_owned();
    }
    for ending in ["ares", "eres", "ires", "ades"] {
        if folded.len() > ending.len() + 2 && folded.ends_with(ending) && !folded.ends_with("ieres") {
            return folded[..folded.len() - 2].to_owned();
        }
    }
    folded.to_owned()
}

/// The word with the accents that Snowball's rules look for.
fn restored(folded: &str) -> String {
    if let Some(base) = folded.strip_suffix("sion") {
        let misspelt = lists(MISSPELT_SION, folded) || (base.ends_with('a') && !lists(TRUE_ASION, folded));
        return format!("{base}{}ión", if misspelt { 'c' } else { 's' });
    }
    if let Some(base) = folded.strip_suffix("cion") {
        return format!("{base}ción");
    }
    // -ia, -ias, -ian, -iamos: the same i bears the accent in all of them.
    for ending in ["ia", "ias", "ian", "iamos"] {
        if let Some(base) = folded.strip_suffix(ending)
            && has_stressed_ia(base)
        {
            return format!("{base}í{}", &ending[1..]);
        }
    }
    folded.to_owned()
}

/// Whether `base` + `ia` is stressed on the i.
fn has_stressed_ia(base: &str) -> bool {
    let word = format!("{base}ia");
    let by_rule =
        ["eria", "iria", "logia", "nomia", "grafia", "duria"].iter().any(|ending| word.ends_with(ending));
    (by_rule && !lists(PLAIN_ERIA, &word)) || lists(IN_IA, &word) || lists(IMPERFECT_ROOTS, base)
}

fn lists(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|listed| listed == word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::stem;
    use crate::domain::language::Language;
    use crate::text::analyzer::Analyzer;
    use crate::text::fold::folded;

    #[test]
    fn forms_of_one_word_meet() {
        let mut apart = Vec::new();
        for forms in [
            "reclamo reclamos reclamar reclamé reclamación reclamaciones reclamacion",
            "préstamo préstamos prestamo prestamos",
            "mínimo mínimos minimo minimos mínima mínimas",
            "último últimos ultimo ultimos últimas",
            "devolución devolucion devoluciones devolver devolvieron devuelven devuelto devolusion",
            "facturación facturacion factura facturas facturaron facturasion",
            "cobró cobro cobros cobraron cobrar cobrando cobrado",
            "línea linea líneas lineas",
            "área áreas area areas",
            "vía vías via",
            "crédito créditos credito creditos",
            "móvil móviles movil moviles",
            "teléfono teléfonos telefono telefonos",
            "celular celulares",
            "titular titulares",
            "ciudad ciudades",
            "calidad calidades",
            "sucursal sucursales",
            "imagen imágenes imagenes",
            "orden órdenes ordenes",
            "almacén almacenes almacen",
            "vez veces",
            "luz luces",
            "interés intereses interes",
            "comisión comisiones comision",
            "atención atencion atenciones atension",
            "garantía garantías garantia garantias",
            "avería averías averia averiado averiada",
            "compañía compañías compania companias",
            "batería baterías bateria",
            "error errores",
            "cliente clientes",
            "solución solucionar soluciones solucionaron solucion",
            "función funciona funcionan funcionamiento funcion",
            "pésimo pésima pesimo pésimos",
            "malo malísimo malisimo mala",
            "tenía tenían tener tenia tenian",
            "debería deberían deberia",
            "resolver resuelto resolvieron resuelvan resolución resolucion",
            "pagué pague pagar pagaron pago pagos",
            "llegó llego llegar llegaron llegue",
            "envío envíos envio envios",
            "día días dia dias",
            "cuenta cuentas",
            "seguro seguros",
            "mes meses",
        ] {
            let stems: Vec<_> = forms.split(' ').map(|form| stem(&folded(form))).collect();
            if stems.iter().any(|stem| *stem != stems[0]) {
                apart.push((forms, stems));
            }
        }
        assert!(apart.is_empty(), "{apart:#?}");
    }

    #[test]
    fn words_that_differ_stay_apart() {
        for (one, other) in [
            ("cuota", "cuenta"),
            ("seguro", "seguir"),
            ("ocasión", "ocaso"),
            ("materia", "matar"),
            ("noticia", "noto"),
            ("reclamo", "recluso"),
        ] {
            assert_ne!(stem(&folded(one)), stem(&folded(other)), "{one} {other}");
        }
    }

    #[test]
    fn regional_words_keep_their_own_stems() {
        for (word, expected) in [
            ("computadora", "comput"),
            ("ordenador", "orden"),
            ("boleta", "bolet"),
            ("plata", "plat"),
            ("chimba", "chimb"),
            ("tiquetes", "tiquet"),
        ] {
            assert_eq!(stem(word), expected);
        }
    }

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        Analyzer::new().each_token(text, Language::Spanish, |token| terms.push(token.term.to_owned()));
        terms
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]
        #[test]
        fn accents_and_case_never_matter(text in "([a-zñáéíóúü]{1,12}(ción|ía|ías|os|es|ísimo)? ){1,6}") {
            prop_assert_eq!(terms(&text), terms(&folded(&text)));
            prop_assert_eq!(terms(&text), terms(&text.to_uppercase()));
        }
    }
}
