use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use proptest::option;
use proptest::prelude::*;

fn association(stage: &str, acl: &str) -> State {
    let id = test_id(Kind::Association, "shop--test-api/v1");
    let api = "apigateway.rest-api/api".parse().unwrap();
    Association { resource_arn: stage_arn(&id.site, &api, stage), web_acl_arn: acl.into() }.into()
}

fn any_association() -> impl Strategy<Value = State> {
    ("[a-b]", "[a-b]").prop_map(|(stage, acl)| association(&stage, &acl))
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(any_association()), live in option::of(any_association())) {
        assert_properties(&test_id(Kind::Association, "shop--test-api/v1"), want.as_ref(), live.as_ref());
    }
}

fn apis(want: &State, live: &State) -> Vec<&'static str> {
    let id = test_id(Kind::Association, "shop--test-api/v1");
    steps(&id, Some(want), Some(live)).unwrap().iter().map(|step| step.call.api()).collect()
}

#[test]
fn another_web_acl_takes_the_place_of_the_first_without_a_gap() {
    assert_eq!(apis(&association("v1", "b"), &association("v1", "a")), ["wafv2:AssociateWebACL"]);
    let moved = ["wafv2:DisassociateWebACL", "wafv2:AssociateWebACL"];
    assert_eq!(apis(&association("v1", "a"), &association("v2", "a")), moved);
}

#[tokio::test]
async fn a_web_acl_of_somebody_else_is_named() {
    let Id { owner, site, .. } = test_id(Kind::Association, "x");
    let arn = |name: &str| format!("arn:aws:wafv2:us-west-2:123456789012:regional/webacl/{name}/1-2");
    let aws = Aws::emulator(&site.region, "http://127.0.0.1:9", "123456789012").await.expect("clients");
    let reader = PlanReader::new(&aws).hinted([(arn("Wall"), crate::aws::Tags::new())].into());
    let of = |name: &str| {
        let is_ours = observe::is_ours((&reader).into(), &owner, &arn(name));
        observe::observed(is_ours, &Arns { resource: "r".into(), web_acl: arn(name) }).unmodelled
    };
    assert_eq!(of("Wall"), [], "as the tagging index knows");
    assert_eq!(of("shop--test-waf"), []);
    let other = of("shop--prod-waf");
    assert!(other[0].attribute.contains("/shop--prod-waf/"), "{other:?}");
    assert_eq!(other[0].erased_by, Some("wafv2:AssociateWebACL"));
}
