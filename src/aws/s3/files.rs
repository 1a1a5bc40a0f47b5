//! Files: everything below a prefix of a bucket, as one resource.
//!
//! A resource for each file would mean one read, one check and one fingerprint for each of thousands. So together they
//! are one resource, whose state is key, digest and size of each object, and one listing reads it. Its calls are groups
//! of requests, each of which contains key, digest, size and headers of every file in it: what was reviewed is what
//! runs, to the byte.
//!
//! - **Groups** depend on what is wanted alone (`Files::groups`): the first files are those that others are to refer to
//!   and that never change, the last ones are pages, and files that go are deleted after all that. A group that was stopped
//!   halfway is what is left of the same group afterwards ([`Resource::is_rest`]), so that an apply goes on where it was stopped.
//! - **Contents** are compared by the ETag, which is the MD5 of an object that was put in one request and that S3's own keys
//!   encrypt. With a key of one's own it is not, and a listing has no other digest: the manifest refuses files there. What
//!   somebody else has put in parts has another ETag, and is put again. Each request carries the SHA-256, which S3 checks.
//! - **Headers** are in no listing. So the key of an empty object ([`state::MARKER`]) names the rules by which the headers of
//!   all the others were put: it is the first object below an empty prefix, is deleted before anything is put by other rules,
//!   and comes back once every file has been put by them. Without it every file is put again. Headers that somebody else has
//!   set on the same bytes are seen by asking for each object alone ([`look`]), which no plan does.
//!
//! No listing finds them: they are created with their bucket, and deleted with it as its rule says. A bucket that is
//! kept keeps them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::canonical::Sha;
use crate::name::{Address, Owner};

mod call;
mod look;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::{Body, Call, PutObject, PutObjects};
pub use look::{HeaderDrift, look};
pub use required_actions::actions_to_look;
pub use state::{Files, MARKER, Object, Put, RESERVED, Turn};

impl Resource for Files {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = super::HEALS;
    const IN_PARTS: bool = true;

    /// They are part of their bucket.
    fn lane(id: &Id) -> String {
        Address::new(Kind::Bucket, id.address.name.clone()).to_string()
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        let state = match call {
            Call::Put(input) => input.apply(state.unwrap_or_default()),
            Call::Delete(input) => input.apply(state?),
        };
        (!state.is_empty()).then_some(state)
    }

    /// S3 answers each request once all later ones see what it did: only the end is looked at.
    fn flows_into(_: &Call, _: &Call) -> bool {
        true
    }

    fn bodies(call: &Call) -> Vec<&Body> {
        match call {
            Call::Put(input) => input.objects.iter().map(|object| &object.body).collect(),
            Call::Delete(_) => Vec::new(),
        }
    }

    fn is_rest(id: &Id, goal: Option<&Self>, rest: &Call, whole: &Call) -> bool {
        match (rest, whole) {
            (Call::Put(rest), Call::Put(whole)) => rest.is_rest(whole) && whole.leads_to(goal),
            (Call::Delete(rest), Call::Delete(whole)) => rest.is_rest(whole) && whole.leads_to(place(id).1, goal),
            _ => false,
        }
    }

    async fn list(_: &PlanReader, _: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        Ok(Vec::new())
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader.aws(), id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// Bucket and prefix, by the physical name: `<bucket>/<prefix>`.
fn place(id: &Id) -> (&str, &str) {
    id.name.split_once('/').unwrap_or((&id.name, ""))
}

#[cfg(test)]
mod tests;
