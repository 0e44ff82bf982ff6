//! Sending mail: the outbox, and `latchkey mail`.

mod command;
mod outbox;
