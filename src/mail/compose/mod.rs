//! Composes mails from templates, which are loaded and checked once, at start.
//!
//! Knows no transport: a [`Message`] is complete, with all its headers, whether it is sent by SMTP or written to a
//! file. [`Content`] holds the values of one mail; everything else is the same in every mail.

mod built_in;
mod content;
mod device;
mod error;
mod language;
mod load;
pub(super) mod message;
mod name;
pub(super) mod public_url;
mod render;
mod template;
mod texts;

use std::{collections::BTreeMap, path::Path};

use secrecy::SecretString;

use self::{built_in::FALLBACK, load::load, message::Headers, template::TemplateEngine};
use crate::mail::{address::address, sender::Sender};

pub use self::{
    content::{Content, Request},
    error::{ComposeError, TemplateError},
    message::Message,
    public_url::{InvalidPublicUrl, PublicUrl},
};

/// The templates of every mail in every language, and the values that all mails share.
pub struct MailTemplates {
    engine: TemplateEngine,
    /// The number of paragraphs of each text, by language and key.
    languages: BTreeMap<String, BTreeMap<String, usize>>,
    public_url: PublicUrl,
    from: Sender,
}

impl MailTemplates {
    /// Loads the built-in templates and those of a folder, which replace built-in ones, and renders every mail in every
    /// language as a check.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] for the first template that cannot be used.
    pub fn new(public_url: PublicUrl, from: Sender, folder: Option<&Path>) -> Result<Self, TemplateError> {
        let loaded = load(folder)?;
        let mut engine = TemplateEngine::new()?;
        for (name, layout) in loaded.layouts {
            engine.add(name, layout)?;
        }
        let mut languages = BTreeMap::new();
        for (tag, texts) in loaded.languages {
            if let Some(key) = texts.missing() {
                return Err(TemplateError::MissingText { file: format!("{tag}.json"), key });
            }
            let paragraphs = texts.0.iter().map(|(key, text)| (key.clone(), text.len())).collect();
            for (key, text) in texts.0 {
                for (index, text) in text.into_iter().enumerate() {
                    engine.add(render::template_name(&tag, &key, index), text)?;
                }
            }
            languages.insert(tag, paragraphs);
        }
        let mut templates = Self { engine, languages, public_url, from };
        templates.check()?;
        templates.engine.hide_values();
        Ok(templates)
    }

    /// The tags of all languages.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The best available language for a client with this `Accept-Language` header.
    #[must_use]
    pub fn negotiate_language(&self, accept_language: Option<&str>) -> &str {
        let languages: Vec<&str> = self.languages().collect();
        accept_language.and_then(|header| language::choose(&languages, header)).unwrap_or(FALLBACK)
    }

    /// Composes a mail.
    ///
    /// # Errors
    ///
    /// [`ComposeError`] if the address is not valid, a token is missing, or a template cannot be rendered with these
    /// values.
    pub fn compose(&self, content: &Content<'_>) -> Result<Message, ComposeError> {
        if content.kind.has_token() && content.token.is_none() {
            return Err(ComposeError::MissingToken);
        }
        let to = address(content.to)?;
        let link = content.kind.page().map(|page| self.public_url.link(page, content.token));
        let rendered = self.render(content, link.as_deref())?;
        let headers = Headers { to, from: &self.from, id: content.id, date: content.date };
        Ok(Message::new(content.kind, headers, rendered, link.map(SecretString::from))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::kind::MailKind;

    fn templates() -> MailTemplates {
        let (public_url, from) =
            ("https://app.example.com".parse().unwrap(), "Example <a@example.com>".parse().unwrap());
        MailTemplates::new(public_url, from, None).unwrap()
    }

    #[test]
    fn english_is_the_fallback_language() {
        let templates = templates();
        for (header, language) in [(None, "en"), (Some("fr, it;q=0.5"), "en"), (Some("fr, de-CH;q=0.5"), "de")] {
            assert_eq!(templates.negotiate_language(header), language, "{header:?}");
        }
        let message = templates.compose(&Content::sample(MailKind::EmailChanged, "tlh", &"".into())).unwrap();
        assert_eq!(message.subject(), "Your e-mail address was changed");
    }

    #[test]
    fn a_name_cannot_change_the_rest_of_the_mail() {
        let (templates, token) = (templates(), SecretString::from("canary"));
        let content = Content::sample(MailKind::ResetPassword, "en", &token);
        let source = |name| {
            let message = templates.compose(&Content { name: Some(name), ..content.clone() }).unwrap();
            assert!(!format!("{message:?}{content:?}").contains("canary"));
            String::from_utf8(message.bytes).unwrap()
        };
        assert!(source("Ada &\u{1f600}").contains("Hello Ada &amp;"));
        for name in ["Ada\r\nBcc: eve@example.com", "Ada\r\n\r\n--latchkey", "visit evil.example"] {
            assert!(source(name).contains("Hello,\r\n") && !source(name).contains("Ada"), "{name:?}");
        }
    }

    #[test]
    fn an_error_of_a_template_shows_no_values() {
        let folder = tempfile::tempdir().unwrap();
        let breaks = "{% if to != \"ada@example.com\" %}{{ token }}{{ to }}{{ nothing }}{% endif %}";
        std::fs::write(folder.path().join("mail.txt"), breaks).unwrap();
        let MailTemplates { public_url, from, .. } = templates();
        let templates = MailTemplates::new(public_url, from, Some(folder.path())).unwrap();
        let token = SecretString::from("canary");
        let content = Content { to: "eve@example.com", ..Content::sample(MailKind::ResetPassword, "en", &token) };
        let error = templates.compose(&content).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("mail.txt:1") && !text.contains("canary") && !text.contains("eve"), "{text}");
    }

    #[test]
    fn a_link_that_needs_a_token_is_not_composed_without() {
        let token = SecretString::from("token");
        let content = Content { token: None, ..Content::sample(MailKind::ResetPassword, "en", &token) };
        assert!(matches!(templates().compose(&content), Err(ComposeError::MissingToken)));
    }
}
