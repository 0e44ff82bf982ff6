//! The settings of mail.

use std::path::PathBuf;

use super::{database::DatabaseConfig, server::ServerConfig};
use crate::{
    config::{
        kind::{Kind, NONE, optional, parsed_by, path},
        settings_macro::{DefaultValue, settings},
    },
    mail::{MailDelivery, MailSettings, PublicUrl, Sender, SmtpUrl},
};

settings! {
    /// How mail is sent, and what it looks like.
    #[group("Mail")]
    pub struct MailConfig(database: &DatabaseConfig) {
        /// The mail server: `smtp://` with STARTTLS, or `smtps://` with TLS from the start. `?tls=none` after `smtp://` is
        /// for a relay in a private network, and without a password.
        #[setting(
            "SMTP_URL",
            default = "none",
            optional(
                NONE,
                parsed_by(
                    "`smtp://USER:PASSWORD@HOST:PORT` or `smtps://USER:PASSWORD@HOST:PORT`",
                    str::parse::<SmtpUrl>
                )
            ),
            secret
        )]
        pub smtp_url: Option<SmtpUrl>,

        /// A file with certificates in PEM that are trusted in addition to the public ones, for a mail server with a
        /// certificate of a private authority.
        #[setting("SMTP_CA_FILE", default = "none", optional(NONE, path()))]
        pub smtp_ca_file: Option<PathBuf>,

        /// The folder that mails are written to if `SMTP_URL` is not set. With SQLite, and `BIND` on a loopback address,
        /// the links in mails are logged, too. With `none`, there are no mails.
        #[setting(
            "MAIL_FOLDER",
            default = DefaultValue::Described("latchkey-mail with SQLite"),
            MailFolder { has_server: smtp_url.is_some(), is_default: database.is_sqlite() }
        )]
        pub folder: Option<PathBuf>,

        /// The sender of mails. The name is also what the service calls itself in them. Required if mail is sent.
        #[setting(
            "MAIL_FROM",
            default = "Latchkey <latchkey@localhost>",
            parsed_by("an address, with or without a name", str::parse::<Sender>).required_if(
                is_sent(smtp_url.as_ref(), folder.as_ref(), database),
                "is required if mail is sent, such as Example <accounts@example.com>"
            )
        )]
        pub from: Sender,

        /// The web application that the links in mails lead to. Required if mail is sent.
        #[setting(
            "PUBLIC_URL",
            default = "http://localhost:3000",
            parsed_by("a URL, with https unless it is on this machine", str::parse::<PublicUrl>).required_if(
                is_sent(smtp_url.as_ref(), folder.as_ref(), database),
                "is required if mail is sent, such as https://app.example.com"
            )
        )]
        pub public_url: PublicUrl,

        /// A folder with your own templates: `mail.html`, `mail.txt`, and the texts of a language in `en.json`, `de.json`
        /// or any other.
        #[setting("MAIL_TEMPLATES", default = "none", optional(NONE, path()))]
        pub templates: Option<PathBuf>,
    }
}

impl MailConfig {
    /// The settings in the form of the module `mail`.
    pub(in crate::config) fn settings(self, database: &DatabaseConfig, server: &ServerConfig) -> MailSettings {
        let delivery = match (self.smtp_url, self.folder) {
            (Some(url), _) => MailDelivery::Smtp { url, ca: self.smtp_ca_file },
            // Links are secrets. If only this machine reaches the server, the reader of the log is trying it out.
            (None, Some(folder)) if database.is_sqlite() && server.is_local() => MailDelivery::Log(folder),
            (None, Some(folder)) => MailDelivery::File(folder),
            (None, None) => MailDelivery::Disabled,
        };
        MailSettings { public_url: self.public_url, from: self.from, templates: self.templates, delivery }
    }
}

/// Whether mails leave this machine: with PostgreSQL, another program sends those in the folder.
fn is_sent(smtp_url: Option<&SmtpUrl>, folder: Option<&PathBuf>, database: &DatabaseConfig) -> bool {
    smtp_url.is_some() || (folder.is_some() && !database.is_sqlite())
}

/// The folder that mails are written to.
struct MailFolder {
    /// Whether a mail server sends the mails.
    has_server: bool,
    /// Whether there is a folder by default.
    is_default: bool,
}

impl Kind for MailFolder {
    type Value = Option<PathBuf>;

    fn expected(&self) -> String {
        "a path, or `none`".to_owned()
    }

    fn parse(&self, text: &str) -> Result<Option<PathBuf>, String> {
        match text {
            NONE => Ok(None),
            _ if self.has_server => Err("is not used with SMTP_URL; remove one of them".to_owned()),
            _ => Ok(Some(text.into())),
        }
    }

    fn show(&self, folder: &Option<PathBuf>) -> String {
        folder.as_ref().map_or_else(|| NONE.to_owned(), |folder| folder.display().to_string())
    }

    fn default(&self, _description: &str) -> Option<PathBuf> {
        (self.is_default && !self.has_server).then(|| "latchkey-mail".into())
    }
}
