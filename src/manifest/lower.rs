//! Manifest and site to wanted resources.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Wanted;
use crate::manifest::Manifest;
use crate::manifest::cursor::{Cursor, Reported};
use crate::manifest::problem::{Problem, Problems};
use crate::manifest::read::Source;
pub use crate::manifest::sources::Sources;
use crate::name::{Address, Name, Owner, Site};
use crate::plan::Note;
use crate::text::Text;

/// Everything that is wanted.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// By address.
    pub wanted: BTreeMap<Address, Wanted>,
    /// What apply prints, by name.
    pub outputs: BTreeMap<String, Text>,
    /// What a reviewer should know.
    pub notes: Vec<Note>,
    /// What the manifest's author should look at, where it stands.
    pub warnings: Vec<Problem>,
}

/// Lowers a whole manifest, or reports every problem in it.
pub fn lower(source: &Source, owner: &Owner, site: &Site, sources: &Sources) -> Result<Lowered, Problems> {
    let reported = RefCell::default();
    let top = Cursor::new(source, owner, site, sources, &reported);
    check_stage(&top);
    check_account(&top);
    source.manifest.lower_sections(&top);
    let outputs = lower_outputs(&top);
    let needs = needs(&mut reported.borrow_mut().wanted);
    check_needs(&needs, &top);
    let Reported { wanted, mut problems, notes, warnings } = reported.into_inner();
    if problems.is_empty() {
        return Ok(Lowered { wanted, outputs, notes, warnings });
    }
    problems.sort();
    problems.dedup();
    Err(Problems(problems))
}

fn check_stage(top: &Cursor) {
    let (stage, bootstrap) = (&top.owner.stage, top.owner.bootstrap());
    if *top.owner == bootstrap {
        let message = format!("{stage} is no stage: it stands for the roles that an app is deployed with");
        let help = "choose another stage; those roles are `bootstrap`'s";
        top.at("stage").at(&bootstrap.stage).problem(message, Some(help));
    }
}

fn check_account(top: &Cursor) {
    let wrong = top.manifest.app.account.as_ref().filter(|account| **account != top.site.account);
    if let Some(account) = wrong {
        let message = format!("the manifest is for account {account}, the credentials are for {}", top.site.account);
        let help = "use credentials of that account, or another stage";
        top.at("app").at("account").problem(message, Some(help));
    }
}

/// The outputs that are asked for; where the section is absent, those of the first resource of each kind.
fn lower_outputs(top: &Cursor) -> BTreeMap<String, Text> {
    let outputs = top.manifest.outputs.clone().unwrap_or_else(|| default_outputs(top.manifest));
    let section = top.at("outputs");
    outputs.into_iter().map(|(name, raw)| (name.clone(), section.at(name).text(&raw))).collect()
}

fn default_outputs(manifest: &Manifest) -> BTreeMap<String, String> {
    fn first<T>(map: &BTreeMap<Name, T>) -> Option<&Name> {
        map.keys().next()
    }
    let outputs = [
        ("api_gateway_url", "api", first(&manifest.api), "url"),
        ("dynamodb_table_name", "table", first(&manifest.table), "name"),
        ("lambda_function_name", "function", first(&manifest.function), "name"),
        ("s3_bucket_name", "bucket", first(&manifest.bucket), "name"),
        ("sns_topic_arn", "topic", first(&manifest.topic), "arn"),
        ("step_function_arn", "workflow", first(&manifest.workflow), "arn"),
    ];
    let given = outputs.into_iter().filter_map(|(output, section, name, attribute)| {
        name.map(|name| (output.to_owned(), format!("${{{section}.{name}.{attribute}}}")))
    });
    given.collect()
}

/// What each resource needs, once what is not wanted at all has been left out.
fn needs(wanted: &mut BTreeMap<Address, Wanted>) -> BTreeMap<Address, BTreeSet<Address>> {
    let known: BTreeSet<Address> = wanted.keys().cloned().collect();
    wanted.values_mut().for_each(|wanted| wanted.needs.retain(|need| known.contains(need)));
    wanted.iter().map(|(address, wanted)| (address.clone(), wanted.needs.clone())).collect()
}

/// Nothing needs itself, however indirectly.
fn check_needs(needs: &BTreeMap<Address, BTreeSet<Address>>, top: &Cursor) {
    if let Some(cycle) = crate::plan::order::cycle(needs) {
        let path: Vec<String> = cycle.iter().map(Address::to_string).collect();
        let help = "break the circle: remove one of the references";
        top.problem(format!("circular reference: {}", path.join(" needs ")), Some(help));
    }
}
