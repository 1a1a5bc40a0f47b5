//! API Gateway: custom domain names, and which APIs answer below them.
//!
//! A domain name is shared by both of API Gateway's APIs. The older one creates it, because only that knows every
//! security policy; REST APIs are mapped below it by base paths, HTTP APIs by API mappings.
//!
//! Its name is unique in a region, so only tags say whose it is: a domain name that is not ours is left alone, with
//! everything that is mapped there. Below one of ours, a mapping is ours if it points to an API of this app and stage.
//! Other mappings are reported, never changed, and keep the domain name from being deleted, since AWS would delete them
//! with it.
//!
//! AWS deletes neither an API nor a stage that is mapped. So mappings go before their APIs, and a stage that is mapped keeps its
//! name ([`Resource::obstacle`]): nothing could be done between the two calls of the API that rename it.
//!
//! A tag of the domain name says whether the app has created an alias for it, and where.
//!
//! Private domain names are another type of resource, with ids of their own; they are not read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use crate::aws::apigateway::PatchOperation;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{tag_calls, tag_inputs, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, RATE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource, literal};
use crate::name::{Owner, Site, tag};
use crate::text::{OutputRef, Text};

mod alias;
mod call;
mod next_call;
mod observe;
mod obstacle;
mod patch;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use observe::{Aliased, Listed, aliases_of_ours, names_of_ours, regional_name};
pub use state::*;

/// Where a domain name answers, for records.
pub const REGIONAL_NAME: &str = "regionalDomainName";
/// The hosted zone that alias records to it name. It is one for all of a region, so no live text is taken for it.
pub const REGIONAL_ZONE: &str = "regionalHostedZoneId";

const NEW: &str = "a new domain name to be known everywhere";
const STAGE: &str = "a new stage to be known everywhere";
const MAPPED: &str = "the domain name to release the API";

/// Beside those of the service, which stand with REST APIs. AWS takes one call in 30 seconds that makes, changes or deletes a
/// domain name, and for a while refuses to map below a new one.
const HEALS: &[Rule] = &[
    rule("apigateway:CreateDomainName", "TooManyRequestsException", "", 900, RATE),
    rule("apigateway:CreateDomainName", "LimitExceededException", "", 900, RATE),
    rule("apigateway:UpdateDomainName", "TooManyRequestsException", "", 900, RATE),
    rule("apigateway:UpdateDomainName", "LimitExceededException", "", 900, RATE),
    rule("apigateway:DeleteDomainName", "TooManyRequestsException", "", 900, RATE),
    rule("apigateway:DeleteDomainName", "LimitExceededException", "", 900, RATE),
    rule("apigateway:UpdateDomainName", "BadRequestException", "try again later", 900, BUSY),
    rule("apigateway:CreateBasePathMapping", "BadRequestException", "", 30, NEW),
    rule("apigateway:CreateBasePathMapping", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:CreateApiMapping", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:CreateApiMapping", "BadRequestException", "Invalid stage identifier", 60, STAGE),
    rule("apigatewayv2:UpdateApiMapping", "BadRequestException", "Invalid stage identifier", 60, STAGE),
    rule("apigateway:DeleteRestApi", "BadRequestException", "remove all base path mappings", 120, MAPPED),
    rule("apigateway:DeleteStage", "BadRequestException", "remove all base path mappings", 120, MAPPED),
    rule("apigatewayv2:DeleteStage", "BadRequestException", "mappings", 120, MAPPED),
    rule("apigatewayv2:DeleteApi", "BadRequestException", "remove all API mappings", 120, MAPPED),
];

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LIMITS: &[Limit] = &[
    limit("API Gateway", Operations::These(&["CreateDomainName"]), 1.0 / 30.0, 1.0),
    limit("API Gateway", Operations::These(&["UpdateDomainName"]), 1.0 / 30.0, 1.0),
    limit("API Gateway", Operations::These(&["DeleteDomainName"]), 1.0 / 30.0, 1.0),
];

impl Resource for DomainName {
    type Call = Call;
    type Seed = Box<Listed>;
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("apigateway", "/domainnames/"));
    const USED_BY: &'static [Kind] = &[Kind::Record];
    const REMEMBERS: &'static [Kind] = &[Kind::Record];
    const SYMBOLS: &'static [&'static str] = &[REGIONAL_NAME];
    /// What differs of a domain name may take AWS as long as this.
    const PATIENCE: Duration = Duration::from_secs(3600);
    const SETTLES: &'static [(&'static str, &'static str)] =
        &[("PENDING", "domainNameStatus AVAILABLE"), ("UPDATING", "domainNameStatus AVAILABLE")];

    /// By the records of its own name.
    fn is_used_by(id: &Id, user: &Id) -> bool {
        user.name.split_once('/').is_none_or(|(_, name)| name == id.name)
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.domain_name()),
            Call::Delete(_) => None,
            Call::Update(input) => changed(state, |domain| patch::apply(domain, &input.patch_operations)),
            Call::AddBasePath(input) => changed(state, |domain| input.apply(domain)),
            Call::UpdateBasePath(input) => changed(state, |domain| input.apply(domain)),
            Call::RemoveBasePath(input) => changed(state, |domain| input.apply(domain)),
            Call::AddMapping(input) => changed(state, |domain| input.apply(domain)),
            Call::UpdateMapping(input) => changed(state, |domain| input.apply(domain)),
            Call::RemoveMapping(input) => changed(state, |domain| input.apply(domain)),
            Call::Tag(input) => changed(state, |domain| input.apply(&mut domain.tags)),
            Call::Untag(input) => changed(state, |domain| input.apply(&mut domain.tags)),
        }
    }

    fn obstacle(&self, live: Option<&Self>, unmodelled: &[Unmodelled]) -> Option<String> {
        obstacle::obstacle(self, live, unmodelled)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.regional_certificate_arn);
        let all = self.base_path_mappings.values_mut().chain(self.api_mappings.values_mut());
        all.for_each(|mapping| visit(&mut mapping.api_id));
    }

    tagged!();

    /// What says that there is an alias counts whatever is wanted.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        self.tags.retain(|key, _| keys.contains(key) || key == tag::PARTS);
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// The ARN of a domain name, or of something below it.
fn arn_of(site: &Site, domain: &str, below: &str) -> String {
    format!("arn:{}:apigateway:{}::/domainnames/{domain}{below}", site.partition, site.region)
}

/// The ARN.
pub fn arn(id: &Id) -> String {
    arn_of(&id.site, &id.name, "")
}

/// The id that AWS made up for the API mapping of a key.
fn mapping_id(id: &Id, key: &str) -> Text {
    OutputRef::new(&id.address, format!("mapping:{key}")).into()
}

#[cfg(test)]
mod tests;
