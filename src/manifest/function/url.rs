//! `url`: a function's own address, over HTTPS.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::lambda;
use crate::manifest::Cursor;

/// A function's URL. AWS generates its host name when it is created.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Url {
    /// Who may call it.
    pub auth: Auth,
    /// Which pages of other sites may call it. Default: none.
    pub cors: Option<Cors>,
    /// True: the response is streamed to callers while the function writes it.
    #[serde(default)]
    pub streaming: bool,
}

/// Who may call a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "UrlAuth")]
pub enum Auth {
    /// Callers that sign requests and have the right to.
    Iam,
    /// Anybody on the internet.
    None,
}

/// Which pages of other sites may call a URL.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UrlCors")]
pub struct Cors {
    /// The sites, such as `https://example.org`, or `*` for any.
    pub origins: BTreeSet<String>,
    /// Methods that they may use: `GET`, `POST` and so on, or `*` for any.
    #[serde(default = "any")]
    pub methods: BTreeSet<String>,
    /// Headers that they may send, or `*` for any; AWS stores them in lower case.
    #[serde(default)]
    pub headers: BTreeSet<String>,
    /// Headers of a response that they may read; AWS stores them in lower case.
    #[serde(default)]
    pub expose_headers: BTreeSet<String>,
    /// True if they may send cookies.
    #[serde(default)]
    pub credentials: bool,
    /// Seconds for which a browser may cache the preflight response, from 0 to 86400.
    #[serde(default)]
    pub max_age: i32,
}

fn any() -> BTreeSet<String> {
    ["*".to_owned()].into()
}

const METHODS: [&str; 7] = ["*", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

impl Url {
    /// The state; reports what AWS would refuse.
    pub fn lower(&self, here: &Cursor) -> lambda::FunctionUrl {
        let auth_type = match self.auth {
            Auth::Iam => "AWS_IAM",
            Auth::None => "NONE",
        };
        lambda::FunctionUrl {
            qualifier: None,
            auth_type: auth_type.into(),
            cors: self.cors.as_ref().map(|cors| cors.lower(&here.at("cors"))),
            invoke_mode: if self.streaming { "RESPONSE_STREAM" } else { "BUFFERED" }.into(),
        }
    }
}

impl Cors {
    fn lower(&self, here: &Cursor) -> lambda::Cors {
        if self.origins.is_empty() {
            here.at("origins").problem("there is no origin, so no site may call it", Some("add one, or remove cors"));
        }
        for (here, method) in here.at("methods").each(&self.methods) {
            if !METHODS.contains(&method.as_str()) {
                let help = format!("choose from {}: a URL answers OPTIONS by itself", METHODS.join(", "));
                here.problem(format!("{method:?} is not a method"), Some(&help));
            }
        }
        if self.methods.len() > 6 {
            here.at("methods").problem("there are more than six methods", Some("write [\"*\"]"));
        }
        here.check_range("max_age", self.max_age, 0..=86_400);
        let lower = |headers: &BTreeSet<String>| headers.iter().map(|header| header.to_lowercase()).collect();
        lambda::Cors {
            allow_credentials: self.credentials,
            allow_headers: lower(&self.headers),
            allow_methods: self.methods.clone(),
            allow_origins: self.origins.clone(),
            expose_headers: lower(&self.expose_headers),
            max_age: self.max_age,
        }
    }
}
