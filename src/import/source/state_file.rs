//! What the state files of Terraform and Pulumi have in common: where they are wrong, and whether they are of this account and region.

#![expect(clippy::disallowed_methods, reason = "it reads the state file that the command line names")]

use std::path::Path;

use serde::Deserialize;

use crate::import::source::attributes::Attributes;
use crate::import::source::identity::{self, by_attributes};
use crate::import::source::table::{Means, Table};
use crate::import::{Found, Inventory, Unsaid};
use crate::name::Site;

/// The file's text. What PowerShell writes by `>` is UTF-16.
pub fn read(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    let invalid = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(invalid("it is UTF-16; write it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`"));
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is no text in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads a text of this form. `form` says whose output it should be. What the file says is never repeated: it may hold secrets.
pub fn parse<'a, T: Deserialize<'a>>(path: &Path, text: &'a str, form: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line().max(1), error.column().max(1));
        match error.classify() {
            serde_json::error::Category::Data => {
                format!("{place}: this is not as {form} writes it: write its output to the file again")
            }
            serde_json::error::Category::Eof => {
                format!("{place}: the file ends in the middle: write the output of {form} to it again")
            }
            _ => {
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or_default();
                format!("{place}: this is no JSON ({said}): write the output of {form} to it again")
            }
        }
    })
}

/// One resource of a state file.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// As the tool writes it.
    pub of_type: String,
    /// Where it stands, for messages.
    pub origin: String,
    /// What the tool's program calls it.
    pub called: String,
    /// What is known of it.
    pub attributes: Attributes<'a>,
    /// True for what was replaced, and is deleted with the next deployment.
    pub is_replaced: bool,
}

/// The inventory of what a file records. Fails where it is of another account, or nothing in it of this region.
pub fn inventory(table: Table, path: &Path, recorded: &[Recorded<'_>], site: &Site) -> Result<Inventory, String> {
    let (mut inventory, mut elsewhere) = (Inventory::default(), None);
    for one in recorded {
        let arn = one.attributes.text("arn").unwrap_or_default();
        let (region, account) = place(&arn);
        if !account.is_empty() && account != site.account.as_str() {
            return Err(format!(
                "{}: {} is in the account {account}, and the credentials are of {}: use those of {account}",
                path.display(),
                one.origin,
                site.account
            ));
        }
        if !region.is_empty() && region != site.region.as_str() {
            let why =
                format!("it is in {region}, and a manifest has one region ({}): leave it where it is", site.region);
            elsewhere.get_or_insert_with(|| region.to_owned());
            inventory.unsaid.push(Unsaid { what: one.origin.clone(), why });
            continue;
        }
        add(&mut inventory, table, one);
    }
    match elsewhere.filter(|_| inventory.found.is_empty()) {
        Some(region) => Err(format!(
            "{}: nothing in it is in {}, and something in {region}: say --region {region}",
            path.display(),
            site.region
        )),
        None => Ok(inventory),
    }
}

const REPLACED: &str = "it has been replaced and is about to be deleted: deploy once more with the tool that made it, and write the file again";

fn add(inventory: &mut Inventory, table: Table, one: &Recorded<'_>) {
    let unsaid = |why: String| Unsaid { what: one.origin.clone(), why };
    if one.is_replaced {
        return inventory.unsaid.push(unsaid(REPLACED.into()));
    }
    match table.means(&one.of_type) {
        Means::PartOf(_) => {}
        Means::Beside(why) => inventory.unsaid.push(unsaid(format!("{}: {why}", one.of_type))),
        Means::Is(kind) => match by_attributes(kind, &one.attributes) {
            Some((kind, name, id)) => {
                let (section, origin) = (Some(one.called.clone()), one.origin.clone());
                inventory.found.push(Found { kind, name, id, section, origin });
            }
            None => inventory.unsaid.push(unsaid(unnamed(one))),
        },
    }
}

/// Why nothing is known of what is of a kind that we know.
fn unnamed(one: &Recorded<'_>) -> String {
    match one.attributes.text("arn") {
        Some(arn) if identity::by_arn(&arn).is_none() => {
            format!("{arn} is nothing that a manifest can have: leave it where it is")
        }
        _ => format!(
            "{}: the file does not say what AWS calls it: refresh the state, and write the file again",
            one.of_type
        ),
    }
}

/// Region and account of an ARN, empty where it has none.
fn place(arn: &str) -> (&str, &str) {
    let mut parts = arn.splitn(6, ':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
