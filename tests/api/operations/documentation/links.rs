//! Every relative link leads to a file of the repository, and to a heading in it.

use std::{collections::HashMap, path::Path};

use super::{docs, file, read};

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let others = ["README.md", "deploy/README.md", "tests/faults/README.md", ".github/SECURITY.md"].map(str::to_owned);
    let pages: Vec<String> = others.into_iter().chain(docs()).collect();
    let broken: Vec<String> = pages.iter().flat_map(|page| broken_links(page, &read(page))).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_broken_link_is_found() {
    let page = "# A page\n\n## The `one` heading, twice\n\n## The `one` heading, twice\n\n\
        [good](README.md) [good](#a-page) [good](#the-one-heading-twice-1) [good](../README.md#latchkey)\n\
        [other](https://example.com/nowhere) `[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n\
        [no file](nowhere.md) ![no image](nowhere.svg) [no heading](#nowhere) [no heading](../README.md#nowhere) \
        [no third](#the-one-heading-twice-2)\n";
    let broken = broken_links("deploy/page.md", page);
    let targets: Vec<&str> = broken.iter().map(|broken| broken.rsplit(' ').next().unwrap()).collect();
    assert_eq!(targets, ["nowhere.md", "nowhere.svg", "#nowhere", "../README.md#nowhere", "#the-one-heading-twice-2"]);
}

/// The relative links of a page that lead nowhere.
fn broken_links(page: &str, text: &str) -> Vec<String> {
    let folder = Path::new(page).parent().expect("a folder");
    let leads_somewhere = |target: &str| {
        let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
        let linked = folder.join(path);
        let has_anchor = |text: &str| anchor.is_none_or(|anchor| anchors(text).iter().any(|name| name == anchor));
        match (path.is_empty(), anchor) {
            (true, _) => has_anchor(text),
            (false, None) => file(linked.to_str().unwrap()).exists(),
            (false, Some(_)) => file(linked.to_str().unwrap()).is_file() && has_anchor(&read(linked.to_str().unwrap())),
        }
    };
    let targets = links(text).into_iter().filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    targets.filter(|target| !leads_somewhere(target)).map(|target| format!("{page}: {target}")).collect()
}

/// The targets of all links and images, without those in code.
fn links(text: &str) -> Vec<String> {
    let prose = without_code(text);
    prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

fn without_code(text: &str) -> String {
    let outside = text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    // A link may have code as its text: only whole links in code are removed.
    outside
        .split('`')
        .enumerate()
        .filter(|(n, part)| n % 2 == 0 || !part.contains("]("))
        .map(|(_, part)| part)
        .collect()
}

/// The anchors of a page's headings, as GitHub names them.
fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let prose = format!("\n{text}").split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    let headings = prose
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let names = headings.map(|heading| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    });
    names
        .map(|name| {
            let times = seen.entry(name.clone()).and_modify(|times| *times += 1).or_default();
            if *times == 0 { name } else { format!("{name}-{times}") }
        })
        .collect()
}
