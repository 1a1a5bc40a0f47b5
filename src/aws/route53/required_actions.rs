//! What IAM must allow for records: on their zone, whose ARN has neither region nor account.
//!
//! A zone contains the records of everybody who uses it. Conditions restrict requests to records of the domain, to
//! their types, and to creating and deleting them.

use super::{Call, Family, Record, zone_and_name};
use crate::aws::Id;
use crate::aws::apigateway_domain::DomainName;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

const CHANGE: &str = "route53:ChangeResourceRecordSets";
const ALL: &str = "ForAllValues:StringEquals";
const NAMES: &str = "route53:ChangeResourceRecordSetsNormalizedRecordNames";
const TYPES: &str = "route53:ChangeResourceRecordSetsRecordTypes";
const ACTIONS: &str = "route53:ChangeResourceRecordSetsActions";

impl RequiredActions for Record {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let Call::Change(input) = call;
        vec![change(id, &input.hosted_zone_id)]
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        vec![change(id, zone_and_name(id).0)]
    }

    /// Whose a record is is told by the domain name that it leads to.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let (zone, name) = zone_and_name(id);
        let domain = Id { name: name.to_owned(), ..id.clone() };
        let is_below = |arn: &str| ["/apimappings", "/basepathmappings"].iter().any(|below| arn.ends_with(below));
        let domain = DomainName::actions_to_read(&domain).into_iter();
        let domain =
            domain.filter(|required| required.resource.contains("/domainnames") && !is_below(&required.resource));
        on(arn(&id.site, zone), &["route53:ListResourceRecordSets"]).into_iter().chain(domain).collect()
    }

    fn actions_to_list(site: &Site, owner: &Owner) -> Vec<RequiredAction> {
        let records = on(arn(site, "*"), &["route53:ListResourceRecordSets"]);
        [actions_to_find_zones(), records, DomainName::actions_to_list(site, owner)].concat()
    }

    /// Any: a domain is not named after the app.
    fn names(_: &Owner) -> String {
        "*/*".into()
    }
}

/// What looking for zones by name asks.
fn actions_to_find_zones() -> Vec<RequiredAction> {
    anywhere(&["route53:ListHostedZones"])
}

/// Where nobody has looked yet which zone a name is of, it is any: what conditions say of records holds all the same.
fn arn(site: &Site, zone: &str) -> String {
    let zone = if zone.contains('.') { "*" } else { zone };
    format!("arn:{}:route53:::hostedzone/{zone}", site.partition)
}

/// IAM compares names as Route 53 writes them, but for the dot at their end.
fn change(id: &Id, zone: &str) -> RequiredAction {
    let name = zone_and_name(id).1.replace('*', "\\052");
    let bound = RequiredAction::new(CHANGE, arn(&id.site, zone)).when(ALL, NAMES, &name);
    let bound = Family::ALL.iter().fold(bound, |bound, family| bound.when(ALL, TYPES, family.as_str()));
    ["CREATE", "DELETE"].iter().fold(bound, |bound, action| bound.when(ALL, ACTIONS, action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    #[test]
    fn whose_a_record_is_may_be_read_and_nothing_below_the_domain_name() {
        let names = [
            ("mappings.example.org", vec!["mappings.example.org"]),
            ("*.example.org", vec!["${*}.example.org", "%2A.example.org"]),
        ];
        for (name, domains) in names {
            let all = Record::actions_to_read(&test_id(Kind::Record, &format!("Z0123/{name}")));
            let of_gateway = all.iter().filter(|required| required.action == "apigateway:GET");
            let arn = |domain: &&str| format!("arn:aws:apigateway:us-west-2::/domainnames/{domain}");
            let expected: Vec<String> = domains.iter().map(arn).collect();
            assert_eq!(of_gateway.map(|required| required.resource.clone()).collect::<Vec<_>>(), expected);
        }
    }
}
