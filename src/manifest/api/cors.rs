//! Preflight requests: what a browser asks before it calls another site.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::apigateway::{Checks, Integration, IntegrationResponse, Method};
use crate::manifest::api::{HttpMethod, Route};

/// Allows browsers on another site to call the API. The functions' own responses must contain the header
/// `Access-Control-Allow-Origin` too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// The other site, `https://example.org`, or `*` for any.
    pub origin: String,
    /// Headers that requests may contain.
    #[serde(default = "default_headers")]
    pub headers: Vec<String>,
    /// Seconds for which a browser may cache the preflight response.
    pub max_age: Option<u32>,
    /// False: responses of API Gateway itself, such as 401 and 429, do not allow the other site, so its pages cannot
    /// read why a request was refused.
    #[serde(default = "yes")]
    pub errors: bool,
}

fn yes() -> bool {
    true
}

fn default_headers() -> Vec<String> {
    ["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"].map(String::from).into()
}

impl Cors {
    /// An `OPTIONS` method for every path that has none of its own.
    pub fn preflights(&self, routes: &[Route], binary: &BTreeSet<String>) -> BTreeMap<String, Method> {
        let paths: BTreeSet<&str> = routes.iter().map(|route| route.path.as_str()).collect();
        let answers = |path: &str, route: &Route| {
            route.path == path && matches!(route.method, HttpMethod::Options | HttpMethod::Any)
        };
        let open = paths.into_iter().filter(|path| !routes.iter().any(|route| answers(path, route)));
        open.map(|path| (format!("OPTIONS {path}"), self.preflight(path, routes, binary))).collect()
    }

    fn preflight(&self, path: &str, routes: &[Route], binary: &BTreeSet<String>) -> Method {
        let mut methods: BTreeSet<&str> = routes.iter().filter(|r| r.path == path).map(|r| r.method.as_str()).collect();
        methods.insert("OPTIONS");
        let methods: Vec<&str> = methods.into_iter().collect();
        let mut headers = BTreeMap::from([
            (header("Allow-Origin"), format!("'{}'", self.origin)),
            (header("Allow-Methods"), format!("'{}'", methods.join(","))),
            (header("Allow-Headers"), format!("'{}'", self.headers.join(","))),
        ]);
        if let Some(seconds) = self.max_age {
            headers.insert(header("Max-Age"), format!("'{seconds}'"));
        }
        let integration = Integration {
            integration_type: "MOCK".into(),
            timeout_in_millis: 29000,
            request_templates: BTreeMap::from([("application/json".into(), "{\"statusCode\": 200}".into())]),
            // Where every body is bytes, so is the empty one of a preflight, to which no template applies: AWS answers 500.
            content_handling: binary.contains("*/*").then(|| "CONVERT_TO_TEXT".into()),
            ..Integration::default()
        };
        Method {
            authorization_type: "NONE".into(),
            api_key_required: false,
            checks: Checks::default(),
            integration: Some(integration),
            method_responses: BTreeMap::from([("200".into(), headers.keys().cloned().collect())]),
            integration_responses: BTreeMap::from([(
                "200".into(),
                IntegrationResponse { response_parameters: headers, ..IntegrationResponse::default() },
            )]),
            ..Method::default()
        }
    }
}

fn header(name: &str) -> String {
    format!("method.response.header.Access-Control-{name}")
}
