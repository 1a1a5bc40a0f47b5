//! Kind and physical name of what a source names in its own way. A name that is empty has to be asked for, by the id
//! ([`call`](crate::aws::listing::call)).

use crate::aws::indexed::named_by;
use crate::import::source::attributes::Attributes;
use crate::kind::Kind;

/// Kind, name and id.
pub type Identity = (Kind, String, Option<String>);

/// What an ARN names.
pub fn by_arn(arn: &str) -> Option<Identity> {
    if let Some((kind, name)) = named_by(arn) {
        let id = (kind == Kind::WebAcl).then(|| arn.to_owned());
        return Some((kind, name, id));
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, service, _, _, resource] = parts.as_slice() else { return None };
    let after = |start: &str| resource.strip_prefix(start).filter(|rest| !rest.is_empty());
    let whole = |start: &str| after(start).filter(|rest| !rest.contains('/'));
    let asked = |kind, id: &str| Some((kind, String::new(), Some(id.to_owned())));
    match *service {
        "acm" => after("certificate/").and_then(|_| asked(Kind::Certificate, arn)),
        "apigateway" => whole("/restapis/")
            .map(|id| (Kind::RestApi, id))
            .or_else(|| whole("/apis/").map(|id| (Kind::HttpApi, id)))
            .or_else(|| whole("/usageplans/").map(|id| (Kind::UsagePlan, id)))
            .or_else(|| whole("/apikeys/").map(|id| (Kind::ApiKey, id)))
            .and_then(|(kind, id)| asked(kind, id))
            .or_else(|| Some((Kind::DomainName, whole("/domainnames/")?.to_owned(), None))),
        "config" => after("config-rule/").and_then(|_| asked(Kind::Rule, arn)),
        "events" => Some((Kind::EventArchive, after("archive/")?.to_owned(), None)),
        "iam" => Some((Kind::Role, format!("/{}", after("role/")?), None)),
        "lambda" => {
            let (layer, _version) = after("layer:")?.split_once(':')?;
            Some((Kind::LayerVersion, layer.to_owned(), Some(arn.to_owned())))
        }
        "scheduler" => Some((Kind::Schedule, after("schedule/")?.to_owned(), None)),
        "wafv2" => Some((Kind::IpSet, after("regional/ipset/")?.split('/').next()?.to_owned(), Some(arn.to_owned()))),
        _ => None,
    }
}

/// True for what has an ARN, and is read with what it is a part of: a mapping, a stage, a subscription.
pub fn is_part(arn: &str) -> bool {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    resource.starts_with("event-source-mapping:") || resource.contains("/stages/")
}

/// What the attributes of a resource in a state file name, which is of this kind.
pub fn by_attributes(kind: Kind, attributes: &Attributes) -> Option<Identity> {
    let text = |name: &str| attributes.text(name).filter(|text| !text.is_empty());
    match kind {
        Kind::RestApi | Kind::HttpApi | Kind::UsagePlan | Kind::ApiKey => Some((kind, text("name")?, attributes.id())),
        Kind::DomainName => Some((kind, text("domain_name")?, None)),
        Kind::Certificate => Some((kind, text("domain_name")?, text("arn"))),
        Kind::Bucket => Some((kind, text("bucket").or_else(|| attributes.id())?, None)),
        Kind::Rule | Kind::Recorder | Kind::DeliveryChannel | Kind::EventArchive => Some((kind, text("name")?, None)),
        _ => by_arn(&text("arn")?).filter(|(of, ..)| *of == kind),
    }
}

/// What the physical id of a resource in a stack names, which is of this kind.
pub fn by_physical_id(kind: Kind, id: &str) -> Option<Identity> {
    if let Some(identity) = by_arn(id).filter(|(of, ..)| *of == kind) {
        return Some(identity);
    }
    let named = |name: &str| Some((kind, name.to_owned(), None));
    let asked = || Some((kind, String::new(), Some(id.to_owned())));
    match kind {
        Kind::RestApi | Kind::HttpApi | Kind::UsagePlan | Kind::ApiKey | Kind::Role | Kind::Schedule => asked(),
        Kind::Queue => named(id.rsplit('/').next()?),
        Kind::Topic | Kind::StateMachine | Kind::Certificate | Kind::LayerVersion => None,
        Kind::EventRule => named(&rule(id)).filter(|(_, name, _)| !name.is_empty()),
        Kind::WebAcl | Kind::IpSet => match id.split('|').collect::<Vec<_>>().as_slice() {
            [name, id, "REGIONAL"] => Some((kind, (*name).to_owned(), Some((*id).to_owned()))),
            _ => None,
        },
        _ => named(id),
    }
}

/// The name of a rule by `bus|rule`, where the bus may be an ARN; what is on the account's own bus goes without it.
fn rule(id: &str) -> String {
    let Some((bus, rule)) = id.rsplit_once('|') else { return id.to_owned() };
    match bus.split_once(":event-bus/").map_or(bus, |(_, name)| name) {
        "default" => rule.to_owned(),
        bus => format!("{bus}/{rule}"),
    }
}
