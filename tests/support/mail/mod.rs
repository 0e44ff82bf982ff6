//! Mail in tests: a real mail server, the mails that it receives, and apps that send mail to it.

mod app;
mod received;
mod server;

pub(crate) use self::app::with_mail;
pub use self::{
    app::{AppWithMail, PENDING, default_settings, outcome, profile, run},
    received::ReceivedMail,
    server::MailServer,
};
