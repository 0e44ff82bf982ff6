//! The texts of a language, as a file has them: each a template of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::mail::kind::MailKind;

/// The texts of a language by their keys, such as `mails.reset_password.lead`.
#[derive(Clone)]
pub(super) struct Texts(pub(super) BTreeMap<String, Vec<String>>);

/// A file, or as much of one as differs from the one that comes along.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    greeting: Option<String>,
    link_hint: Option<String>,
    minutes: Option<String>,
    hours: Option<String>,
    days: Option<String>,
    #[serde(default)]
    mails: BTreeMap<MailKind, Wording>,
}

/// What a mail says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    subject: Option<String>,
    /// The paragraphs before the button.
    lead: Option<Vec<String>>,
    button: Option<String>,
    /// The paragraphs behind it.
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
        ] {
            add(key.to_owned(), text.map(|text| vec![text]));
        }
        for (mail, wording) in file.mails {
            add(key(mail, "subject"), wording.subject.map(|text| vec![text]));
            add(key(mail, "lead"), wording.lead);
            add(key(mail, "button"), wording.button.map(|text| vec![text]));
            add(key(mail, "rest"), wording.rest);
            add(key(mail, "why"), wording.why.map(|text| vec![text]));
        }
        Ok(Self(texts))
    }

    /// These, and of the others what is not among them.
    pub(super) fn or(self, others: &Self) -> Self {
        let mut texts = others.0.clone();
        texts.extend(self.0);
        Self(texts)
    }

    /// A text that should be here and is not.
    pub(super) fn missing(&self) -> Option<String> {
        let shared = ["greeting", "link_hint", "minutes", "hours", "days"].map(str::to_owned);
        let of_mails = MailKind::ALL.into_iter().flat_map(|mail| {
            let button = mail.path().map(|_| "button");
            ["subject", "lead", "rest", "why"].into_iter().chain(button).map(move |part| key(mail, part))
        });
        shared.into_iter().chain(of_mails).find(|key| !self.0.contains_key(key))
    }
}

/// Under which a part of a mail is found.
pub(super) fn key(mail: MailKind, part: &str) -> String {
    format!("mails.{}.{part}", mail.name())
}
