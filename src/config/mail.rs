//! Reads the settings of mails, which depend on each other.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    Config,
    reader::{Check, NONE},
};
use crate::{
    accounts::Registration,
    database::{DatabaseUrl, Location},
    mail::{InvalidPublicUrl, InvalidSender, InvalidSmtpUrl, MailDelivery, MailSettings, SmtpUrl},
};

/// Where mails are kept that nobody sends, unless somebody chose.
const FOLDER: &str = "latchkey-mail";

/// What is missing for a link to be followed.
const NO_WAY: &str = "needs mail to be sent: set SMTP_URL, or MAIL_FOLDER for somebody else to send it";

impl Check<'_> {
    pub(super) fn mail(&mut self, database: &DatabaseUrl) -> MailSettings {
        let delivery = self.delivery(database);
        let is_sent = matches!(
            (&delivery, database.location()),
            (MailDelivery::Smtp { .. }, _) | (MailDelivery::File(_), Location::Server { .. })
        );
        let from = self.parsed("MAIL_FROM", "Latchkey <latchkey@localhost>", &InvalidSender.to_string());
        self.wanted("MAIL_FROM", is_sent, "is required where mail is sent, such as Example <accounts@example.com>");
        let public_url = self.parsed("PUBLIC_URL", "http://localhost:3000", &InvalidPublicUrl.to_string());
        self.wanted("PUBLIC_URL", is_sent, "is required where mail is sent, such as https://app.example.com");
        MailSettings { public_url, from, templates: self.path("MAIL_TEMPLATES"), delivery }
    }

    /// Whoever has to follow a link has to get it.
    pub(super) fn no_promise_without_mail(&mut self, config: &Config) {
        if !matches!(config.mail.delivery, MailDelivery::Disabled) {
            return;
        }
        if config.registration == Registration::Confirm {
            self.problem("REGISTRATION", format_args!("`confirm` {NO_WAY}"));
        }
        if config.email_must_be_verified {
            self.problem("REQUIRE_VERIFIED_EMAIL", NO_WAY);
        }
    }

    fn delivery(&mut self, database: &DatabaseUrl) -> MailDelivery {
        let ca = self.path("SMTP_CA_FILE");
        let folder = self.given("MAIL_FOLDER");
        if let Some(url) = self.smtp_url() {
            if folder.is_some_and(|folder| folder != NONE) {
                self.problem("MAIL_FOLDER", "is of no use with SMTP_URL");
            }
            return MailDelivery::Smtp { url, ca };
        }
        let is_none = folder == Some(NONE);
        let folder = folder.filter(|_| !is_none).map(PathBuf::from);
        let on_sqlite = matches!(database.location(), Location::File(_) | Location::Memory);
        let folder = folder.or_else(|| (on_sqlite && !is_none).then(|| FOLDER.into()));
        match folder {
            Some(folder) if on_sqlite && self.is_alone() => MailDelivery::Log(folder),
            Some(folder) => MailDelivery::File(folder),
            None => MailDelivery::Disabled,
        }
    }

    /// Whether only this machine gets to the server: then whoever reads its log is whoever runs it, to try it out.
    fn is_alone(&self) -> bool {
        self.given("BIND").is_none_or(|bind| bind.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback()))
    }

    fn smtp_url(&mut self) -> Option<SmtpUrl> {
        let text = self.given("SMTP_URL").filter(|text| *text != NONE)?;
        text.parse().map_err(|unusable: InvalidSmtpUrl| self.problem("SMTP_URL", unusable)).ok()
    }

    fn wanted(&mut self, name: &str, is_wanted: bool, otherwise: &str) {
        if is_wanted && self.given(name).is_none() {
            self.problem(name, otherwise);
        }
    }
}
