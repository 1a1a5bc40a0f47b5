//! What the state files of Terraform and Pulumi have in common: where they are wrong, and whether they are of this account and region.

#![expect(clippy::disallowed_methods, reason = "it reads the state file that the command line names")]

use std::path::Path;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::import::source::attributes::{Attributes, Members};
use crate::import::source::identity::{self, Identity, by_attributes, by_physical_id};
use crate::import::source::table::{self, Means};
use crate::import::{Found, Inventory, Unsaid};
use crate::kind::Kind;
use crate::name::Site;
use crate::position::line_and_column;

/// What a file should be.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Whose output.
    pub output: &'static str,
    /// How to get it.
    pub advice: &'static str,
}

/// The file's text.
pub fn read(path: &Path, form: &Form) -> Result<String, Error> {
    let wrong = |what: &str| Error::Usage(format!("{}: {what}", path.display()));
    if path.is_dir() {
        return Err(wrong(&format!("this is a folder: {}", form.advice)));
    }
    let bytes = std::fs::read(path).map_err(|error| Error::Io { path: path.to_owned(), error })?;
    if is_utf_16(&bytes) {
        return Err(wrong("it is UTF-16: write it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`"));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong(&format!("it is not UTF-8: {}", form.advice)))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// True for what PowerShell writes by `>`, and for the same without a mark at its start: one byte of `{` is 0.
fn is_utf_16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{', ..] | [b'{', 0, ..])
}

/// Reads a text of this form. What the file says is never repeated: it may hold secrets.
pub fn parse<'a, T: Deserialize<'a>>(path: &Path, text: &'a str, form: &Form) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line().max(1), error.column().max(1));
        format!("{place}: {}: {}", what_is_wrong(text, &error, form), form.advice)
    })
}

fn what_is_wrong(text: &str, error: &serde_json::Error, form: &Form) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        Category::Eof if text.trim().is_empty() => "the file is empty".into(),
        Category::Eof => "the file ends in the middle".into(),
        Category::Data if said.starts_with("missing field") => {
            format!("this is not the output of {} ({said})", form.output)
        }
        Category::Data => format!("this is not the output of {}", form.output),
        Category::Syntax | Category::Io => format!("this is not valid JSON ({said})"),
    }
}

/// Where a value stands in the text that it is a part of.
pub fn place(path: &Path, text: &str, value: &RawValue) -> String {
    let offset = value.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let (line, column) = line_and_column(text, offset);
    format!("{}:{line}:{column}", path.display())
}

/// Refuses what has a member that only another file has: which, what that file is, and what to do with it.
pub fn refuse(path: &Path, text: &str, members: &Members<'_>, others: &[(&str, &str, &str)]) -> Result<(), String> {
    let found = others.iter().find_map(|(member, what, advice)| Some((members.get(*member)?, what, advice)));
    found.map_or(Ok(()), |(value, what, advice)| Err(format!("{}: {what}: {advice}", place(path, text, value))))
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
        Means::Is(Kind::HttpApi) if one.attributes.text("protocol_type").as_deref() == Some("WEBSOCKET") => {
            inventory.unsaid.push(unsaid(format!("it is a WebSocket API: {}", table::NO_SECTION)));
        }
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
