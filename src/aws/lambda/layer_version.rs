//! Layer versions: what functions share.
//!
//! A version never changes and AWS generates its number, so each content is a resource of its own here: it is named
//! after its layer and everything that it is made of ([`name`]). Changed contents are a new resource, which is created
//! before the functions that use it are changed; the one before it is then no longer wanted, and is deleted after they
//! have moved.
//!
//! A version has no tags. It is ours if the name of its layer begins like all our names, and if the end of its
//! description says from which zip we made it ([`mark`]). No listing reports a version's digest, so the mark is used to
//! find it; for every version that counts, the digest is read to check it. A version without a mark is not ours.
//!
//! AWS creates another version with the same contents if it is asked twice. The oldest of them counts, and the others
//! are deleted; if all of them are deleted, it is the last, since the others are named after it ([`oldest_of`]). AWS
//! deletes a version even if functions use it, and those continue to work, but can no longer be changed; so a version
//! that a function of somebody else uses is kept.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::types::LayerVersionsListItem;
use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::lambda::{Blob, Code, Way};
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod mark;
mod name;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;
mod users;

pub use call::*;
pub use mark::DESCRIPTION;
pub use name::{layer_of, oldest_of};
pub use observe::{location, newest};
pub use required_actions::any_version;
pub use state::LayerVersion;

impl Resource for LayerVersion {
    type Call = Call;
    type Seed = Box<LayerVersionsListItem>;
    const FIXED: &'static [&'static str] =
        &["CodeSha256", "CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo"];
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const LISTS_WITH_READS: bool = true;
    const MAKES_ANOTHER: &'static [&'static str] = &["lambda:PublishLayerVersion"];
    const SYMBOLS: &'static [&'static str] = &["arn"];
    const USED_BY: &'static [Kind] = &[Kind::Function];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, _: Option<Self>) -> Option<Self> {
        match call {
            Call::Publish(input) => Some(input.version()),
            Call::Delete(_) => None,
        }
    }

    fn blob(call: &Call) -> Option<&Blob> {
        match call {
            Call::Publish(input) => input.content.blob(),
            Call::Delete(_) => None,
        }
    }

    /// A function of somebody else has it: for that one it is there.
    fn is_needed_by(&self) -> Option<String> {
        users::shown(&self.used_by)
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader.aws(), owner).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, id, call).await
    }
}

/// The number that AWS made up for the version.
fn number(id: &Id) -> Text {
    OutputRef::new(&id.address, "version").into()
}

#[cfg(test)]
mod tests;
