//! `latchkey mail preview`: every mail as it looks, as files, and a page with all of them side by side.

use std::{error::Error, fmt::Write, fs, path::Path};

use clap::ArgMatches;
use latchkey::mail::{Content, MailKind, MailTemplates};
use secrecy::SecretString;

use super::super::{Outcome, print};

/// How the page looks: as little as possible, so that the mails are what is seen.
const STYLE: &str = ":root { color-scheme: light dark }
body { margin: 2rem; font: 16px/1.5 system-ui, sans-serif }
section { display: flex; gap: 1.5rem; overflow-x: auto; padding-bottom: 2rem }
figure { margin: 0; flex: none }
iframe { width: 640px; height: 780px; border: 1px solid #8884; border-radius: 8px; background: Canvas }
iframe.narrow { width: 360px }
a { color: inherit }";

pub(super) fn run(templates: &MailTemplates, given: &ArgMatches) -> Outcome {
    let folder: &String = given.get_one("folder").expect("is required");
    let folder = Path::new(folder);
    let told = |error: std::io::Error| -> Box<dyn Error> { format!("{}: {error}", folder.display()).into() };
    fs::create_dir_all(folder).map_err(told)?;

    let token = SecretString::from("this-token-was-made-up-to-look-at");
    let mut page = format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Mails</title>\n<style>{STYLE}</style>\n");
    let mut files = 0;
    for language in templates.languages() {
        for mail in MailKind::ALL {
            let message = templates.compose(&Content::sample(mail, language, &token))?;
            let name = format!("{language}-{}", mail.name());
            fs::write(folder.join(format!("{name}.html")), message.html()).map_err(told)?;
            fs::write(folder.join(format!("{name}.txt")), message.text()).map_err(told)?;
            show(&mut page, &name)?;
            files += 2;
        }
    }
    let index = folder.join("index.html");
    fs::write(&index, page).map_err(told)?;
    print(&format!("{files} files; {} shows them all\n", index.display()))
}

/// A mail three times: wide, narrow and as text. The name is made of a tag and a name, in which nothing is special.
fn show(page: &mut String, name: &str) -> Result<(), std::fmt::Error> {
    writeln!(page, "<h2>{name}</h2>\n<section>")?;
    for (class, ending) in [("wide", "html"), ("narrow", "html"), ("wide", "txt")] {
        let file = format!("{name}.{ending}");
        writeln!(
            page,
            "<figure><iframe class=\"{class}\" sandbox title=\"{file}, {class}\" src=\"{file}\"></iframe>\
             <figcaption><a href=\"{file}\">{file}</a></figcaption></figure>"
        )?;
    }
    writeln!(page, "</section>")
}
