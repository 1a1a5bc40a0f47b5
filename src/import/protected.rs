//! What stands behind a web ACL. Nothing of an API or of another resource names it where it is not ours yet, so WAF is asked.

use crate::aws::wafv2::{self, Association};
use crate::aws::{Aws, AwsError, Id, Kind, Live, Observed};
use crate::import::naming::without_section;
use crate::name::Address;

/// The associations of a web ACL: what `protects` and `resource_arns` of its section say.
pub async fn associations(aws: &Aws, acl: &Live) -> Result<Vec<Live>, AwsError> {
    let Some(arn) = arn(acl) else { return Ok(Vec::new()) };
    let behind = wafv2::behind(aws, &arn).await?;
    Ok(behind.into_iter().map(|resource| association(acl, &arn, resource)).collect())
}

fn arn(acl: &Live) -> Option<String> {
    let made_up = acl.observed.identity.as_ref()?;
    Some(acl.id.site.arn("wafv2", &format!("regional/webacl/{}/{made_up}", acl.id.name)))
}

fn association(acl: &Live, arn: &str, resource: String) -> Live {
    let address = Address::new(Kind::Association, without_section(&resource));
    let state = Association { resource_arn: resource.as_str().into(), web_acl_arn: arn.into() };
    Live { id: Id { address, name: resource, ..acl.id.clone() }, observed: Observed::of(state.into()) }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::aws::apigateway::{Parts, RestApi};
    use crate::aws::test_support::test_id;
    use crate::aws::wafv2::{Json, VisibilityConfig, WebAcl};
    use crate::aws::{State, Tags};
    use crate::import::section::write;
    use crate::import::{Named, Scene};

    fn live(kind: Kind, state: State, made_up: &str) -> Live {
        let mut observed = Observed::of(state);
        observed.identity = Some(made_up.to_owned());
        observed.outputs.insert("id".into(), made_up.into());
        Live { id: test_id(kind, "Gate"), observed }
    }

    #[test]
    fn what_stands_behind_a_web_acl_is_what_its_section_protects() {
        let acl = WebAcl {
            description: None,
            default_action: Json::one("Allow", Json::Object(BTreeMap::new())),
            rules: BTreeMap::new(),
            visibility_config: VisibilityConfig::full("Gate"),
            custom_response_bodies: BTreeMap::new(),
            logging_configuration: None,
            tags: Tags::new(),
        };
        let api = RestApi {
            description: String::new(),
            endpoint_type: "REGIONAL".into(),
            policy: None,
            binary_media_types: BTreeSet::new(),
            minimum_compression_size: None,
            resources: BTreeSet::new(),
            methods: BTreeMap::new(),
            parts: Parts::default(),
            deployments: BTreeSet::new(),
            stages: BTreeMap::new(),
            tags: Tags::new(),
        };
        let (acl, api) = (live(Kind::WebAcl, acl.into(), "1-2"), live(Kind::RestApi, api.into(), "0a1b"));
        let arn = arn(&acl).expect("an ARN");
        assert_eq!(arn, "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/Gate/1-2");
        let stage = "arn:aws:apigateway:us-west-2::/restapis/0a1b/stages/v1";
        let pool = "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a";
        let behind = [stage, pool].map(|resource| association(&acl, &arn, resource.to_owned()));
        let named =
            |section, live: &Live| (live.id.address.clone(), Named { section, name: live.id.address.name.clone() });
        let sections = BTreeMap::from([named("firewall", &acl), named("api", &api)]);
        let (site, owner, address) = (acl.id.site.clone(), acl.id.owner.clone(), acl.id.address.clone());
        let all = behind.into_iter().chain([acl, api]).map(|live| (live.id.address.clone(), live)).collect();
        let scene = Scene::new(&site, &owner, all, sections);
        let written = write(scene.live(&address).expect("it"), &scene).expect("a table").to_string();
        assert!(written.contains("protects = [\"thing\"]\n"), "{written}");
        assert!(written.contains(&format!("resource_arns = [\"{pool}\"]\n")), "{written}");
    }
}
