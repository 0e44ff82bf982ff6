//! The settings of registration.

use chrono::TimeDelta;

use crate::{
    accounts::Registration,
    config::{
        kind::{NONE, choice, days, list, switch},
        reader::Reader,
        settings_macro::settings,
    },
    mail::{MailDelivery, MailSettings},
};

const REGISTRATIONS: [(&str, Registration); 3] =
    [("open", Registration::Open), ("confirm", Registration::Confirm), ("closed", Registration::Closed)];

/// What is missing if mails with links are required.
const NO_MAIL: &str = "requires mail: set SMTP_URL, or MAIL_FOLDER if another program sends the mails";

/// Every text: a name that no user can choose need not be reserved, and does no harm.
#[expect(clippy::unnecessary_wraps, reason = "a list takes a function that may refuse a text")]
fn username(text: &str) -> Option<String> {
    Some(text.to_owned())
}

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

        /// The usernames that users cannot choose, because others would take them for you. Names that look like one of
        /// them are reserved, too. `latchkey user create` and imports can use them.
        #[setting(
            "RESERVED_USERNAMES",
            default = "abuse,admin,administrator,anonymous,api,everyone,help,hostmaster,info,latchkey,mailer-daemon,\
                moderator,no-reply,null,official,operator,postmaster,root,security,staff,support,sysadmin,system,\
                undefined,webmaster",
            list("usernames", username, NONE)
        )]
        pub reserved_usernames: Vec<String>,
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
