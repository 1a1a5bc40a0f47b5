//! Manifest and site to wanted resources.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Wanted;
use crate::manifest::cursor::{Cursor, Reported};
use crate::manifest::names::{self, Names};
use crate::manifest::problem::{self, Problem, Problems};
use crate::manifest::read::Source;
pub use crate::manifest::sources::{LayerCode, Sources};
use crate::manifest::{Manifest, circle, openapi, packages, tags};
use crate::name::{Address, Name, Owner, Region, Site};
use crate::plan::Note;
use crate::text::Text;

/// Everything that is wanted.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// By address.
    pub wanted: BTreeMap<Address, Wanted>,
    /// The values that an apply prints, by name.
    pub outputs: BTreeMap<String, Text>,
    /// The resources that each of them names.
    pub output_needs: BTreeMap<String, BTreeSet<Address>>,
    /// What a reviewer should know.
    pub notes: Vec<Note>,
    /// What the manifest's author should look at, where it stands.
    pub warnings: Vec<Problem>,
}

/// Lowers a whole manifest, or reports every problem in it.
pub fn lower(source: &Source, owner: &Owner, site: &Site, sources: &Sources) -> Result<Lowered, Problems> {
    let reported = RefCell::default();
    let names = &Names::of(&source.manifest, owner);
    let expanded = openapi::expand(source, names, sources);
    let (source, sources) = expanded.as_ref().map_or((source, sources), |all| (&all.source, &all.sources));
    let top = Cursor::new(source, names, site, sources, &reported);
    check_stage(&top);
    check_account(&top);
    check_region(&top);
    tags::check(&source.manifest.app.tags, &top.at("app").at("tags"));
    packages::check(&top);
    names::check::check(source, &top);
    source.manifest.lower_sections(&top);
    let (outputs, output_needs) = lower_outputs(&top);
    let (mut wanted, needs) = {
        let mut reported = reported.borrow_mut();
        (std::mem::take(&mut reported.wanted), std::mem::take(&mut reported.needs))
    };
    circle::untangle(&mut wanted, &needs, &top);
    names::check::unique(&top, &wanted);
    let Reported { mut problems, notes, mut warnings, .. } = reported.into_inner();
    problems.extend(sources.unpackaged.values().cloned());
    problems.extend(sources.layers.values().filter_map(|layer| layer.as_ref().err().cloned()));
    problems.extend(expanded.iter().flat_map(|all| all.problems.clone()));
    warnings.extend(expanded.iter().flat_map(|all| all.warnings.clone()));
    warnings.sort();
    warnings.dedup();
    if problems.is_empty() {
        return Ok(Lowered { wanted, outputs, output_needs, notes, warnings });
    }
    problems.sort();
    problems.dedup();
    Err(Problems(problems))
}

fn check_stage(top: &Cursor) {
    let (stage, bootstrap) = (&top.owner.stage, top.owner.bootstrap());
    if **top.owner == bootstrap {
        let message = format!("{stage} cannot be a stage: the name stands for the roles with which an app is deployed");
        let help = "choose another name; those roles are created by `serverless-app bootstrap`";
        top.at("stage").at(&bootstrap.stage).problem(message, Some(help));
    }
}

fn check_account(top: &Cursor) {
    let wrong = top.manifest.app.account.as_ref().filter(|account| **account != top.site.account);
    if let Some(account) = wrong {
        let message =
            format!("the manifest is for the account {account}, the credentials are for {}", top.site.account);
        let help = "use credentials of that account, or another stage";
        top.at("app").at("account").problem(message, Some(help));
    }
}

/// AWS opens regions more often than this program is released: one that it does not know is no problem.
fn check_region(top: &Cursor) {
    let region = &top.manifest.app.region;
    if !Region::known().contains(&region.as_str()) {
        let near = problem::nearest(region.as_str(), &Region::known());
        let help = near.map_or("check that AWS has it".into(), |near| format!("did you mean {near}?"));
        top.at("app").at("region").advise(format!("this release does not know the region {region}"), &help);
    }
}

/// The outputs that are asked for; where the section is absent, those of the first resource of each kind.
/// And what each names.
fn lower_outputs(top: &Cursor) -> (BTreeMap<String, Text>, BTreeMap<String, BTreeSet<Address>>) {
    let outputs = top.manifest.outputs.clone().unwrap_or_else(|| default_outputs(top.manifest));
    let section = top.at("outputs");
    let lowered = outputs.into_iter().map(|(name, raw)| {
        let here = section.at(&name).apart();
        let text = here.text(&raw);
        ((name.clone(), text), (name, here.needs()))
    });
    lowered.unzip()
}

fn default_outputs(manifest: &Manifest) -> BTreeMap<String, String> {
    fn first<T>(map: &BTreeMap<Name, T>) -> Option<&Name> {
        map.keys().next()
    }
    let outputs = [
        ("api_gateway_url", "api", first(&manifest.api), "url"),
        ("dynamodb_table_name", "table", first(&manifest.table), "name"),
        ("http_api_url", "http_api", first(&manifest.http_api), "url"),
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

#[cfg(test)]
mod tests {
    use crate::manifest::function::tests::lowered;
    use crate::name::Region;

    fn warnings(region: &str) -> Vec<String> {
        let text = format!("[app]\nname = \"shop\"\nregion = \"{region}\"\n");
        let warnings = lowered(&text, &[]).unwrap().warnings;
        warnings.iter().map(|w| format!("{}:{} {}; {}", w.line, w.column, w.message, w.help.clone().unwrap())).collect()
    }

    #[test]
    fn a_region_that_this_release_does_not_know_is_warned_of_with_the_nearest_one() {
        for region in ["us-west-2", "cn-northwest-1", "us-gov-east-1", "eusc-de-east-1", "ap-southeast-7"] {
            assert_eq!(warnings(region), [""; 0], "{region}");
        }
        assert_eq!(
            warnings("us-wst-2"),
            ["3:10 this release does not know the region us-wst-2; did you mean us-west-2?"]
        );
        assert_eq!(warnings("zz-qqqqqq-9").len(), 1);
    }

    #[test]
    fn each_known_region_has_the_form_of_one() {
        let known = Region::known();
        assert!(known.len() > 30 && known.is_sorted(), "{known:?}");
        assert!(known.iter().all(|region| region.parse::<Region>().is_ok()), "{known:?}");
    }
}
