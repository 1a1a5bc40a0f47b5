//! What IAM must allow for certificates. Their ARNs end in ids that AWS generates, so tags distinguish ours from
//! others.
//!
//! A certificate may be requested only for that very domain name, validated by DNS, and with our tags. The zone's
//! records belong to everybody: conditions restrict access to CNAMEs below the domain whose names begin with an
//! underscore.

use super::{Call, Certificate, any_arn, validated};
use crate::aws::Id;
use crate::aws::apigateway_domain::DomainName;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, claiming, on, owned, pattern, unowned};
use crate::name::{Owner, Site};
use crate::text::Text;

const REQUEST: &[&str] = &["acm:RequestCertificate"];
const TAG: &[&str] = &["acm:AddTagsToCertificate"];
const UNTAG: &[&str] = &["acm:RemoveTagsFromCertificate"];
const DELETE: &[&str] = &["acm:DeleteCertificate"];
/// Whose a certificate is, its tags say: they are read of any.
const READ_TAGS: &[&str] = &["acm:ListTagsForCertificate"];
const DESCRIBE: &[&str] = &["acm:DescribeCertificate"];
const RECORDS: &[&str] = &["route53:ListResourceRecordSets"];
const CHANGE: &str = "route53:ChangeResourceRecordSets";
const NAMES: &str = "route53:ChangeResourceRecordSetsNormalizedRecordNames";
const TYPES: &str = "route53:ChangeResourceRecordSetsRecordTypes";
const ACTIONS: &str = "route53:ChangeResourceRecordSetsActions";

impl RequiredActions for Certificate {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Request(_) => request(id),
            Call::Record(input) => vec![change(id, &input.hosted_zone_id)],
            Call::Tag(input) => ours(id, &input.certificate_arn, TAG),
            Call::Untag(input) => ours(id, &input.certificate_arn, UNTAG),
            Call::Delete(input) => ours(id, &input.certificate_arn, DELETE),
        }
    }

    /// Not what changes the record: in which zone that stands is said by the call alone.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let any = [TAG, UNTAG, DELETE].concat();
        [request(id), owned(&id.owner, on(any_arn(&id.site), &any))].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        own(&id.site, &id.owner)
    }

    fn actions_to_list(site: &Site, owner: &Owner) -> Vec<RequiredAction> {
        // What is for a domain name of the app may be the app's.
        [own(site, owner), DomainName::actions_to_list(site, owner)].concat()
    }

    /// Any: a domain is not named after the app.
    fn names(_: &Owner) -> String {
        "*".into()
    }
}

/// What all are read by, and their records.
fn own(site: &Site, owner: &Owner) -> Vec<RequiredAction> {
    let zones = format!("arn:{}:route53:::hostedzone/*", site.partition);
    let (tags, describe) = (on(any_arn(site), READ_TAGS), owned(owner, on(any_arn(site), DESCRIBE)));
    [anywhere(&["acm:ListCertificates"]), tags, describe, on(zones, RECORDS)].concat()
}

/// Asking for one comes with its tags, which are set on nobody's.
fn request(id: &Id) -> Vec<RequiredAction> {
    let request = claiming(&id.owner, anywhere(REQUEST)).into_iter();
    let request = request.map(|required| {
        let required = required.when("StringEquals", "acm:ValidationMethod", "DNS");
        required.when("ForAllValues:StringEquals", "acm:DomainNames", &id.name)
    });
    request.chain(unowned(claiming(&id.owner, on(any_arn(&id.site), TAG)))).collect()
}

fn ours(id: &Id, arn: &Text, actions: &[&'static str]) -> Vec<RequiredAction> {
    let arn = if arn.literal().is_some() { pattern(arn) } else { any_arn(&id.site) };
    owned(&id.owner, on(arn, actions))
}

/// Where nobody has looked yet which zone a name is of, it is any: what conditions say of records holds all the same.
fn change(id: &Id, zone: &str) -> RequiredAction {
    let zone = if zone.contains('.') { "*" } else { zone };
    let arn = format!("arn:{}:route53:::hostedzone/{zone}", id.site.partition);
    let name = format!("_*.{}", validated(&id.name));
    let bound = RequiredAction::new(CHANGE, arn).when("ForAllValues:StringLike", NAMES, &name);
    let bound = bound.when("ForAllValues:StringEquals", TYPES, "CNAME");
    ["CREATE", "DELETE"].iter().fold(bound, |bound, action| bound.when("ForAllValues:StringEquals", ACTIONS, action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::acm::arn;
    use crate::aws::steps::steps;
    use crate::aws::test_support::test_id;

    fn of_life(name: &str) -> Vec<RequiredAction> {
        let id = test_id(Kind::Certificate, name);
        let want = Certificate::wanted(name, "Z1", id.owner.tags(&id.address));
        let made = steps(&id, Some(&want.into()), None).expect("a plan");
        made.iter().flat_map(|step| step.call.required_actions(&id)).collect()
    }

    #[test]
    fn only_cnames_of_the_domain_that_begin_with_an_underscore_may_change_in_the_zone() {
        for (name, records) in [("api.example.org", "_*.api.example.org"), ("*.example.org", "_*.example.org")] {
            let all = of_life(name);
            let change: Vec<&RequiredAction> = all.iter().filter(|one| one.action == CHANGE).collect();
            assert_eq!(change.len(), 1);
            assert_eq!(change[0].resource, "arn:aws:route53:::hostedzone/Z1");
            let of = |operator, key| change[0].conditions[&(operator, key)].iter().cloned().collect::<Vec<_>>();
            assert_eq!(of("ForAllValues:StringLike", NAMES), [records]);
            assert_eq!(of("ForAllValues:StringEquals", TYPES), ["CNAME"]);
            assert_eq!(of("ForAllValues:StringEquals", ACTIONS), ["CREATE", "DELETE"]);
        }
    }

    #[test]
    fn what_changes_a_certificate_is_bound_to_the_tags_of_the_app() {
        let all = of_life("api.example.org");
        for required in all.iter().filter(|one| one.action.starts_with("acm:")) {
            let keys: Vec<&str> = required.conditions.keys().map(|(_, key)| *key).collect();
            assert!(keys.iter().any(|key| key.ends_with("/serverless-app:app")), "{required:?}");
        }
        let known = ours(&test_id(Kind::Certificate, "a.b"), &"arn:aws:acm:r:1:certificate/2".into(), DELETE);
        assert_eq!(known[0].resource, "arn:aws:acm:r:1:certificate/2");
        let unknown = test_id(Kind::Certificate, "a.b");
        let unknown = ours(&unknown, &arn(&unknown.address), DELETE);
        assert_eq!(unknown[0].resource, "arn:aws:acm:us-west-2:123456789012:certificate/*");
    }
}
