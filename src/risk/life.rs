//! What is deleted with its data, is away for a while, is deleted, stays behind, or is taken over.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::finding::{Finding, NAMED, Number, noun};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::aws::iam;
use crate::kind::Kind;
use crate::name::{Address, Name};
use crate::plan::{Action, Change, Mode, Plan};

/// What a look at one change has to know of others.
pub struct Life<'a> {
    /// True if the whole app is deleted, as its owner asked.
    pub all_goes: bool,
    /// What is deleted or let go.
    goes: BTreeSet<&'a Address>,
    /// The names of APIs that go or are another one afterwards.
    apis: BTreeSet<&'a str>,
    /// Policies that are new, by their ARNs.
    policies: BTreeMap<String, &'a Address>,
    /// Those of them that a role gets which exists.
    attached: BTreeSet<&'a Address>,
}

impl<'a> Life<'a> {
    /// Of a plan, whose changes are looked at once.
    pub fn of(plan: &'a Plan) -> Self {
        let changes = || plan.changes.iter();
        let goes = changes().filter(|change| matches!(change.action, Action::Delete | Action::Release));
        let apis = changes().filter(|change| {
            change.address.kind == Kind::RestApi && matches!(change.action, Action::Delete | Action::Replace)
        });
        let owner = plan.owner();
        let policies =
            changes().filter(|change| change.address.kind == Kind::Policy && change.action == Action::Create);
        let policies: BTreeMap<String, &Address> =
            policies.map(|change| (iam::policy_arn(&plan.site, &owner, &change.name), &change.address)).collect();
        let roles = changes().filter(|change| {
            change.address.kind == Kind::Role && !matches!(change.action, Action::Create | Action::Delete)
        });
        let mut attached = BTreeSet::new();
        for role in roles {
            let sides = Sides::of(plan, role);
            let arns = sides.new.texts("ManagedPolicyArns");
            attached.extend(arns.iter().filter_map(|arn| policies.get(*arn).copied()));
        }
        Self {
            all_goes: plan.mode != Mode::Deploy,
            goes: goes.map(|change| &change.address).collect(),
            apis: apis.map(|change| change.name.as_str()).collect(),
            policies,
            attached,
        }
    }

    /// True if a change makes a policy that a role gets which exists already.
    pub fn is_attached_to_what_exists(&self, change: &Change) -> bool {
        self.attached.contains(&change.address)
    }

    /// True for the ARN of a policy that is made by the same plan.
    pub fn is_new_policy(&self, arn: &str) -> bool {
        self.policies.contains_key(arn)
    }

    /// True for what ties a firewall to a stage, `<API>/<stage>`, of an API that goes.
    pub fn goes_with_its_api(&self, name: &str) -> bool {
        name.rsplit_once('/').is_some_and(|(api, _)| self.apis.contains(api))
    }

    /// What a change's action alone means.
    pub fn findings(&self, sides: &Sides) -> Vec<Finding> {
        let change = sides.change;
        let kind = change.address.kind;
        let found = match change.action {
            Action::Create | Action::Update => None,
            // What carries no tags cannot be kept, whatever it holds.
            Action::Delete | Action::Replace if kind.holds_data() || kind == Kind::EventArchive => {
                Some(data_loss(sides))
            }
            // Statements that are put back at once are looked at one by one.
            Action::Replace if kind == Kind::Permission => None,
            // Nothing uses one that AWS has not issued.
            Action::Replace if kind == Kind::Certificate && sides.old.text("Status") != Some("ISSUED") => None,
            Action::Replace => Some(away(change)),
            Action::Adopt => Some(Finding::about(RiskKind::TakenOver, change, |number| {
                let say = number.of(": exists and becomes this app's", ": exist and become this app's");
                Sentence::default().words(say)
            })),
            Action::Release => self.main(change).is_none().then(|| {
                let kept = ": kept with its data, no longer managed";
                Finding::about(RiskKind::LeftBehind, change, |number| {
                    Sentence::default().words(number.of(kept, ": kept with their data, no longer managed"))
                })
            }),
            Action::Delete => self.gone(change),
        };
        found.into_iter().collect()
    }

    /// The resource that goes by the same plan and whose role, policy or logs these are.
    fn main(&self, change: &Change) -> Option<Address> {
        let mains: &[(&str, Kind)] = match change.address.kind {
            Kind::Role | Kind::Policy => &ROLES,
            Kind::LogGroup => &LOGS,
            _ => return None,
        };
        let name = change.address.name.as_str();
        let of = |(suffix, kind): &(&str, Kind)| Some(Address::new(*kind, name.strip_suffix(suffix)?.parse().ok()?));
        mains.iter().filter_map(of).find(|main| self.goes.contains(main))
    }

    /// What is missed once it is gone. Rights that go and what callers of something that goes were allowed are not.
    fn gone(&self, change: &Change) -> Option<Finding> {
        let with = self.parts(change);
        match change.address.kind {
            // The schedules are missed, not what held them together.
            Kind::Policy | Kind::Permission | Kind::Association | Kind::IpSet | Kind::ScheduleGroup => return None,
            // Functions have moved to another version, or have no such layer any more.
            Kind::LayerVersion => return None,
            Kind::Role if self.main(change).is_some() => return None,
            // What protects is looked at as such, unless all that it protects goes too.
            Kind::Alarm | Kind::Rule | Kind::Recorder | Kind::DeliveryChannel | Kind::WebAcl if !self.all_goes => {
                return None;
            }
            _ => {}
        }
        Some(Finding::about(RiskKind::Gone, change, |number| {
            let missed = match change.address.kind {
                Kind::Record => {
                    number.of(": the domain no longer leads to its APIs", ": the domains no longer lead to their APIs")
                }
                _ => "",
            };
            Sentence::default().words(with(number)).words(missed)
        }))
    }

    /// ` with its role and policy; its logs stay`, as far as they go and stay.
    fn parts(&self, change: &Change) -> impl Fn(Number) -> String + use<> {
        let goes = |kind: Kind, suffixes: &[(&str, Kind)]| {
            let mut names = suffixes.iter().filter(|(_, main)| *main == change.address.kind);
            names.any(|(suffix, _)| {
                let name = format!("{}{suffix}", change.address.name).parse::<Name>();
                name.is_ok_and(|name| self.goes.contains(&Address::new(kind, name)))
            })
        };
        let (role, policy) = (goes(Kind::Role, &ROLES), goes(Kind::Policy, &ROLES));
        let logs = goes(Kind::LogGroup, &LOGS);
        move |number| {
            let its = number.of("its", "their");
            let with = match (role, policy) {
                (true, true) => format!(" with {its} {}", number.of("role and policy", "roles and policies")),
                (true, false) => format!(" with {its} {}", number.of("role", "roles")),
                (false, true) => format!(" with {its} {}", number.of("policy", "policies")),
                (false, false) => String::new(),
            };
            if logs { format!("{with}; {its} logs stay") } else { with }
        }
    }
}

/// Roles and policies that a section has beside its main resource, by how their names end.
const ROLES: [(&str, Kind); 6] = [
    ("-function", Kind::Function),
    ("-workflow", Kind::StateMachine),
    ("-recorder", Kind::Recorder),
    ("-schedule", Kind::Schedule),
    ("-rule", Kind::EventRule),
    ("-http", Kind::HttpApi),
];
/// Log groups likewise.
const LOGS: [(&str, Kind); 5] = [
    ("-function", Kind::Function),
    ("-workflow", Kind::StateMachine),
    ("-api", Kind::RestApi),
    ("-http", Kind::HttpApi),
    ("-firewall", Kind::WebAcl),
];

/// What something holds.
fn contents(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "items",
        Kind::Bucket => "objects and their versions",
        Kind::Queue => "messages",
        Kind::EventArchive | Kind::LogGroup => "events",
        _ => "data",
    }
}

fn data_loss(sides: &Sides) -> Finding {
    let change = sides.change;
    let why = why(sides);
    Finding::of(RiskKind::DataLoss, change, noun(change.address.kind), &change.name, |number| {
        if change.address.kind == Kind::ApiKey {
            let is = number.of(" is deleted: whoever has it is refused", " are deleted: whoever has one is refused");
            return Sentence::default().words(format!("{is}, and nobody can make {} again", number.of("it", "them")));
        }
        let contents = contents(change.address.kind);
        let is = number.of(" is deleted with all its ", " are deleted with all their ");
        let said = Sentence::default().words(format!("{is}{contents}"));
        match change.action {
            Action::Replace => said.words(" and recreated, empty").then(why.clone()),
            _ => said,
        }
    })
}

/// Because of what something is replaced: ` (key id → order_id)`.
fn why(sides: &Sides) -> Sentence {
    let key = |side: &Attributes| {
        let names = side.items("KeySchema").iter().filter_map(|key| key.get("AttributeName").and_then(Value::as_str));
        names.map(str::to_owned).collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (key(&sides.old), key(&sides.new));
    if old != new {
        return Sentence::default().words(" (key ").short(old).words(" → ").short(new).words(")");
    }
    because(sides.change)
}

fn because(change: &Change) -> Sentence {
    let paths: Vec<&str> = change.diff.iter().map(|diff| diff.path.as_str()).collect();
    if paths.is_empty() {
        return Sentence::default();
    }
    Sentence::default().words(" (").values(paths, NAMED / 2).words(")")
}

fn away(change: &Change) -> Finding {
    let why = because(change);
    Finding::about(RiskKind::Downtime, change, |number| {
        let is = number.of(" is deleted, then recreated", " are deleted, then recreated");
        Sentence::default().words(is).then(why.clone())
    })
}
