//! Renders the subject, the text and the HTML of a mail from its templates.

use chrono::TimeDelta;
use minijinja::{Value, context};
use secrecy::{ExposeSecret, SecretString};

use super::{
    MailTemplates,
    built_in::FALLBACK,
    content::Content,
    device::device,
    error::TemplateError,
    name::{is_harmless, without_links},
    texts,
};
use crate::mail::kind::MailKind;

/// The rendered parts of a mail.
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

impl MailTemplates {
    pub(super) fn render(&self, content: &Content<'_>, link: Option<&str>) -> Result<Rendered, TemplateError> {
        let tag = if self.languages.contains_key(content.language) { content.language } else { FALLBACK };
        let safe = |text: &str| Value::from_safe_string(text.to_owned());
        let values = context! {
            mail => content.kind.name(),
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
        let request = content.request;
        let values = context! {
            requested_at => request.map(|request| request.at.format("%Y-%m-%d %H:%M UTC").to_string()),
            device => request.and_then(|request| request.user_agent).and_then(device),
            address => request.and_then(|request| request.address),
            username => request.and_then(|request| request.username).map(without_links),
            ..values
        };
        // In a mail without a token, a text that uses the validity is an error.
        let values = context! { valid_for => valid_for.map_or(Value::UNDEFINED, Value::from), ..values };

        let part = |part| self.text(tag, &texts::key(content.kind, part), &values);
        let shared = |key| self.text(tag, key, &values).map(|text| text.concat());
        let details = [request.map(|_| "requested"), request.and_then(|request| request.username).map(|_| "account")];
        let details = details.into_iter().flatten().map(shared).collect::<Result<Vec<String>, _>>()?;
        let subject = one_line(&part("subject")?.concat());
        let page = context! {
            subject => &subject,
            greeting => shared("greeting")?,
            lead => part("lead")?,
            button => if link.is_some() { Some(part("button")?.concat()) } else { None },
            link_hint => shared("link_hint")?,
            rest => part("rest")?,
            details,
            why => part("why")?.concat(),
            ..values
        };
        let text = self.engine.render("mail.txt", &page)?;
        let html = self.engine.render("mail.html", &page)?;
        Ok(Rendered { subject, text, html })
    }

    /// Renders the paragraphs of a text.
    fn text(&self, tag: &str, key: &str, values: &Value) -> Result<Vec<String>, TemplateError> {
        let paragraphs = self.languages.get(tag).and_then(|texts| texts.get(key)).copied().unwrap_or_default();
        (0..paragraphs).map(|index| self.engine.render(&template_name(tag, key, index), values)).collect()
    }

    /// Renders a duration in the largest unit that divides it; in days only from two days on.
    fn duration(&self, tag: &str, time: TimeDelta) -> Result<String, TemplateError> {
        let minutes = time.num_minutes();
        let (key, count) = match minutes {
            minutes if minutes >= 2880 && minutes % 1440 == 0 => ("days", minutes / 1440),
            minutes if minutes >= 60 && minutes % 60 == 0 => ("hours", minutes / 60),
            minutes => ("minutes", minutes),
        };
        Ok(self.text(tag, key, &context! { count })?.concat())
    }

    /// Renders every mail in every language, with and without a name and the details of a request.
    pub(super) fn check(&self) -> Result<(), TemplateError> {
        let token = SecretString::from("token");
        for tag in self.languages.keys() {
            for kind in MailKind::ALL {
                let content = Content::sample(kind, tag, &token);
                let link = kind.page().map(|page| self.public_url.link(page, content.token));
                for (name, request) in [(None, None), (Some("Ada Lovelace"), content.request)] {
                    self.render(&Content { name, request, ..content.clone() }, link.as_deref())?;
                }
            }
            for minutes in [1, 30, 60, 120, 2880] {
                self.duration(tag, TimeDelta::minutes(minutes))?;
            }
        }
        Ok(())
    }
}

/// The name of the template of a paragraph, as errors show it: `de.json, mails.reset_password.rest, paragraph 2`.
pub(super) fn template_name(tag: &str, key: &str, index: usize) -> String {
    let paragraph = if index == 0 { String::new() } else { format!(", paragraph {}", index + 1) };
    format!("{tag}.json, {key}{paragraph}")
}

/// Replaces line breaks and control characters with spaces, as a subject is one line.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
