//! AWS Certificate Manager: public certificates that the app requests for its domain names.
//!
//! AWS issues a certificate once a CNAME is in the domain's public DNS, whose name and value it generates after the
//! request; it renews the certificate as long as the record is there. The record is a part of the certificate here: it
//! is created in the hosted zone that the manifest names, with `CREATE`, so nothing is ever overwritten.
//!
//! The CNAME depends only on the account and the domain (a wildcard has the same as the domain below it), so another
//! certificate may need the same one. A tag of ours ([`tag::PARTS`]) says in which zone it is, and whether this app has
//! created it there (the `record` module): only then is it deleted with the certificate, and not while another
//! certificate in the region needs it too.
//!
//! Names are not unique, so only tags distinguish ours from others, which are never in the way. A certificate is in the
//! wanted state once it is `ISSUED`. No call leads there, only time; the call that stands for it sets a tag that is
//! already set. So an apply that was stopped while AWS validates is resumed like any other.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{TagInput, sdk_tag, tag_calls, tagged};
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource, literal};
use crate::name::{Owner, Site, tag};
use crate::text::{OutputRef, Text};

mod call;
mod next_call;
mod observe;
mod record;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use observe::Listed;
pub use record::{Standing, Validation};
pub use state::*;

/// The ARN, for whatever uses the certificate.
pub const ARN: &str = "arn";
/// The CNAME by which AWS validates, and what it leads to.
const NAME: &str = "validationName";
const VALUE: &str = "validationValue";

const IN_USE: &str = "the certificate to be no longer in use";

/// A certificate counts as in use for twenty minutes and more after its domain name has gone.
const HEALS: &[Rule] = &[rule("acm:DeleteCertificate", "ResourceInUseException", "", 3600, IN_USE)];

sdk_tag!(aws_sdk_acm::types::Tag, valued);

/// <https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html>
const LIMITS: &[Limit] = &[
    limit("ACM", Operations::These(&["RequestCertificate"]), 5.0, 5.0),
    limit("ACM", Operations::These(&["AddTagsToCertificate"]), 5.0, 5.0),
    limit("ACM", Operations::These(&["RemoveTagsFromCertificate"]), 5.0, 5.0),
    limit("ACM", Operations::These(&["DeleteCertificate"]), 10.0, 10.0),
    limit("ACM", Operations::These(&["DescribeCertificate"]), 10.0, 10.0),
    limit("ACM", Operations::These(&["ListTagsForCertificate"]), 10.0, 10.0),
    limit("ACM", Operations::These(&["ListCertificates"]), 8.0, 8.0),
];

impl Resource for Certificate {
    type Call = Call;
    type Seed = Listed;
    const FIXED: &'static [&'static str] = &["DomainName", "KeyAlgorithm"];
    const USED_BY: &'static [Kind] = &[Kind::DomainName];
    const INDEXED: Option<(&'static str, &'static str)> = Some(("acm", "certificate/"));
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const SYMBOLS: &'static [&'static str] = &[ARN];
    /// AWS issues within minutes mostly, and has taken more than an hour.
    const PATIENCE: Duration = Duration::from_secs(4500);
    const TOO_LATE: Option<&'static str> =
        Some("make sure that the domain uses the hosted zone's name servers, then apply again");
    const SETTLES: &'static [(&'static str, &'static str)] =
        &[(observe::WITHOUT_RECORD, "the CNAME by which AWS validates")];

    /// By the domain name of its own name.
    fn is_used_by(id: &Id, user: &Id) -> bool {
        user.name == id.name
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Request(input) => Some(input.certificate()),
            Call::Delete(_) => None,
            Call::Record(input) => changed(state, |certificate| input.apply(certificate)),
            Call::Tag(input) => changed(state, |certificate| input.apply(certificate)),
            Call::Untag(input) => changed(state, |certificate| input.apply(certificate)),
        }
    }

    /// Route 53 answers once a record is gone, and nothing of the certificate says so.
    fn flows_into(call: &Call, next: &Call) -> bool {
        matches!((call, next), (Call::Record(_), Call::Delete(_)))
    }

    fn obstacle(&self, _: Option<&Self>, unmodelled: &[Unmodelled]) -> Option<String> {
        observe::obstacle(unmodelled)
    }

    fn stays(&self) -> Option<String> {
        self.validation.stays()
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, id, call).await
    }
}

/// The ARN that AWS made up.
pub fn arn(address: &crate::name::Address) -> Text {
    OutputRef::new(address, ARN).into()
}

fn output(id: &Id, attribute: &str) -> Text {
    OutputRef::new(&id.address, attribute).into()
}

/// The ARN of any certificate at a site.
fn any_arn(site: &Site) -> String {
    site.arn("acm", "certificate/*")
}

/// The domain that is validated: a wildcard's is the one below it.
fn validated(domain: &str) -> &str {
    domain.strip_prefix("*.").unwrap_or(domain)
}

#[cfg(test)]
mod tests;
