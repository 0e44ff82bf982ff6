//! `latchkey user`: what an operator does to users, from the shell of the machine that the server runs on.

mod password;
mod shown;

use std::error::Error;

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    accounts::{Accounts, Admin, Failure, NoSuchUser, Page, Register, RegisterRefusal, Role, SetPasswordRefusal, User},
    app::Services,
    clock::Clock,
    log,
};

use super::{Outcome, config, print};

/// How many sessions are listed.
const SESSIONS: u32 = 1000;

pub(super) fn command() -> Command {
    let user = || Arg::new("user").required(true).value_name("USER").help("An e-mail address, a username or an id");
    let of_user = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(user());
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("TEXT").help(help);
    let end =
        Arg::new("end").long("end").action(ArgAction::SetTrue).help("End them all: the user is logged out everywhere");
    Command::new("user")
        .about("Create, show, disable and promote users")
        .long_about(
            "Create, show, disable and promote users.\n\nA password is asked for, or is the first line of standard input; \
             it is never an argument, which others on this machine could see.",
        )
        .subcommand_required(true)
        .subcommand(
            Command::new("create")
                .about("Register a user; prints the id")
                .arg(text("email", "To log in with, and to be reached at"))
                .arg(text("username", "To log in with"))
                .arg(text("display-name", "What others may call them")),
        )
        .subcommand(of_user("show", "Show what is known of a user"))
        .subcommand(of_user("disable", "Keep a user out, and end their sessions, at once"))
        .subcommand(of_user("enable", "Let a user in again who was disabled"))
        .subcommand(of_user("promote", "Make a user an admin"))
        .subcommand(of_user("demote", "Make an admin a user like others"))
        .subcommand(of_user("verify", "Take it that a user's e-mail address is theirs, without a mail"))
        .subcommand(of_user("set-password", "Give a user another password, and end their sessions"))
        .subcommand(of_user("sessions", "List a user's open sessions").arg(end))
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let config = config(given)?;
    log::start_at_the_shell(config.monitoring.log_format);
    let services = Services::open(&config, Clock::system()).await?;
    let outcome = carry_out(&services.accounts, &services.operator.admin(), given).await;
    services.close().await;
    outcome
}

async fn carry_out(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap asks for one");
    if verb == "create" {
        return create(accounts, admin, given).await;
    }
    let user = find(accounts, admin, given).await?;
    let (id, name) = (user.id, shown::name(&user));
    match verb {
        "show" => {
            let page = accounts.sessions_of(admin, id, Page { first: SESSIONS, after: None }).await.map_err(fault)?;
            print(&shown::user(&user, page.sessions.len()))
        }
        "disable" => {
            let ended = accounts.disable_user(admin, id).await.map_err(gone)?.ended_sessions;
            print(&format!("{name} is disabled; {ended} sessions ended\n"))
        }
        "enable" => {
            accounts.enable_user(admin, id).await.map_err(gone)?;
            print(&format!("{name} may log in again\n"))
        }
        "promote" => {
            accounts.change_role(admin, id, Role::Admin).await.map_err(gone)?;
            print(&format!("{name} is an admin\n"))
        }
        "demote" => {
            accounts.change_role(admin, id, Role::User).await.map_err(gone)?;
            print(&format!("{name} is a user like others\n"))
        }
        "verify" => match accounts.verify_user(admin, id).await.map_err(gone)?.email {
            Some(_) => print(&format!("the e-mail address of {name} is verified\n")),
            None => Err(format!("{name} has no e-mail address").into()),
        },
        "set-password" => {
            let ended = accounts.set_password(admin, id, &password::ask()?).await.map_err(not_set)?.ended_sessions;
            print(&format!("{name} has another password; {ended} sessions ended\n"))
        }
        _ if given.get_flag("end") => {
            let ended = accounts.end_sessions(admin, id).await.map_err(gone)?.ended_sessions;
            print(&format!("{ended} sessions of {name} ended\n"))
        }
        _ => {
            let page = accounts.sessions_of(admin, id, Page { first: SESSIONS, after: None }).await.map_err(fault)?;
            print(&page.sessions.iter().map(shown::session).collect::<String>())
        }
    }
}

async fn create(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Outcome {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let (email, username, display_name) = (text("email"), text("username"), text("display-name"));
    let register = Register { email, username, password: password::ask()?, display_name };
    let user = accounts.create_user(admin, register).await.map_err(not_created)?;
    print(&format!("{}\n", user.id))
}

async fn find(accounts: &Accounts, admin: &Admin, given: &ArgMatches) -> Result<User, Box<dyn Error>> {
    let text: &String = given.get_one("user").expect("is required");
    let found = accounts.find_user(admin, text).await.map_err(fault)?;
    found.ok_or_else(|| "there is no user with this e-mail address, username or id".into())
}

fn fault(fault: impl std::fmt::Display) -> Box<dyn Error> {
    format!("the database: {fault}").into()
}

fn gone(failure: Failure<NoSuchUser>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(NoSuchUser) => "there is no such user any more".into(),
        Failure::Fault(broken) => fault(broken),
    }
}

fn not_created(failure: Failure<RegisterRefusal>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(RegisterRefusal::ValidationFailed(violations)) => shown::violations(&violations).into(),
        Failure::Refused(RegisterRefusal::EmailTaken) => "there is a user with this e-mail address".into(),
        Failure::Refused(RegisterRefusal::Closed) => "nobody may register here".into(),
        Failure::Refused(RegisterRefusal::UsernameTaken) => "there is a user with this username".into(),
        Failure::Refused(RegisterRefusal::TooManyAttempts(_) | RegisterRefusal::ServerBusy(_)) => BUSY.into(),
        Failure::Fault(broken) => fault(broken),
    }
}

fn not_set(failure: Failure<SetPasswordRefusal>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(SetPasswordRefusal::ValidationFailed(violations)) => shown::violations(&violations).into(),
        Failure::Refused(SetPasswordRefusal::NoSuchUser(_)) => "there is no such user any more".into(),
        Failure::Refused(SetPasswordRefusal::ServerBusy(_)) => BUSY.into(),
        Failure::Fault(broken) => fault(broken),
    }
}

const BUSY: &str = "the machine is busy; try again";
