//! Usernames: RFC 8265 with full case folding, and one script a name.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{EastAsianWidth, GeneralCategory, GeneralCategoryGroup, XidContinue},
};
use unicode_normalization::UnicodeNormalization;
use unicode_security::mixed_script::AugmentedScriptSet;

use super::{
    bidi::keeps_order,
    case::fold_compatible,
    characters::{category, is_hidden, is_in, is_mark},
    skeleton::skeleton,
};

/// The shortest username, in columns: a Chinese, Japanese or Korean character takes two.
const MIN: usize = 3;

/// The longest username, in characters.
const MAX: usize = 32;

/// A username. Contains no `@`, so it is never an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// As it was written, in compatible composed form (NFKC).
    pub written: String,
    /// The same for every spelling in case, width and composition.
    pub canonical: String,
    /// The same for all names that look alike.
    pub skeleton: String,
}

/// Why a text is not a valid username.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameProblem {
    /// It has fewer than three characters.
    TooShort,
    /// It has more than 32 characters.
    TooLong,
    /// It contains a character that is neither a letter nor a digit nor `.`, `_` or `-`.
    Characters,
    /// It does not begin and end with a letter or a digit.
    Ends,
    /// It mixes scripts or directions.
    Scripts,
}

impl Username {
    /// Parses a username.
    ///
    /// # Errors
    ///
    /// Every [`UsernameProblem`] of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<UsernameProblem>> {
        let written: String = text.trim().nfkc().collect();
        let canonical = fold_compatible(&written);
        let characters_are_valid = has_valid_characters(&written);
        let problems = [
            (columns(&written) < MIN).then_some(UsernameProblem::TooShort),
            (written.chars().count() > MAX).then_some(UsernameProblem::TooLong),
            (!characters_are_valid).then_some(UsernameProblem::Characters),
            (written.starts_with(is_separator) || written.ends_with(is_separator)).then_some(UsernameProblem::Ends),
            (characters_are_valid && !(is_in_one_script(&written) && keeps_order(&written)))
                .then_some(UsernameProblem::Scripts),
        ];
        let problems: Vec<_> = problems.into_iter().flatten().collect();
        let skeleton = skeleton(&written);
        if problems.is_empty() { Ok(Self { written, canonical, skeleton }) } else { Err(problems) }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

fn columns(name: &str) -> usize {
    let is_wide = |c: char| CodePointMapData::<EastAsianWidth>::new().get(c) == EastAsianWidth::Wide;
    name.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Whether every character may stand where it does. Marks follow a letter, and none follows itself, which would hide
/// it (UTS 39 §5.4).
fn has_valid_characters(name: &str) -> bool {
    let mut before = None;
    name.nfd().all(|c| {
        let is_valid = if is_mark(c) {
            let repeats = before == Some(c) && category(c) == GeneralCategory::NonspacingMark;
            before.is_some_and(|before| !is_separator(before)) && !repeats && may_stand(c)
        } else {
            is_separator(c) || may_stand(c)
        };
        before = Some(c);
        is_valid
    }) && dots_join_their_letters(name)
}

/// A letter, mark or digit that names in any script are written with (UAX 31), or a sign that joins the parts of names
/// in one script (UAX 31, table 3).
fn may_stand(c: char) -> bool {
    let groups = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Mark).union(GeneralCategoryGroup::Number);
    let in_word = is_in(c, groups) && CodePointSetData::new::<XidContinue>().contains(c);
    let joins = matches!(c, '\u{b7}' | '\u{58a}' | '\u{5f3}' | '\u{5f4}' | '\u{f0b}' | '\u{30fb}');
    (in_word || joins) && !is_hidden(c)
}

/// Whether the dots that resemble `.` are where their languages need them: `l·l` in Catalan, `・` beside characters of
/// double width (RFC 5892, appendix A).
fn dots_join_their_letters(name: &str) -> bool {
    let characters: Vec<char> = name.chars().collect();
    let l = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|c| matches!(c, 'l' | 'L'));
    characters.iter().enumerate().all(|(at, c)| match c {
        '\u{b7}' => l(at.checked_sub(1)) && l(Some(at + 1)),
        '\u{30fb}' => name.replace('\u{30fb}', "").chars().any(|c| columns(c.encode_utf8(&mut [0; 4])) == 2),
        _ => true,
    })
}

/// Whether a reader knows each letter: all are of one script, or of one that is written together with Latin letters
/// ("highly restrictive", UTS 39 §5.2).
fn is_in_one_script(name: &str) -> bool {
    let latin = AugmentedScriptSet::for_char('a').base;
    let (mut all, mut others) = (AugmentedScriptSet::default(), AugmentedScriptSet::default());
    for c in name.chars() {
        let scripts = AugmentedScriptSet::for_char(c);
        all.intersect_with(scripts);
        if scripts.base != latin {
            others.intersect_with(scripts);
        }
    }
    !all.is_empty() || others.hanb || others.jpan || others.kore
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_canonical_form() {
        for (one, other) in [
            ("Zoë.B", " zoe\u{308}.b"),
            ("Νίκος.Παππάς", "ΝΊΚΟΣ.ΠΑΠΠΆΣ"),
            ("strauß", "STRAUSS"),
            ("\u{ff41}\u{ff44}\u{ff41}", "ada"),
            ("\u{fb01}nn", "finn"),
            ("Işıl", "IŞIL"),
            ("น้ำฝน", "น\u{e49}\u{e4d}\u{e32}ฝน"),
        ] {
            let canonical = |text| Username::parse(text).unwrap().canonical;
            assert_eq!(canonical(one), canonical(other));
        }
    }

    #[test]
    fn names_that_pretend_are_refused() {
        // An address, invisible letters, a newline, separators at the ends, two scripts, a mark twice, other dots.
        for text in [
            "ada@x",
            "a\u{200b}da",
            "ad\na",
            ".ada",
            "ada-",
            "ad",
            "",
            "ada\0",
            "ada\u{1160}",
            "ad\u{115f}a",
            "\u{430}da_l",
            "a\u{301}\u{301}da",
            "\u{301}ada",
            "ada.\u{301}b",
            "ada\u{b7}b",
            "ada\u{30fb}b",
            "ada\u{203f}b",
            "a\u{200d}da",
            "\u{5d3}\u{5d5}\u{5d3}ada",
            "ada\u{13441}",
        ] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_canonical_form_is_its_own() {
        for c in super::super::characters::distinctive() {
            let Ok(name) = Username::parse(&format!("{c}{c}l{c}")) else { continue };
            let again = Username::parse(&name.canonical).map(|name| name.canonical);
            assert_eq!(again.as_ref(), Ok(&name.canonical), "{c:?}");
        }
    }
}
