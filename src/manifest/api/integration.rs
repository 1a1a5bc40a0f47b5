//! What a route calls: a function, a service, a URL, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{self, Responses};
use super::parameter::is_word;
use super::{Api, Auth, Authorizer, HttpMethod, Route, invocation, template, validation};
use crate::aws::apigateway::{Checks, Integration, Method};
use crate::manifest::http_api::key::RouteKey;
use crate::manifest::http_api::mapping;
use crate::manifest::service_role::ServiceRole;
use crate::manifest::{Cursor, names};

/// How a parameter of the request is called that comes.
const CAME: &str = "method.request.";
/// And of the one that is made.
const MADE: &str = "integration.request.";

/// What is called, what callers get of its answers, and which parameters of a request it takes.
struct Called {
    integration: Integration,
    responses: Responses,
}

impl Route {
    /// Its method; reports what AWS would refuse. What it calls comes before the API.
    pub(super) fn lower(&self, api: &Api, role: &mut ServiceRole, here: &Cursor) -> Method {
        self.check_fields(here);
        let called = self.called(api, role, here);
        let (authorization_type, authorizer) = match &self.auth {
            Auth::None => ("NONE", None),
            Auth::Iam => ("AWS_IAM", None),
            Auth::Authorizer(name) => {
                let named = api.authorizer.get(name);
                (named.map_or("CUSTOM", Authorizer::authorization_type), Some(name.to_string()))
            }
        };
        let checks = Checks { authorizer, authorization_scopes: self.scopes.clone(), ..validation::checks(self) };
        let mut method = Method {
            authorization_type: authorization_type.into(),
            api_key_required: self.api_key,
            checks,
            ..Method::default()
        };
        if let Some(Called { integration, responses }) = called {
            // What is taken of a request is a parameter of it that nobody has to give, unless it is of the path.
            for source in integration.request_parameters.values().filter(|source| source.starts_with(CAME)) {
                if !source.starts_with("method.request.body") {
                    let is_of_path = source.starts_with("method.request.path.");
                    method.checks.request_parameters.entry(source.clone()).or_insert(is_of_path);
                }
            }
            let cache_key_parameters: BTreeSet<String> = self.cache_keys().into_iter().collect();
            for key in &cache_key_parameters {
                let is_of_path = key.starts_with("method.request.path.");
                method.checks.request_parameters.entry(key.clone()).or_insert(is_of_path);
            }
            let timeout_in_millis = self.timeout_ms;
            method.integration = Some(Integration { timeout_in_millis, cache_key_parameters, ..integration });
            answer::give(&mut method, responses);
        }
        method
    }

    /// Its method and path.
    pub(super) fn route_key(&self) -> RouteKey<'_> {
        RouteKey::Of { method: self.method.as_str(), path: &self.path }
    }

    /// The content types that it takes of bodies for which it has a template.
    pub(super) fn types(&self) -> Vec<&str> {
        match self.types.is_empty() {
            true => vec![answer::JSON],
            false => self.types.iter().map(String::as_str).collect(),
        }
    }

    fn called(&self, api: &Api, role: &mut ServiceRole, here: &Cursor) -> Option<Called> {
        let given = [
            self.function.is_some(),
            self.respond.is_some(),
            self.send.is_some(),
            self.publish.is_some(),
            self.put.is_some(),
            self.start.is_some(),
            self.stream.is_some(),
            self.url.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            let help = "give one of function, respond, send, publish, put, start, stream and url";
            here.problem("a route calls exactly one thing", Some(help));
            return None;
        }
        let origin = api.cors.as_ref().map(|cors| cors.origin.as_str());
        self.function(here)
            .or_else(|| {
                let binary = api.binary_media_types.contains("*/*");
                let respond = self.respond.as_ref()?;
                let (integration, responses) = respond.lower(&self.types(), origin, binary, &here.at("respond"));
                Some(Called { integration, responses })
            })
            .or_else(|| self.url(origin, here))
            .or_else(|| {
                let asked = self.lower_service(role, here)?;
                let responses = answer::of_service(&self.responses, asked.answer, origin, &here.at("responses"));
                Some(Called { integration: asked.integration, responses })
            })
    }

    fn function(&self, here: &Cursor) -> Option<Called> {
        let (name, at) = (self.function.as_ref()?, here.at("function"));
        if at.known("function", name, &here.manifest.function).is_some() {
            at.need(names::function::address(name));
        }
        let integration = Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some(invocation(name, here)),
            integration_http_method: Some("POST".into()),
            ..Integration::default()
        };
        Some(Called { integration, responses: Responses::new() })
    }

    /// Whatever answers at a URL: its answers are handed on as they are, unless the route changes requests or answers.
    fn url(&self, origin: Option<&str>, here: &Cursor) -> Option<Called> {
        let url = mapping::url(self.url.as_ref()?, self.route_key(), &here.at("url"));
        let is_changed = self.request.is_some() || !self.responses.is_empty();
        let template = self.request.as_ref().and_then(|file| {
            let here = here.at("request");
            Some(template::own(here.file(file)?, &here))
        });
        let templates =
            template.map(|template| self.types().into_iter().map(move |of| (of.to_owned(), template.clone())));
        let integration = Integration {
            integration_type: if is_changed { "HTTP" } else { "HTTP_PROXY" }.into(),
            integration_http_method: Some(self.method.as_str().into()),
            connection_type: self.vpc_link.as_ref().map(|_| "VPC_LINK".into()),
            connection_id: self.vpc_link.as_ref().map(|link| lower_link(link, &here.at("vpc_link"))),
            request_parameters: self.mapped(&url, &here.at("parameters")),
            passthrough_behavior: self.request.as_ref().map(|_| "NEVER".into()),
            request_templates: templates.into_iter().flatten().collect(),
            uri: Some(url),
            ..Integration::default()
        };
        let responses = match is_changed {
            true => answer::of_url(&self.responses, origin, &here.at("responses")),
            false => Responses::new(),
        };
        Some(Called { integration, responses })
    }

    /// Parameters of the request that is made, in API Gateway's words: those of the URL's path come of the route's.
    fn mapped(&self, url: &str, here: &Cursor) -> BTreeMap<String, String> {
        let variables = self.route_key().variables().filter(|name| url.contains(&format!("{{{name}}}")));
        let mut mapped: BTreeMap<String, String> =
            variables.map(|name| (format!("{MADE}path.{name}"), format!("{CAME}path.{name}"))).collect();
        for (parameter, raw) in &self.parameters {
            let here = here.at(parameter);
            let named = ["header.", "querystring."].iter().find_map(|start| parameter.strip_prefix(start));
            if !named.is_some_and(|name| is_word(name, b"-_.")) {
                let help = Some("write header.<name> or querystring.<name>");
                here.problem(format!("{parameter:?} is not a parameter of a request to a URL"), help);
            }
            let value = mapping::value(raw, self.route_key(), &here);
            let source = source(&value).unwrap_or_else(|| {
                if value.strip_prefix('$').is_some_and(|source| !source.starts_with('{') && !mapping::is_known(source))
                {
                    return String::new();
                }
                let help = "write a text without quotes, or $request.header.<name>, $request.querystring.<name>, \
                            $request.path.<variable>, $request.body, $request.body.<path>, $context.<name> or \
                            $stageVariables.<name>";
                here.problem(format!("{value:?} is not a value for a parameter here"), Some(help));
                String::new()
            });
            mapped.insert(format!("{MADE}{parameter}"), source);
        }
        mapped
    }

    /// Reports fields that are for routes of another sort.
    fn check_fields(&self, here: &Cursor) {
        let is_service = self.send.is_some()
            || self.publish.is_some()
            || self.put.is_some()
            || self.start.is_some()
            || self.stream.is_some();
        let puts_event = matches!(self.put, Some(super::Put::Event(_)));
        let has_answer = is_service || self.url.is_some();
        let fields = [
            ("vpc_link", self.vpc_link.is_some(), self.url.is_some(), "url"),
            ("parameters", !self.parameters.is_empty(), has_answer, "a service or a url"),
            ("request", self.request.is_some(), has_answer, "a service or a url"),
            ("responses", !self.responses.is_empty(), has_answer, "a service or a url"),
            (
                "types",
                !self.types.is_empty(),
                is_service || self.respond.is_some() || self.request.is_some(),
                "a template",
            ),
            (
                "message_group_id",
                self.message_group_id.is_some(),
                self.send.is_some() || self.publish.is_some(),
                "send or publish",
            ),
            ("source", self.source.is_some(), puts_event, "an event in put"),
            ("detail_type", self.detail_type.is_some(), puts_event, "an event in put"),
            ("sync", self.sync, self.start.is_some(), "start"),
        ];
        for (field, _, _, of) in fields.into_iter().filter(|(_, is_given, fits, _)| *is_given && !fits) {
            here.at(field).problem(format!("{field} is only for routes with {of}"), Some("remove it"));
        }
        for (here, of) in here.at("types").each(&self.types) {
            answer::check_type(of, &here);
        }
        if self.url.is_some() && self.method == HttpMethod::Any && self.request.is_some() {
            let help = Some("write a route for each method");
            here.at("request")
                .problem("a template applies to a single method, and this route is for all methods", help);
        }
    }
}

/// What is written in API Gateway's own language for a value of ours.
fn source(value: &str) -> Option<String> {
    let Some(source) = value.strip_prefix('$') else {
        return (answer::is_plain(value) && !value.contains("${")).then(|| format!("'{value}'"));
    };
    let (start, name) = source.split_once('.')?;
    let good = match start {
        "request" if name == "body" => true,
        "request" => {
            let (place, name) = name.split_once('.')?;
            let more: &[u8] = if place == "body" { b"-_.[]" } else { b"-_.:" };
            ["header", "querystring", "path", "body"].contains(&place) && is_word(name, more)
        }
        "context" | "stageVariables" => is_word(name, b"-_."),
        _ => false,
    };
    good.then(|| if start == "request" { format!("method.{source}") } else { source.to_owned() })
}

/// The id of a VPC link.
fn lower_link(link: &str, here: &Cursor) -> String {
    let id = here.literal(link);
    if !is_word(&id, b"") {
        here.problem(format!("{id:?} is not the id of a VPC link"), Some("write the id of one, such as ab12cd"));
    }
    id
}
