//! The lines of one section as it is live: what makes drift the wanted state.

use std::collections::BTreeMap;

use toml_edit::{Item, Table};

use crate::aws::observe;
use crate::aws::{Aws, Kind, Live, PlanReader, lambda};
use crate::error::Error;
use crate::import::document::one;
use crate::import::lines::json;
use crate::import::{Named, Scene, Unsaid, section};
use crate::manifest::{Manifest, names};
use crate::name::{Address, Name};
use crate::planning::Project;

/// The lines, the files that they name, and what they do not say.
pub struct Lines {
    /// The section with its header.
    pub text: String,
    /// By the paths that the section names.
    pub files: BTreeMap<String, String>,
    /// The report.
    pub unsaid: Vec<Unsaid>,
}

/// What no live state says of a section: it stays as the manifest has it.
const OF_THE_MANIFEST: [&str; 6] = ["name", "path", "source", "exclude", "build", "files"];
/// The same of a function's release.
const OF_A_RELEASE: [&str; 4] = ["canary", "minutes", "alarms", "keep"];

/// Reads what the manifest asks for, and writes the section of this address. `text` is the manifest.
pub async fn only(project: &Project, text: &str, aws: &Aws, address: &Address) -> Result<Lines, Error> {
    let reader = &PlanReader::new(aws).thorough();
    let site = aws.site().await?;
    let wanted = project.lower(&site, &project.sources_without_code())?.wanted;
    let mut listing = observe::list(reader, &project.owner).await?;
    listing.called = names::called(&project.source.manifest, &project.owner);
    listing.leave_out(|kind| project.source.manifest.has_by_need(kind), false);
    let live = observe::survey(reader, &project.owner, &site, &wanted, &listing).await?.live;
    let sections = sections(&project.source.manifest, &live);
    let Some(named) = sections.get(address).cloned() else { return Err(no_section(address, &sections, &live)) };
    let scene = Scene::new(&site, &project.owner, live, sections);
    let table = scene.live(address).and_then(|live| section::write(live, &scene));
    let text = table.map(|mut table| {
        keep(&mut table, text, &named);
        one(&named, table)
    });
    let (unsaid, files) = scene.finish();
    let text = text.ok_or_else(|| Error::Internal(format!("no section is written for {address}")))?;
    Ok(Lines { text: text.trim_start().to_owned(), files, unsaid: unsaid.into_iter().collect() })
}

/// Carries over what the manifest says beside AWS.
fn keep(table: &mut Table, text: &str, named: &Named) {
    let top = text.parse::<toml::Table>().ok();
    let mut keys = named.section.split('.').chain([named.name.as_str()]);
    let own =
        top.and_then(|top| keys.try_fold(toml::Value::Table(top), |mut place, key| place.as_table_mut()?.remove(key)));
    let Some(toml::Value::Table(own)) = own else { return };
    let value = |value: &toml::Value| serde_json::to_value(value).ok().and_then(|value| json(&value));
    for (key, value) in OF_THE_MANIFEST.iter().filter_map(|key| Some((key, value(own.get(*key)?)?))) {
        table.insert(key, Item::Value(value));
    }
    let release = own.get("release").and_then(toml::Value::as_table);
    if let (Some(own), Some(live)) = (release, table.get_mut("release").and_then(Item::as_inline_table_mut)) {
        live.extend(OF_A_RELEASE.iter().filter_map(|key| Some((*key, value(own.get(*key)?)?))));
    }
}

/// The sections of a manifest that stand for something that is there, by its address.
pub fn sections(manifest: &Manifest, live: &BTreeMap<Address, Live>) -> BTreeMap<Address, Named> {
    let all = manifest.addresses().into_iter().filter(|(section, ..)| *section != "layer");
    let named = all.map(|(section, name, address)| (address, Named { section, name }));
    let versions = live.keys().filter(|address| address.kind == Kind::LayerVersion).filter_map(|address| {
        let name: Name = lambda::layer_of(address.name.as_str()).parse().ok()?;
        manifest.layer.contains_key(&name).then(|| (address.clone(), Named { section: "layer", name }))
    });
    named.filter(|(address, _)| live.contains_key(address)).chain(versions).collect()
}

fn no_section(address: &Address, sections: &BTreeMap<Address, Named>, live: &BTreeMap<Address, Live>) -> Error {
    let known: Vec<String> = sections.keys().map(Address::to_string).collect();
    let what =
        if live.contains_key(address) { "is part of another section" } else { "is not live, or not in the manifest" };
    let help = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Error::Usage(format!("--only {address}: it {what}; addresses with a section: {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_does_not_hold_stays_as_the_manifest_has_it() {
        let manifest = "[function.f]\nname = \"F-${stage}\"\nsource = \"src\"\nexclude = [\"a\"]\nmemory = 1\n\
                        release = { canary = 10, provisioned = 1 }\n";
        let mut lines = crate::import::lines::Lines::new();
        lines.set("name", "F-production");
        lines.set("source", "f");
        lines.set("memory", 128);
        lines.set("release", crate::import::lines::inline([("provisioned", 2)]));
        let mut table = lines.into_table();
        let named = Named { section: "function", name: "f".parse().unwrap() };
        keep(&mut table, manifest, &named);
        let expected = "[function.f]\nname = \"F-${stage}\"\nsource = \"src\"\nmemory = 128\n\
                        release = { provisioned = 2, canary = 10 }\nexclude = [\"a\"]\n";
        assert_eq!(one(&named, table).trim_start(), expected);
    }
}
