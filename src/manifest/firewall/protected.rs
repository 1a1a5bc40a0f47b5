//! What a firewall protects.

use super::{Firewall, part_name};
use crate::aws::Kind;
use crate::aws::wafv2::{Association, arn, parts, stage_arn};
use crate::manifest::{Cursor, Section, http_api, names};
use crate::name::{Name, Owner, Site};

impl Firewall {
    /// A REST API of the manifest.
    pub(super) fn lower_association(&self, firewall: &Name, protected: &Name, place: usize, here: &Cursor) {
        if http_api::cannot_be_protected(protected, here) {
            return;
        }
        let Some(section) = here.known("api", protected, &here.manifest.api) else { return };
        let first = here.manifest.firewall.iter().find(|(_, other)| other.protects.contains(protected));
        let again = self.protects[..place].contains(protected);
        if let Some((other, _)) = first.filter(|(other, _)| again || *other != firewall) {
            let message = format!("the firewall {other} already protects the API {protected}");
            here.problem(message, Some("a stage can have only one web ACL: name the API once"));
            return;
        }
        let Some(own) = part_name(firewall, protected.as_str(), here) else { return };
        let (acl, api) = (Self::address(firewall), names::api::address(protected));
        let id = here.id(
            Kind::Association,
            &own,
            format!("{}/{}", names::api::physical(here.owner, protected), section.stage),
        );
        let state = Association {
            resource_arn: stage_arn(here.site, &api, &section.stage),
            web_acl_arn: arn(here.site, "webacl", &acl, &names::firewall::physical(here.owner, firewall)),
        };
        here.need(acl);
        here.need(api);
        here.add(id, state, false);
    }

    /// Something by its ARN.
    pub(super) fn lower_resource(&self, firewall: &Name, place: usize, here: &Cursor) {
        let resource = here.literal(&self.resource_arns[place]);
        if !is_protectable(&resource, here) {
            return;
        }
        let named = |firewall: &Firewall| firewall.resources(here.owner, here.site);
        let first = here.manifest.firewall.iter().find(|(_, other)| named(other).contains(&resource));
        let again = named(self)[..place].contains(&resource);
        if let Some((other, _)) = first.filter(|(other, _)| again || *other != firewall) {
            let message = format!("the firewall {other} already protects this");
            here.problem(message, Some("a resource can have only one web ACL: name it once"));
            return;
        }
        let Some(own) = part_name(firewall, &slug(&resource), here) else { return };
        let acl = Self::address(firewall);
        let id = here.id(Kind::Association, &own, resource.clone());
        let web_acl_arn = arn(here.site, "webacl", &acl, &names::firewall::physical(here.owner, firewall));
        here.need(acl);
        here.add(id, Association { resource_arn: resource.into(), web_acl_arn }, false);
    }

    /// What it names by ARN, at a site: such an ARN contains nothing that the manifest creates.
    pub fn resources(&self, owner: &Owner, site: &Site) -> Vec<String> {
        let words = [
            ("${account}", site.account.as_str()),
            ("${app}", owner.app.as_str()),
            ("${region}", site.region.as_str()),
            ("${stage}", owner.stage.as_str()),
        ];
        let fill = |arn: &String| words.iter().fold(arn.clone(), |arn, (word, value)| arn.replace(word, value));
        self.resource_arns.iter().map(fill).collect()
    }

    /// The words by which its tag says what has been named by ARN.
    pub(super) fn resource_words(&self) -> Vec<&'static str> {
        self.resource_arns.iter().filter_map(|arn| parts::word(arn)).collect()
    }
}

/// Reports what cannot be protected.
fn is_protectable(resource: &str, here: &Cursor) -> bool {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, path] = parts.as_slice() else {
        here.problem(format!("{resource:?} is not an ARN"), Some("write its ARN as AWS shows it"));
        return false;
    };
    let is_known = match *service {
        "elasticloadbalancing" => path.starts_with("loadbalancer/app/"),
        "appsync" => path.starts_with("apis/") && path.matches('/').count() == 1,
        "cognito-idp" => path.starts_with("userpool/"),
        _ => false,
    };
    if !is_known {
        let help = "write the ARN of an Application Load Balancer, an AppSync API or a Cognito user pool";
        let message = match *service {
            "apigateway" => "name APIs in `protects`; HTTP APIs cannot have a web ACL",
            "cloudfront" => "a distribution names its web ACL itself, which needs the scope CLOUDFRONT",
            _ => "a firewall cannot protect this",
        };
        here.problem(message, Some(help));
        return false;
    }
    if *region != here.site.region.as_str() {
        let message = format!("this is in {region}, the app in {}", here.site.region);
        here.problem(message, Some("WAF protects only resources in the web ACL's own region"));
        return false;
    }
    is_of_the_account(partition, account, here)
}

/// Reports what is of another account than the app, or of another partition.
pub(super) fn is_of_the_account(partition: &str, account: &str, here: &Cursor) -> bool {
    if partition != here.site.partition {
        let message = format!("this is in the partition {partition}, the app in {}", here.site.partition);
        here.problem(message, Some("name something of the app's own account"));
        return false;
    }
    if !here.sources.without_account && account != here.site.account.as_str() {
        let message = format!("this belongs to the account {account}, the app to {}", here.site.account);
        here.problem(message, Some("name something in the app's own account: WAF accepts nothing else"));
        return false;
    }
    true
}

/// What is left of an ARN as a name: `userpool-us-west-2-abc`.
fn slug(resource: &str) -> String {
    let path = resource.splitn(6, ':').nth(5).unwrap_or_default().to_ascii_lowercase();
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}
