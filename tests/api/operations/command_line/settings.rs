//! Settings from flags, the environment and files.

use super::output;
use crate::support::program::latchkey;

#[test]
fn a_flag_works_before_and_after_a_command() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["--bcrypt-cost", "14", "check-config"], ["check-config", "--bcrypt-cost", "14"]] {
        let shown = String::from_utf8(output(folder.path(), &arguments).stdout).unwrap();
        assert!(shown.lines().any(|line| line.starts_with("BCRYPT_COST") && line.contains("14")), "{shown}");
    }
    let database = ["--database-url", "sqlite://other.db", "migrate", "status"];
    assert!(output(folder.path(), &database).status.success());
    assert!(folder.path().join("other.db").exists() && !folder.path().join("latchkey.db").exists());
}

#[test]
fn a_secret_and_its_file_must_not_both_be_set() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "a secret in a file, long enough for HS256").unwrap();
    let check = |value: &str| {
        let mut command = latchkey(folder.path(), &["check-config"]);
        command.envs([("SECRET_KEY", value), ("SECRET_KEY_FILE", "secret")]).output().unwrap()
    };
    let both = check("another secret, and long enough for HS256");
    assert!(String::from_utf8(both.stderr).unwrap().contains("SECRET_KEY_FILE is set, and so is SECRET_KEY"));
    // Compose files pass empty variables for settings that are not set.
    assert!(String::from_utf8(check("").stdout).unwrap().contains("(file)"));
}

#[test]
fn all_invalid_settings_are_named_together_and_no_value_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = latchkey(folder.path(), &["--bcrypt-cost", "hunter2"]);
    command.envs([("DATABASE_URL", "postgres://ada:hunter2@localhost/x"), ("LATCHKEY_BIND", "hunter2")]);
    command.envs([("LATCHKEY_COLOUR", "hunter2"), ("SECRET_KEY_FILE", "/nowhere/hunter2"), ("BIND", "hunter2")]);
    let output = command.output().unwrap();

    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for name in
        ["BCRYPT_COST", "LATCHKEY_BIND", "LATCHKEY_COLOUR", "SECRET_KEY_FILE", "SECRET_KEY is required", "BIND must"]
    {
        assert!(stderr.contains(name), "{name}: {stderr}");
    }
    assert!(!stderr.contains("hunter2"), "{stderr}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is created if a setting is invalid");
}

#[test]
fn settings_are_read_from_flags_then_the_environment_then_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "BCRYPT_COST=13\nLOG=debug\nTOKEN_ISSUER=dot-env\n").unwrap();
    std::fs::write(folder.path().join("secret"), "a secret in a file, long enough for HS256\n").unwrap();
    let mut command = latchkey(folder.path(), &["check-config", "--log", "warn"]);
    let output =
        command.envs([("BCRYPT_COST", "11"), ("LOG", "error"), ("SECRET_KEY_FILE", "secret")]).output().unwrap();

    let shown = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| {
        shown.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().skip(1).collect::<Vec<_>>()
    };
    assert_eq!(line("LOG "), ["warn", "(flag)"]);
    assert_eq!(line("BCRYPT_COST"), ["11", "(environment)"]);
    assert_eq!(line("TOKEN_ISSUER"), ["dot-env", "(.env)"]);
    assert_eq!(line("SECRET_KEY"), ["********", "(file)"]);
}

#[test]
fn an_empty_secret_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty"), "\n").unwrap();
    let output = latchkey(folder.path(), &["check-config"]).env("SECRET_KEY_FILE", "empty").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("SECRET_KEY_FILE names an empty file"));
}

#[test]
fn help_explains_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    let help = String::from_utf8(output(folder.path(), &["--help"]).stdout).unwrap();
    for setting in latchkey::config::settings() {
        assert!(help.contains(&format!("--{}", setting.flag())) && help.contains(setting.name), "{}", setting.name);
    }
}
