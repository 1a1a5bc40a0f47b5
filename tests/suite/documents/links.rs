//! Every link leads somewhere: to a file of the checkout, to a heading of it, or out of it.

use std::collections::BTreeSet;

use super::{documents, read, root};

const REPOSITORY: &str = "https://github.com/org/serverless-app-action/";

/// The text without what is code, where brackets are no links; as many lines as before.
fn prose(text: &str) -> String {
    let mut in_block = false;
    let mut plain = String::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        if !in_block && !is_fence {
            plain.extend(line.split('`').step_by(2));
        }
        plain.push('\n');
    }
    plain
}

/// The targets of a document's links, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text).lines().enumerate() {
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let defined = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
        found.extend(inline.chain(defined).map(|target| (number + 1, target.trim().to_owned())));
    }
    found
}

/// What a heading is called in an address, by GitHub and by mdBook.
fn anchor(heading: &str) -> String {
    let text: String = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c)).collect();
    text.trim().to_lowercase().replace(' ', "-")
}

/// The headings of a document, without the targets of links in them.
fn anchors(path: &str) -> BTreeSet<String> {
    let mut in_block = false;
    let mut found = BTreeSet::new();
    for line in read(path).lines() {
        in_block ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !in_block) {
            let heading = heading.trim_start_matches('#');
            let plain: String = heading
                .split("](")
                .enumerate()
                .map(|(at, part)| if at == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) })
                .collect();
            found.insert(anchor(&plain));
        }
    }
    found
}

/// Why a link of a document leads nowhere, if it does.
fn broken(from: &str, target: &str) -> Option<String> {
    let (address, heading) =
        target.split_once('#').map_or((target, None), |(address, heading)| (address, Some(heading)));
    let path = match address.strip_prefix(REPOSITORY) {
        Some(below) => match ["blob/main/", "tree/main/"].iter().find_map(|kind| below.strip_prefix(kind)) {
            Some(path) => path.to_owned(),
            // Releases, issues and the like.
            None => return None,
        },
        None if address.starts_with("https://") || address.starts_with("mailto:") => return None,
        None if address.contains(':') => return Some("is neither a path nor https".into()),
        None if address.is_empty() => from.to_owned(),
        None => {
            if from.starts_with("docs/") && address.starts_with("..") {
                return Some(format!("leaves the book: write {REPOSITORY}blob/main/..."));
            }
            let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
            for part in address.split('/') {
                match part {
                    ".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
            parts.join("/")
        }
    };
    if !root().join(&path).exists() {
        return Some(format!("there is no {path}"));
    }
    let heading = heading.filter(|_| path.ends_with(".md"))?;
    (!anchors(&path).contains(heading)).then(|| format!("{path} has no heading that is called {heading}"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut number_of_links = 0;
    for path in documents() {
        for (line, target) in links(&read(&path)) {
            number_of_links += 1;
            wrong.extend(broken(&path, &target).map(|why| format!("{path}:{line}: {target}: {why}")));
        }
    }
    assert!(number_of_links > 200, "{number_of_links}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the program says of pages.
#[test]
fn every_page_that_a_message_names_is_there() {
    let mut named = BTreeSet::new();
    for source in crate::walls::source::program() {
        let product = source.product();
        let pages = product.split("docs/").skip(1).filter_map(|rest| rest.split_once(".md").map(|(name, _)| name));
        named.extend(pages.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')).map(str::to_owned));
    }
    assert!(named.len() >= 3, "{named:?}");
    for name in named {
        assert!(root().join("docs").join(format!("{name}.md")).exists(), "there is no docs/{name}.md");
    }
}

#[test]
fn what_leads_nowhere_is_found_and_code_has_no_links() {
    let text = "a [b](c.md) `[d](e)`\n```\n[f](g)\n```\n[h]: i.md\n[j](https://k) [l](#m)";
    let all: Vec<String> = links(text).into_iter().map(|(line, target)| format!("{line} {target}")).collect();
    assert_eq!(all, ["1 c.md", "5 i.md", "6 https://k", "6 #m"]);
    assert_eq!(anchor("What `bootstrap --github` sends"), "what-bootstrap---github-sends");
    assert!(broken("docs/start.md", "nowhere.md").is_some() && broken("README.md", "docs/start.md#nowhere").is_some());
    assert!(broken("docs/start.md", "../README.md").is_some_and(|why| why.starts_with("leaves the book")));
    assert!(broken(".github/SECURITY.md", "../docs/start.md#install").is_none());
    assert!(broken("docs/start.md", &format!("{REPOSITORY}tree/main/nowhere")).is_some());
}
