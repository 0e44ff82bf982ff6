//! Users, sessions and violations as lines of text.

use chrono::{DateTime, Utc};
use latchkey::accounts::{Role, Session, User, Violations};

use crate::command::to_second;

/// The username or e-mail address of a user, with the id.
pub(super) fn name(user: &User) -> String {
    let name = user.username.as_ref().or(user.email.as_ref());
    name.map_or_else(|| user.id.to_string(), |name| format!("{name} ({})", user.id))
}

pub(super) fn user(user: &User, sessions: usize) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let since = |time: DateTime<Utc>| format!("since {}", to_second(time));
    let role = match user.role {
        Role::User => "user",
        Role::Admin => "admin",
    };
    let lines = [
        ("id", user.id.to_string()),
        ("e-mail", text(&user.email)),
        ("verified", if user.email_verified { "yes" } else { "no" }.to_owned()),
        ("username", text(&user.username)),
        ("display name", text(&user.display_name)),
        ("role", role.to_owned()),
        ("created", to_second(user.created_at)),
        ("updated", to_second(user.updated_at)),
        ("disabled", user.disabled_at.map_or_else(|| "no".to_owned(), since)),
        ("open sessions", sessions.to_string()),
    ];
    lines.map(|(name, value)| format!("{name:<14} {value}\n")).concat()
}

pub(super) fn session(session: &Session) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let (created, used) = (to_second(session.created_at), to_second(session.last_used_at));
    let (address, device) = (text(&session.ip_address), text(&session.user_agent));
    format!("{}  since {created}  used {used}  from {address}  {device}\n", session.id)
}

pub(super) fn violations(violations: &Violations) -> String {
    violations.0.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>().join("\n  ")
}
