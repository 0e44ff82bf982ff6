//! Reads a password from the terminal or from standard input.

use std::{
    error::Error,
    io::{IsTerminal, stdin},
};

use secrecy::SecretString;

/// Asks for the password twice, without showing it. If standard input is not a terminal, reads its first line.
pub(super) fn read() -> Result<SecretString, Box<dyn Error>> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        let password = line.strip_suffix('\n').unwrap_or(&line);
        return Ok(password.strip_suffix('\r').unwrap_or(password).into());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("Repeat the password: ")? != password {
        return Err("the passwords differ".into());
    }
    Ok(password.into())
}
