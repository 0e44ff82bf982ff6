//! The program, as operators run it.

mod commands;
mod settings;
mod start;
mod stop;

use std::{path::Path, process::Output};

use crate::support::program::latchkey;

fn output(folder: &Path, arguments: &[&str]) -> Output {
    latchkey(folder, arguments).output().expect("it runs")
}
