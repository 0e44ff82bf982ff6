//! Migrations, and commands whose output is not read.

use std::io::Read;

use super::output;
use crate::support::program::latchkey;

#[test]
fn migrations_are_applied_reverted_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = output(folder.path(), &["migrate", "status", "--database-url", "postgres://127.0.0.1:1/x"]);
    assert!(!String::from_utf8(postgres.stderr).unwrap().contains("SECRET_KEY"), "a migration needs no secret");
    let run = |arguments: &[&str]| {
        let output = output(folder.path(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let steps = run(&["migrate", "status"]).matches("missing").count();
    assert!(steps >= 3);
    assert_eq!(run(&["migrate", "up"]), format!("{steps} migrations applied\n"));
    assert_eq!(run(&["migrate", "down", "2"]), "2 migrations rolled back\n");
    assert_eq!(run(&["migrate", "status"]).matches("applied").count(), steps - 2);
    assert!(run(&["migrate", "up"]).contains('2'));
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["schema"][..], &["check-config"], &["migrate", "status"]] {
        let mut child = latchkey(folder.path(), arguments).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(child.wait().unwrap().success(), "{arguments:?}: {stderr}");
    }
}

#[test]
fn the_help_of_every_command_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let (mut commands, mut seen) = (vec![String::new()], 0);
    while let Some(command) = commands.pop() {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = String::from_utf8(output(folder.path(), &arguments).stdout).unwrap();
        let example =
            help.split_once("\nExample").and_then(|(_, rest)| rest.split_once(&format!("\n  latchkey {command}")));
        assert!(example.is_some(), "{command}: {help}");
        let listed = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
        let names = listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        commands.extend(names.map(|name| format!("{command} {name}").trim().to_owned()));
        seen += 1;
    }
    assert!(seen > 20, "{seen} commands");
}
