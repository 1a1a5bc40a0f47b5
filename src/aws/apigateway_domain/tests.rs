use aws_sdk_apigateway::types;
use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::observe::Below;
use super::obstacle::Foreign;
use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

const NAME: &str = "api.example.org";

fn id() -> Id {
    test_id(Kind::DomainName, NAME)
}

fn output(address: &str) -> Text {
    OutputRef::new(&address.parse().unwrap(), "id").into()
}

fn certificate() -> Text {
    OutputRef::new(&"acm.certificate/api".parse().unwrap(), "arn").into()
}

fn rest() -> Text {
    output("apigateway.rest-api/api")
}

fn http() -> Text {
    output("apigatewayv2.api/web")
}

fn mapping(api_id: Text, stage: &str) -> Mapping {
    Mapping { api_id, stage: stage.into() }
}

fn mappings(api: Text) -> impl Strategy<Value = BTreeMap<String, Mapping>> {
    let api = select(vec![api, Text::from("abc")]);
    btree_map("(a|b|)", (api, "v[1-2]").prop_map(|(api, stage)| mapping(api, &stage)), 0..3)
}

fn domain() -> impl Strategy<Value = DomainName> {
    let policy = select(vec![TLS_1_2, "TLS_1_0", "SecurityPolicy_TLS13_1_3_2025_09"]);
    let tls = of(("s3://a/[b-c]", of("[1-2]"))
        .prop_map(|(truststore_uri, truststore_version)| MutualTls { truststore_uri, truststore_version }));
    let mode = of(select(vec!["BASIC".to_owned(), "STRICT".to_owned()]));
    let addresses = select(vec![IPV4, DUALSTACK]);
    let aliases = of(select(vec!["alias Z1", "alias Z1 Z2", "alias Z2", "else"]));
    let tags = (btree_map("[a-c]", "[x-z]", 0..3), aliases).prop_map(|(mut tags, aliases)| {
        tags.extend(aliases.map(|aliases| (tag::PARTS.to_owned(), aliases.to_owned())));
        tags
    });
    let parts = (mappings(rest()), mappings(http()), tags);
    let certificate = select(vec![Text::from("arn:a"), Text::from("arn:b"), certificate()]);
    (certificate, policy, mode, addresses, tls, parts).prop_map(
        |(certificate, policy, mode, addresses, tls, (base_path_mappings, api_mappings, tags))| DomainName {
            regional_certificate_arn: certificate,
            security_policy: policy.into(),
            endpoint_access_mode: mode,
            ip_address_type: addresses.into(),
            mutual_tls_authentication: tls,
            base_path_mappings,
            api_mappings,
            tags,
        },
    )
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(domain()), live in of(domain())) {
        let state = |domain: Option<DomainName>| domain.map(State::from);
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }

    /// AWS takes no mapping beside an empty base path, nor another one of a path that there is.
    #[test]
    fn nothing_is_mapped_while_something_is_in_its_way(want in domain(), live in domain()) {
        let paths = |domain: &DomainName| {
            let all = domain.base_path_mappings.keys().chain(domain.api_mappings.keys());
            all.cloned().collect::<Vec<String>>()
        };
        let fits = |domain: &DomainName| {
            let (paths, unique) = (paths(domain), paths(domain).into_iter().collect::<BTreeSet<_>>());
            paths.len() == unique.len() && (paths.len() < 2 || !unique.contains(""))
        };
        prop_assume!(fits(&want) && fits(&live));
        let planned = steps(&id(), Some(&want.into()), Some(&live.clone().into())).unwrap();
        let mut state = Some(live);
        for step in planned {
            let crate::aws::Call::DomainName(call) = &step.call else { panic!("{:?}", step.call) };
            state = DomainName::effect(call, state);
            prop_assert!(fits(state.as_ref().unwrap()), "{:?}", state);
        }
    }
}

fn full() -> DomainName {
    DomainName {
        regional_certificate_arn: "arn:c".into(),
        base_path_mappings: [("v1".to_owned(), mapping(rest(), "v1"))].into(),
        api_mappings: [("shop/v2".to_owned(), mapping(http(), "$default"))].into(),
        ..DomainName::default()
    }
}

fn calls(want: Option<DomainName>, live: Option<DomainName>) -> Vec<Value> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&id(), want.as_ref(), live.as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.json()).collect()
}

fn apis(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["api"].as_str().unwrap().split(':').nth(1).unwrap()).collect()
}

#[test]
fn a_new_domain_name_is_made_bare_and_then_gets_its_apis_each_by_its_own_api() {
    let calls = calls(Some(full()), None);
    assert_eq!(apis(&calls), ["CreateDomainName", "CreateBasePathMapping", "CreateApiMapping"]);
    let create = json!({"domainName": NAME, "regionalCertificateArn": "arn:c", "securityPolicy": "TLS_1_2",
        "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"}, "tags": {}});
    assert_eq!(calls[0]["input"], create);
    let (rest, http) =
        (json!({"$output": "apigateway.rest-api/api.id"}), json!({"$output": "apigatewayv2.api/web.id"}));
    assert_eq!(calls[1]["input"], json!({"domainName": NAME, "basePath": "v1", "restApiId": rest, "stage": "v1"}));
    assert_eq!(
        calls[2]["input"],
        json!({"domainName": NAME, "apiMappingKey": "shop/v2", "apiId": http, "stage": "$default"})
    );
}

#[test]
fn it_goes_once_nothing_is_mapped_any_more() {
    let calls = calls(None, Some(full()));
    assert_eq!(apis(&calls), ["DeleteBasePathMapping", "DeleteApiMapping", "DeleteDomainName"]);
    let made_up = json!({"$output": "apigateway.domain-name/thing.mapping:shop/v2"});
    assert_eq!(calls[1]["input"]["apiMappingId"], made_up);
}

#[test]
fn whatever_differs_goes_in_one_patch_and_a_policy_takes_its_access_mode_along() {
    let tls = MutualTls { truststore_uri: "s3://a/b".into(), truststore_version: Some("1".into()) };
    let live = DomainName { mutual_tls_authentication: Some(tls), ..full() };
    let want = DomainName {
        regional_certificate_arn: "arn:d".into(),
        security_policy: "SecurityPolicy_TLS13_1_3_2025_09".into(),
        endpoint_access_mode: Some("STRICT".into()),
        ip_address_type: DUALSTACK.into(),
        ..full()
    };
    let there = calls(Some(want.clone()), Some(live.clone()));
    assert_eq!(apis(&there), ["UpdateDomainName"]);
    let set = |path: &str, value: &str| json!({"op": "replace", "path": path, "value": value});
    let expected = json!([
        set("/regionalCertificateArn", "arn:d"),
        set("/securityPolicy", "SecurityPolicy_TLS13_1_3_2025_09"),
        set("/endpointAccessMode", "STRICT"),
        set("/endpointConfiguration/ipAddressType", "dualstack"),
        set("/mutualTlsAuthentication/truststoreUri", ""),
    ]);
    assert_eq!(there[0]["input"]["patchOperations"], expected);
    let back = calls(Some(live), Some(want));
    let patches = back[0]["input"]["patchOperations"].as_array().unwrap();
    assert!(patches.contains(&set("/endpointAccessMode", "")), "{patches:?}");
    assert!(patches.contains(&set("/mutualTlsAuthentication/truststoreVersion", "1")), "{patches:?}");
}

#[test]
fn another_api_takes_a_path_without_a_gap_unless_it_is_of_the_other_sort() {
    let mut want = full();
    want.base_path_mappings.insert("v1".into(), mapping(output("apigateway.rest-api/other"), "v1"));
    let to_other = calls(Some(want), Some(full()));
    assert_eq!(apis(&to_other), ["UpdateBasePathMapping"]);
    let other = json!({"$output": "apigateway.rest-api/other.id"});
    assert_eq!(
        to_other[0]["input"]["patchOperations"],
        json!([{"op": "replace", "path": "/restapiId", "value": other}])
    );
    let mut want = full();
    want.base_path_mappings.clear();
    want.api_mappings.insert("v1".into(), mapping(http(), "$default"));
    assert_eq!(apis(&calls(Some(want), Some(full()))), ["DeleteBasePathMapping", "CreateApiMapping"]);
    let mut moved = full();
    moved.base_path_mappings = [("v9".to_owned(), mapping(rest(), "v1"))].into();
    assert_eq!(
        apis(&calls(Some(moved), Some(full()))),
        ["CreateBasePathMapping", "DeleteBasePathMapping"],
        "the new path answers before the old one goes"
    );
}

#[test]
fn a_call_with_an_unknown_field_is_refused() {
    let mut other = full();
    other.base_path_mappings.insert("v1".into(), mapping("x".into(), "v1"));
    other.api_mappings.insert("shop/v2".into(), mapping("x".into(), "v1"));
    other.tags = [("a".to_owned(), "b".to_owned())].into();
    let all = [calls(Some(full()), None), calls(None, Some(full())), calls(Some(full()), Some(other))].concat();
    for mut json in all {
        assert!(Kind::DomainName.parse_call(&json.to_string()).is_ok());
        json["input"]["surprise"] = json!(1);
        assert!(Kind::DomainName.parse_call(&json.to_string()).is_err(), "{json}");
    }
}

fn below(mappings: &[(&str, &str)]) -> Below {
    let mappings = mappings.iter().map(|(path, api)| ((*path).to_owned(), ((*api).to_owned(), "v1".to_owned())));
    let mappings: BTreeMap<_, _> = mappings.collect();
    let ids = mappings.keys().map(|path| (path.clone(), format!("m-{path}"))).collect();
    let every_rest = ["r1".to_owned(), "r9".to_owned()].into();
    Below { mappings, ids, rest: ["r1".to_owned()].into(), http: ["h1".to_owned()].into(), every_rest }
}

#[test]
fn what_aws_fills_in_is_not_asked_for_and_a_mapping_is_ours_where_its_api_is() {
    let endpoint = types::EndpointConfiguration::builder().types(types::EndpointType::Regional);
    let answer = types::DomainName::builder()
        .domain_name(NAME)
        .regional_domain_name("d-1.execute-api.us-west-2.amazonaws.com")
        .regional_hosted_zone_id("Z2")
        .regional_certificate_arn("arn:c")
        .endpoint_configuration(endpoint.ip_address_type(types::IpAddressType::Ipv4).build())
        .security_policy(types::SecurityPolicy::Tls12)
        .routing_mode(types::RoutingMode::from("BASE_PATH_MAPPING_ONLY"))
        .mutual_tls_authentication(types::MutualTlsAuthentication::builder().build())
        .domain_name_status(types::DomainNameStatus::Updating)
        .build();
    let observed =
        observe::assemble(&answer, Tags::new(), &below(&[("", "r1"), ("a/b", "h1"), ("x", "z9"), ("y", "r9")]));
    let expected = DomainName {
        regional_certificate_arn: "arn:c".into(),
        base_path_mappings: [(String::new(), mapping("r1".into(), "v1"))].into(),
        api_mappings: [("a/b".to_owned(), mapping("h1".into(), "v1"))].into(),
        ..DomainName::default()
    };
    assert_eq!(observed.state, expected);
    assert_eq!(observed.pending.as_deref(), Some("UPDATING"));
    assert_eq!(observed.identity.as_deref(), Some("d-1.execute-api.us-west-2.amazonaws.com"));
    let outputs: Vec<&str> = observed.outputs.keys().map(String::as_str).collect();
    assert_eq!(outputs, ["mapping:a/b", REGIONAL_NAME, REGIONAL_ZONE]);
    let foreign = &observed.unmodelled[0];
    assert_eq!(foreign.attribute, "at /x a mapping to an API of another owner: z9/v1");
    assert_eq!(foreign.forbids, Some("apigateway:DeleteDomainName"), "which would delete it as well");
    assert_eq!(observed.unmodelled[1].attribute, "at /y a mapping to a REST API of another owner: r9/v1");
    assert_eq!(observed.unmodelled.len(), 2);
}

#[test]
fn what_waits_for_somebody_is_named_and_not_waited_for() {
    let of = |status: &str, endpoint: &str| {
        let endpoint = types::EndpointConfiguration::builder().types(endpoint.into()).build();
        let answer = types::DomainName::builder().domain_name_status(status.into()).endpoint_configuration(endpoint);
        let answer = answer.domain_name_status_message("why").build();
        let observed = observe::assemble(&answer, Tags::new(), &Below::default());
        let named: Vec<String> = observed.unmodelled.into_iter().map(|one| one.attribute).collect();
        (observed.pending, named)
    };
    assert_eq!(of("AVAILABLE", "REGIONAL"), (None, Vec::new()));
    assert_eq!(of("FAILED", "REGIONAL"), (Some("FAILED (why)".into()), Vec::new()));
    let (pending, named) = of("PENDING_OWNERSHIP_VERIFICATION", "REGIONAL");
    assert_eq!((pending, &named[..]), (None, &["domainNameStatus PENDING_OWNERSHIP_VERIFICATION".to_owned()][..]));
    assert_eq!(of("AVAILABLE", "EDGE").1[0], "endpointConfiguration EDGE");
}

#[test]
fn what_aws_could_not_read_of_a_truststore_is_named() {
    let tls = types::MutualTlsAuthentication::builder().truststore_uri("s3://a/b");
    let answer = types::DomainName::builder();
    let answer = answer.mutual_tls_authentication(tls.truststore_warnings("a certificate has expired").build()).build();
    let named = observe::assemble(&answer, Tags::new(), &Below::default()).unmodelled;
    let expected = Unmodelled::kept("mutualTlsAuthentication truststoreWarnings a certificate has expired");
    assert!(named.contains(&expected), "{named:?}");
}

fn foreign(path: &str, is_rest: bool) -> [Unmodelled; 2] {
    let foreign = Foreign { path: path.into(), is_rest, api: "z9/v1".into() };
    let said = foreign.said();
    assert_eq!(Foreign::heard(&said), Some(foreign), "{said}");
    [Unmodelled::kept("routingMode"), Unmodelled::kept(said)]
}

/// At these paths, of REST APIs and of HTTP APIs.
fn at(rest_paths: &[&str], http_paths: &[&str]) -> DomainName {
    let of = |paths: &[&str], api: Text| {
        paths.iter().map(|path| ((*path).to_owned(), mapping(api.clone(), "v1"))).collect::<BTreeMap<_, _>>()
    };
    DomainName {
        base_path_mappings: of(rest_paths, rest()),
        api_mappings: of(http_paths, http()),
        ..DomainName::default()
    }
}

#[test]
fn a_path_of_somebody_else_is_in_the_way() {
    let why = full().obstacle(Some(&DomainName::default()), &foreign("v1", false)).unwrap();
    assert!(why.contains("at /v1 a mapping to an API of another owner: z9/v1; delete that by hand"), "{why}");
    assert_eq!(full().obstacle(None, &foreign("v", true)), None);
    assert_eq!(Foreign::heard("routingMode"), None);
}

#[test]
fn beside_a_root_nothing_comes_where_one_of_the_two_is_a_rest_api() {
    let why = |want: &DomainName, path: &str, is_rest: bool| want.obstacle(None, &foreign(path, is_rest));
    for (want, path, is_rest, is_in_the_way) in [
        (at(&["orders"], &[]), "", true, true),
        (at(&["orders"], &[]), "", false, true),
        (at(&[], &["orders"]), "", true, true),
        (at(&[], &["orders"]), "", false, false),
        (at(&[""], &[]), "v1", true, true),
        (at(&[""], &[]), "v1", false, true),
        (at(&[], &[""]), "v1", true, true),
        (at(&[], &[""]), "v1", false, false),
        (at(&["orders"], &["shop"]), "v1", true, false),
    ] {
        assert_eq!(why(&want, path, is_rest).is_some(), is_in_the_way, "{want:?} {path:?} {is_rest}");
    }
    let said = why(&at(&["orders"], &[]), "", true).unwrap();
    assert!(said.contains("at its root a mapping to a REST API of another owner: z9/v1, and"), "{said}");
    assert!(said.ends_with("or give the API a domain name of its own"), "{said}");
    assert!(why(&at(&[""], &[]), "v1", true).unwrap().ends_with("or give the API a path"));
    let there = at(&[""], &[]);
    assert_eq!(there.obstacle(Some(&there), &foreign("v1", false)), None, "AWS has taken both");
}

#[test]
fn a_stage_that_is_mapped_keeps_its_name() {
    let mut live = full();
    live.base_path_mappings.insert("v1".into(), mapping(rest(), "old"));
    let why = full().obstacle(Some(&live), &[]).unwrap();
    assert!(why.contains("/v1 leads to the stage old") && why.contains("while the stage becomes v1"), "{why}");
    assert!(why.ends_with(
        "(requests fail until then); if the mapping to old was created by hand, change it to v1 by hand instead"
    ));
    live.base_path_mappings.insert("v1".into(), mapping("other".into(), "old"));
    assert_eq!(full().obstacle(Some(&live), &[]), None, "another API's stage stays");
}

#[test]
fn where_no_other_api_keeps_a_domain_name_its_other_name_in_aws_is_said() {
    let (want, mut live) = (at(&["orders"], &[]), at(&["orders"], &[]));
    live.base_path_mappings.insert("orders".into(), mapping(rest(), "old"));
    let why = want.obstacle(Some(&live), &[]).unwrap();
    assert!(why.contains("another target in AWS: records that were created by hand have to be changed then"), "{why}");
    let why = want.with_alias("Z1").obstacle(Some(&live), &[]).unwrap();
    assert!(why.contains("another target in AWS: the alias is updated"), "{why}");
}

#[test]
fn a_mapping_by_hand_to_a_stage_that_goes_is_to_be_taken_away() {
    let (want, mut live) = (at(&["orders"], &[]), at(&["orders"], &[]));
    live.base_path_mappings.insert("try".into(), mapping(rest(), "test"));
    let why = want.obstacle(Some(&live), &[]).unwrap();
    assert_eq!(why, "/try leads to the stage test of the API, which will be deleted: delete that mapping by hand");
}

#[test]
fn the_tag_of_an_alias_comes_first_and_goes_last() {
    let mut moved = full();
    moved.regional_certificate_arn = "arn:d".into();
    let there = calls(Some(moved.clone().with_alias("Z1")), Some(full()));
    assert_eq!(apis(&there), ["TagResource", "UpdateDomainName"]);
    assert_eq!(there[0]["input"]["tags"], json!({"serverless-app:parts": "alias Z1"}));
    let back = calls(Some(full()), Some(moved.clone().with_alias("Z1")));
    assert_eq!(apis(&back), ["UpdateDomainName", "UntagResource"]);
    let other = calls(Some(full().with_alias("Z2")), Some(moved.with_alias("Z1")));
    assert_eq!(apis(&other), ["TagResource", "UpdateDomainName", "TagResource"]);
    assert_eq!(other[0]["input"]["tags"], json!({"serverless-app:parts": "alias Z1 Z2"}));
    assert_eq!(other[2]["input"]["tags"], json!({"serverless-app:parts": "alias Z2"}));
}
