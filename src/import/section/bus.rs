//! `[bus.<name>]`

use toml_edit::{Table, Value};

use super::resource_policy;
use super::rule::{dead_letter, pattern};
use crate::aws::document::Document;
use crate::aws::events::{Archive, Bus};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, list};

/// The section of a bus.
pub fn write(id: &Id, bus: &Bus, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_some("description", bus.description.as_ref().map(|text| scene.string(text)));
    lines.set_some("kms_key", bus.kms_key_identifier.as_ref().map(|key| scene.string(key)));
    let queue = bus.dead_letter_config.as_ref().map(|to| to.arn.as_str());
    lines.set_some("dead_letter", dead_letter(id, queue, scene));
    if let Some(document) = &bus.policy {
        match accounts(document) {
            Some(accounts) => lines.set("accounts", list(accounts)),
            None => lines.set("policy", resource_policy::file(id, "bus", document, scene)),
        }
    }
    lines.set_some("archive", archive(id, scene));
    scene.end(id, &bus.tags, lines)
}

/// The accounts of a policy that lets some in and says no more.
fn accounts(policy: &Document) -> Option<Vec<String>> {
    let [statement] = policy.statements() else { return None };
    let is_plain = statement["Sid"] == "Accounts" && statement["Effect"] == "Allow" && statement["Condition"].is_null();
    let roots = statement["Principal"]["AWS"].as_array().filter(|_| is_plain)?;
    let account = |root: &str| Some(root.split_once(":iam::")?.1.strip_suffix(":root")?.to_owned());
    roots.iter().map(|root| account(root.as_str()?)).collect()
}

/// What is kept of what it receives.
fn archive(id: &Id, scene: &Scene) -> Option<Value> {
    let of_bus =
        |archive: &&Archive| scene.section_of(Kind::EventBus, &archive.event_source_arn) == Some(&id.address.name);
    let all = scene.all(Kind::EventArchive).filter_map(|live| match &live.observed.state {
        State::EventArchive(archive) => Some(archive),
        _ => None,
    });
    let archive = all.into_iter().find(of_bus)?;
    let mut lines = Lines::new();
    lines.set("days", i64::from(archive.retention_days));
    lines.set_some("pattern", archive.event_pattern.as_ref().and_then(|text| pattern(text, scene)));
    Some(lines.inline())
}
