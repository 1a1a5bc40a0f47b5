//! The statements that allow an API to invoke functions.
//!
//! Each route has a statement of its own, for its method and its path. Lambda accepts about fifty of them: if a
//! function's policy would be too long, each API has one statement for all of its routes on that function. An
//! authorizer's function has one statement for all authorizers of the API: their ids change when they are recreated,
//! and with a statement for one id nobody could call until the policy follows.

use super::{Api, HttpMethod, Route, authorizer};
use crate::canonical::Sha;
use crate::manifest::{Cursor, Delivery, Section, names};
use crate::name::{Name, shorten};
use crate::text::{OutputRef, Text};

/// The source of all authorizers of an API.
const AUTHORIZERS: &str = "/authorizers/*";

/// What an API brings to functions.
pub(super) fn deliveries(api: &Api, name: &Name, here: &Cursor) -> Vec<Delivery> {
    let start = start(name, here);
    let delivery = |function: &Name, sid: String, source: &str| Delivery {
        to: names::function::address(function),
        sid,
        service: "apigateway.amazonaws.com",
        source_arn: start.clone().then(source),
        source_account: true,
    };
    let routes = api.routes.iter().filter_map(|route| Some((route.function.as_ref()?, route)));
    let of_routes = routes.map(|(function, route)| delivery(function, sid(name, route), &source(route)));
    let deciding = authorizer::functions(api).into_iter();
    let of_authorizers = deciding.map(|function| delivery(function, format!("{name}-authorizers"), AUTHORIZERS));
    of_routes.chain(of_authorizers).collect()
}

/// The same deliveries to one function, with one for all routes of each API.
pub fn together(mut all: Vec<Delivery>, here: &Cursor) -> Vec<Delivery> {
    for name in here.manifest.api.keys() {
        let (api, start) = (OutputRef::new(&Api::address(name), "id"), start(name, here));
        let is_route = |one: &Delivery| {
            one.source_arn.references().any(|of| *of == api) && !one.source_arn.shortest().ends_with(AUTHORIZERS)
        };
        let (mut routes, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_route);
        all = others;
        if let [_, _, ..] = routes[..] {
            routes.truncate(1);
            for route in &mut routes {
                (route.sid, route.source_arn) = (format!("{name}-routes"), start.clone().then("/*/*"));
            }
        }
        all.extend(routes);
    }
    all
}

/// The ARN of an API as functions know it.
fn start(name: &Name, here: &Cursor) -> Text {
    Text::from(here.site.arn("execute-api", "")).then(OutputRef::new(&Api::address(name), "id"))
}

/// `/*/POST/items/*` for a route: any stage, this method, variables as wildcards.
pub(super) fn source(route: &Route) -> String {
    let method = if route.method == HttpMethod::Any { "*" } else { route.method.as_str() };
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "*" } else { part });
    format!("/*/{method}{}", parts.collect::<Vec<_>>().join("/"))
}

/// A statement id that tells an API's routes apart, in the letters that Lambda allows. Paths may differ only in
/// what such an id cannot hold: a digest of the whole tells them apart then.
pub(super) fn sid(api: &Name, route: &Route) -> String {
    let text = format!("{api}-{}{}", route.method.as_str(), route.path);
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if plain.replace('_', "/") == text {
        return shorten(&plain, 100);
    }
    let digest = Sha::of(text.as_bytes()).hex();
    format!("{}-{}", plain.chars().take(89).collect::<String>(), &digest[..10])
}
