//! Function words, folded. Negations are not among them: `no`, `not`, `never` and `sin` change what a
//! complaint says. Question words stay out too: they tell a question from a failure.

use crate::domain::language::Language;

const SPANISH: &str = "a al algo algun alguna algunas alguno algunos ante aquel aquella aquello aun aunque asi \
    como con cual cuales cuando cuya cuyo de del desde donde durante e el ella ellas ellos en entre era eran es \
    esa esas ese eso esos esta estaba estaban estado estamos estan estar estas este esto estos estoy fue fueron \
    fui ha habia han hasta hay he hemos la las le les lo los mas me mi mis muy nos nosotros nuestra nuestras \
    nuestro nuestros o os otra otras otro otros para pero por porque pues que quien quienes se sea ser si sido \
    siendo sobre son soy su sus tal tambien tan tanto te tiene tienen tengo toda todas todo todos tu tus u un una \
    unas uno unos usted ustedes va y ya yo";

const ENGLISH: &str = "a about after again all also am an and any are as at be because been before being both but \
    by could did do does doing during each for from further had has have having he her here hers him his i if im \
    in into is it its itself ive just me more most my myself of off on once or other our ours out over own same \
    she should so some such than that thats the their theirs them then there these they this those through to too \
    under until up very was we were which while who whom will with would you your yours";

const PORTUGUESE: &str = "a ao aos aquela aquele aquilo as ate com como da das de dela dele deles depois do dos e ela \
    elas ele eles em entre era essa essas esse esses esta estao estava este estes estou eu foi foram ha isso isto \
    ja la lhe lhes mais mas me mesmo meu meus minha minhas muito na nas no nos nossa nossas nosso nossos num numa o \
    os ou para pela pelas pelo pelos por porque pra qual quando que quem sao se seja ser seu seus so sua suas \
    tambem te tem tenho ter tinha tudo um uma umas uns voce voces";

const FRENCH: &str = "a ai ainsi alors au aucun aussi autre aux avec avoir avez avons c ce ceci cela ces cet cette ceux \
    chez comme d dans de des donc du elle elles en encore est et etaient etait etant ete etes etre eu fait furent \
    ici il ils j je l la le les leur leurs lui m ma mais me meme mes moi mon n nos notre nous on ont ou par parce \
    pour qu que qui s sa se sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une \
    vos votre vous y";

/// Whether the folded word is a function word of the language; always false in languages without a list.
pub(super) fn contains(language: Language, folded: &str) -> bool {
    list(language).split_ascii_whitespace().any(|word| word == folded)
}

/// The function words of a language, apart by spaces.
pub(super) fn list(language: Language) -> &'static str {
    match language {
        Language::Spanish => SPANISH,
        Language::English => ENGLISH,
        Language::Portuguese => PORTUGUESE,
        Language::French => FRENCH,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::contains;
    use crate::domain::language::Language::{self, English, French, German, Portuguese, Spanish};

    #[test]
    fn negations_are_kept_and_function_words_are_not() {
        let check = |language: Language, word: &str, expected: bool| {
            assert_eq!(contains(language, word), expected, "{language:?} {word}");
        };
        for word in ["no", "ni", "nunca", "nada", "nadie", "sin", "tampoco", "jamas"] {
            check(Spanish, word, false);
        }
        for word in ["no", "not", "never", "dont", "cant", "without", "against"] {
            check(English, word, false);
        }
        for word in ["nao", "nunca", "nem", "sem"] {
            check(Portuguese, word, false);
        }
        for word in ["ne", "pas", "sans", "jamais", "rien"] {
            check(French, word, false);
        }
        check(Spanish, "de", true);
        check(English, "the", true);
        check(Portuguese, "pelo", true);
        check(French, "dans", true);
        check(German, "der", false);
    }
}
