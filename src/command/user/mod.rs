//! `latchkey user`: creates and changes users, for operators with access to the database.

mod collisions;
mod error;
mod format;
mod password;

use std::error::Error;

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    accounts::{Accounts, Admin, Page, Register, Role, User},
    app::Services,
    clock::Clock,
    log,
};

use self::error::{email_not_set, fault, not_created, not_set, user_no_longer_exists};
use super::{Outcome, config, print, subcommand};

/// The maximum number of sessions that are listed.
const MAX_SESSIONS: u32 = 1000;

const ABOUT: &str = "\
Create, show, change and disable users.

A password is read from the terminal, or from the first line of standard input. It is never an argument, which other \
users of this machine could see.";

const COLLISIONS: &str = "\
List the users whose address or username is another user's in a different spelling, or looks like it. They registered \
before such names were refused, and log in with their own spelling only";

pub(super) fn command() -> Command {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("TEXT").help(help);
    let create = subcommand("create", "Create a user and print the id", "latchkey user create --email ada@example.com");
    let end = Arg::new("end").long("end").action(ArgAction::SetTrue);
    let about = "Create, show, change and disable users";
    subcommand("user", about, "latchkey user create --email ada@example.com")
        .long_about(ABOUT)
        .subcommand_required(true)
        .subcommand(
            create
                .arg(text("email", "The e-mail address, to log in with and to receive mail"))
                .arg(text("username", "The username, to log in with"))
                .arg(text("display-name", "The name that other users see")),
        )
        .subcommand(subcommand("collisions", COLLISIONS, "latchkey user collisions"))
        .subcommand(of_user("show", "Show a user"))
        .subcommand(of_user("disable", "Disable a user: the user cannot log in, and all sessions end immediately"))
        .subcommand(of_user("enable", "Enable a disabled user"))
        .subcommand(of_user("promote", "Make a user an admin"))
        .subcommand(of_user("demote", "Make an admin a regular user"))
        .subcommand(of_user("verify", "Mark the e-mail address of a user as verified, without a mail"))
        .subcommand(
            of_user("set-email", "Set the e-mail address of a user, who has to verify it")
                .arg(Arg::new("address").required(true).value_name("ADDRESS").help("The new e-mail address")),
        )
        .subcommand(of_user("set-password", "Set the password of a user and end all sessions"))
        .subcommand(
            of_user("sessions", "List the open sessions of a user")
                .arg(end.help("End all sessions: the user is logged out on every device")),
        )
}

/// A subcommand that takes a user.
fn of_user(name: &'static str, about: &'static str) -> Command {
    let user = Arg::new("user").required(true).value_name("USER").help("An e-mail address, a username or an id");
    subcommand(name, about, &format!("latchkey user {name} ada@example.com")).arg(user)
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let config = config(given)?;
    log::start_for_command(config.monitoring.log_format);
    let services = Services::open(&config, Clock::system()).await?;
    let outcome = run_verb(&services.accounts, &services.operator.admin(), given).await;
    services.close().await;
    outcome
}

async fn run_verb(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap requires a subcommand");
    match verb {
        "create" => return create(accounts, admin, given).await,
        "collisions" => return collisions::run(accounts, admin).await,
        _ => {}
    }
    let user = find(accounts, admin, given).await?;
    let (id, name) = (user.id, format::name(&user));
    match verb {
        "show" => {
            let page =
                accounts.sessions_of(admin, id, Page { first: MAX_SESSIONS, after: None }).await.map_err(fault)?;
            print(&format::user(&user, page.sessions.len()))
        }
        "disable" => {
            let ended = accounts.disable_user(admin, id).await.map_err(user_no_longer_exists)?.ended_sessions;
            print(&format!("{name} is disabled; {ended} sessions ended\n"))
        }
        "enable" => {
            accounts.enable_user(admin, id).await.map_err(user_no_longer_exists)?;
            print(&format!("{name} is enabled\n"))
        }
        "promote" => {
            accounts.change_role(admin, id, Role::Admin).await.map_err(user_no_longer_exists)?;
            print(&format!("{name} is an admin\n"))
        }
        "demote" => {
            accounts.change_role(admin, id, Role::User).await.map_err(user_no_longer_exists)?;
            print(&format!("{name} is a regular user\n"))
        }
        "verify" => match accounts.verify_user(admin, id).await.map_err(user_no_longer_exists)?.email {
            Some(_) => print(&format!("the e-mail address of {name} is verified\n")),
            None => Err(format!("{name} has no e-mail address").into()),
        },
        "set-email" => {
            let address: &String = given.get_one("address").expect("clap requires an address");
            accounts.set_email(admin, id, address).await.map_err(email_not_set)?;
            print(&format!("the e-mail address of {name} is set; it is not verified\n"))
        }
        "set-password" => {
            let ended = accounts.set_password(admin, id, &password::read()?).await.map_err(not_set)?.ended_sessions;
            print(&format!("the password of {name} is set; {ended} sessions ended\n"))
        }
        _ if given.get_flag("end") => {
            let ended = accounts.end_sessions(admin, id).await.map_err(user_no_longer_exists)?.ended_sessions;
            print(&format!("{ended} sessions of {name} ended\n"))
        }
        _ => {
            let page =
                accounts.sessions_of(admin, id, Page { first: MAX_SESSIONS, after: None }).await.map_err(fault)?;
            print(&page.sessions.iter().map(format::session).collect::<String>())
        }
    }
}

async fn create(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Outcome {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let (email, username, display_name) = (text("email"), text("username"), text("display-name"));
    let register = Register { email, username, password: password::read()?, display_name };
    let user = accounts.create_user(admin, register).await.map_err(not_created)?;
    print(&format!("{}\n", user.id))
}

async fn find(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Result<User, Box<dyn Error>> {
    let text: &String = given.get_one("user").expect("clap requires a user");
    let found = accounts.find_user(admin, text).await.map_err(fault)?;
    found.ok_or_else(|| "there is no user with this e-mail address, username or id".into())
}
