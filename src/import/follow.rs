//! What follows from a resource that is there, whether a source names it or not.

use crate::aws::lambda::LIVE;
use crate::aws::{Id, Kind, Live, State, events, iam};

/// Something that belongs to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// Its kind.
    pub kind: Kind,
    /// Its physical name.
    pub name: String,
    /// What ends its name in addresses, if it is a part of the section; a section of its own otherwise.
    pub part: Option<&'static str>,
}

/// What belongs to it. What only AWS can say, such as the mappings of a function, is asked for elsewhere.
pub fn follow(live: &Live) -> Vec<Follower> {
    let id = &live.id;
    let part = |kind, name: String, part| Follower { kind, name, part: Some(part) };
    match &live.observed.state {
        State::Function(function) => {
            let own = [
                part(Kind::LogGroup, format!("/aws/lambda/{}", id.name), "function"),
                part(Kind::Permission, id.name.clone(), ""),
                part(Kind::Permission, format!("{}:{LIVE}", id.name), LIVE),
            ];
            own.into_iter().chain(role(id, &function.role, None)).collect()
        }
        State::Role(role) => {
            let policies = iam::policy_arn(&id.site, &id.owner, "");
            let ours = role.managed_policy_arns.iter().filter_map(|arn| arn.strip_prefix(&policies));
            ours.map(|name| part(Kind::Policy, name.to_owned(), "")).collect()
        }
        State::StateMachine(machine) => role(id, &machine.role_arn, Some("workflow")).into_iter().collect(),
        State::Schedule(schedule) => role(id, &schedule.target.role_arn, Some("schedule")).into_iter().collect(),
        State::EventRule(rule) => {
            let roles = rule.targets.values().filter_map(|target| target.role_arn.as_deref());
            roles.filter_map(|arn| role(id, arn, Some("rule"))).take(1).collect()
        }
        State::EventBus(_) => {
            vec![part(Kind::EventArchive, events::archive::physical(&id.owner, &id.address.name), "")]
        }
        _ => Vec::new(),
    }
}

/// A role of the account by its ARN, with its path unless that is the stage's own. One that is made for a section alone is a part
/// of that; so is whatever a workflow, a schedule or a rule has, which can name none.
fn role(id: &Id, arn: &str, part: Option<&'static str>) -> Option<Follower> {
    let path = arn.strip_prefix(&id.site.global_arn("iam", "role"))?;
    let own = path.strip_prefix(&id.owner.path()).filter(|name| !name.contains('/'));
    let made_up = format!("{}{}-function", id.owner.prefix(), id.address.name);
    let part = part.or_else(|| (own == Some(made_up.as_str())).then_some("function"));
    Some(Follower { kind: Kind::Role, name: own.unwrap_or(path).to_owned(), part })
}
