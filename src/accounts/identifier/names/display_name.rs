//! Display names: one line of visible text (RFC 8266).

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        CanonicalCombiningClass, Emoji, EmojiModifier, ExtendedPictographic, GeneralCategoryGroup, JoiningType, Script,
        UnifiedIdeograph, VariationSelector,
    },
};

use super::{
    case::compose,
    characters::{is_hidden, is_ignorable, is_in, is_mark, is_space},
};

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const LAST_TAG: char = '\u{e007f}';

/// The composed name (NFC) without white space around it, with single spaces in it, and without invisible characters,
/// which people paste without knowing. Joiners, variation selectors and tags stay where a script or an emoji needs them.
///
/// `None` if the name contains a control character, a line separator, or a character that fonts do not know; these are
/// not removed, because something else was meant. The name may be empty.
#[must_use]
pub fn tidy_display_name(text: &str) -> Option<String> {
    let characters: Vec<char> = compose(text.trim()).chars().collect();
    if characters.iter().any(|c| is_in(*c, unfit()) && !is_ignorable(*c)) {
        return None;
    }
    let mut name = String::new();
    let mut rest = &*characters;
    while let Some((c, after)) = rest.split_first() {
        rest = after;
        if is_space(*c) {
            if !name.is_empty() && !name.ends_with(' ') {
                name.push(' ');
            }
        } else if !is_hidden(*c) || is_needed(&name, *c, after.first().copied()) {
            name.push(*c);
        }
        if *c == BLACK_FLAG {
            let tags = flag_tags(after);
            name.extend(&after[..tags]);
            rest = &after[tags..];
        }
    }
    let name = compose(name.trim_end());
    let is_visible = name.chars().any(|c| !is_hidden(c) && !is_space(c) && !is_mark(c));
    Some(if is_visible { name } else { String::new() })
}

/// Controls, line and paragraph separators, and private and unassigned characters.
fn unfit() -> GeneralCategoryGroup {
    GeneralCategoryGroup::Control
        .union(GeneralCategoryGroup::LineSeparator)
        .union(GeneralCategoryGroup::ParagraphSeparator)
        .union(GeneralCategoryGroup::PrivateUse)
        .union(GeneralCategoryGroup::Unassigned)
}

/// Whether an invisible character changes how its neighbours look.
fn is_needed(before: &str, c: char, after: Option<char>) -> bool {
    let Some(previous) = before.chars().next_back() else { return false };
    if c == ZERO_WIDTH_JOINER && joins_emoji(before, after) {
        return true;
    }
    match c {
        ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => changes_shape(before, previous, after),
        EMOJI_STYLE if previous.is_ascii() => is_keycap_base(previous) && after == Some(KEYCAP),
        // Mongolian has variation selectors and a vowel separator of its own.
        '\u{180b}'..='\u{180f}' => script(previous) == Script::Mongolian,
        _ if CodePointSetData::new::<VariationSelector>().contains(c) => {
            let is_emoji = CodePointSetData::new::<Emoji>().contains(previous) && !previous.is_ascii();
            let of_emoji = is_emoji && matches!(c, '\u{fe0e}' | EMOJI_STYLE);
            of_emoji || CodePointSetData::new::<UnifiedIdeograph>().contains(previous)
        }
        _ => false,
    }
}

fn is_keycap_base(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// Whether a joiner is between two emoji, of which the first may have a style and a skin colour.
fn joins_emoji(before: &str, after: Option<char>) -> bool {
    let is_pictograph = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let modifies = |c: &char| *c == EMOJI_STYLE || CodePointSetData::new::<EmojiModifier>().contains(*c);
    let emoji = before.chars().rev().find(|c| !modifies(c));
    emoji.is_some_and(is_pictograph) && after.is_some_and(is_pictograph)
}

/// Whether a joiner or non-joiner is beside a virama, or between letters that join (RFC 5892, appendix A).
fn changes_shape(before: &str, previous: char, after: Option<char>) -> bool {
    let is_virama =
        |c: char| CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama;
    if is_virama(previous) || after.is_some_and(is_virama) {
        return true;
    }
    let joining = |c: char| CodePointMapData::<JoiningType>::new().get(c);
    let left = before.chars().rev().map(joining).find(|joining| *joining != JoiningType::Transparent);
    let right = after.map(joining);
    let joins_after = matches!(left, Some(JoiningType::DualJoining | JoiningType::LeftJoining));
    joins_after && matches!(right, Some(JoiningType::DualJoining | JoiningType::RightJoining))
}

/// How many tags after a black flag make it the flag of a region, such as Scotland's.
fn flag_tags(after: &[char]) -> usize {
    let of_region = |c: &&char| matches!(**c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = after.iter().take_while(of_region).count();
    if (3..=6).contains(&tags) && after.get(tags) == Some(&LAST_TAG) { tags + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_and_emoji_need_stays() {
        for name in [
            "علی\u{200c}رضا",
            "ශ්\u{200d}රී",
            "ര്\u{200d}",
            "র\u{200d}্য",
            "👩\u{200d}🚀",
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "Ada 1\u{fe0f}\u{20e3}",
            "辻\u{e0100}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "ᠠ\u{180b}ᠨ",
            "O'Brien-Smith, Jr.",
            "བསྟན་འཛིན",
        ] {
            assert_eq!(tidy_display_name(name).as_deref(), Some(name), "{name:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_removed_and_what_is_meant_otherwise_is_refused() {
        for (text, tidy) in [
            ("  Ada \u{3000} Lovelace\u{a0}", "Ada Lovelace"),
            ("A\u{200d}d\u{200c}a\u{fe0f}", "Ada"),
            ("\u{feff}Ada\u{202e}", "Ada"),
            ("Ada1\u{fe0f}", "Ada1"),
            ("\u{1f3f4}\u{e0067}\u{e0062}", "\u{1f3f4}"),
            ("Cafe\u{200b}\u{301}", "Caf\u{e9}"),
            ("\u{200d}", ""),
            ("\u{115f}\u{1160} \u{2800}", ""),
            ("\u{301}", ""),
        ] {
            assert_eq!(tidy_display_name(text).as_deref(), Some(tidy), "{text:?}");
        }
        for text in ["A\nda", "A\0", "A\u{2028}da", "Ada\u{e000}", "Ada\u{378}", "Ada\u{f0000}"] {
            assert_eq!(tidy_display_name(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_ignorable_character_alone_changes_no_name() {
        for c in ('\0'..=char::MAX).filter(|c| is_ignorable(*c)) {
            assert_eq!(tidy_display_name(&format!("A{c}da")).as_deref(), Some("Ada"), "{c:?}");
            assert_eq!(tidy_display_name(&c.to_string()).as_deref(), Some(""), "{c:?}");
        }
    }
}
