//! The kinds of settings: how a text becomes a value, what is said of a text that does not, and how a value is shown.
//!
//! Most settings are of one of the kinds in this folder. A setting that is like no other implements [`Kind`] beside its
//! declaration.

mod choice;
mod list;
mod modified;
mod number;
mod optional;
mod parsed;

use self::modified::{Mapped, Or, Required};
pub(super) use self::{
    choice::{choice, switch},
    list::list,
    number::{days, minutes, number, seconds},
    optional::optional,
    parsed::{parsed, parsed_by, path, text},
};

/// How an empty or disabled setting is written.
pub(super) const NONE: &str = "none";

/// A kind of settings.
pub(super) trait Kind {
    /// The value of such a setting.
    type Value;

    /// What a valid text is, as the rest of the sentence "must be …".
    fn expected(&self) -> String;

    /// The value of a text. The error is the rest of a sentence that begins with the name of the setting.
    fn parse(&self, text: &str) -> Result<Self::Value, String>;

    /// The value as a text, for people. Shows no secret.
    fn show(&self, value: &Self::Value) -> String;

    /// The value of a setting that is not given, from the declared default.
    fn default(&self, text: &str) -> Self::Value {
        self.parse(text).unwrap_or_else(|message| panic!("the default {text} {message}"))
    }

    /// Why a setting has to be given, if it has.
    fn required(&self) -> Option<String> {
        None
    }

    /// Whether an empty text is a value. Otherwise, a setting with an empty text is not given: Compose files pass empty
    /// variables for what is not set.
    fn accepts_empty(&self) -> bool {
        false
    }

    /// The same kind with a computed default.
    fn or(self, default: Self::Value) -> Or<Self>
    where
        Self: Sized,
    {
        Or { kind: self, default }
    }

    /// The same kind, required under a condition. The message is the rest of a sentence that begins with the name.
    fn required_if(self, is_required: bool, message: &'static str) -> Required<Self>
    where
        Self: Sized,
    {
        Required { kind: self, message: is_required.then_some(message) }
    }

    /// The same texts for values of another type.
    fn map<T>(self, to: fn(Self::Value) -> T, from: fn(&T) -> Self::Value) -> Mapped<Self, T>
    where
        Self: Sized,
    {
        Mapped { kind: self, to, from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_describes_its_texts() {
        assert_eq!(switch().expected(), "`true` or `false`");
        assert_eq!(choice(&[("one", 1), ("two", 2), ("three", 3)]).expected(), "`one`, `two` or `three`");
        assert_eq!(optional(NONE, number(1..=9)).expected(), "a whole number from 1 to 9, or `none`");
        assert_eq!(days(1..=9).parse("10"), Err("must be a whole number from 1 to 9".to_owned()));
    }

    #[test]
    fn a_shown_value_is_parsed_as_the_same() {
        fn check<K: Kind<Value: PartialEq + std::fmt::Debug>>(kind: &K, text: &str) {
            let value = kind.parse(text).unwrap();
            assert_eq!(kind.parse(&kind.show(&value)), Ok(value), "{text}");
        }
        let odd = |text: &str| text.parse().ok().filter(|number: &u8| number % 2 == 1);
        for text in ["", "none", "1,3", " 5 , ,7 "] {
            check(&list("odd numbers", odd, NONE), text);
        }
        check(&optional("measured", number(0..=6)), "measured");
        check(&optional("measured", number(0..=6)), "6");
        check(&minutes(1..=60), "15");
        check(&path(), "some/where");
        check(&switch(), "false");
    }

    #[test]
    fn a_required_setting_has_a_default_nevertheless() {
        let kind = number(1..=9).or(4).required_if(true, "is required");
        assert_eq!((kind.required().as_deref(), kind.default("described")), (Some("is required"), 4));
        assert_eq!(number(1..=9).required_if(false, "is required").required(), None);
    }
}
