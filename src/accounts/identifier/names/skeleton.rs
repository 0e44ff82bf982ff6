//! Skeletons: the same text for names that look alike (UTS 39 §4).

use unicode_security::skeleton as prototypes;

use super::case::fold;

/// The skeleton of a name, without its case. Names with the same skeleton are confusable: `paypal`, `paypaI` and
/// `раураl`. Computed from the name as it is shown, because `I` looks like `l` and `i` does not.
#[must_use]
pub fn skeleton(name: &str) -> String {
    // Some letters have a look-alike in one case only, such as `m` and `rn`.
    let once = |text: &str| fold(&prototypes(text).collect::<String>());
    once(&once(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("paypal", "paypaI"),
            ("paypal", "PAYPAL"),
            ("ada_l", "\u{430}da_l"),
            ("coco", "\u{441}\u{43e}\u{441}\u{43e}"),
            ("coco", "\u{421}\u{41e}\u{421}\u{41e}"),
            ("mark", "rnark"),
            ("Mark", "rnark"),
            ("bob", "b0b"),
            ("alice", "a1ice"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [("ada", "eva"), ("bill", "bili"), ("νίκος", "nikos"), ("ada_l", "ada.l")] {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }
}
