//! Layer versions: what functions share.
//!
//! A version never changes and AWS makes up its number, so each content is a resource of its own here: it is called after its layer
//! and after all that it is ([`name`]). Another content is another resource, which is made before the functions that take it, and the
//! one before it is one that nobody asks for any more, which is deleted after they have moved.
//!
//! A version has no tags. Ours is one of a layer whose name begins as all our names do, and which says at the end of its description
//! from which zip we made it ([`mark`]). No listing tells a version's digest, so that mark finds it; that it says the truth is
//! read of every version that counts. A version without it is none of ours.
//!
//! AWS makes another version of the same content where it is asked twice. The oldest of them is the one that counts, the others are
//! deleted; where all of them are, it goes last and never without them, since the others are called after it ([`oldest_of`]). AWS
//! deletes a version that functions use, and those go on working, but cannot be changed any more; so one that a function of somebody
//! else uses stays.

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
