//! The `settings!` macro, which declares the settings of one topic, and the declaration of a setting as a value.

/// A setting: an environment variable, a line in `.env` or a flag.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The value when the setting is not given.
    pub default: DefaultValue,
    /// The meaning of the setting, in a sentence or two of Markdown.
    pub help: &'static str,
    /// What a valid value is, as the rest of the sentence "must be …".
    pub expected: String,
    /// Whether the value is masked when it is shown. A secret is also read from the file that `NAME_FILE` names.
    pub secret: bool,
    /// The topic of the setting.
    pub group: Group,
}

/// The default of a setting, as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A value that the setting could also be given.
    Value(&'static str),
    /// A description of a default that depends on other settings or on the machine.
    Described(&'static str),
}

/// A topic of settings: a section of `docs/configuration.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// What the settings of the group are for, in a sentence or two of Markdown.
    pub about: &'static str,
}

impl Setting {
    pub(super) fn new(name: &'static str, default: impl Into<DefaultValue>, help: &'static str) -> Self {
        let group = Group::default();
        Self { name, default: default.into(), help: help.trim_start(), expected: String::new(), secret: false, group }
    }

    /// Masks the value, and reads it from the file in `NAME_FILE`, too.
    pub(super) fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The name of the command-line flag, without its two hyphens.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.to_lowercase().replace('_', "-")
    }

    /// The name of the variable with the path of a file that holds this secret.
    #[must_use]
    pub fn file_variable(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.name))
    }
}

impl DefaultValue {
    /// The value, or the description.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Value(text) | Self::Described(text) => text,
        }
    }
}

impl From<&'static str> for DefaultValue {
    fn from(text: &'static str) -> Self {
        Self::Value(text)
    }
}

/// Declares the settings of one topic as a struct with a field for each.
///
/// The comment of the struct describes the topic in `docs/configuration.md`. Of each field,
///
/// - the comment is the meaning of the setting: in `--help`, in `docs/configuration.md` and in `.env.example`;
/// - `#[setting("NAME", default = …, kind)]` is its name, its default and how it is parsed and shown (see
///   [`Kind`](crate::config::kind::Kind)); `secret` after the kind masks the value.
///
/// The default is a text that the kind parses, or [`DefaultValue::Described`] if the kind computes it. A kind may use
/// the fields above its own, and the topics in parentheses after the name of the struct.
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        #[group($title:literal)]
        pub struct $Topic:ident $(($($topic:ident: &$Other:ty),+))? {
            $(
                $(#[doc = $help:literal])+
                #[setting($name:literal, default = $default:expr, $kind:expr $(, $flag:ident)?)]
                pub $field:ident: $Type:ty,
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $Topic {
            $(
                $(#[doc = $help])+
                pub $field: $Type,
            )+
        }

        impl $Topic {
            /// Reads every setting of this topic.
            pub(in crate::config) fn read(
                reader: &mut $crate::config::reader::Reader<'_>,
                $($($topic: &$Other),+)?
            ) -> Self {
                use $crate::config::settings_macro::{Group, Setting};

                reader.begin(Group { title: $title, about: concat!($($about),+).trim_ascii_start() });
                $(
                    let setting = Setting::new($name, $default, concat!($($help),+))$(.$flag())?;
                    let $field = reader.read(setting, &$kind);
                )+
                Self { $($field),+ }
            }
        }
    };
}
pub(super) use settings;
