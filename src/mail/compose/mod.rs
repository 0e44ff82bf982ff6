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

use self::{built_in::FALLBACK, load::load, message::Headers, name::is_harmless, template::TemplateEngine};
use crate::mail::{
    address::{InvalidAddress, address},
    kind::MailKind,
    sender::Sender,
};

pub use self::{
    content::Content,
    message::Message,
    public_url::{InvalidPublicUrl, PublicUrl},
    template::TemplateError,
};

/// The templates, what is the same in every mail, and the languages that there are.
pub struct MailTemplates {
    engine: TemplateEngine,
    /// How many paragraphs each text has, by its key, by its language.
    languages: BTreeMap<String, BTreeMap<String, usize>>,
    public_url: PublicUrl,
    from: Sender,
}

/// Why a mail was not written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// It could not be sent there anyway.
    #[error("the recipient {0}")]
    InvalidAddress(#[from] InvalidAddress),
    /// It is one with a token, and there is none.
    #[error("a mail with a link needs a token")]
    MissingToken,
    /// The template does not take these values, although it took others.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The mail could not be put together.
    #[error("it cannot be put together: {0}")]
    Format(#[from] lettre::error::Error),
}

impl MailTemplates {
    /// The templates that come along, and in their place those of this folder. Every mail is tried out in every language.
    ///
    /// # Errors
    ///
    /// [`TemplateError`], the first one.
    pub fn new(public_url: PublicUrl, from: Sender, folder: Option<&Path>) -> Result<Self, TemplateError> {
        let found = load(folder)?;
        let mut engine = TemplateEngine::new()?;
        for (name, layout) in found.layouts {
            engine.add(name, layout)?;
        }
        let mut languages = BTreeMap::new();
        for (tag, texts) in found.languages {
            if let Some(key) = texts.missing() {
                return Err(TemplateError::MissingText { file: format!("{tag}.json"), key });
            }
            let counted = texts.0.iter().map(|(key, text)| (key.clone(), text.len())).collect();
            for (key, text) in texts.0 {
                for (index, text) in text.into_iter().enumerate() {
                    engine.add(place(&tag, &key, index), text)?;
                }
            }
            languages.insert(tag, counted);
        }
        let mut templates = Self { engine, languages, public_url, from };
        templates.check()?;
        templates.engine.keep_secrets();
        Ok(templates)
    }

    /// The tags of the languages that there are.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The best language that there is for whoever sent this `Accept-Language`.
    #[must_use]
    pub fn negotiate_language(&self, accept_language: Option<&str>) -> &str {
        let languages: Vec<&str> = self.languages().collect();
        accept_language.and_then(|header| language::choose(&languages, header)).unwrap_or(FALLBACK)
    }

    /// Writes a mail.
    ///
    /// # Errors
    ///
    /// [`ComposeError`].
    pub fn compose(&self, content: &Content<'_>) -> Result<Message, ComposeError> {
        if content.mail.has_token() && content.token.is_none() {
            return Err(ComposeError::MissingToken);
        }
        let to = address(content.to)?;
        let link = content.mail.path().map(|path| self.public_url.link(path, content.token));
        let rendered = self.render(content, link.as_deref())?;
        let headers = Headers { to, from: &self.from, id: content.id, date: content.date, mail: content.mail };
        Ok(headers.compose(rendered, link.map(SecretString::from))?)
    }

    fn render(&self, content: &Content<'_>, link: Option<&str>) -> Result<Rendered, TemplateError> {
        let tag = if self.languages.contains_key(content.language) { content.language } else { FALLBACK };
        let safe = |text: &str| Value::from_safe_string(text.to_owned());
        let known = context! {
            mail => content.mail.name(),
            language => tag,
            service => self.from.service(),
            public_url => safe(&self.public_url.to_string()),
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
        let text = self.engine.render("mail.txt", &page)?;
        let html = self.engine.render("mail.html", &page)?;
        Ok(Rendered { subject, text, html })
    }

    /// The paragraphs of a text.
    fn text(&self, tag: &str, key: &str, known: &Value) -> Result<Vec<String>, TemplateError> {
        let paragraphs = self.languages.get(tag).and_then(|texts| texts.get(key)).copied().unwrap_or_default();
        (0..paragraphs).map(|index| self.engine.render(&place(tag, key, index), known)).collect()
    }

    /// A time in words, in the largest unit that it is a whole number of; days from two on.
    fn duration(&self, tag: &str, time: TimeDelta) -> Result<String, TemplateError> {
        let minutes = time.num_minutes();
        let (key, count) = match minutes {
            minutes if minutes >= 2880 && minutes % 1440 == 0 => ("days", minutes / 1440),
            minutes if minutes >= 60 && minutes % 60 == 0 => ("hours", minutes / 60),
            minutes => ("minutes", minutes),
        };
        Ok(self.text(tag, key, &context! { count })?.concat())
    }

    /// Every mail in every language, with a name and without.
    fn check(&self) -> Result<(), TemplateError> {
        let token = SecretString::from("token");
        for tag in self.languages.keys() {
            for mail in MailKind::ALL {
                let content = Content::sample(mail, tag, &token);
                let link = mail.path().map(|path| self.public_url.link(path, content.token));
                for name in [None, Some("Ada Lovelace")] {
                    self.render(&Content { name, ..content.clone() }, link.as_deref())?;
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
pub(super) struct Rendered {
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

    fn templates() -> MailTemplates {
        let (public_url, from) =
            ("https://app.example.com".parse().unwrap(), "Example <a@example.com>".parse().unwrap());
        MailTemplates::new(public_url, from, None).unwrap()
    }

    #[test]
    fn who_has_no_language_of_ours_gets_english() {
        let templates = templates();
        for (header, language) in [(None, "en"), (Some("fr, it;q=0.5"), "en"), (Some("fr, de-CH;q=0.5"), "de")] {
            assert_eq!(templates.negotiate_language(header), language, "{header:?}");
        }
        let message = templates.compose(&Content::sample(MailKind::EmailChanged, "tlh", &"".into())).unwrap();
        assert_eq!(message.subject(), "Your e-mail address was changed");
    }

    #[test]
    fn what_somebody_chose_stays_where_it_belongs() {
        let (templates, token) = (templates(), SecretString::from("canary"));
        let content = Content::sample(MailKind::ResetPassword, "en", &token);
        let connection = |name| {
            let message = templates.compose(&Content { name: Some(name), ..content.clone() }).unwrap();
            assert!(!format!("{message:?}{content:?}").contains("canary"));
            String::from_utf8(message.bytes).unwrap()
        };
        assert!(connection("Ada &\u{1f600}").contains("Hello Ada &amp;"));
        for name in ["Ada\r\nBcc: eve@example.com", "Ada\r\n\r\n--latchkey", "visit evil.example"] {
            assert!(connection(name).contains("Hello,\r\n") && !connection(name).contains("Ada"), "{name:?}");
        }
    }

    #[test]
    fn a_template_that_breaks_later_tells_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let breaks = "{% if to != \"ada@example.com\" %}{{ token }}{{ to }}{{ nothing }}{% endif %}";
        std::fs::write(folder.path().join("mail.txt"), breaks).unwrap();
        let MailTemplates { public_url, from, .. } = templates();
        let templates = MailTemplates::new(public_url, from, Some(folder.path())).unwrap();
        let token = SecretString::from("canary");
        let content = Content { to: "eve@example.com", ..Content::sample(MailKind::ResetPassword, "en", &token) };
        let error = templates.compose(&content).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(told.contains("mail.txt:1") && !told.contains("canary") && !told.contains("eve"), "{told}");
    }

    #[test]
    fn a_link_that_needs_a_token_is_not_written_without() {
        let token = SecretString::from("token");
        let content = Content { token: None, ..Content::sample(MailKind::ResetPassword, "en", &token) };
        assert!(matches!(templates().compose(&content), Err(ComposeError::MissingToken)));
    }
}
