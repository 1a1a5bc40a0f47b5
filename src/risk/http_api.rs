//! HTTP APIs: routes that open, callers of whom less is asked, origins, limits, logs, and what callers notice.

use std::collections::BTreeSet;

use super::api::{from_to, higher, raised};
use super::finding::{Finding, NAMED, Number};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

const ROUTES: &str = "routes.";
const AUTH: &str = ".authorizationType";
const AUTHORIZERS: &str = "authorizers.";
const STAGES: &str = "stages.";
const NO_AUTH: &str = "NONE";
const ROUTE: (&str, &str) = ("", "");

/// What is dangerous about a change of an HTTP API.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = routes(sides);
    found.extend(reopened(sides));
    found.extend(origins(sides));
    found.extend(authorizers(sides));
    found.extend(gone(sides));
    let stages: BTreeSet<&str> = sides.new.between(STAGES, ".deployment").map(|(name, _)| name).collect();
    for stage in stages.iter().filter(|stage| sides.old.get(&format!("{STAGES}{stage}.deployment")).is_some()) {
        found.extend(stage_findings(sides, stage));
    }
    found
}

/// How callers of a route are authorized.
fn auth<'a>(side: &Attributes<'a>, route: &str) -> Option<&'a str> {
    side.text(&format!("{ROUTES}{route}{AUTH}"))
}

fn routes_of<'a>(side: &Attributes<'a>) -> Vec<&'a str> {
    side.between(ROUTES, AUTH).map(|(route, _)| route).collect()
}

fn routes(sides: &Sides) -> Vec<Finding> {
    let of = |route| match (auth(&sides.old, route), auth(&sides.new, route)?) {
        (Some(NO_AUTH), _) => None,
        (Some(old), NO_AUTH) => Some(opened(sides, route, old)),
        (None, NO_AUTH) => Some(open(sides, route)),
        (None, _) => None,
        (Some(_), _) => weaker_route(sides, route),
    };
    routes_of(&sides.new).into_iter().filter_map(of).collect()
}

fn of_api(sides: &Sides) -> Sentence {
    Sentence::default().words(" of HTTP API ").value(&sides.change.address.name)
}

fn opened(sides: &Sides, route: &str, old: &str) -> Finding {
    let old = judge(&sides.old, route).unwrap_or_else(|| old.to_owned());
    Finding::of(RiskKind::OpenRoute, sides.change, ROUTE, route, |number| {
        let sentence = of_api(sides).words(format!(" {} authorization ", number.of("loses", "lose"))).value(&old);
        sentence.words(format!(": anybody may call {}", number.of("it", "them")))
    })
}

fn open(sides: &Sides, route: &str) -> Finding {
    Finding::of(RiskKind::OpenApi, sides.change, ROUTE, route, |number| {
        let new = number.of(" is new and needs", " are new and need");
        of_api(sides).words(format!("{new} no authorization: anybody may call {}", number.of("it", "them")))
    })
}

/// An address of AWS's that somebody has switched off would pass by what stands in front of the API's own.
fn reopened(sides: &Sides) -> Option<Finding> {
    const OFF: &str = "disableExecuteApiEndpoint";
    let said = Sentence::default().words(": the address that AWS gave it, which was switched off, answers again");
    (sides.old.is(OFF) && !sides.new.is(OFF))
        .then(|| Finding::about(RiskKind::OpenRoute, sides.change, |_| said.clone()))
}

/// What decides about callers: an authorizer by its name, or AWS's word.
fn judge(side: &Attributes, route: &str) -> Option<String> {
    let authorizer = side.text(&format!("{ROUTES}{route}.authorizer"));
    authorizer.or_else(|| auth(side, route)).map(str::to_owned)
}

/// Somebody else decides, or more scopes will do.
fn weaker_route(sides: &Sides, route: &str) -> Option<Finding> {
    let (old, new) = (judge(&sides.old, route)?, judge(&sides.new, route)?);
    let scopes = |side: &Attributes<'_>| {
        side.texts(&format!("{ROUTES}{route}.authorizationScopes"))
            .into_iter()
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
    };
    let (had, has) = (scopes(&sides.old), scopes(&sides.new));
    let said = if old != new {
        Sentence::default().words(": authorization ").value(&old).words(" → ").value(&new)
    } else if !had.is_empty() && has.is_empty() {
        Sentence::default().words(": scopes ").values(&had, NAMED).words(" → any token")
    } else if !had.is_empty() && !has.is_subset(&had) {
        let more: Vec<&String> = has.difference(&had).collect();
        Sentence::default().words(": the scope ").values(more, NAMED).words(" will do too")
    } else {
        return None;
    };
    let said = of_api(sides).then(said);
    Some(Finding::of(RiskKind::WeakerAuthorization, sides.change, ROUTE, route, |_| said.clone()))
}

/// Authorizers that stay and let in whom they did not.
fn authorizers(sides: &Sides) -> Vec<Finding> {
    let names: Vec<&str> = sides.new.between(AUTHORIZERS, ".authorizerType").map(|(name, _)| name).collect();
    let mut found = Vec::new();
    for name in names {
        let at = |attribute: &str| format!("{AUTHORIZERS}{name}.{attribute}");
        if sides.old.get(&at("authorizerType")).is_none() {
            continue;
        }
        let mut say = |said: Sentence| {
            let said = of_api(sides).then(said);
            let noun = ("authorizer ", "authorizers ");
            found.push(Finding::of(RiskKind::WeakerAuthorization, sides.change, noun, name, |_| said.clone()));
        };
        for (attribute, words) in
            [("authorizerType", ": type "), ("jwtConfiguration.issuer", ": issuer "), ("authorizerUri", ": function ")]
        {
            let (old, new) = (sides.old.text(&at(attribute)), sides.new.text(&at(attribute)));
            if let (Some(old), Some(new)) = (old, new)
                && old != new
            {
                say(Sentence::default().words(words).short(old).words(" → ").short(new));
            }
        }
        let sources = |side: &Attributes| side.texts(&at("identitySource")).into_iter().map(str::to_owned).collect();
        let (had, has): (BTreeSet<String>, BTreeSet<String>) = (sources(&sides.old), sources(&sides.new));
        if !had.is_subset(&has) {
            let said = from_to(": looks at ", &had);
            say(if has.is_empty() { said.words("nothing") } else { said.values(&has, NAMED) });
        }
        let audience = |side: &Attributes| {
            side.texts(&at("jwtConfiguration.audience")).into_iter().map(str::to_owned).collect::<BTreeSet<String>>()
        };
        let (had, has) = (audience(&sides.old), audience(&sides.new));
        let more: Vec<&String> = has.difference(&had).collect();
        if !had.is_empty() && !more.is_empty() {
            say(Sentence::default().words(": tokens for ").values(more, NAMED).words(" will do too"));
        }
        let ttl = |side: &Attributes| side.number(&at("authorizerResultTtlInSeconds")).unwrap_or(0.0);
        let (old, new) = (ttl(&sides.old), ttl(&sides.new));
        if new > old {
            say(Sentence::default().words(": an answer holds ").value(old).words(" → ").value(new).words(" seconds"));
        }
    }
    found
}

/// Origins that stand for any site.
const ANY: [&str; 3] = ["*", "http://*", "https://*"];

fn origins(sides: &Sides) -> Option<Finding> {
    let list = |side: &Attributes<'_>| {
        side.texts("corsConfiguration.allowOrigins").into_iter().map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let (old, new) = (list(&sides.old), list(&sides.new));
    let is_any = |origins: &BTreeSet<String>| ANY.iter().find(|any| origins.contains(**any)).copied();
    let any = is_any(&new).filter(|any| is_any(&old).is_none() || (*any == "*" && !old.contains("*")))?;
    let said = from_to(": origins ", &old).value(any);
    Some(Finding::about(RiskKind::AnyOrigin, sides.change, |_| said.clone()))
}

fn gone(sides: &Sides) -> Vec<Finding> {
    let gone = routes_of(&sides.old).into_iter().filter(|route| auth(&sides.new, route).is_none());
    let finding = |route| Finding::of(RiskKind::Gone, sides.change, ("route ", "routes "), route, |_| of_api(sides));
    gone.map(finding).collect()
}

/// What happens to a stage that callers reach already.
fn stage_findings(sides: &Sides, stage: &str) -> Vec<Finding> {
    let path = |attribute: &str| format!("{STAGES}{stage}.{attribute}");
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let logs = path("accessLogSettings.destinationArn");
    if let (Some(old), None) = (sides.old.text(&logs), sides.new.text(&logs)) {
        find(RiskKind::Logs, Sentence::default().words(": requests are no longer logged to ").short(old));
    }
    for (attribute, unit) in LIMITS {
        if let Some(said) = raised(sides, &path(&format!("defaultRouteSettings.throttling.{attribute}")), unit) {
            find(RiskKind::Throttle, said);
        }
    }
    if sides.old.get(&path("deployment")) != sides.new.get(&path("deployment")) {
        let said = |number: Number| {
            let meets = number.of("callers get its", "callers get their");
            Sentence::default().words(format!(": {meets} new definition all at once"))
        };
        found.push(Finding::about(RiskKind::Downtime, sides.change, said));
    }
    found.extend(limits_of_routes(sides, stage));
    found
}

const LIMITS: [(&str, &str); 2] = [("throttlingRateLimit", " requests a second"), ("throttlingBurstLimit", " at once")];

/// Limits of routes that are higher than those that hold for them so far: their own, or those of all routes. A new route is held
/// against all others.
fn limits_of_routes(sides: &Sides, stage: &str) -> Vec<Finding> {
    let limits = |route: &str, attribute: &str| {
        let all = format!("{STAGES}{stage}.defaultRouteSettings.throttling.{attribute}");
        let own = format!("{STAGES}{stage}.routeSettings.{route}.throttling.{attribute}");
        let limit = |side: &Attributes| side.number(&own).or_else(|| side.number(&all));
        let has_own = sides.old.number(&own).or_else(|| sides.new.number(&own)).is_some();
        let is_new = auth(&sides.old, route).is_none();
        let before = if is_new { sides.new.number(&all) } else { limit(&sides.old) };
        (before.filter(|_| has_own), limit(&sides.new))
    };
    let of = |route: &'_ str| {
        let higher = |(attribute, unit): &(&str, &str)| {
            let (old, new) = limits(route, attribute);
            higher(old, new, unit)
        };
        let said: Vec<Sentence> = LIMITS.iter().filter_map(higher).collect();
        let finding = |said: Sentence| {
            let said = of_api(sides).words(": ").then(said);
            Finding::of(RiskKind::Throttle, sides.change, ("route ", "routes "), route, |_| said.clone())
        };
        said.into_iter().map(finding).collect::<Vec<_>>()
    };
    routes_of(&sides.new).into_iter().flat_map(of).collect()
}
