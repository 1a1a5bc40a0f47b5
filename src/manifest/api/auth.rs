//! Who may call a route.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authorizer::AUTHORIZATION;
use super::{Api, Authorizer, AuthorizerType, Route};
use crate::manifest::Cursor;
use crate::manifest::problem::unknown;
use crate::name::Name;

/// Who may call a route.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Auth {
    /// Anybody whom the API lets in.
    #[default]
    None,
    /// Who signs with AWS credentials that allow it.
    Iam,
    /// Whom the API's authorizer of this name lets through.
    Authorizer(Name),
}

impl TryFrom<String> for Auth {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "none" => Ok(Self::None),
            "iam" => Ok(Self::Iam),
            other => {
                let named = other.parse().map(Self::Authorizer);
                named.map_err(|_| format!("{other:?} is neither none, iam nor the name of an authorizer"))
            }
        }
    }
}

impl From<Auth> for String {
    fn from(auth: Auth) -> Self {
        match auth {
            Auth::None => "none".into(),
            Auth::Iam => "iam".into(),
            Auth::Authorizer(name) => name.to_string(),
        }
    }
}

impl JsonSchema for Auth {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Auth".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "none: anybody who can reach the API. iam: callers that sign with AWS credentials that allow it. Any other value: whoever the API's authorizer of this name accepts.",
        })
    }
}

/// Characters that one scope can have.
const LONGEST: usize = 64;
/// As many as a route takes.
const MOST: usize = 10;

/// What of a request says who calls a route, as a cache's keys have it. Empty where nothing that can be a key says so.
pub(super) fn callers<'a>(api: &'a Api, route: &Route) -> Vec<&'a str> {
    match &route.auth {
        Auth::None => Vec::new(),
        // Requests are signed in that header or in their query.
        Auth::Iam => vec![AUTHORIZATION, "querystring.X-Amz-Credential"],
        Auth::Authorizer(name) => api.authorizer.get(name).map_or(vec![AUTHORIZATION], Authorizer::callers),
    }
}

/// Reports what is wrong with who may call a route.
pub(super) fn check(api: &Api, route: &Route, here: &Cursor) {
    let named = match &route.auth {
        Auth::Authorizer(name) => {
            let found = api.authorizer.get(name);
            if found.is_none() {
                let known = ["none", "iam"].into_iter().chain(api.authorizer.keys().map(Name::as_str));
                here.at("auth").problem(unknown("authorizer", name.as_str(), known), None);
                return;
            }
            found
        }
        Auth::None | Auth::Iam => None,
    };
    let has_scopes = named.is_some_and(|one| one.kind() == AuthorizerType::Cognito);
    if !route.scopes.is_empty() && !has_scopes {
        let help = "name a cognito authorizer in auth, or remove scopes";
        here.at("scopes").problem("only Cognito tokens have scopes, and this route requires no token", Some(help));
    }
    if route.scopes.len() > MOST {
        let message = format!("there are {} scopes; a route can have {MOST} at most", route.scopes.len());
        here.at("scopes").problem(message, Some("remove some: a token needs only one of them"));
    }
    for (here, scope) in here.at("scopes").each(&route.scopes) {
        let letters = scope.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\,".contains(&b));
        if scope.is_empty() || scope.len() > LONGEST || !letters {
            let help = Some("write a scope such as shop/read: 1 to 64 characters without spaces, quotes or commas");
            here.problem(format!("{scope:?} is not a scope"), help);
        }
    }
}
