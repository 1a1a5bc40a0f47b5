//! Authorizers, models, validators and gateway responses.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types;

use crate::aws::apigateway::parts::{AUTHORIZERS, MODELS, RESPONSES, VALIDATORS};
use crate::aws::apigateway::validation::schema;
use crate::aws::apigateway::{Authorizer, BesidePaths, GatewayResponse, Model, OF_AWS, Parts, RequestValidator, TTL};
use crate::aws::kit::text::some_text;
use crate::aws::kit::unmodelled::Unmodelled;

/// Names by the ids that AWS made up.
#[derive(Debug, Default)]
pub struct Names {
    /// Of authorizers.
    pub authorizers: BTreeMap<String, String>,
    /// Validators. AWS allows several with one name: all but the one with the first id are numbered.
    pub validators: BTreeMap<String, String>,
}

impl Names {
    /// The names of what was read.
    pub fn of(beside: &BesidePaths) -> Self {
        let authorizers = beside.authorizers.iter().filter_map(|one| Some((one.id.clone()?, one.name.clone()?)));
        let ids = beside.validators.iter().filter_map(|one| Some((one.id.clone()?, one.name.clone()?)));
        let (sorted, mut seen) = (ids.collect::<BTreeMap<_, _>>(), BTreeMap::<String, usize>::new());
        let mut numbered = |name: String| {
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            if *count == 1 { name } else { format!("{name} #{count}") }
        };
        let validators = sorted.into_iter().map(|(id, name)| (id, numbered(name))).collect();
        Self { authorizers: authorizers.collect(), validators }
    }

    /// The ids, by what calls refer to them by.
    pub fn outputs(&self) -> impl Iterator<Item = (String, String)> {
        let named = |sort: &'static str, (id, name): (&String, &String)| (format!("{sort}:{name}"), id.clone());
        let authorizers = self.authorizers.iter().map(move |one| named("authorizer", one));
        authorizers.chain(self.validators.iter().map(move |one| named("validator", one)))
    }
}

/// What was read, as a state.
pub fn parts(beside: &BesidePaths, names: &Names) -> Parts {
    let validator = |one: &types::RequestValidator| {
        let name = names.validators.get(one.id()?)?;
        let (validate_request_body, validate_request_parameters) =
            (one.validate_request_body(), one.validate_request_parameters());
        Some((name.clone(), RequestValidator { validate_request_body, validate_request_parameters }))
    };
    let authorizers = beside.authorizers.iter().filter_map(|one| Some((one.name()?.to_owned(), authorizer(one))));
    Parts {
        authorizers: authorizers.collect(),
        models: models(beside).map(|(name, read)| (name.to_owned(), model(read))).collect(),
        request_validators: beside.validators.iter().filter_map(validator).collect(),
        gateway_responses: responses(beside).collect(),
        by_hand: beside.by_hand.clone(),
        ..Parts::default()
    }
}

/// Each sort by its word, and what there is of it, by name.
pub fn names(beside: &BesidePaths) -> [(&'static str, BTreeSet<String>); 4] {
    let owned = |name: Option<&str>| name.unwrap_or_default().to_owned();
    [
        (AUTHORIZERS, beside.authorizers.iter().map(|one| owned(one.name())).collect()),
        (MODELS, models(beside).map(|(name, _)| name.to_owned()).collect()),
        (RESPONSES, responses(beside).map(|(of, _)| of).collect()),
        (VALIDATORS, beside.validators.iter().map(|one| owned(one.name())).collect()),
    ]
}

fn authorizer(read: &types::Authorizer) -> Authorizer {
    Authorizer {
        authorizer_type: read.r#type().map(|of| of.as_str()).unwrap_or_default().to_owned(),
        provider_arns: read.provider_arns().iter().cloned().collect(),
        authorizer_uri: some_text(read.authorizer_uri()),
        authorizer_credentials: some_text(read.authorizer_credentials()),
        identity_source: some_text(read.identity_source()),
        identity_validation_expression: some_text(read.identity_validation_expression()),
        authorizer_result_ttl_in_seconds: read.authorizer_result_ttl_in_seconds().unwrap_or(TTL),
    }
}

/// The models that are not AWS's own.
fn models(beside: &BesidePaths) -> impl Iterator<Item = (&str, &types::Model)> {
    let named = beside.models.iter().filter_map(|model| Some((model.name()?, model)));
    named.filter(|(name, _)| !OF_AWS.contains(name))
}

fn model(read: &types::Model) -> Model {
    let content_type = read.content_type().unwrap_or("application/json").to_owned();
    Model { content_type, schema: schema(read.schema().unwrap_or_default()) }
}

/// The responses for which somebody has said something.
pub fn responses(beside: &BesidePaths) -> impl Iterator<Item = (String, GatewayResponse)> {
    let said = beside.responses.iter().filter(|read| !read.default_response());
    said.filter_map(|read| {
        let of = read.response_type()?.as_str();
        let map = |map: Option<&std::collections::HashMap<String, String>>| {
            map.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        let status = read.status_code().map(str::to_owned);
        let response = GatewayResponse::of(of, status, map(read.response_parameters()), map(read.response_templates()));
        Some((of.to_owned(), response))
    })
}

/// What no state holds of them.
pub fn others(beside: &BesidePaths) -> Vec<Unmodelled> {
    let described = |model: &types::Model| model.description().is_some_and(|text| !text.is_empty());
    let described = models(beside).filter(|(_, model)| described(model));
    let described = described.map(|(name, _)| Unmodelled::kept(format!("description of model {name}")));
    described.chain(beside.unread.iter().cloned()).collect()
}
