//! The lines of one section as it is live: what makes drift the wanted state.

use std::collections::BTreeMap;

use crate::aws::observe;
use crate::aws::{Aws, Kind, Live, PlanReader, lambda};
use crate::error::Error;
use crate::import::document::one;
use crate::import::{Named, Scene, Unsaid, section};
use crate::manifest::Manifest;
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

/// Reads what the manifest asks for, and writes the section of this address.
pub async fn only(project: &Project, aws: &Aws, address: &Address) -> Result<Lines, Error> {
    let reader = &PlanReader::new(aws).thorough();
    let site = aws.site().await?;
    let wanted = project.lower(&site, &project.sources_without_code())?.wanted;
    let mut listing = observe::list(reader, &project.owner).await?;
    listing.called = project.names().called();
    listing.leave_out(|kind| project.source.manifest.has_by_need(kind), false);
    let live = observe::survey(reader, &project.owner, &site, &wanted, &listing).await?.live;
    let sections = sections(&project.source.manifest, &live);
    let Some(named) = sections.get(address).cloned() else { return Err(no_section(address, &sections, &live)) };
    let scene = Scene::new(&site, &project.owner, live, sections);
    let table = scene.live(address).and_then(|live| section::write(live, &scene));
    let text = table.map(|table| one(&named, table));
    let (unsaid, files) = scene.finish();
    let text = text.ok_or_else(|| Error::Internal(format!("no section is written for {address}")))?;
    Ok(Lines { text: text.trim_start().to_owned(), files, unsaid: unsaid.into_iter().collect() })
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
        if live.contains_key(address) { "has no section of its own" } else { "is not live, or not in the manifest" };
    let help = if known.is_empty() { "nothing of the app is".to_owned() } else { known.join(", ") };
    Error::Usage(format!("--only {address}: it {what}; what is: {help}"))
}
