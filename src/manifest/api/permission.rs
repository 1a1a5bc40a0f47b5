//! By which statements an API may invoke functions.
//!
//! A route has a statement of its own, for its method and its path. Lambda takes about fifty of them: where the routes of all
//! APIs would fill a function's policy, each API has one for all of its routes on that function. An authorizer's function has
//! one for the authorizers of the API, whose ids change where an authorizer is made again: a statement for one id would let
//! nobody in for that while.

use std::collections::BTreeMap;

use super::{Api, HttpMethod, Route, authorizer};
use crate::canonical::Sha;
use crate::manifest::{Cursor, Delivery, Section, names};
use crate::name::{Name, shorten};
use crate::text::{OutputRef, Text};

/// Bytes of a function's policy that statements of routes may fill: Lambda takes 20480 for all.
const ROOM: usize = 18_432;
/// Bytes of a statement beside its id, its function's ARN and what its source says of a route.
const STATEMENT: usize = 300;

/// What an API brings to functions.
pub(super) fn deliveries(api: &Api, name: &Name, here: &Cursor) -> Vec<Delivery> {
    let start = Text::from(here.site.arn("execute-api", "")).then(OutputRef::new(&Api::address(name), "id"));
    let delivery = |function: &Name, sid: String, source: &str| Delivery {
        to: names::function::address(function),
        sid,
        service: "apigateway.amazonaws.com",
        source_arn: start.clone().then(source),
        source_account: true,
    };
    let mut by_function: BTreeMap<&Name, Vec<&Route>> = BTreeMap::new();
    for route in &api.routes {
        by_function.entry(&route.function).or_default().push(route);
    }
    let of_routes = by_function.into_iter().flat_map(|(function, routes)| {
        if routes.len() > 1 && fill(function, here) {
            return vec![delivery(function, format!("{name}-routes"), "/*/*")];
        }
        routes.into_iter().map(|route| delivery(function, sid(name, route), &source(route))).collect()
    });
    let deciding = authorizer::functions(api).into_iter();
    let of_authorizers = deciding.map(|function| delivery(function, format!("{name}-authorizers"), "/authorizers/*"));
    of_routes.chain(of_authorizers).collect()
}

/// True if the routes of all APIs on a function would fill its policy.
fn fill(function: &Name, here: &Cursor) -> bool {
    let arn = names::function::arn(here.site, here.owner, function).len();
    let of = |(name, api): (&Name, &Api)| -> usize {
        let routes = api.routes.iter().filter(|route| route.function == *function);
        routes.map(|route| STATEMENT + arn + sid(name, route).len() + source(route).len()).sum()
    };
    here.manifest.api.iter().map(of).sum::<usize>() > ROOM
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
