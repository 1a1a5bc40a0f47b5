//! What `pulumi stack export` writes, of the providers `aws` and `aws-native`.
//!
//! A value that is a secret stands there encrypted, or with `--show-secrets` in the clear, in an object of its own: neither is a
//! text, so neither is read.

use std::path::Path;

use serde::Deserialize;

use crate::import::Inventory;
use crate::import::source::attributes::{Attributes, Members};
use crate::import::source::state_file::{self, Recorded, parse};
use crate::import::source::table::{CLOUDFORMATION, Means, PULUMI};
use crate::name::Site;

/// Whose output the file should be.
const FORM: &str = "`pulumi stack export`";

/// The versions that are read: the later one says which further features it has, none of which changes what is read here.
const VERSIONS: [u64; 2] = [3, 4];

/// The provider whose types and ids are CloudFormation's.
const NATIVE: &str = "aws-native:";

#[derive(Deserialize)]
struct Versioned {
    version: Option<u64>,
}

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    deployment: Deployment<'a>,
}

#[derive(Deserialize)]
struct Deployment<'a> {
    #[serde(borrow, default)]
    resources: Vec<Resource<'a>>,
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
    let file = path.display();
    let version = parse::<Versioned>(path, text, FORM)?.version;
    match version.filter(|version| VERSIONS.contains(version)) {
        Some(_) => {}
        None => {
            let found = version.map_or("none".into(), |version| version.to_string());
            return Err(format!(
                "{file}: its version is {found}, but only 3 can be read: write it with {FORM} of Pulumi 3"
            ));
        }
    }
    let export: Export<'_> = parse(path, text, FORM)?;
    let managed = export.deployment.resources.into_iter().filter(is_managed);
    let all: Vec<Recorded<'_>> = managed.map(|one| recorded(path, one)).collect();
    state_file::inventory(path, &all, site)
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
