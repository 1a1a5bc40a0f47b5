//! What `terraform show -json` (or `tofu show -json`) writes of a state.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::import::Inventory;
use crate::import::source::attributes::{Attributes, Members, text_of};
use crate::import::source::state_file::{self, Form, Recorded, parse, place, refuse};
use crate::import::source::table::TERRAFORM;
use crate::name::Site;

/// What the file should be.
pub const FORM: Form = Form {
    output: "`terraform show -json`",
    advice: "run `terraform show -json > state.json` beside the configuration, and name that file",
};

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
    let members: Members<'_> = parse(path, text, &FORM)?;
    refuse_others(path, text, &members)?;
    let shown: Shown<'_> = parse(path, text, &FORM)?;
    let Some(values) = shown.values else {
        return Err(format!("{}: the state is empty, so there is nothing to import: {}", path.display(), FORM.advice));
    };
    let mut recorded = Vec::new();
    collect(path, values.root_module, &mut recorded);
    state_file::inventory(path, &recorded, site)
}

/// What else a file may be that is taken for the output, by the members that only it has.
const OTHERS: [(&str, &str, &str); 5] = [
    ("lineage", TFSTATE, FORM.advice),
    ("planned_values", PLAN, FORM.advice),
    ("resource_changes", PLAN, FORM.advice),
    ("deployment", PULUMI, "write `pulumi:` before its name"),
    ("checkpoint", PULUMI, "run `pulumi stack export > state.json`, and import `pulumi:state.json`"),
];

const TFSTATE: &str = "this is `terraform.tfstate`, the state in Terraform's internal form";
const PLAN: &str = "this is a plan, which says what is to exist, not what exists";
const PULUMI: &str = "this is a file of Pulumi";

/// Refuses what is something else, or of a version that nobody knows here.
fn refuse_others(path: &Path, text: &str, members: &Members<'_>) -> Result<(), String> {
    refuse(path, text, members, &OTHERS)?;
    let Some(value) = members.get("format_version") else {
        let file = path.display();
        return Err(format!(
            "{file}:1:1: it has no `format_version`, so it is not the output of {}: {}",
            FORM.output, FORM.advice
        ));
    };
    let found = text_of(value).unwrap_or_default();
    let what_to_do = match found.split('.').next().and_then(|major| major.parse::<u64>().ok()) {
        Some(1) => return Ok(()),
        Some(0) => "write it with Terraform 1.1 or later",
        Some(_) => "this version of serverless-app is older: update it, or write the file with an earlier Terraform",
        None => FORM.advice,
    };
    Err(format!("{}: its format is {found:?}, but only 1.x can be read: {what_to_do}", place(path, text, value)))
}

/// What is managed, of a module and those in it. A deposed object is what has been replaced.
fn collect<'a>(path: &Path, module: Module<'a>, recorded: &mut Vec<Recorded<'a>>) {
    let within = module.address.rsplit("module.").next().unwrap_or_default().to_owned();
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

/// What a resource is called: its name, that of its module, with that one's key, where it has none of its own, and its key.
fn called(module: &str, name: &str, index: Option<&RawValue>) -> String {
    let module = module.replace('[', "-").replace(['"', ']'], "");
    let name = if NAMELESS.contains(&name) && !module.is_empty() { module.as_str() } else { name };
    let key = index.map(|index| index.get().trim_matches('"')).filter(|key| !key.is_empty());
    key.map_or_else(|| name.to_owned(), |key| format!("{name}-{key}"))
}
