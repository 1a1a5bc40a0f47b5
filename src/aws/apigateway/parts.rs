//! What an API has besides its paths: authorizers, models, request validators and gateway responses, each read by a
//! call of its own.
//!
//! Reading all of them for every API would cost a plan four more calls each, so a tag of ours ([`tag::PARTS`]) says
//! which of them an apply has set, and only those are read. A word is added to the tag before the first of its sort is
//! created, and removed after the last one has been deleted: so an apply that is stopped in between forgets none. If
//! the manifest asks for a sort that the tag does not name, a plan looks for it all the same: what somebody has created
//! by hand is never replaced unseen.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::authorizer::{self, Authorizer};
use super::gateway_response::{self, GatewayResponse};
use super::validation::{self, Model, RequestValidator};
use super::{Call, Method, RestApi};
use crate::aws::Id;
use crate::aws::tags::Tags;
use crate::name::tag;

/// The words of [`tag::PARTS`].
pub(super) const AUTHORIZERS: &str = "authorizers";
pub(super) const MODELS: &str = "models";
pub(super) const RESPONSES: &str = "responses";
pub(super) const VALIDATORS: &str = "validators";

/// The parts of an API, by name; gateway responses by type.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parts {
    /// Who decides whether a request may pass.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub authorizers: BTreeMap<String, Authorizer>,
    /// What bodies are like, without those that AWS makes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, Model>,
    /// What of a request is checked.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub request_validators: BTreeMap<String, RequestValidator>,
    /// What callers get where nothing of the app's has answered.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
    /// The VPC endpoints whose own names lead to a private API. No manifest says them; they stay as long as it is private, since
    /// AWS knows them of no other API.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub vpc_endpoint_ids: BTreeSet<String>,
    /// Existing parts of sorts that the tag does not name, if a plan has looked for them; not part of the state.
    #[serde(skip)]
    pub by_hand: ByHand,
}

/// What nobody has asked for in a manifest so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ByHand {
    /// What callers get. A response that is as wanted counts as ours once the tag names its sort.
    pub responses: BTreeMap<String, GatewayResponse>,
    /// The names of everything else, by the word of its sort.
    pub others: BTreeMap<&'static str, BTreeSet<String>>,
}

impl ByHand {
    /// What an apply would replace or delete, and what to do about it.
    fn obstacle(&self, want: &Parts) -> Option<String> {
        let differs = self.responses.iter().filter(|(of, response)| want.gateway_responses.get(*of) != Some(*response));
        let differs: Vec<&str> = differs.map(|(of, _)| of.as_str()).collect();
        let others = self.others.iter().map(|(word, names)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{word} {}", names.join(", "))
        });
        let responses = (!differs.is_empty()).then(|| format!("gateway responses {}", differs.join(", ")));
        let all: Vec<String> = others.chain(responses).collect();
        let way_out = match differs.as_slice() {
            [] => "delete them by hand".to_owned(),
            [of, ..] => format!(
                "write each as it is into the section (`response.{of}`), set `errors = false` in its `cors` if \
                 nothing else needs responses, or delete them by hand"
            ),
        };
        (!all.is_empty()).then(|| {
            format!(
                "it has {} that the manifest does not ask for, and they would be replaced: {way_out}",
                all.join("; ")
            )
        })
    }
}

/// Authorizers that one API can have.
pub const AUTHORIZERS_AT_MOST: usize = 10;

/// What stands in the way of these parts: what was made by hand, and more authorizers than fit. One goes only once no stage
/// serves what named it, so those that come have to fit beside those that go.
pub(super) fn obstacle(want: &Parts, live: &Parts) -> Option<String> {
    live.by_hand.obstacle(want).or_else(|| {
        let goes = live.authorizers.keys().filter(|name| !want.authorizers.contains_key(*name));
        let (goes, is) = (goes.map(String::as_str).collect::<Vec<_>>(), want.authorizers.len());
        (!goes.is_empty() && goes.len() + is > AUTHORIZERS_AT_MOST).then(|| {
            format!(
                "it would temporarily have {} authorizers, including {} that are deleted only after the new ones \
                 exist, and an API can have {AUTHORIZERS_AT_MOST} at most: delete some in a plan of their own first, \
                 without the new ones",
                goes.len() + is,
                goes.join(", ")
            )
        })
    })
}

/// Gateway responses of others count as ours as soon as the tag names their sort.
pub(super) fn reveal(tags: &Tags, parts: &mut Parts) {
    if says(tags, RESPONSES) {
        parts.gateway_responses.append(&mut parts.by_hand.responses);
    }
}

impl Parts {
    /// Which sorts there are.
    pub fn words(&self) -> Vec<&'static str> {
        let words = [
            (AUTHORIZERS, self.authorizers.is_empty()),
            (MODELS, self.models.is_empty()),
            (RESPONSES, self.gateway_responses.is_empty()),
            (VALIDATORS, self.request_validators.is_empty()),
        ];
        words.into_iter().filter(|(_, is_empty)| !is_empty).map(|(word, _)| word).collect()
    }
}

/// The words that tags hold.
fn said(tags: &Tags) -> BTreeSet<&str> {
    tags.get(tag::PARTS).map(|words| words.split(' ').filter(|word| !word.is_empty()).collect()).unwrap_or_default()
}

/// True if tags say that there are parts of this sort.
pub(super) fn says(tags: &Tags, word: &str) -> bool {
    said(tags).contains(word)
}

impl RestApi {
    /// The same API with the tag that says which parts it has.
    pub fn marked(mut self) -> Self {
        match self.parts.words().join(" ") {
            none if none.is_empty() => drop(self.tags.remove(tag::PARTS)),
            words => drop(self.tags.insert(tag::PARTS.into(), words)),
        }
        self
    }
}

/// The wanted tags, with all that the live ones say of parts: what is still there is not forgotten.
pub(super) fn early_tags(want: &Tags, live: &Tags) -> Tags {
    let words: BTreeSet<&str> = said(want).union(&said(live)).copied().collect();
    let mut tags = want.clone();
    if !words.is_empty() {
        tags.insert(tag::PARTS.into(), words.into_iter().collect::<Vec<_>>().join(" "));
    }
    tags
}

/// What has to go before it can come again: what no patch changes.
pub(super) fn next_recreated(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let (want, live) = (&want.parts, &live.parts);
    let goes = |name: &&String| recreates_authorizer(want, live, name);
    if let Some(name) = live.authorizers.keys().find(goes) {
        return Some(authorizer::delete(id, name));
    }
    let goes = |name: &&String| recreates_model(want, live, name);
    live.models.keys().find(goes).map(|name| validation::delete_model(id, name))
}

fn recreates_authorizer(want: &Parts, live: &Parts, name: &str) -> bool {
    matches!((want.authorizers.get(name), live.authorizers.get(name)), (Some(want), Some(live)) if live.must_go_for(want))
}

fn recreates_model(want: &Parts, live: &Parts, name: &str) -> bool {
    matches!((want.models.get(name), live.models.get(name)), (Some(want), Some(live)) if live.must_go_for(want))
}

/// True for a live method of something that has to go before it can come again: AWS lets nothing go that is in use.
pub(super) fn uses_recreated(want: &RestApi, live: &RestApi, method: &Method) -> bool {
    let (want, live) = (&want.parts, &live.parts);
    method.checks.authorizer.as_ref().is_some_and(|name| recreates_authorizer(want, live, name))
        || method.checks.request_models.values().any(|name| recreates_model(want, live, name))
}

/// What must be there before a method names it, and what callers get.
pub(super) fn next(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let (want, live) = (&want.parts, &live.parts);
    let model = |(name, want): (&String, &Model)| validation::next_model(id, name, want, live.models.get(name));
    let validator = |(name, want): (&String, &RequestValidator)| {
        validation::next_validator(id, name, *want, live.request_validators.get(name))
    };
    let authorizer =
        |(name, want): (&String, &Authorizer)| authorizer::next(id, name, want, live.authorizers.get(name));
    want.models
        .iter()
        .find_map(model)
        .or_else(|| want.request_validators.iter().find_map(validator))
        .or_else(|| want.authorizers.iter().find_map(authorizer))
        .or_else(|| gateway_response::next(id, &want.gateway_responses, &live.gateway_responses))
}

/// What nothing names any more: it goes once no stage serves what named it. Of validators with one name the highest number
/// goes first, so that no other changes its own.
pub(super) fn next_removal(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let (want, live) = (&want.parts, &live.parts);
    let stale = live.authorizers.keys().find(|name| !want.authorizers.contains_key(*name));
    stale
        .map(|name| authorizer::delete(id, name))
        .or_else(|| {
            let stale = live.request_validators.keys().filter(|name| !want.request_validators.contains_key(*name));
            stale.max_by_key(|name| (name.len(), *name)).map(|name| validation::delete_validator(id, name))
        })
        .or_else(|| {
            let stale = live.models.keys().find(|name| !want.models.contains_key(*name));
            stale.map(|name| validation::delete_model(id, name))
        })
}

/// What a call does to the parts. Other calls do nothing to them.
pub(super) fn effect(call: &Call, parts: &mut Parts) {
    match call {
        Call::CreateAuthorizer(input) => {
            drop(parts.authorizers.insert(input.name.clone(), input.authorizer.clone()));
        }
        Call::UpdateAuthorizer(input) => {
            if let Some(authorizer) = parts.authorizers.get_mut(&input.name) {
                input.patch_operations.iter().for_each(|patch| authorizer.patch(patch));
            }
        }
        Call::DeleteAuthorizer(input) => drop(parts.authorizers.remove(&input.name)),
        Call::CreateModel(input) => {
            let (content_type, schema) = (input.content_type.clone(), validation::schema(&input.schema));
            parts.models.insert(input.name.clone(), Model { content_type, schema });
        }
        Call::UpdateModel(input) => {
            if let Some(model) = parts.models.get_mut(&input.model_name) {
                input.patch_operations.iter().for_each(|patch| validation::patch_model(model, patch));
            }
        }
        Call::DeleteModel(input) => drop(parts.models.remove(&input.model_name)),
        Call::CreateRequestValidator(input) => {
            let validator = RequestValidator {
                validate_request_body: input.validate_request_body,
                validate_request_parameters: input.validate_request_parameters,
            };
            parts.request_validators.insert(input.name.clone(), validator);
        }
        Call::UpdateRequestValidator(input) => {
            if let Some(validator) = parts.request_validators.get_mut(&input.name) {
                input.patch_operations.iter().for_each(|patch| validation::patch_validator(validator, patch));
            }
        }
        Call::DeleteRequestValidator(input) => drop(parts.request_validators.remove(&input.name)),
        Call::PutGatewayResponse(input) => {
            drop(parts.gateway_responses.insert(input.response_type.clone(), input.response()));
        }
        Call::DeleteGatewayResponse(input) => drop(parts.gateway_responses.remove(&input.response_type)),
        _ => {}
    }
}
