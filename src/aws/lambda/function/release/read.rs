//! The versions and aliases of a function.
//!
//! The listing of versions reports everything except whether one is ready. That is read only for the newest one, while
//! the alias does not point to it yet.

use aws_sdk_lambda::types::{AliasConfiguration, FunctionConfiguration, ProvisionedConcurrencyStatusEnum};

use super::*;
use crate::aws::error::{Answer, AwsError};
use crate::aws::lambda::configuration;
use crate::aws::lambda::function::configured::{complete, configured, pending};
use crate::aws::{Aws, Id};

const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// What was read of a function's release.
#[derive(Debug, Default)]
pub struct Found {
    /// What there is, if anything.
    pub release: Option<Box<Release>>,
    /// What calls need to know: the number of the newest version, and the revision of the alias.
    pub outputs: BTreeMap<String, String>,
    /// Versions that are still on the move, and why.
    pub pending: Vec<(Version, String)>,
}

/// Reads versions and aliases; with `provisioned`, also what is kept ready for the alias.
pub async fn read(aws: &Aws, id: &Id, provisioned: bool) -> Result<Option<Found>, AwsError> {
    let (versions, aliases) = tokio::try_join!(versions(aws, id), aliases(aws, id))?;
    let (Some(versions), Some(aliases)) = (versions, aliases) else { return Ok(None) };
    let mut found = assemble(id, &versions, &aliases);
    let held = found.release.as_ref().map(|release| release.course.numbers()).unwrap_or_default();
    let is_held =
        |config: &&FunctionConfiguration| config.version().is_some_and(|number| held.contains(&number.to_owned()));
    let mut held = versions.iter().filter(is_held);
    held.try_for_each(|config| complete("lambda:ListVersionsByFunction", config.environment()))?;
    let newest = found.release.as_ref().and_then(|release| release.newest.as_ref().and(release.course.newest));
    let newest = newest.and_then(|newest| newest.number);
    let ready = async {
        let Some(number) = newest else { return Ok(None) };
        let ask = aws.read.lambda.get_function_configuration().function_name(&id.name).qualifier(number.to_string());
        let answer = ask.send().await.found("lambda:GetFunctionConfiguration", ABSENT)?;
        Ok(answer.and_then(|answer| pending(&configuration::of(answer))))
    };
    let kept = async {
        match provisioned {
            true => read_provisioned(aws, id).await,
            false => Ok((None, None)),
        }
    };
    let (ready, (executions, moving)): (Option<String>, _) = tokio::try_join!(ready, kept)?;
    if let Some(release) = &mut found.release {
        release.provisioned_concurrent_executions = executions;
        if moving.is_some() {
            // AWS moves an alias with environments that are kept ready by weights of its own.
            release.additional_version_weights.clear();
        }
    }
    let (live, newest) = found.release.as_ref().map(|of| (of.live.clone(), of.newest.clone())).unwrap_or_default();
    found.pending = newest.zip(ready).into_iter().chain(live.zip(moving)).collect();
    Ok(Some(found))
}

async fn versions(aws: &Aws, id: &Id) -> Result<Option<Vec<FunctionConfiguration>>, AwsError> {
    let pages = aws.read.lambda.list_versions_by_function().function_name(&id.name).into_paginator().items().send();
    present(pages.collect::<Result<Vec<_>, _>>().await.answer("lambda:ListVersionsByFunction"))
}

async fn aliases(aws: &Aws, id: &Id) -> Result<Option<Vec<AliasConfiguration>>, AwsError> {
    let pages = aws.read.lambda.list_aliases().function_name(&id.name).into_paginator().items().send();
    present(pages.collect::<Result<Vec<_>, _>>().await.answer("lambda:ListAliases"))
}

/// `None` for what AWS does not know.
fn present<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Err(error) if error.is(ABSENT) => Ok(None),
        answer => answer.map(Some),
    }
}

/// How many environments are kept ready for the alias, and why that is still on the move.
async fn read_provisioned(aws: &Aws, id: &Id) -> Result<(Option<i32>, Option<String>), AwsError> {
    let ask = aws.read.lambda.get_provisioned_concurrency_config().function_name(&id.name).qualifier(LIVE);
    let absent = &["ProvisionedConcurrencyConfigNotFoundException", "ResourceNotFoundException"];
    let answer = ask.send().await.found("lambda:GetProvisionedConcurrencyConfig", absent)?;
    let Some(answer) = answer else { return Ok((None, None)) };
    let moving = match answer.status() {
        Some(ProvisionedConcurrencyStatusEnum::InProgress) => Some("InProgress".to_owned()),
        Some(ProvisionedConcurrencyStatusEnum::Failed) => {
            let reason = answer.status_reason().unwrap_or("no reason given");
            Some(format!("Failed to keep environments ready: {reason}"))
        }
        _ => None,
    };
    Ok((answer.requested_provisioned_concurrent_executions(), moving))
}

/// AWS's answers as a state.
fn assemble(id: &Id, versions: &[FunctionConfiguration], aliases: &[AliasConfiguration]) -> Found {
    let numbered = versions.iter().filter_map(|one| Some((one.version()?.parse::<u64>().ok()?, one)));
    let numbered: BTreeMap<u64, &FunctionConfiguration> = numbered.collect();
    let alias = aliases.iter().find(|alias| alias.name() == Some(LIVE));
    let content = |number: u64| numbered.get(&number).map(|config| Version::of(&configured(id, config)));
    let theirs: BTreeSet<u64> = aliases.iter().filter(|alias| alias.name() != Some(LIVE)).flat_map(numbers).collect();
    let is_marked = |number: u64| numbered.get(&number).is_some_and(|config| config.description() == Some(MARK));
    let is_ours = |number: u64| is_marked(number) && !theirs.contains(&number);
    let at = alias.and_then(|alias| alias.function_version()?.parse::<u64>().ok());
    let is_newer = |number: &u64| at.map_or_else(|| is_ours(*number), |at| *number > at);
    let newest = numbered.keys().next_back().copied().filter(is_newer);
    // A weight of our own alias makes no version another's: it is set back before any is deleted.
    let is_old = |number: &u64| is_ours(*number) && Some(*number) != newest && Some(*number) != at;
    let weights = alias.map(weights).unwrap_or_default().into_iter();
    let called = |number: String| {
        if newest.map(|newest| newest.to_string()).as_ref() == Some(&number) { NEWEST.into() } else { number }
    };
    let numbered_as = |number| Numbered { number: Some(number), is_ours: is_ours(number) };
    let release = Release {
        live: at.and_then(content),
        newest: newest.and_then(content),
        additional_version_weights: weights.map(|(number, weight)| (called(number), weight)).collect(),
        old_versions: numbered.keys().copied().filter(is_old).collect(),
        provisioned_concurrent_executions: None,
        course: Course {
            contents: numbered.keys().filter_map(|number| Some((*number, content(*number)?))).collect(),
            number: at.map(numbered_as),
            newest: newest.map(numbered_as),
            ..Course::default()
        },
    };
    let revision = alias.and_then(|alias| alias.revision_id()).map(|revision| ("@alias-revision", revision.to_owned()));
    let number = newest.map(|number| ("@newest", number.to_string()));
    let outputs = revision.into_iter().chain(number).map(|(name, value)| (name.to_owned(), value)).collect();
    Found { release: (!release.is_nothing()).then(|| Box::new(release)), outputs, pending: Vec::new() }
}

fn weights(alias: &AliasConfiguration) -> BTreeMap<String, f64> {
    let weights = alias.routing_config().and_then(|routing| routing.additional_version_weights());
    weights.into_iter().flatten().map(|(number, weight)| (number.clone(), *weight)).collect()
}

/// The versions that an alias sends traffic to.
fn numbers(alias: &AliasConfiguration) -> Vec<u64> {
    let weighted = weights(alias).into_keys();
    alias
        .function_version()
        .map(str::to_owned)
        .into_iter()
        .chain(weighted)
        .filter_map(|number| number.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::AliasRoutingConfiguration;

    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    fn version(number: u64, description: &str) -> FunctionConfiguration {
        FunctionConfiguration::builder().version(number.to_string()).description(description).build()
    }

    fn alias(name: &str, version: &str, weight: Option<&str>) -> AliasConfiguration {
        let routing = weight.map(|to| AliasRoutingConfiguration::builder().additional_version_weights(to, 0.5).build());
        AliasConfiguration::builder().name(name).function_version(version).set_routing_config(routing).build()
    }

    fn read(aliases: &[AliasConfiguration]) -> Release {
        let versions: Vec<_> =
            (4..=8).map(|number| version(number, if number == 4 { "by hand" } else { MARK })).collect();
        *assemble(&test_id(Kind::Function, "f"), &versions, aliases).release.expect("a release")
    }

    #[test]
    fn a_weight_of_our_own_alias_makes_no_version_that_of_another() {
        let plain = read(&[alias(LIVE, "7", None)]);
        assert_eq!((&plain.old_versions, plain.newest.is_some()), (&BTreeSet::from([5, 6]), true));
        let weighted = read(&[alias(LIVE, "7", Some("5"))]);
        assert_eq!(weighted.old_versions, plain.old_versions, "what AWS shows once the weight is set back");
        assert_eq!(weighted.additional_version_weights, BTreeMap::from([("5".to_owned(), 0.5)]));
        let canary = read(&[alias(LIVE, "7", Some("8"))]);
        assert_eq!(canary.additional_version_weights, BTreeMap::from([(NEWEST.to_owned(), 0.5)]));
    }

    #[test]
    fn a_version_that_another_alias_sends_traffic_to_is_not_ours() {
        let shared = read(&[alias(LIVE, "7", None), alias("blue", "8", Some("5")), alias("green", "7", None)]);
        assert_eq!(shared.old_versions, BTreeSet::from([6]));
        let is_ours = |numbered: Option<Numbered>| numbered.expect("a number").is_ours;
        assert!(!is_ours(shared.course.newest) && !is_ours(shared.course.number));
        let alone = read(&[alias(LIVE, "7", None)]);
        assert!(is_ours(alone.course.newest) && is_ours(alone.course.number));
    }
}
