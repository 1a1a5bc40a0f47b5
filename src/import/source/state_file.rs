//! What the state files of Terraform and Pulumi have in common: where they are wrong, and whether they are of this account and region.

#![expect(clippy::disallowed_methods, reason = "it reads the state file that the command line names")]

use std::path::Path;

use serde::Deserialize;

use crate::import::source::attributes::Attributes;
use crate::import::source::identity::{self, Identity, by_attributes, by_physical_id};
use crate::import::source::table::Means;
use crate::import::{Found, Inventory, Unsaid};
use crate::kind::Kind;
use crate::name::Site;

/// The file's text. What PowerShell writes by `>` is UTF-16.
pub fn read(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    let invalid = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(invalid("it is UTF-16; write it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`"));
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads a text of this form. `form` says whose output it should be. What the file says is never repeated: it may hold secrets.
pub fn parse<'a, T: Deserialize<'a>>(path: &Path, text: &'a str, form: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line().max(1), error.column().max(1));
        match error.classify() {
            serde_json::error::Category::Data => {
                format!("{place}: this is not the output of {form}: write its output to the file again")
            }
            serde_json::error::Category::Eof => {
                format!("{place}: the file ends in the middle: write the output of {form} to it again")
            }
            _ => {
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or_default();
                format!("{place}: this is not JSON ({said}): write the output of {form} to it again")
            }
        }
    })
}

/// One resource of a state file.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// As the tool writes it.
    pub of_type: String,
    /// What that is here.
    pub means: Means,
    /// Where it stands, for messages.
    pub origin: String,
    /// What the tool's program calls it.
    pub called: String,
    /// What is known of it.
    pub attributes: Attributes<'a>,
    /// Its id as CloudFormation writes ids, from a tool that writes them so.
    pub physical_id: Option<String>,
    /// True for what was replaced, and is deleted with the next deployment.
    pub is_replaced: bool,
}

impl Recorded<'_> {
    fn identity(&self, kind: Kind) -> Option<Identity> {
        match &self.physical_id {
            Some(id) => by_physical_id(kind, id),
            None => by_attributes(kind, &self.attributes),
        }
    }

    /// Region and account, empty where the file does not say them. The ARN of a bucket names neither.
    fn place(&self) -> (String, String) {
        let arn = self.attributes.text("arn").or_else(|| self.physical_id.clone()).unwrap_or_default();
        let part = |at| arn.splitn(6, ':').nth(at).filter(|_| arn.starts_with("arn:")).unwrap_or_default().to_owned();
        match (part(3), part(4), self.means) {
            (region, account, Means::Is(_)) if region.is_empty() => {
                (self.attributes.text("region").unwrap_or_default(), account)
            }
            (region, account, _) => (region, account),
        }
    }

    /// Why it is not looked at, if it is in another account or region.
    fn elsewhere(&self, site: &Site) -> Option<String> {
        let (region, account) = self.place();
        if is_other(&account, site.account.as_str()) {
            return Some(format!(
                "it is in the account {account}, and a manifest has one account ({}): leave it where it is",
                site.account
            ));
        }
        is_other(&region, site.region.as_str()).then(|| {
            format!("it is in {region}, and a manifest has one region ({}): leave it where it is", site.region)
        })
    }
}

fn is_other(found: &str, here: &str) -> bool {
    !found.is_empty() && found != here
}

/// The inventory of what a file records. Fails where nothing in it is of this account, or nothing of this region.
pub fn inventory(path: &Path, recorded: &[Recorded<'_>], site: &Site) -> Result<Inventory, String> {
    refuse_elsewhere(path, recorded, site)?;
    let mut inventory = Inventory::default();
    for one in recorded {
        match one.elsewhere(site) {
            Some(why) => inventory.unsaid.push(Unsaid { what: one.origin.clone(), why }),
            None => add(&mut inventory, one),
        }
    }
    Ok(inventory)
}

/// What has no account or region in the file, such as a role's region, does not show that the right ones are asked.
fn refuse_elsewhere(path: &Path, recorded: &[Recorded<'_>], site: &Site) -> Result<(), String> {
    let (path, account, region) = (path.display(), site.account.as_str(), site.region.as_str());
    let places: Vec<_> = recorded.iter().map(|one| (one, one.place())).collect();
    let other = places.iter().find(|(_, (_, of))| is_other(of, account));
    if let Some((one, (_, other))) = other.filter(|_| !places.iter().any(|(_, (_, of))| of == account)) {
        let origin = &one.origin;
        return Err(format!(
            "{path}: {origin} is in the account {other}, and the credentials are of {account}: use those of {other}"
        ));
    }
    let of_account = || places.iter().map(|(_, place)| place).filter(move |(_, of)| !is_other(of, account));
    match of_account().find(|(of, _)| is_other(of, region)) {
        Some((other, _)) if !of_account().any(|(of, _)| of == region) => {
            Err(format!("{path}: nothing in it is in {region}, but something is in {other}: give --region {other}"))
        }
        _ => Ok(()),
    }
}

const REPLACED: &str = "it has been replaced and is about to be deleted: deploy once more with the tool that made it, and write the file again";

fn add(inventory: &mut Inventory, one: &Recorded<'_>) {
    let unsaid = |why: String| Unsaid { what: one.origin.clone(), why };
    if one.is_replaced {
        return inventory.unsaid.push(unsaid(REPLACED.into()));
    }
    match one.means {
        Means::PartOf(_) => {}
        Means::Beside(why) => inventory.unsaid.push(unsaid(format!("{}: {why}", one.of_type))),
        Means::Is(kind) => match one.identity(kind) {
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
            format!("a manifest cannot have {arn}: leave it where it is")
        }
        _ => format!(
            "{}: the file does not say what AWS calls it: refresh the state, and write the file again",
            one.of_type
        ),
    }
}
