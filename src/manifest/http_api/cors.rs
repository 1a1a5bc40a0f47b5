//! Which pages of other sites may call an HTTP API. API Gateway answers browsers' preflights itself.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::{METHODS, is_word};
use crate::aws::apigatewayv2;
use crate::manifest::Cursor;

/// Which pages of other sites may call an HTTP API.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HttpCors")]
pub struct Cors {
    /// The sites, such as `https://example.org`; `https://*` for any site with a certificate, `*` for any.
    pub origins: BTreeSet<String>,
    /// Methods that they may use: `GET`, `POST` and so on, or `*` for any.
    #[serde(default = "any")]
    pub methods: BTreeSet<String>,
    /// Headers that they may send, or `*` for any; AWS stores them in lower case. The default covers signed requests,
    /// tokens and JSON.
    #[serde(default = "default_headers")]
    pub headers: BTreeSet<String>,
    /// Headers of a response that they may read; AWS stores them in lower case.
    #[serde(default)]
    pub expose_headers: BTreeSet<String>,
    /// True if they may send cookies; not with the origin `*`.
    #[serde(default)]
    pub credentials: bool,
    /// Seconds for which a browser may cache the preflight response, from 0 to 86400, or -1 for not at all.
    pub max_age: Option<i32>,
}

fn any() -> BTreeSet<String> {
    ["*".to_owned()].into()
}

fn default_headers() -> BTreeSet<String> {
    ["authorization", "content-type", "x-amz-date", "x-amz-security-token"].map(String::from).into()
}

impl Cors {
    /// The state; reports what AWS would refuse.
    pub(super) fn lower(&self, here: &Cursor) -> apigatewayv2::Cors {
        self.check(here);
        let lower = |headers: &BTreeSet<String>| headers.iter().map(|header| header.to_lowercase()).collect();
        apigatewayv2::Cors {
            allow_credentials: self.credentials,
            allow_headers: lower(&self.headers),
            allow_methods: self.methods.clone(),
            allow_origins: self.origins.clone(),
            expose_headers: lower(&self.expose_headers),
            // What is 0 is what AWS reports of none.
            max_age: self.max_age.filter(|seconds| *seconds != 0),
        }
    }

    fn check(&self, here: &Cursor) {
        if self.origins.is_empty() {
            here.at("origins").problem("there is no origin, so no site may call it", Some("add one, or remove cors"));
        }
        for (here, origin) in here.at("origins").each(&self.origins).filter(|(_, origin)| !is_origin(origin)) {
            let help = Some("write an origin such as https://example.org, without a path; https://* or * for any");
            here.problem(format!("{origin:?} is not an origin"), help);
        }
        for (here, method) in here.at("methods").each(&self.methods) {
            let is_method = method == "*" || (method != "ANY" && METHODS.contains(&method.as_str()));
            if !is_method {
                let known: Vec<&str> = METHODS.into_iter().filter(|method| *method != "ANY").collect();
                let help = format!("choose from *, {}", known.join(", "));
                here.problem(format!("{method:?} is not a method"), Some(&help));
            }
        }
        let fields = [("headers", &self.headers), ("expose_headers", &self.expose_headers)];
        for (here, header) in
            fields.iter().flat_map(|(field, headers)| here.at(field).each(*headers).collect::<Vec<_>>())
        {
            if header != "*" && !is_word(header, b"-_") {
                here.problem(
                    format!("{header:?} is not the name of a header"),
                    Some("write a name such as Content-Type"),
                );
            }
        }
        if self.credentials && self.origins.contains("*") {
            let help = "list the origins: browsers send no cookies to an API that accepts any origin";
            here.at("credentials").problem("credentials cannot be combined with the origin *", Some(help));
        }
        here.check_range("max_age", self.max_age, -1..=86_400);
    }
}

/// A scheme and a host, with a port where there is one: no path. A host is whole, or `*`.
fn is_origin(text: &str) -> bool {
    let is_host = |host: &str| host == "*" || is_word(host, b".-:[]");
    text == "*" || text.split_once("://").is_some_and(|(scheme, host)| is_word(scheme, b"+-.") && is_host(host))
}
