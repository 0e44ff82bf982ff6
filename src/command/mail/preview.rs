//! `latchkey mail preview`: writes every mail to a folder, and a page that shows all of them.

use std::{error::Error, fmt::Write, fs, path::Path};

use clap::ArgMatches;
use latchkey::mail::{Content, MailKind, MailTemplates};
use secrecy::SecretString;

use crate::command::{Outcome, print};

/// The style of the page: plain, so that the mails stand out.
const STYLE: &str = ":root { color-scheme: light dark }
body { margin: 2rem; font: 16px/1.5 system-ui, sans-serif }
section { display: flex; gap: 1.5rem; overflow-x: auto; padding-bottom: 2rem }
figure { margin: 0; flex: none }
iframe { width: 640px; height: 780px; border: 1px solid #8884; border-radius: 8px; background: Canvas }
iframe.narrow { width: 360px }
a { color: inherit }";

pub(super) fn run(templates: &MailTemplates, given: &ArgMatches) -> Outcome {
    let folder: &String = given.get_one("folder").expect("clap requires it");
    let folder = Path::new(folder);
    let failed = |error: std::io::Error| -> Box<dyn Error> { format!("{}: {error}", folder.display()).into() };
    fs::create_dir_all(folder).map_err(failed)?;

    let token = SecretString::from("this-is-only-a-preview");
    let mut page = format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Mails</title>\n<style>{STYLE}</style>\n");
    let mut count = 0;
    for language in templates.languages() {
        for mail in MailKind::ALL {
            let message = templates.compose(&Content::sample(mail, language, &token))?;
            let name = format!("{language}-{}", mail.name());
            fs::write(folder.join(format!("{name}.html")), message.html()).map_err(failed)?;
            fs::write(folder.join(format!("{name}.txt")), message.text()).map_err(failed)?;
            add_mail(&mut page, &name)?;
            count += 2;
        }
    }
    let index = folder.join("index.html");
    fs::write(&index, page).map_err(failed)?;
    print(&format!("{count} files written; {} shows all of them\n", index.display()))
}

/// Adds a mail to the page: wide, narrow and as text. The name needs no escaping: it is a language tag and a word.
fn add_mail(page: &mut String, name: &str) -> Result<(), std::fmt::Error> {
    writeln!(page, "<h2>{name}</h2>\n<section>")?;
    for (class, extension) in [("wide", "html"), ("narrow", "html"), ("wide", "txt")] {
        let file = format!("{name}.{extension}");
        writeln!(
            page,
            "<figure><iframe class=\"{class}\" sandbox title=\"{file}, {class}\" src=\"{file}\"></iframe>\
             <figcaption><a href=\"{file}\">{file}</a></figcaption></figure>"
        )?;
    }
    writeln!(page, "</section>")
}
