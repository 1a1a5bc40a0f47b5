//! API Gateway's answers as a state: what means the same reads the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_apigatewayv2::types;

use super::state::{Cors, HttpApi};
use crate::aws::Observed;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::tags::{self, Tags};

mod part;
mod stage;

/// All that is known of one API.
pub(super) struct Answers {
    /// From the listing.
    pub(super) api: types::Api,
    pub(super) api_id: String,
    pub(super) routes: Vec<types::Route>,
    pub(super) integrations: Vec<types::Integration>,
    pub(super) authorizers: Vec<types::Authorizer>,
    pub(super) deployments: Vec<types::Deployment>,
    pub(super) stages: Vec<types::Stage>,
}

impl Answers {
    /// The state with all that lies beside it, or what is wrong with the answers.
    pub(super) fn observed(self) -> Result<Observed<HttpApi>, String> {
        let pending = stage::pending(&self.deployments, &self.stages);
        let unmodelled = others(&self);
        let described = stage::described(self.deployments);
        let authorizers = self.authorizers.iter().filter_map(|one| Some((one.authorizer_id()?, one.name()?)));
        let authorizers: BTreeMap<&str, &str> = authorizers.collect();
        let integrations = part::integrations(&self.integrations);
        let keys: BTreeMap<&str, &str> =
            integrations.iter().map(|(key, (id, _))| (id.as_str(), key.as_str())).collect();
        let routes = self.routes.iter().filter_map(|route| {
            let key = route.route_key()?.to_owned();
            Some((key, part::route(route, &authorizers, &keys)))
        });
        let stages = self.stages.iter().filter_map(|of| Some((of.stage_name()?.to_owned(), of)));
        let state = HttpApi {
            description: self.api.description().unwrap_or_default().to_owned(),
            cors_configuration: self.api.cors_configuration().map(cors).filter(|cors| *cors != Cors::default()),
            disable_execute_api_endpoint: self.api.disable_execute_api_endpoint().unwrap_or_default(),
            routes: routes.collect(),
            integrations: integrations.iter().map(|(key, (_, one))| (key.clone(), one.clone())).collect(),
            authorizers: self.authorizers.iter().filter_map(part::authorizer).collect(),
            deployments: described.values().cloned().collect(),
            stages: stages.map(|(name, of)| (name, stage::stage(of, &described))).collect(),
            tags: tags(self.api.tags()),
        };
        if state.routes.len() != self.routes.len() || state.authorizers.len() != self.authorizers.len() {
            return Err(format!(
                "the routes or authorizers of API {} have no name, or two have the same name",
                self.api_id
            ));
        }
        let routes =
            self.routes.iter().filter_map(|one| Some((format!("route:{}", one.route_key()?), one.route_id()?)));
        let mut outputs: BTreeMap<String, String> = routes.map(|(name, id)| (name, id.to_owned())).collect();
        outputs.extend(authorizers.iter().map(|(id, name)| (format!("authorizer:{name}"), (*id).to_owned())));
        outputs.extend(integrations.iter().map(|(key, (id, _))| (format!("integration:{key}"), id.clone())));
        outputs.extend(described.into_iter().map(|(id, description)| (format!("deployment:{description}"), id)));
        outputs.insert("id".to_owned(), self.api_id.clone());
        Ok(Observed { identity: Some(self.api_id), outputs, pending, unmodelled, ..Observed::of(state) })
    }
}

/// Tags without AWS's own.
pub(super) fn tags(listed: Option<&HashMap<String, String>>) -> Tags {
    tags::collect(listed.cloned().unwrap_or_default())
}

fn cors(cors: &types::Cors) -> Cors {
    let set = |list: &[String]| -> BTreeSet<String> { list.iter().cloned().collect() };
    let lower = |list: &[String]| -> BTreeSet<String> { list.iter().map(|name| name.to_lowercase()).collect() };
    Cors {
        allow_credentials: cors.allow_credentials().unwrap_or_default(),
        allow_headers: lower(cors.allow_headers()),
        allow_methods: set(cors.allow_methods()),
        allow_origins: set(cors.allow_origins()),
        expose_headers: lower(cors.expose_headers()),
        max_age: cors.max_age().filter(|seconds| *seconds != 0),
    }
}

/// What AWS made beside an API that names its target itself cannot be deleted by itself, and its stage not changed.
const MANAGED: [(&str, &str); 4] = [
    ("route apiGatewayManaged", "apigatewayv2:DeleteRoute"),
    ("integration apiGatewayManaged", "apigatewayv2:DeleteIntegration"),
    ("stage apiGatewayManaged", "apigatewayv2:DeleteStage"),
    ("stage apiGatewayManaged", "apigatewayv2:UpdateStage"),
];

fn others(answers: &Answers) -> Vec<Unmodelled> {
    let api = &answers.api;
    let is_not = |value: Option<&str>, default: &str| value.is_some_and(|value| !value.is_empty() && value != default);
    let any = |set: fn(&types::Stage) -> bool| answers.stages.iter().any(set);
    let is_set = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let integrations = |set: fn(&types::Integration) -> bool| answers.integrations.iter().any(set);
    let managed = [
        answers.routes.iter().any(|one| one.api_gateway_managed() == Some(true)),
        integrations(|one| one.api_gateway_managed() == Some(true)),
        any(|one| one.api_gateway_managed() == Some(true)),
        any(|one| one.api_gateway_managed() == Some(true)),
    ];
    let managed = MANAGED.iter().zip(managed).filter(|(_, is_so)| *is_so);
    let mut all: Vec<_> = managed.map(|((name, call), _)| Unmodelled::forbids(*name, call)).collect();
    all.extend(unmodelled::kept([
        ("apiKeySelectionExpression", is_not(api.api_key_selection_expression(), "$request.header.x-api-key")),
        ("ipAddressType", is_not(api.ip_address_type().map(|of| of.as_str()), "ipv4")),
        ("routeSelectionExpression", is_not(api.route_selection_expression(), "$request.method $request.path")),
        ("version", is_set(api.version())),
        ("integration description", integrations(|one| one.description().is_some_and(|text| !text.is_empty()))),
        ("stage clientCertificateId", any(|one| one.client_certificate_id().is_some_and(|text| !text.is_empty()))),
        ("stage description", any(|one| one.description().is_some_and(|text| !text.is_empty()))),
    ]));
    all
}

#[cfg(test)]
mod tests;
