//! What is dangerous about a plan: what it loses, opens, allows, weakens, interrupts, costs, takes over and leaves
//! behind.
//!
//! Risks are computed from the plan file alone, so every rendering shows the same ones in the same order, and `[deny]`
//! can forbid them. A change has its attributes before ([`Change::was`]) and what differs ([`Change::diff`]); each kind
//! of resource has a file here that looks at them. Policies are compared by what they allow, not by how they are
//! written: what an old statement covers is not new.
//!
//! Deliberately absent: whatever cannot be read from a plan, such as the content of an attached policy that is not
//! ours.
//!
//! [`Change::was`]: crate::plan::Change::was
//! [`Change::diff`]: crate::plan::Change::diff

use crate::kind::Kind;
use crate::name::Address;
use crate::plan::Plan;

mod alarm;
mod api;
mod api_stage;
mod authorizer;
mod bucket;
mod compliance;
pub mod document;
mod domain;
mod events;
mod expiry;
mod exposure;
mod files;
mod finding;
mod firewall;
mod function;
mod http_api;
mod keys;
mod kind;
mod life;
mod mapping;
mod network;
mod notification;
mod reach;
mod rights;
mod schedule;
mod sentence;
mod service;
mod sides;
mod store;
mod topic;

#[cfg(test)]
mod docs;
#[cfg(test)]
mod tests;

pub use kind::{Class, Level, RiskKind};
pub use sentence::{Piece, Sentence};

use finding::Finding;
use sides::Sides;

/// One thing to look at before approving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// What it is.
    pub kind: RiskKind,
    /// The changes that cause it, in the plan's order.
    pub addresses: Vec<Address>,
    /// What happens, where, and from what to what. It has no full stop.
    pub sentence: Sentence,
}

/// Everything dangerous about a plan, the worst first.
pub fn risks(plan: &Plan) -> Vec<Risk> {
    let life = life::Life::of(plan);
    let findings = plan.changes.iter().flat_map(|change| {
        let sides = Sides::of(plan, change);
        let mut found = life.findings(&sides);
        found.extend(of_kind(&sides, &life));
        found
    });
    finding::grouped(findings.collect())
}

fn of_kind(sides: &Sides, life: &life::Life) -> Vec<Finding> {
    match sides.change.address.kind {
        Kind::ApiAccount => Vec::new(),
        Kind::ApiKey => keys::key(sides),
        Kind::DomainName => domain::findings(sides),
        Kind::Record => Vec::new(),
        // Nothing uses one that is deleted: what did has moved before.
        Kind::Certificate => Vec::new(),
        Kind::RestApi => [api::findings(sides), authorizer::findings(sides)].concat(),
        Kind::HttpApi => http_api::findings(sides),
        Kind::UsagePlan => keys::plan(sides),
        Kind::Alarm => alarm::findings(sides, life),
        Kind::DeliveryChannel | Kind::Recorder | Kind::Rule => compliance::findings(sides, life),
        Kind::Table => store::table(sides),
        Kind::Queue => store::queue(sides),
        Kind::LogGroup => store::log_group(sides),
        Kind::EventArchive => events::archive(sides),
        Kind::EventBus => events::bus(sides),
        Kind::EventRule => events::rule(sides),
        Kind::OidcProvider => rights::provider(sides),
        Kind::Policy => rights::policy(sides, life),
        Kind::Role => rights::role(sides, life),
        Kind::EventSourceMapping => mapping::findings(sides),
        Kind::Function => function::function(sides),
        Kind::LayerVersion => Vec::new(),
        Kind::Permission => function::permission(sides),
        Kind::StateMachine => function::state_machine(sides),
        Kind::Bucket => bucket::findings(sides),
        Kind::Files => files::findings(sides),
        Kind::Schedule => schedule::findings(sides),
        Kind::ScheduleGroup => Vec::new(),
        Kind::Topic => topic::findings(sides),
        Kind::Association | Kind::IpSet | Kind::WebAcl => firewall::findings(sides, life),
    }
}
