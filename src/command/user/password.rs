//! A password from whoever sits at the terminal, or from what is piped in.

use std::{
    error::Error,
    io::{IsTerminal, stdin},
};

use secrecy::SecretString;

/// Asks twice without showing it; takes the first line of what is no terminal.
pub(super) fn ask() -> Result<SecretString, Box<dyn Error>> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        let password = line.strip_suffix('\n').unwrap_or(&line);
        return Ok(password.strip_suffix('\r').unwrap_or(password).into());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("Once more: ")? != password {
        return Err("the two are not the same".into());
    }
    Ok(password.into())
}
