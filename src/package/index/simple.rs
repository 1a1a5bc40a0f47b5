//! An index's page about a package, as JSON (PEP 691) or as HTML (PEP 503).

use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// What is asked for, the best first.
pub(in super::super) const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// A file that an index has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Listed {
    pub(in super::super) file_name: String,
    pub(in super::super) url: Url,
    /// In hex, where the index says it.
    pub(in super::super) sha256: Option<String>,
    /// In bytes, where the index says it.
    pub(in super::super) size: Option<u64>,
}

#[derive(Deserialize)]
struct Page {
    files: Vec<PageFile>,
}

#[derive(Deserialize)]
struct PageFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    size: Option<u64>,
}

/// The files on a page; addresses are relative to the page's own. `None` if it is no such page.
pub(in super::super) fn files(page: &Url, body: &str) -> Option<Vec<Listed>> {
    if body.trim_start().starts_with('{') { from_json(page, body) } else { from_html(page, body) }
}

fn from_json(page: &Url, body: &str) -> Option<Vec<Listed>> {
    let read: Page = serde_json::from_str(body).ok()?;
    let listed = read.files.into_iter().filter_map(|mut file| {
        let url = page.join(&file.url).ok()?;
        Some(Listed { file_name: file.filename, url, sha256: file.hashes.remove("sha256"), size: file.size })
    });
    Some(listed.collect())
}

/// Every `<a href="address#sha256=…">file name</a>`.
fn from_html(page: &Url, body: &str) -> Option<Vec<Listed>> {
    let lower = body.to_ascii_lowercase();
    if !lower.contains("<html") && !lower.contains("<a ") && !lower.contains("<!doctype html") {
        return None;
    }
    let starts: Vec<usize> = lower.match_indices("<a").map(|(at, _)| at).collect();
    let anchor = |at: &usize| {
        let (tag, rest) = body.get(at + 2..)?.split_once('>')?;
        if !tag.starts_with(char::is_whitespace) {
            return None;
        }
        let (text, _) = rest.split_once('<')?;
        let href = attribute(tag, "href")?;
        let mut url = page.join(&unescaped(&href)).ok()?;
        let hash = url.fragment().and_then(|fragment| fragment.strip_prefix("sha256=")).map(str::to_ascii_lowercase);
        url.set_fragment(None);
        Some(Listed { file_name: unescaped(text.trim()), url, sha256: hash, size: None })
    };
    Some(starts.iter().filter_map(anchor).collect())
}

/// The value of a tag's attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let after = lower.match_indices(name).find_map(|(at, _)| {
        let before = tag[..at].chars().next_back().is_none_or(char::is_whitespace);
        let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        before.then_some(rest)
    })?;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    match quote {
        Some(quote) => after[1..].split_once(quote).map(|(value, _)| value.to_owned()),
        None => after.split(char::is_whitespace).next().map(str::to_owned),
    }
}

fn unescaped(text: &str) -> String {
    let named = [("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&#43;", "+")];
    let text = named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}
