//! What operators do: import users, and manage them with `latchkey user`.

mod import;
mod user_command;
