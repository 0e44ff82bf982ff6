//! Includes GraphiQL in the binary: npm downloads three packages, each with a fixed version and hash.
//!
//! Without the feature `graphiql`, or without npm, the build succeeds without GraphiQL, and the page at `/` says what
//! is missing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A file of an npm package, and the hash of the package.
struct Asset {
    package: &'static str,
    integrity: &'static str,
    path: &'static str,
    name: &'static str,
}

const GRAPHIQL: (&str, &str) = (
    "graphiql@4.1.2",
    "sha512-rNlzQIAzm6i2KBXmVQWBgLvt0TloxFVB2d18bukvdsvjEuFDHsKx5IVOomL1W1o5WW+tE54+ioHb2AEKzO2cUg==",
);
const REACT: (&str, &str) =
    ("react@18.3.1", "sha512-wS+hAgJShR0KhEvPJArfuPVN1+Hz1t0Y6n5jLrGQbkb4urgPE/0Rve+1kMB1v/oWgHgm4WIcV+i7F2pTVj+2iQ==");
const REACT_DOM: (&str, &str) = (
    "react-dom@18.3.1",
    "sha512-5m4nQKp+rZRb09LNH59GM4BxTh9251/ylbKIbpe7TpGxfJ+9kv6BLkLBXIjjspbgbnIBNqlI23tRnTWT0snUIw==",
);

const fn asset(package: (&'static str, &'static str), path: &'static str, name: &'static str) -> Asset {
    Asset { package: package.0, integrity: package.1, path, name }
}

const ASSETS: [Asset; 4] = [
    asset(REACT, "package/umd/react.production.min.js", "react.js"),
    asset(REACT_DOM, "package/umd/react-dom.production.min.js", "react-dom.js"),
    asset(GRAPHIQL, "package/graphiql.min.js", "graphiql.js"),
    asset(GRAPHIQL, "package/graphiql.min.css", "graphiql.css"),
];

fn main() {
    println!("cargo::rerun-if-changed=src/http/graphiql/build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));

    let files = if env::var_os("CARGO_FEATURE_GRAPHIQL").is_none() {
        Err("the feature `graphiql` is off".to_owned())
    } else {
        ASSETS.iter().map(|asset| fetch(asset, &out)).collect::<Result<Vec<PathBuf>, String>>()
    };
    if let Err(missing) = &files {
        println!("cargo::warning=building without GraphiQL: {missing}");
        // Try again in the next build: Cargo treats a file that does not exist as changed.
        println!("cargo::rerun-if-changed=src/http/graphiql/no-such-file");
    }
    fs::write(out.join("graphiql.rs"), code(&files)).expect("OUT_DIR can be written to");
}

/// Returns the path of the file. Downloads its package unless an earlier build has done so.
fn fetch(asset: &Asset, out: &Path) -> Result<PathBuf, String> {
    let folder = out.join(asset.package);
    let file = folder.join(asset.path);
    if !file.exists() {
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let packed = run(Command::new("npm")
            .args(["pack", asset.package, "--json", "--fetch-retries=1", "--fetch-timeout=20000"])
            .current_dir(&folder))
        .map_err(|error| {
            format!("npm cannot fetch {} ({error}); install Node.js with npm and build again", asset.package)
        })?;
        if !packed.contains(asset.integrity) {
            return Err(format!("{} has an unexpected hash", asset.package));
        }
        let archive = format!("{}.tgz", asset.package.replace('@', "-"));
        run(Command::new("tar").args(["-xzf", &archive, asset.path]).current_dir(&folder))
            .map_err(|error| format!("{archive} cannot be unpacked ({error})"))?;
    }
    Ok(file)
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.kind().to_string())?;
    if !output.status.success() {
        return Err(output.status.to_string());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Rust code that includes the files, or the reason why there are none.
fn code(files: &Result<Vec<PathBuf>, String>) -> String {
    let files = match files {
        Ok(files) => files,
        Err(missing) => return format!("const LIBRARIES: Result<&[Asset], &str> = Err({missing:?});\n"),
    };
    let assets: Vec<String> = ASSETS
        .iter()
        .zip(files)
        .map(|(asset, file)| {
            format!("Asset {{ name: {:?}, content: include_bytes!({:?}) }}, ", asset.name, file.to_string_lossy())
        })
        .collect();
    format!("const LIBRARIES: Result<&[Asset], &str> = Ok(&[{}]);\n", assets.concat())
}
