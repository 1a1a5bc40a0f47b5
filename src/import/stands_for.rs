//! What each section's references stand for in AWS, and what a section would be called there without a `name`.

use crate::aws::{Id, Kind, Live, State, indexed, scheduler, sqs};
use crate::manifest::names::{self, Names};
use crate::name::Name;

/// What a section's resource is called without a `name`; none for what a section cannot name.
pub fn made_up(id: &Id, section: &Name) -> Option<String> {
    let names = &Names::plain(id.owner.clone());
    let is_fifo = id.name.ends_with(".fifo");
    Some(match id.address.kind {
        Kind::Alarm => names::alarm::physical(names, section),
        Kind::Bucket => names::bucket::physical(names, &id.site, section),
        Kind::EventBus => names::bus::physical(names, section),
        Kind::EventRule => names::rule::physical(names, section, None),
        Kind::Function => names::function::physical(names, section),
        Kind::HttpApi => names::http_api::physical(names, section),
        Kind::LogGroup => names::log_group::physical(names, section),
        Kind::Queue => names::queue::physical(names, section, is_fifo),
        Kind::RestApi => names::api::physical(names, section),
        Kind::Role => names::role::physical(names, section),
        Kind::Rule => names::compliance_rule::physical(names, section),
        Kind::StateMachine => names::workflow::physical(names, section),
        Kind::Table => names::table::physical(names, section),
        Kind::Topic => names::topic::physical(names, section, is_fifo),
        Kind::UsagePlan => names::usage_plan::physical(names, section),
        Kind::WebAcl => names::firewall::physical(names, section),
        _ => return None,
    })
}

/// What a `name` says: of a role its name without the path, of a rule its name without the bus.
pub fn own_name(id: &Id) -> &str {
    match id.address.kind {
        Kind::Role | Kind::EventRule => id.name.rsplit('/').next().unwrap_or(&id.name),
        _ => &id.name,
    }
}

/// The ARN, where it does not hold what AWS makes up.
pub fn arn(id: &Id) -> Option<String> {
    let (site, name) = (&id.site, &id.name);
    match id.address.kind {
        Kind::Role => Some(crate::aws::iam::role::arn(site, &id.owner, name)),
        Kind::Schedule => Some(scheduler::schedule_arn(site, &id.owner, name)),
        _ => indexed::arn(id),
    }
}

/// What the section's attributes stand for, each with its value; a function that is released is invoked by its alias, which is
/// what its ARN is in the manifest.
pub fn values(live: &Live) -> Vec<(&'static str, String)> {
    let id = &live.id;
    let mut values = vec![("name", own_name(id).to_owned())];
    values.extend(arn(id).map(|arn| match &live.observed.state {
        State::Function(function) if function.release.is_some() => {
            ("arn", format!("{arn}:{}", crate::aws::lambda::LIVE))
        }
        _ => ("arn", arn),
    }));
    if id.address.kind == Kind::Queue {
        values.push(("url", sqs::url(&id.site, &id.name)));
    }
    values
}
