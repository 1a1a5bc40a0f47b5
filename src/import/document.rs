//! The text of a manifest.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{DocumentMut, Item, Table};

use crate::import::lines::{Lines, inline};
use crate::import::reading::Reading;
use crate::import::{Named, Scene, Unsaid, section};
use crate::manifest::Manifest;
use crate::manifest::secret::evident_in;
use crate::name::{Owner, Site};

/// A manifest that has been written, and what lies beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The manifest.
    pub text: String,
    /// The files that it names, by their paths beside it.
    pub files: BTreeMap<String, String>,
    /// What it does not say.
    pub unsaid: BTreeSet<Unsaid>,
    /// Its sections.
    pub sections: Vec<Named>,
}

/// The manifest of all that has been read.
pub fn write(owner: &Owner, site: &Site, reading: &Reading) -> Draft {
    let scene = Scene::new(site, owner, reading.live.clone(), reading.sections.clone()).with_app_tags();
    let mut document = DocumentMut::new();
    document.insert("app", Item::Table(app(&scene)));
    let sections = in_order(scene.sections().map(|(_, named)| named.clone()));
    let addresses: BTreeMap<&Named, _> = scene.sections().map(|(address, named)| (named, address)).collect();
    for named in &sections {
        let table =
            addresses.get(named).and_then(|address| scene.live(address)).and_then(|live| section::write(live, &scene));
        if let Some(table) = table {
            insert(document.as_table_mut(), named, table);
        }
    }
    recorder(document.as_table_mut(), &scene);
    let (mut unsaid, files) = scene.finish();
    let text = document.to_string();
    unsaid.extend(secrets("the manifest", &text));
    unsaid.extend(files.iter().flat_map(|(path, text)| secrets(path, text)));
    Draft { text, files, unsaid, sections }
}

/// What is a secret by its form. Variables that look like one are not written; whatever else holds one is, and so it is told.
fn secrets<'t>(file: &'t str, text: &'t str) -> impl Iterator<Item = Unsaid> + 't {
    let lines = text.lines().zip(1..).filter_map(|(line, number)| Some((number, evident_in(line)?)));
    lines.map(move |(number, why): (usize, _)| Unsaid {
        what: format!("{file}, line {number}"),
        why: format!(
            "it looks like {why}, and is written as AWS has it: before you commit the file, move the secret elsewhere \
             and change its value"
        ),
    })
}

/// The lines of one section, with its header.
pub fn one(named: &Named, table: Table) -> String {
    let mut document = DocumentMut::new();
    insert(document.as_table_mut(), named, table);
    document.to_string()
}

fn app(scene: &Scene) -> Table {
    let mut app = Lines::new();
    app.set("name", scene.owner.app.as_str());
    app.set("region", scene.site.region.as_str());
    app.set("account", scene.site.account.as_str());
    let tags = scene.app_tags();
    if !tags.is_empty() {
        app.set("tags", inline(tags));
    }
    app.into_table()
}

/// In the order in which the manifest's type has its sections, and within one by name.
fn in_order(sections: impl Iterator<Item = Named>) -> Vec<Named> {
    let place = |named: &Named| Manifest::SECTIONS.iter().position(|section| *section == named.section);
    let mut sections: Vec<Named> = sections.collect();
    sections.sort_by(|one, other| {
        (place(one).unwrap_or(usize::MAX), one).cmp(&(place(other).unwrap_or(usize::MAX), other))
    });
    sections.dedup();
    sections
}

/// `[compliance]` itself, above its rules.
fn recorder(top: &mut Table, scene: &Scene) {
    let lines = section::compliance::recorder(scene);
    if lines.is_empty() {
        return;
    }
    let item = top.entry("compliance").or_insert_with(|| Item::Table(Table::new()));
    let table = item.as_table_mut().expect("sections stand in tables alone");
    table.set_implicit(false);
    table.decor_mut().set_prefix("\n");
    lines.into_table().into_iter().for_each(|(key, item)| drop(table.insert(&key, item)));
}

/// `[section.name]`, below tables that have no header of their own.
fn insert(top: &mut Table, named: &Named, mut table: Table) {
    let below = named.section.split('.').fold(top, |table, key| {
        let item = table.entry(key).or_insert_with(|| {
            let mut below = Table::new();
            below.set_implicit(true);
            Item::Table(below)
        });
        item.as_table_mut().expect("sections stand in tables alone")
    });
    table.decor_mut().set_prefix("\n");
    below.insert(named.name.as_str(), Item::Table(table));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_written_is_told_by_its_line_and_not_repeated() {
        let text = "{\n  \"Url\": \"https://app:hunter2@x.example/\",\n  \"Arn\": \"arn:aws:sqs:us-west-2:123456789012:x\"\n}\n\
                    -----BEGIN RSA PRIVATE KEY-----\n";
        let found: Vec<Unsaid> = secrets("imported/flow.asl.json", text).collect();
        let lines: Vec<&str> = found.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(lines, ["imported/flow.asl.json, line 2", "imported/flow.asl.json, line 5"]);
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    }
}
