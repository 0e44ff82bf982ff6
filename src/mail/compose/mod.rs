//! What mails are written on: the templates, loaded and tried out once, at start.

mod built_in;
mod content;
mod language;
mod load;
pub(super) mod message;
mod name;
pub(super) mod public_url;
mod template;
mod texts;

use std::{collections::BTreeMap, path::Path};

use chrono::TimeDelta;
use minijinja::{Value, context};
use secrecy::{ExposeSecret, SecretString};

use self::{built_in::FALLBACK, load::load, message::Draft, name::is_harmless, template::Templates};
use crate::mail::{
    address::{NoAddress, address},
    kind::Mail,
    sender::Sender,
};

pub use self::{
    content::Content,
    message::Letter,
    public_url::{NoPublicUrl, PublicUrl},
    template::BadTemplate,
};

/// The templates, what is the same in every mail, and the languages that there are.
pub struct Stationery {
    templates: Templates,
    /// How many paragraphs each text has, by its key, by its language.
    languages: BTreeMap<String, BTreeMap<String, usize>>,
    links_to: PublicUrl,
    from: Sender,
}

/// Why a mail was not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// It could not be sent there anyway.
    #[error("the recipient {0}")]
    NoAddress(#[from] NoAddress),
    /// It is one with a token, and there is none.
    #[error("a mail with a link needs a token")]
    NoToken,
    /// The template does not take these values, although it took others.
    #[error(transparent)]
    BadTemplate(#[from] BadTemplate),
    /// The mail could not be put together.
    #[error("it cannot be put together: {0}")]
    NotComposed(#[from] lettre::error::Error),
}

impl Stationery {
    /// The templates that come along, and in their place those of this folder. Every mail is tried out in every language.
    ///
    /// # Errors
    ///
    /// [`BadTemplate`], the first one.
    pub fn new(links_to: PublicUrl, from: Sender, folder: Option<&Path>) -> Result<Self, BadTemplate> {
        let found = load(folder)?;
        let mut templates = Templates::new()?;
        for (name, layout) in found.layouts {
            templates.add(name, layout)?;
        }
        let mut languages = BTreeMap::new();
        for (tag, texts) in found.languages {
            if let Some(key) = texts.missing() {
                return Err(BadTemplate::Missing { file: format!("{tag}.json"), key });
            }
            let counted = texts.0.iter().map(|(key, text)| (key.clone(), text.len())).collect();
            for (key, text) in texts.0 {
                for (index, text) in text.into_iter().enumerate() {
                    templates.add(place(&tag, &key, index), text)?;
                }
            }
            languages.insert(tag, counted);
        }
        let mut stationery = Self { templates, languages, links_to, from };
        stationery.try_out()?;
        stationery.templates.keep_secrets();
        Ok(stationery)
    }

    /// The tags of the languages that there are.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The best language that there is for whoever sent this `Accept-Language`.
    #[must_use]
    pub fn language(&self, accept_language: Option<&str>) -> &str {
        let languages: Vec<&str> = self.languages().collect();
        accept_language.and_then(|header| language::choose(&languages, header)).unwrap_or(FALLBACK)
    }

    /// Writes a mail.
    ///
    /// # Errors
    ///
    /// [`NotWritten`].
    pub fn write(&self, content: &Content<'_>) -> Result<Letter, NotWritten> {
        if content.mail.has_token() && content.token.is_none() {
            return Err(NotWritten::NoToken);
        }
        let to = address(content.to)?;
        let link = content.mail.path().map(|path| self.links_to.link(path, content.token));
        let filled = self.fill(content, link.as_deref())?;
        let draft = Draft { to, from: &self.from, id: content.id, date: content.date, mail: content.mail };
        Ok(draft.compose(filled, link.map(SecretString::from))?)
    }

    fn fill(&self, content: &Content<'_>, link: Option<&str>) -> Result<Filled, BadTemplate> {
        let tag = if self.languages.contains_key(content.language) { content.language } else { FALLBACK };
        let safe = |text: &str| Value::from_safe_string(text.to_owned());
        let known = context! {
            mail => content.mail.name(),
            language => tag,
            service => self.from.service(),
            public_url => safe(&self.links_to.to_string()),
            link => link.map(safe),
            token => content.token.map(ExposeSecret::expose_secret),
            to => content.to,
            name => content.name.filter(|name| is_harmless(name)),
            hours => content.valid_for.map(|time| time.num_hours()),
            minutes => content.valid_for.map(|time| time.num_minutes()),
        };
        let valid_for = content.valid_for.map(|time| self.duration(tag, time)).transpose()?;
        // Where there is no such time, a text that names it is wrong.
        let known = context! { valid_for => valid_for.map_or(Value::UNDEFINED, Value::from), ..known };

        let of = |part| self.text(tag, &texts::key(content.mail, part), &known);
        let shared = |key| self.text(tag, key, &known).map(|text| text.concat());
        let subject = one_line(&of("subject")?.concat());
        let page = context! {
            subject => &subject,
            greeting => shared("greeting")?,
            lead => of("lead")?,
            button => if link.is_some() { Some(of("button")?.concat()) } else { None },
            link_hint => shared("link_hint")?,
            rest => of("rest")?,
            why => of("why")?.concat(),
            ..known
        };
        let text = self.templates.fill("mail.txt", &page)?;
        let html = self.templates.fill("mail.html", &page)?;
        Ok(Filled { subject, text, html })
    }

    /// The paragraphs of a text.
    fn text(&self, tag: &str, key: &str, known: &Value) -> Result<Vec<String>, BadTemplate> {
        let paragraphs = self.languages.get(tag).and_then(|texts| texts.get(key)).copied().unwrap_or_default();
        (0..paragraphs).map(|index| self.templates.fill(&place(tag, key, index), known)).collect()
    }

    /// A time in words, in the largest unit that it is a whole number of; days from two on.
    fn duration(&self, tag: &str, time: TimeDelta) -> Result<String, BadTemplate> {
        let minutes = time.num_minutes();
        let (key, count) = match minutes {
            minutes if minutes >= 2880 && minutes % 1440 == 0 => ("days", minutes / 1440),
            minutes if minutes >= 60 && minutes % 60 == 0 => ("hours", minutes / 60),
            minutes => ("minutes", minutes),
        };
        Ok(self.text(tag, key, &context! { count })?.concat())
    }

    /// Every mail in every language, with a name and without.
    fn try_out(&self) -> Result<(), BadTemplate> {
        let token = SecretString::from("token");
        for tag in self.languages.keys() {
            for mail in Mail::ALL {
                let content = Content::made_up(mail, tag, &token);
                let link = mail.path().map(|path| self.links_to.link(path, content.token));
                for name in [None, Some("Ada Lovelace")] {
                    self.fill(&Content { name, ..content.clone() }, link.as_deref())?;
                }
            }
            for minutes in [1, 30, 60, 120, 2880] {
                self.duration(tag, TimeDelta::minutes(minutes))?;
            }
        }
        Ok(())
    }
}

/// What a mail says, in its three forms.
pub(super) struct Filled {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// Where a text stands, for people: `de.json, mails.reset_password.rest, paragraph 2`.
fn place(tag: &str, key: &str, index: usize) -> String {
    let paragraph = if index == 0 { String::new() } else { format!(", paragraph {}", index + 1) };
    format!("{tag}.json, {key}{paragraph}")
}

/// A subject is a line. What would break it becomes a space.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stationery() -> Stationery {
        let (links_to, from) = ("https://app.example.com".parse().unwrap(), "Example <a@example.com>".parse().unwrap());
        Stationery::new(links_to, from, None).unwrap()
    }

    #[test]
    fn who_has_no_language_of_ours_gets_english() {
        let stationery = stationery();
        for (header, language) in [(None, "en"), (Some("fr, it;q=0.5"), "en"), (Some("fr, de-CH;q=0.5"), "de")] {
            assert_eq!(stationery.language(header), language, "{header:?}");
        }
        let letter = stationery.write(&Content::made_up(Mail::EmailChanged, "tlh", &"".into())).unwrap();
        assert_eq!(letter.subject(), "Your e-mail address was changed");
    }

    #[test]
    fn what_somebody_chose_stays_where_it_belongs() {
        let (stationery, token) = (stationery(), SecretString::from("canary"));
        let content = Content::made_up(Mail::ResetPassword, "en", &token);
        let wire = |name| {
            let letter = stationery.write(&Content { name: Some(name), ..content.clone() }).unwrap();
            assert!(!format!("{letter:?}{content:?}").contains("canary"));
            String::from_utf8(letter.message).unwrap()
        };
        assert!(wire("Ada &\u{1f600}").contains("Hello Ada &amp;"));
        for name in ["Ada\r\nBcc: eve@example.com", "Ada\r\n\r\n--latchkey", "visit evil.example"] {
            assert!(wire(name).contains("Hello,\r\n") && !wire(name).contains("Ada"), "{name:?}");
        }
    }

    #[test]
    fn a_template_that_breaks_later_tells_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let breaks = "{% if to != \"ada@example.com\" %}{{ token }}{{ to }}{{ nothing }}{% endif %}";
        std::fs::write(folder.path().join("mail.txt"), breaks).unwrap();
        let Stationery { links_to, from, .. } = stationery();
        let stationery = Stationery::new(links_to, from, Some(folder.path())).unwrap();
        let token = SecretString::from("canary");
        let content = Content { to: "eve@example.com", ..Content::made_up(Mail::ResetPassword, "en", &token) };
        let error = stationery.write(&content).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(told.contains("mail.txt:1") && !told.contains("canary") && !told.contains("eve"), "{told}");
    }

    #[test]
    fn a_link_that_needs_a_token_is_not_written_without() {
        let token = SecretString::from("token");
        let content = Content { token: None, ..Content::made_up(Mail::ResetPassword, "en", &token) };
        assert!(matches!(stationery().write(&content), Err(NotWritten::NoToken)));
    }
}
