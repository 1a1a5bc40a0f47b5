//! What `terraform show -json` (or `tofu show -json`) writes of a state.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::import::Inventory;
use crate::import::source::attributes::{Attributes, Members, text};
use crate::import::source::state_file::{self, Recorded, parse};
use crate::import::source::table::TERRAFORM;
use crate::name::Site;

/// Whose output the file should be.
const FORM: &str = "`terraform show -json`";

/// Where files come from that are one step before.
const SHOWN: &str =
    "write what `terraform show -json > state.json` prints, run beside the configuration, and name that file";

#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow)]
    values: Option<Values<'a>>,
}

#[derive(Deserialize)]
struct Values<'a> {
    #[serde(borrow)]
    root_module: Module<'a>,
}

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(default)]
    address: String,
    #[serde(borrow, default)]
    resources: Vec<Resource<'a>>,
    #[serde(borrow, default)]
    child_modules: Vec<Module<'a>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    address: String,
    mode: String,
    #[serde(rename = "type")]
    of_type: String,
    name: String,
    #[serde(borrow)]
    index: Option<&'a RawValue>,
    #[serde(borrow)]
    values: Option<Members<'a>>,
    deposed_key: Option<String>,
}

/// What a state names.
pub fn inventory(path: &Path, text: &str, site: &Site) -> Result<Inventory, String> {
    let members: Members<'_> = parse(path, text, FORM)?;
    version(path, &members)?;
    let shown: Shown<'_> = parse(path, text, FORM)?;
    let Some(values) = shown.values else {
        return Err(format!("{}: the state is empty: nothing in it to import; {SHOWN}", path.display()));
    };
    let mut recorded = Vec::new();
    collect(path, values.root_module, &mut recorded);
    state_file::inventory(path, &recorded, site)
}

fn version(path: &Path, members: &Members<'_>) -> Result<(), String> {
    let file = path.display();
    let has = |name: &str| members.contains_key(name);
    if has("lineage") || has("terraform_version") && has("serial") {
        return Err(format!("{file}: this is the state in Terraform's internal form: {SHOWN}"));
    }
    if has("planned_values") || has("resource_changes") {
        return Err(format!("{file}: this is a plan, which says what is to exist, not what exists: {SHOWN}"));
    }
    match text(members, "format_version") {
        Some(version) if version.split('.').next() == Some("1") => Ok(()),
        Some(version) => Err(format!(
            "{file}: its format is {version:?}, but only 1.x can be read: write it with Terraform 1.1 or later"
        )),
        None => Err(format!("{file}: it has no `format_version`, so it is not the output of {FORM}: {SHOWN}")),
    }
}

/// What is managed, of a module and those in it. A deposed object is what has been replaced.
fn collect<'a>(path: &Path, module: Module<'a>, recorded: &mut Vec<Recorded<'a>>) {
    let within = module.address.rsplit('.').next().unwrap_or_default().to_owned();
    let managed = module.resources.into_iter().filter(|one| one.mode == "managed");
    recorded.extend(managed.map(|one| Recorded {
        means: TERRAFORM.means(&one.of_type),
        of_type: one.of_type,
        origin: format!("{} in {}", one.address, path.display()),
        called: called(&within, &one.name, one.index),
        attributes: Attributes::of_terraform(one.values.unwrap_or_default()),
        physical_id: None,
        is_replaced: one.deposed_key.is_some(),
    }));
    module.child_modules.into_iter().for_each(|child| collect(path, child, recorded));
}

/// Names that say nothing, which modules use for the one thing that they are about.
const NAMELESS: [&str; 3] = ["this", "main", "default"];

/// What a resource is called: its name, that of its module where it has none of its own, and its key.
fn called(module: &str, name: &str, index: Option<&RawValue>) -> String {
    let module = module.split('[').next().unwrap_or_default();
    let name = if NAMELESS.contains(&name) && !module.is_empty() { module } else { name };
    let key = index.map(|index| index.get().trim_matches('"')).filter(|key| !key.is_empty());
    key.map_or_else(|| name.to_owned(), |key| format!("{name}-{key}"))
}
