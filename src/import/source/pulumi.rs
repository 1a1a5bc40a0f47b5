//! What `pulumi stack export` writes, of the providers `aws` and `aws-native`.
//!
//! A value that is a secret stands there encrypted, or with `--show-secrets` in the clear, in an object of its own: neither is a
//! text, so neither is read.

use std::path::Path;

use serde::Deserialize;

use crate::import::source::attributes::{Attributes, Members};
use crate::import::source::state_file::{self, Form, Recorded, parse, place, refuse};
use crate::import::source::table::{CLOUDFORMATION, Means, PULUMI};
use crate::import::{Inventory, Unsaid};
use crate::name::Site;

/// What the file should be.
pub const FORM: Form = Form {
    output: "`pulumi stack export`",
    advice: "run `pulumi stack export > state.json` in the project's folder, and name that file",
};

/// The versions that are read: the later one says which further features it has, none of which changes what is read here.
const VERSIONS: std::ops::RangeInclusive<u64> = 3..=4;

/// The provider whose types and ids are CloudFormation's.
const NATIVE: &str = "aws-native:";

/// What Pulumi writes has a deployment; `sst state export` prints the same under another name, without a version.
#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow, alias = "latest")]
    deployment: Deployment<'a>,
}

#[derive(Deserialize)]
struct Deployment<'a> {
    #[serde(borrow, default)]
    resources: Vec<Resource<'a>>,
    #[serde(borrow, default)]
    pending_operations: Vec<Pending<'a>>,
}

/// What a deployment had begun when it was interrupted.
#[derive(Deserialize)]
struct Pending<'a> {
    #[serde(borrow)]
    resource: Resource<'a>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    urn: String,
    /// False for what groups others.
    #[serde(default)]
    custom: bool,
    #[serde(rename = "type")]
    of_type: String,
    id: Option<String>,
    #[serde(borrow)]
    outputs: Option<Members<'a>>,
    /// True for what is read alone.
    #[serde(default)]
    external: bool,
    /// True for what was replaced and is to be deleted.
    #[serde(default)]
    delete: bool,
}

/// What a stack's state names.
pub fn inventory(path: &Path, text: &str, site: &Site) -> Result<Inventory, String> {
    let members: Members<'_> = parse(path, text, &FORM)?;
    refuse_others(path, text, &members)?;
    let export: Export<'_> = parse(path, text, &FORM)?;
    let Deployment { resources, pending_operations } = export.deployment;
    let all: Vec<Recorded<'_>> = resources.into_iter().filter(is_managed).map(|one| recorded(path, one)).collect();
    let mut inventory = state_file::inventory(path, &all, site)?;
    inventory.unsaid.extend(pending_operations.into_iter().map(|one| interrupted(path, &one)));
    Ok(inventory)
}

/// What else a file may be that is taken for the output, by the members that only it has.
const OTHERS: [(&str, &str, &str); 3] = [
    ("checkpoint", "this is a checkpoint, the state in Pulumi's internal form", FORM.advice),
    ("format_version", "this is a file of Terraform", "write `terraform:` before its name"),
    (
        "lineage",
        "this is `terraform.tfstate`, a file of Terraform",
        "run `terraform show -json > state.json` beside the configuration, and import `terraform:state.json`",
    ),
];

/// Refuses what is something else, or of a version that nobody knows here.
fn refuse_others(path: &Path, text: &str, members: &Members<'_>) -> Result<(), String> {
    refuse(path, text, members, &OTHERS)?;
    if members.contains_key("latest") {
        return Ok(());
    }
    let lacks = |member: &str| {
        let file = path.display();
        format!("{file}:1:1: it has no `{member}`, so it is not the output of {}: {}", FORM.output, FORM.advice)
    };
    members.get("deployment").ok_or_else(|| lacks("deployment"))?;
    let value = members.get("version").ok_or_else(|| lacks("version"))?;
    let what_to_do = match serde_json::from_str::<u64>(value.get()) {
        Ok(version) if VERSIONS.contains(&version) => return Ok(()),
        Ok(version) if version > *VERSIONS.end() => {
            "this version of serverless-app is older: update it, or write the file with an earlier Pulumi"
        }
        Ok(_) => "write it with `pulumi stack export` of Pulumi 3",
        Err(_) => FORM.advice,
    };
    Err(format!("{}: only the versions 3 and 4 can be read: {what_to_do}", place(path, text, value)))
}

const INTERRUPTED: &str = "a deployment was interrupted while it created or changed this, so what exists is not known: run `pulumi refresh`, and \
     write the file again";

fn interrupted(path: &Path, one: &Pending<'_>) -> Unsaid {
    Unsaid { what: format!("{} in {}", one.resource.urn, path.display()), why: INTERRUPTED.into() }
}

/// Neither the stack, a provider nor a group of others, nor what is only read.
fn is_managed(one: &Resource<'_>) -> bool {
    one.custom && !one.external && !one.of_type.starts_with("pulumi:")
}

fn recorded<'a>(path: &Path, one: Resource<'a>) -> Recorded<'a> {
    let native = one.of_type.strip_prefix(NATIVE);
    Recorded {
        means: native.map_or_else(|| PULUMI.means(&one.of_type), means_of_native),
        physical_id: native.and_then(|_| one.id.clone()),
        origin: format!("{} in {}", one.urn, path.display()),
        called: called(&one.urn).to_owned(),
        attributes: Attributes::of_pulumi(one.outputs.unwrap_or_default(), one.id),
        of_type: one.of_type,
        is_replaced: one.delete,
    }
}

/// What a type of the native provider is, such as `sqs:Queue`.
fn means_of_native(of_type: &str) -> Means {
    let name = format!("AWS::{}", of_type.replace(':', "::"));
    CLOUDFORMATION.means(CLOUDFORMATION.type_like(&name).unwrap_or(&name))
}

/// The last part of a URN: what the program calls it.
fn called(urn: &str) -> &str {
    urn.rsplit("::").next().unwrap_or(urn)
}
