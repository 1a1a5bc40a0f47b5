//! Route 53: the alias records of custom domain names.
//!
//! Records have no tags: a record is ours if it points to a domain name of API Gateway that is ours, in the zone in
//! which a tag of that domain name says that there is one. Other records that point there are somebody else's. Ours is
//! created with `CREATE`, which fails if there is one already, and deleted with `DELETE` and exactly the values that
//! the plan has read, which fails if they have changed. `UPSERT` is never used: it would overwrite somebody else's
//! record. A record in the way, whatever its type, stops the plan.
//!
//! The records for IPv4 and IPv6 are one resource: they are created and deleted in one batch, of which Route 53 does
//! all or nothing. A batch can be read back at once; name servers usually follow within a minute.

use serde::{Deserialize, Serialize};

use crate::aws::apigateway_domain::{self, REGIONAL_ZONE};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, reason::BUSY, rule};
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource, literal};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use observe::{Cname, Sets, Zone, cname, hosted_zones};
pub use state::*;

const API: &str = "route53:ChangeResourceRecordSets";

const HEALS: &[Rule] = &[rule(API, "PriorRequestNotComplete", "", 300, BUSY)];

/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests>
const LIMITS: &[Limit] = &[limit("Route 53", Operations::Service, 5.0, 5.0)];

impl Resource for Record {
    type Call = Call;
    type Seed = Sets;
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const SYMBOLS: &'static [&'static str] = &[];
    /// There are some only where there is a domain name.
    const INDEXED: Option<(&'static str, &'static str)> = Some(("apigateway", "/domainnames/"));

    /// Route 53 takes one batch of a zone at a time.
    fn lane(id: &Id) -> String {
        format!("route53 {}", zone_and_name(id).0)
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        let Call::Change(input) = call;
        let mut record = state.unwrap_or_default();
        input.change_batch.changes.iter().for_each(|change| change.apply(&mut record));
        Some(record).filter(|record| *record != Self::default())
    }

    /// The zone of the target follows from the target: it is one for all of a region, and says nothing by itself.
    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        for alias in self.a.iter_mut().chain(self.aaaa.iter_mut()) {
            visit(&mut alias.dns_name);
            visit(&mut alias.hosted_zone_id);
            let domain = alias.dns_name.references().next().map(|reference| reference.address.clone());
            if let Some(domain) = domain {
                alias.hosted_zone_id = OutputRef::new(&domain, REGIONAL_ZONE).into();
            }
        }
    }

    fn obstacle(&self, _: Option<&Self>, unmodelled: &[Unmodelled]) -> Option<String> {
        observe::obstacle(unmodelled)
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Sets>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Sets>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// The physical name of a domain's records in a hosted zone.
pub fn physical(zone: &str, name: &str) -> String {
    format!("{zone}/{name}")
}

/// Hosted zone and domain of a physical name.
fn zone_and_name(id: &Id) -> (&str, &str) {
    id.name.split_once('/').unwrap_or(("", &id.name))
}

/// A name as people write it: Route 53 writes it in lower case, with a dot at its end, and `*` as an octal number.
pub(in crate::aws) fn plain(name: &str) -> String {
    name.to_lowercase().trim_end_matches('.').replace("\\052", "*")
}

#[cfg(test)]
mod tests;
