//! `latchkey keys`: generates, rotates and retires the keys that sign access tokens.

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    clock::Clock,
    config::check_keys,
    secrets::{KeyRotation, KeyState, TimedKey},
};

use super::{Outcome, print, subcommand, to_second, values};

pub(super) fn command() -> Command {
    let generate = subcommand(
        "generate",
        "Generate a key; the first one signs, others wait for a rotation",
        "latchkey keys generate --algorithm EdDSA",
    );
    let list = subcommand("list", "List the keys and the state of each", "latchkey keys list");
    let rotate = subcommand(
        "rotate",
        "Sign with the next key, in ten minutes, so that verifiers can fetch it",
        "latchkey keys rotate",
    );
    let retire = subcommand(
        "retire",
        "Remove a key that does not sign; its tokens become invalid immediately",
        "latchkey keys retire KID",
    );
    let now = Arg::new("now").long("now").action(ArgAction::SetTrue).help("Sign in five seconds, for emergencies");
    let kid = Arg::new("kid").required(true).allow_hyphen_values(true).value_name("KID").help("The id of the key");
    let about = "Generate and rotate the keys that sign access tokens, for every ALGORITHM except HS256";
    subcommand("keys", about, "latchkey keys generate --algorithm EdDSA").subcommand_required(true).subcommands([
        generate,
        list,
        rotate.arg(now),
        retire.arg(kid),
    ])
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap requires a subcommand");
    let (algorithm, folder) = check_keys(&values(given))?;
    let now = Clock::system().now();
    match verb {
        "list" => {
            let (keys, bad) = folder.read()?;
            for bad in bad {
                eprintln!("latchkey: {bad}");
            }
            print(&keys.states(now).map(line_of_key).collect::<String>())
        }
        _ if algorithm.is_symmetric() => {
            Err("HS256 signs with SECRET_KEY; for keys, set ALGORITHM to EdDSA, ES256 or RS256".into())
        }
        "generate" => print(&format!("{}\n", folder.generate(algorithm, now)?)),
        "rotate" => {
            let KeyRotation { kid, signs_from } = folder.rotate(algorithm, given.get_flag("now"), now)?;
            print(&format!("{kid} signs from {}\n", to_second(signs_from)))
        }
        _ => {
            let kid: &String = given.get_one("kid").expect("clap requires it");
            folder.retire(kid, now)?;
            print(&format!("{kid} is removed\n"))
        }
    }
}

fn line_of_key((timed, state): (&TimedKey, KeyState)) -> String {
    let state = match (state, timed.signs_from) {
        (KeyState::Next, Some(from)) => format!("next     signs from {}", to_second(from)),
        (KeyState::Next, None) => "next     waits for a rotation".to_owned(),
        (KeyState::Current, _) => "current".to_owned(),
        (KeyState::Retired { until }, _) => format!("retired  accepted until {}", to_second(until)),
        (KeyState::Expired, _) => "expired".to_owned(),
    };
    format!("{}  {:<5}  {state}\n", timed.key.kid(), timed.key.algorithm())
}
