//! Properties of characters that decide where they may stand.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};

pub(super) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

pub(super) fn is_in(c: char, group: GeneralCategoryGroup) -> bool {
    group.contains(category(c))
}

/// Whether a combining character, which belongs to the one before it.
pub(super) fn is_mark(c: char) -> bool {
    is_in(c, GeneralCategoryGroup::Mark)
}

/// Whether text may ignore the character: it has no glyph of its own.
pub(super) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether a letter or a symbol has an empty glyph. Unicode has no property for such characters.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{fffc}' | '\u{13441}' | '\u{13442}' | '\u{16fe4}' | '\u{1d159}')
}

/// Whether readers cannot see the character, or fonts do not know it: controls, format and direction controls, fillers,
/// line separators, and private and unassigned characters.
pub(super) fn is_hidden(c: char) -> bool {
    let unseen = GeneralCategoryGroup::Other
        .union(GeneralCategoryGroup::LineSeparator)
        .union(GeneralCategoryGroup::ParagraphSeparator);
    is_in(c, unseen) || is_ignorable(c) || is_blank(c)
}

/// Whether white space in a line: spaces of every width.
pub(super) fn is_space(c: char) -> bool {
    is_in(c, GeneralCategoryGroup::SpaceSeparator)
}

/// Every character, without those that are treated like many others: ideographs, Hangul syllables, private and
/// unassigned characters.
#[cfg(test)]
pub(super) fn distinctive() -> impl Iterator<Item = char> {
    let alike = |c: char| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{17000}'..='\u{18cff}');
    ('\0'..='\u{1ffff}').filter(move |c| !alike(*c) && category(*c) != GeneralCategory::Unassigned)
}
