//! The texts of a language, as read from its file. Each paragraph is a template.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::mail::kind::MailKind;

/// The paragraphs of each text of a language, by key, such as `mails.reset_password.lead`.
#[derive(Clone)]
pub(super) struct Texts(pub(super) BTreeMap<String, Vec<String>>);

/// A file of texts. Texts that are absent are taken from the built-in file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    greeting: Option<String>,
    link_hint: Option<String>,
    minutes: Option<String>,
    hours: Option<String>,
    days: Option<String>,
    requested: Option<String>,
    account: Option<String>,
    #[serde(default)]
    mails: BTreeMap<MailKind, MailTexts>,
}

/// The texts of one mail.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailTexts {
    subject: Option<String>,
    /// The paragraphs before the button.
    lead: Option<Vec<String>>,
    button: Option<String>,
    /// The paragraphs after the button.
    rest: Option<Vec<String>>,
    why: Option<String>,
}

impl Texts {
    pub(super) fn read(json: &str) -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(json)?;
        let mut texts = BTreeMap::new();
        let mut add = |key: String, text: Option<Vec<String>>| texts.extend(text.map(|text| (key, text)));
        for (key, text) in [
            ("greeting", file.greeting),
            ("link_hint", file.link_hint),
            ("minutes", file.minutes),
            ("hours", file.hours),
            ("days", file.days),
            ("requested", file.requested),
            ("account", file.account),
        ] {
            add(key.to_owned(), text.map(|text| vec![text]));
        }
        for (kind, mail) in file.mails {
            add(key(kind, "subject"), mail.subject.map(|text| vec![text]));
            add(key(kind, "lead"), mail.lead);
            add(key(kind, "button"), mail.button.map(|text| vec![text]));
            add(key(kind, "rest"), mail.rest);
            add(key(kind, "why"), mail.why.map(|text| vec![text]));
        }
        Ok(Self(texts))
    }

    /// Adds the texts of a built-in language that are absent here.
    pub(super) fn or(self, built_in: &Self) -> Self {
        let mut texts = built_in.0.clone();
        texts.extend(self.0);
        Self(texts)
    }

    /// The key of a text that is absent.
    pub(super) fn missing(&self) -> Option<String> {
        let shared = ["greeting", "link_hint", "minutes", "hours", "days", "requested", "account"].map(str::to_owned);
        let of_mails = MailKind::ALL.into_iter().flat_map(|kind| {
            let button = kind.page().map(|_| "button");
            ["subject", "lead", "rest", "why"].into_iter().chain(button).map(move |part| key(kind, part))
        });
        shared.into_iter().chain(of_mails).find(|key| !self.0.contains_key(key))
    }
}

/// The key of a part of a mail.
pub(super) fn key(kind: MailKind, part: &str) -> String {
    format!("mails.{}.{part}", kind.name())
}
