//! The Bidi rule: a name with letters that are written from right to left reads in one order only.

use icu_properties::{CodePointMapData, props::BidiClass};

/// Whether a name keeps the Bidi rule (RFC 5893 §2), as RFC 8265 §3.3.2 demands of usernames.
pub(super) fn keeps_order(name: &str) -> bool {
    let classes: Vec<BidiClass> = name.chars().map(|c| CodePointMapData::<BidiClass>::new().get(c)).collect();
    let is_strong = |class: &BidiClass| matches!(*class, BidiClass::RightToLeft | BidiClass::ArabicLetter);
    let has = |class: BidiClass| classes.contains(&class);
    if !classes.iter().any(is_strong) {
        return !has(BidiClass::ArabicNumber) || !has(BidiClass::LeftToRight);
    }
    let begins = classes.first().is_some_and(is_strong);
    let ends = classes.iter().rev().find(|class| **class != BidiClass::NonspacingMark);
    let ends = ends
        .is_some_and(|class| is_strong(class) || matches!(*class, BidiClass::EuropeanNumber | BidiClass::ArabicNumber));
    let one_kind_of_digits = !(has(BidiClass::EuropeanNumber) && has(BidiClass::ArabicNumber));
    begins && ends && one_kind_of_digits && !has(BidiClass::LeftToRight)
}
