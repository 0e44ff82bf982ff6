//! Case folding: one text for every spelling in upper, lower and title case.

use icu_casemap::CaseMapper;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Full case folding (Unicode 3.13, D145) in composed form (NFC). Does not depend on the neighbours of a letter, so the
/// Greek `σ` and `ς` are one letter, and `ß` is `ss`. All four kinds of `i` are one letter, because `I` is the upper
/// case of a different one in Turkish.
#[must_use]
pub fn fold(text: &str) -> String {
    // Folding a composed letter can give letters to be composed anew; the second round changes nothing after it.
    fold_once(&fold_once(text)).nfc().collect()
}

/// Full case folding in compatible composed form (Unicode 3.13, D146, and NFKC).
pub(super) fn fold_compatible(text: &str) -> String {
    let folded: String = fold_once(text).nfkd().collect();
    fold_once(&folded).nfkc().collect()
}

fn fold_once(text: &str) -> String {
    let decomposed: String = text.nfd().collect();
    let folded = CaseMapper::new().fold_string(&decomposed).replace('\u{131}', "i");
    // The dot of `İ`.
    let folded: String = folded.nfd().collect();
    folded.replace("i\u{307}", "i")
}

/// The form that the first releases stored: in lower case, which depends on neighbours, and composed. Users whose row
/// could not be converted log in with it.
#[must_use]
pub fn former(text: &str) -> String {
    let lower = compose(text.trim()).to_lowercase();
    compose(&lower)
}

/// The composed form (NFC).
pub(super) fn compose(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

#[cfg(test)]
mod tests {
    use super::super::characters::distinctive;
    use super::*;

    #[test]
    fn every_case_of_every_letter_is_the_same_beside_every_neighbour() {
        for c in distinctive().filter(|c| c.to_lowercase().ne([*c]) || c.to_uppercase().ne([*c])) {
            let (upper, lower) = (c.to_uppercase().to_string(), c.to_lowercase().to_string());
            // An iota below a letter stands after an accent, in upper case before it.
            let has_iota_below = c.nfd().any(|c| c == '\u{345}');
            for neighbour in ["", ".", "1", "a", "-", "_", "\u{301}"] {
                if has_iota_below && neighbour == "\u{301}" {
                    continue;
                }
                let around = |letter: &str| format!("{neighbour}{letter}{neighbour}");
                let expected = fold(&around(&c.to_string()));
                for spelling in
                    [&around(&upper), &around(&lower), &around(&upper).to_lowercase(), &around(&lower).to_uppercase()]
                {
                    assert_eq!(fold(spelling), expected, "{c:?} {spelling:?}");
                }
                let expected = fold_compatible(&around(&c.to_string()));
                assert_eq!(fold_compatible(&around(&upper)), expected, "{c:?}");
                assert_eq!(fold_compatible(&around(&lower)), expected, "{c:?}");
            }
        }
    }

    #[test]
    fn a_folded_text_stays_as_it_is_also_by_the_former_rule() {
        for c in distinctive().filter(|c| c.is_alphanumeric()) {
            for text in [c.to_string(), format!("a{c}b"), format!("{c}\u{301}"), format!("{c}\u{307}")] {
                for (name, rule) in [("fold", fold as fn(&str) -> String), ("fold_compatible", fold_compatible)] {
                    let folded = rule(&text);
                    assert_eq!(rule(&folded), folded, "{name} {text:?}");
                    assert_eq!(rule(&former(&text)), folded, "{name} {text:?}");
                }
            }
        }
    }
}
