//! The settings of registration.

use chrono::TimeDelta;

use crate::{
    accounts::Registration,
    config::{
        kind::{choice, days, switch},
        reader::Reader,
        settings_macro::settings,
    },
    mail::{MailDelivery, MailSettings},
};

const REGISTRATIONS: [(&str, Registration); 3] =
    [("open", Registration::Open), ("confirm", Registration::Confirm), ("closed", Registration::Closed)];

/// What is missing if mails with links are required.
const NO_MAIL: &str = "requires mail: set SMTP_URL, or MAIL_FOLDER if another program sends the mails";

settings! {
    /// Who can register, and whether e-mail addresses are verified.
    #[group("Registration")]
    pub struct RegistrationConfig {
        /// Who can register. `open`: anyone. `confirm`: anyone who follows a link in a mail, so that no response reveals
        /// whether an address belongs to an account. `closed`: users are created with `latchkey user create` only.
        #[setting("REGISTRATION", default = "open", choice(&REGISTRATIONS))]
        pub mode: Registration,

        /// Whether users with an e-mail address have to verify it before they can log in. A mail with a link is sent at
        /// registration, and at a login with the right password. If this is turned on, the open sessions of users with an
        /// unverified address are rejected, too.
        #[setting("REQUIRE_VERIFIED_EMAIL", default = "false", switch())]
        pub require_verified_email: bool,

        /// After how many days a registration with `REQUIRE_VERIFIED_EMAIL` is removed if the address was not verified.
        /// Its names are free again. Users who were created by an operator or imported are kept.
        #[setting("UNVERIFIED_EXPIRE_DAYS", default = "30", days(1..=3650))]
        pub unverified_lifetime: TimeDelta,
    }
}

impl RegistrationConfig {
    /// Checks that mail can be sent if users need a link from one.
    pub(in crate::config) fn check_mail(&self, reader: &mut Reader<'_>, mail: &MailSettings) {
        if !matches!(mail.delivery, MailDelivery::Disabled) {
            return;
        }
        if self.mode == Registration::Confirm {
            reader.problem("REGISTRATION", &format!("`confirm` {NO_MAIL}"));
        }
        if self.require_verified_email {
            reader.problem("REQUIRE_VERIFIED_EMAIL", NO_MAIL);
        }
    }
}
