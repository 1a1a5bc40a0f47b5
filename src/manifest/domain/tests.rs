use serde_json::{Value, json};

use super::*;
use crate::aws::route53::Zone;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

const FUNCTION: &str = "[function.f]\nsource = \"f\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";
const CERTIFICATE: &str = "arn:aws:acm:us-west-2:123456789012:certificate/one";

fn with(text: &str, sources: Sources) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{FUNCTION}{text}");
    let id = test_id(Kind::DomainName, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    let package = crate::package::Package { zip: vec![].into(), sha256: "0".repeat(64), requirements: vec![] };
    lower(&source, &id.owner, &id.site, &Sources { packages: [("f".parse().unwrap(), package)].into(), ..sources })
}

fn lowered(text: &str) -> Result<Lowered, Problems> {
    with(text, Sources::default())
}

/// A REST API with this domain: what stands between its braces, but for the certificate.
fn rest(name: &str, domain: &str) -> String {
    let routes = "routes = [{ method = \"GET\", path = \"/\", function = \"f\" }]";
    format!("[api.{name}]\n{routes}\ndomain = {{ certificate = \"{CERTIFICATE}\", {domain} }}\n")
}

/// The same of an HTTP API.
fn http(name: &str, domain: &str) -> String {
    let routes = "routes = [{ route = \"GET /\", function = \"f\" }]";
    format!("[http_api.{name}]\n{routes}\ndomain = {{ certificate = \"{CERTIFICATE}\", {domain} }}\n")
}

fn state(lowered: &Lowered, address: &str) -> Value {
    serde_json::to_value(&lowered.wanted[&address.parse().unwrap()].state).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|problem| problem.message.clone()).collect()
}

fn helped(text: &str) -> String {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|one| format!("{}; {}\n", one.message, one.help.as_deref().unwrap_or_default())).collect()
}

#[test]
fn every_field_reaches_the_state_and_apis_come_before_their_domain_and_that_before_its_alias() {
    let domain = "name = \"api.example.org\", path = \"v1\", zone = \"Z0123456789\", ipv6 = true, \
                  mutual_tls = { truststore = \"s3://trust/a/b.pem\", version = \"7\" }";
    let lowered = lowered(&rest("api", domain)).unwrap();
    let expected = json!({
        "regionalCertificateArn": CERTIFICATE, "securityPolicy": "TLS_1_2", "endpointAccessMode": null,
        "ipAddressType": "dualstack",
        "mutualTlsAuthentication": {"truststoreUri": "s3://trust/a/b.pem", "truststoreVersion": "7"},
        "basePathMappings": {"v1": {"apiId": {"$output": "apigateway.rest-api/api.id"}, "stage": "v1"}},
        "apiMappings": {},
        "tags": {"serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": "apigateway.domain-name/api-example-org",
            "serverless-app:parts": "alias Z0123456789"},
    });
    let address = "apigateway.domain-name/api-example-org";
    assert_eq!(state(&lowered, address), expected);
    let wanted = |address: &str| &lowered.wanted[&address.parse().unwrap()];
    assert_eq!(wanted(address).id.name, "api.example.org");
    assert_eq!(wanted(address).needs, ["apigateway.rest-api/api".parse().unwrap()].into());
    let record = "route53.record/api-example-org";
    assert_eq!(wanted(record).id.name, "Z0123456789/api.example.org");
    assert_eq!(wanted(record).needs, [address.parse().unwrap()].into());
    let alias = json!({"DNSName": {"$output": "apigateway.domain-name/api-example-org.regionalDomainName"},
        "EvaluateTargetHealth": false,
        "HostedZoneId": {"$output": "apigateway.domain-name/api-example-org.regionalHostedZoneId"}});
    assert_eq!(state(&lowered, record), json!({"A": alias, "AAAA": alias}));
}

#[test]
fn a_policy_of_the_newer_sort_has_an_access_mode() {
    let of = |more: &str| {
        let policy = "SecurityPolicy_TLS13_1_2_2021_06";
        let text = rest("api", &format!("name = \"a.example.org\", security_policy = \"{policy}\"{more}"));
        let state = state(&lowered(&text).unwrap(), "apigateway.domain-name/a-example-org");
        (state["securityPolicy"].clone(), state["endpointAccessMode"].clone())
    };
    assert_eq!(of(""), (json!("SecurityPolicy_TLS13_1_2_2021_06"), json!("BASIC")));
    assert_eq!(of(", endpoint_access = \"strict\"").1, "STRICT");
}

#[test]
fn apis_of_both_sorts_share_a_domain_name_each_at_its_path() {
    let text = [
        rest("a", "name = \"x.example.org\", path = \"one\""),
        http("b", "name = \"x.example.org\", path = \"two/v2\""),
    ];
    let lowered = lowered(&text.concat()).unwrap();
    let state = state(&lowered, "apigateway.domain-name/x-example-org");
    assert_eq!(state["basePathMappings"].as_object().unwrap().keys().collect::<Vec<_>>(), ["one"]);
    let other = json!({"two/v2": {"apiId": {"$output": "apigatewayv2.api/b.id"}, "stage": "$default"}});
    assert_eq!(state["apiMappings"], other);
    assert_eq!(lowered.wanted.keys().filter(|address| address.kind == Kind::DomainName).count(), 1);
    let needs = &lowered.wanted[&"apigateway.domain-name/x-example-org".parse().unwrap()].needs;
    assert_eq!(needs.len(), 2);
    assert!(!lowered.wanted.keys().any(|address| address.kind == Kind::Record), "no zone is named");
    assert_eq!(state["tags"]["serverless-app:parts"], Value::Null, "so no alias is the app's");
    let alone = rest("a", "name = \"x.example.org\"");
    let alone = self::lowered(&alone).unwrap();
    let paths = self::state(&alone, "apigateway.domain-name/x-example-org")["basePathMappings"].clone();
    assert_eq!(paths.as_object().unwrap().keys().collect::<Vec<_>>(), ["(none)"]);
}

#[test]
fn names_in_addresses_are_those_of_one_domain_alone() {
    assert_eq!(names::domain::name("api.example.org").as_str(), "api-example-org");
    let all = ["a.b.org", "a-b.org", "*.b.org", "any.b.org", "1.b.org", &format!("{}.org", "x".repeat(63))];
    let named: std::collections::BTreeSet<Name> = all.iter().map(|domain| names::domain::name(domain)).collect();
    assert_eq!(named.len(), all.len(), "{named:?}");
}

#[test]
fn what_is_no_domain_name_is_refused() {
    for name in ["*.example.org", "a-b.example.org", "x1.org"] {
        assert!(lowered(&rest("api", &format!("name = \"{name}\""))).is_ok(), "{name}");
    }
    assert_eq!(problems(&rest("api", "name = \"API.example.org\"")), ["\"API.example.org\" has capital letters"]);
    for name in ["org", "a..org", "-a.org", "https://a.org", "a.*.org", "a.org.", "a_b.org", "**.a.org", ""] {
        let said = problems(&rest("api", &format!("name = \"{name}\"")));
        assert_eq!(said, [format!("{name:?} is not a domain name")]);
    }
}

#[test]
fn a_certificate_is_one_of_the_region_and_the_account() {
    let of = |arn: &str| {
        let text = rest("api", "name = \"a.example.org\"").replace(CERTIFICATE, arn);
        helped(&text)
    };
    assert!(of("arn:aws:acm:us-east-1:123456789012:certificate/1").contains("in us-east-1, the app in us-west-2"));
    let other = of("arn:aws:acm:us-west-2:999999999999:certificate/1");
    assert!(other.contains("belongs to the account 999999999999, the app to 123456789012"), "{other}");
    for arn in ["request", "", "arn:aws:iam::123456789012:server-certificate/x"] {
        let said = of(arn);
        assert!(said.contains("is not the ARN of a certificate; write arn:aws:acm:"), "{said}");
    }
    assert!(of("arn:aws:acm:us-west-2:123456789012:key/1").contains("is not a certificate"));
    let written = rest("api", "name = \"a.example.org\"").replace("123456789012", "${account}");
    assert!(lowered(&written.replace("us-west-2", "${region}")).is_ok());
    let sources = Sources { without_account: true, ..Sources::default() };
    let foreign = rest("api", "name = \"a.example.org\"").replace("123456789012", "999999999999");
    assert!(with(&foreign, sources).is_ok(), "nobody has said which account it is");
}

#[test]
fn paths_have_the_characters_and_parts_that_aws_takes() {
    let of = |path: &str| format!("name = \"a.example.org\", path = \"{path}\"");
    for path in ["v1", "a.b-c_d", "x(1)", "shop/v1"] {
        assert!(lowered(&http("api", &of(path))).is_ok(), "{path}");
    }
    for path in ["/v1", "v1/", "a//b", "a b", "ä", "/", "a?b"] {
        assert_eq!(problems(&http("api", &of(path))), [format!("{path:?} is not a path below a domain name")]);
    }
    assert_eq!(problems(&rest("api", &of("shop/v1"))), ["the base path of a REST API can have only one part"]);
}

#[test]
fn two_apis_do_not_answer_at_one_path_nor_beside_a_rest_api_that_answers_whatever_the_path() {
    let of = |path: &str| format!("name = \"a.example.org\", path = \"{path}\"");
    let twice = [rest("a", &of("v1")), http("b", &of("v1"))].concat();
    assert_eq!(problems(&twice), ["api.a already answers at this path"]);
    let beside = "API Gateway cannot map another API beside a REST API without a path";
    assert_eq!(problems(&[rest("a", &of("")), rest("b", &of("v1"))].concat()), [beside]);
    assert_eq!(problems(&[rest("a", &of("v1")), http("b", &of(""))].concat()), [beside]);
    assert!(lowered(&[http("a", &of("")), http("b", &of("v1"))].concat()).is_ok(), "HTTP APIs alone may");
}

#[test]
fn what_two_apis_say_of_one_domain_name_is_the_same() {
    let of = |more: &str| format!("name = \"a.example.org\", {more}");
    let text = [rest("a", &of("path = \"a\", ipv6 = true")), rest("b", &of("path = \"b\", zone = \"Z0123456789\""))];
    let said = problems(&text.concat());
    assert_eq!(said, ["api.a has other settings for a.example.org"; 2]);
    let text = [rest("a", &of("path = \"a\"")), rest("b", &of("path = \"b\", security_policy = \"TLS_1_2\""))];
    assert!(lowered(&text.concat()).is_ok(), "what is so anyway may be said or not");
}

#[test]
fn a_security_policy_goes_with_the_sort_of_api_and_with_mutual_tls() {
    let of = |policy: &str, more: &str| format!("name = \"a.example.org\", security_policy = \"{policy}\"{more}");
    assert_eq!(problems(&http("a", &of("TLS_1_0", ""))), ["HTTP APIs support only TLS_1_2"]);
    let both = [rest("a", &of("TLS_1_0", ", path = \"a\"")), http("b", &of("TLS_1_0", ", path = \"b\""))].concat();
    assert_eq!(problems(&both), ["HTTP APIs support only TLS_1_2"]);
    let newer = "SecurityPolicy_TLS13_1_3_2025_09";
    let tls = ", mutual_tls = { truststore = \"s3://abc/d\" }";
    assert_eq!(problems(&rest("a", &of(newer, tls))), ["mutual TLS supports only TLS_1_2"]);
    assert!(helped(&rest("a", &of("TLS_1_3", ""))).contains("there is no security policy TLS_1_3; choose one of "));
    let edge = problems(&rest("a", &of("SecurityPolicy_TLS13_2025_EDGE", "")));
    assert_eq!(edge, ["SecurityPolicy_TLS13_2025_EDGE is for edge-optimized domain names"]);
    let mode = problems(&rest("a", &of("TLS_1_2", ", endpoint_access = \"strict\"")));
    assert_eq!(mode, ["TLS_1_2 has no endpoint access mode"]);
}

#[test]
fn a_truststore_is_an_object_and_the_other_door_is_warned_of() {
    let of = |uri: &str| rest("a", &format!("name = \"a.example.org\", mutual_tls = {{ truststore = \"{uri}\" }}"));
    for uri in ["s3://bucket", "s3://bucket/", "https://bucket/x", "s3://B/x", ""] {
        assert_eq!(problems(&of(uri)), [format!("{uri:?} is not the address of an S3 object")]);
    }
    let text = format!("{}[bucket.trust]\n", of("s3://${bucket.trust.name}/clients.pem"));
    let lowered = lowered(&text).unwrap();
    let domain = "apigateway.domain-name/a-example-org".parse().unwrap();
    assert!(lowered.wanted[&domain].needs.contains(&"s3.bucket/trust".parse().unwrap()), "the bucket comes first");
    let warned: Vec<&str> = lowered.warnings.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(warned.len(), 1);
    assert!(warned[0].contains("callers need no certificate at the API's own URL"), "{warned:?}");
}

#[test]
fn a_private_api_has_no_domain_name_here() {
    let text = rest("a", "name = \"a.example.org\"").replace("[api.a]\n", "[api.a]\nendpoint = \"private\"\n");
    let said = problems(&text);
    assert!(said.contains(&"a private API cannot have a regional domain name".to_owned()), "{said:?}");
}

fn zones() -> Vec<Zone> {
    let zone = |id: &str, name: &str, is_private| Zone { id: id.into(), name: name.into(), is_private };
    vec![
        zone("Z1111", "example.org", false),
        zone("Z2222", "example.org", true),
        zone("Z3333", "twice.org", false),
        zone("Z4444", "twice.org", false),
    ]
}

#[test]
fn a_zone_is_named_by_its_id_or_its_name_and_holds_the_domain() {
    let of = |domain: &str, zone: &str| {
        let text = rest("a", &format!("name = \"{domain}\", zone = \"{zone}\""));
        let lowered = with(&text, Sources { zones: Some(zones()), ..Sources::default() });
        match lowered {
            Ok(lowered) => {
                let record = lowered.wanted.values().find(|one| one.id.address.kind == Kind::Record);
                record.map(|one| one.id.name.clone()).unwrap_or_default()
            }
            Err(problems) => problems.0.iter().map(|one| one.message.clone()).collect(),
        }
    };
    assert_eq!(of("a.example.org", "example.org"), "Z1111/a.example.org", "the public one");
    assert_eq!(of("example.org", "Example.org."), "Z1111/example.org");
    assert_eq!(of("a.example.org", "Z2222"), "Z2222/a.example.org");
    assert_eq!(
        of("a.other.org", "Z1111"),
        "the hosted zone Z1111 is for example.org, which does not contain a.other.org"
    );
    assert_eq!(of("a.example.org", "Z9999"), "there is no public hosted zone Z9999 in this account");
    assert_eq!(of("a.b.org", "b.org"), "there is no public hosted zone b.org in this account");
    assert_eq!(of("a.twice.org", "twice.org"), "there are several public hosted zones twice.org: Z3333, Z4444");
    let neither = of("a.notexample.org", "example.org");
    assert_eq!(
        neither,
        "\"example.org\" is neither the id of a hosted zone nor the name of one that contains a.notexample.org"
    );
    let unseen = rest("a", "name = \"a.example.org\", zone = \"example.org\"");
    let lowered = lowered(&unseen).unwrap();
    assert!(lowered.wanted.values().any(|one| one.id.name == "example.org/a.example.org"), "nobody has looked");
}

#[test]
fn an_alias_takes_a_tag() {
    let tags: Vec<String> = (0..47).map(|number| format!("t{number} = \"x\"")).collect();
    let of = |zone: &str| {
        let text = rest("a", &format!("name = \"a.example.org\"{zone}"));
        text.replace("[api.a]\n", &format!("[api.a]\ntags = {{ {} }}\n", tags.join(", ")))
    };
    assert!(lowered(&of("")).is_ok());
    assert_eq!(problems(&of(", zone = \"Z0123456789\"")), ["with the program's own there are 51 tags"]);
}

#[test]
fn where_callers_reach_an_api_is_said() {
    let of = |name: &str, path: &str| {
        let text = format!("name = \"{name}\"\ncertificate = \"x\"\npath = \"{path}\"\n");
        toml::from_str::<Domain>(&text).unwrap().url()
    };
    assert_eq!(of("a.example.org", "v1").as_deref(), Some("https://a.example.org/v1"));
    assert_eq!(of("a.example.org", "").as_deref(), Some("https://a.example.org"));
    assert_eq!(of("*.example.org", ""), None);
}

#[test]
fn a_zone_that_is_named_by_its_id_is_taken_for_the_one_above_the_domain() {
    let text = [
        rest("a", "name = \"a.example.org\", zone = \"Z0123456789\""),
        http("b", "name = \"other.org\", zone = \"Z1123456789\""),
        http("c", "name = \"x.y.third.org\", zone = \"Third.org.\""),
    ];
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{}", text.concat());
    let source = read("m.toml", &text, &test_id(Kind::DomainName, "any").owner.stage).unwrap();
    let zones = named_zones(&source.manifest);
    let zones: Vec<(&str, &str)> = zones.iter().map(|(zone, name)| (zone.as_str(), name.as_str())).collect();
    assert_eq!(zones, [("Third.org", "third.org"), ("Z0123456789", "example.org"), ("Z1123456789", "other.org")]);
    assert!(names_zones(&source.manifest));
}

/// An API with this domain and no certificate.
fn requesting(name: &str, domain: &str) -> String {
    rest(name, domain).replace(&format!("certificate = \"{CERTIFICATE}\", "), "")
}

#[test]
fn without_a_certificate_one_is_requested_for_the_domain_name_and_comes_before_it() {
    let text = requesting("api", "name = \"*.example.org\", zone = \"Z0123456789\"");
    let lowered = lowered(&text.replace("[api.api]\n", "[api.api]\ntags = { Team = \"a\" }\n")).unwrap();
    let name = names::domain::name("*.example.org");
    let (certificate, domain) = (format!("acm.certificate/{name}"), format!("apigateway.domain-name/{name}"));
    let expected = json!({"DomainName": "*.example.org", "KeyAlgorithm": "RSA_2048", "Status": "ISSUED",
        "HostedZoneId": "Z0123456789", "ValidationRecord": "there",
        "tags": {"Team": "a", "serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": certificate}});
    assert_eq!(state(&lowered, &certificate), expected);
    assert_eq!(state(&lowered, &domain)["regionalCertificateArn"], json!({"$output": format!("{certificate}.arn")}));
    let wanted = |address: &str| &lowered.wanted[&address.parse().unwrap()];
    assert!(wanted(&domain).needs.contains(&certificate.parse().unwrap()));
    assert_eq!((wanted(&certificate).needs.len(), wanted(&certificate).id.name.as_str()), (0, "*.example.org"));
}

#[test]
fn a_certificate_is_named_or_requested_in_a_public_zone_for_a_short_name() {
    let neither = helped(&requesting("a", "name = \"a.example.org\""));
    assert!(neither.contains("the domain has neither a certificate nor a zone; write `certificate`"), "{neither}");
    let long = format!("{}.{}.example.org", "x".repeat(30), "y".repeat(30));
    assert!(
        helped(&requesting("a", &format!("name = \"{long}\", zone = \"Z0123\"")))
            .contains("longer than the 64 characters")
    );
    assert!(lowered(&rest("a", &format!("name = \"{long}\", zone = \"Z0123\""))).is_ok(), "one by hand may have it");
    let of = |zone: &str| {
        let text = requesting("a", &format!("name = \"a.example.org\", zone = \"{zone}\""));
        with(&text, Sources { zones: Some(zones()), ..Sources::default() })
    };
    assert!(of("Z1111").is_ok() && of("example.org").is_ok());
    let said = of("Z2222").expect_err("a private zone").0.remove(0).message;
    assert_eq!(said, "AWS validates certificates in public DNS, and Z2222 is a private zone");
}

#[test]
fn an_app_requests_certificates_where_a_zone_is_named_and_no_certificate() {
    let of = |text: &str| {
        let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
        let source = read("m.toml", &text, &test_id(Kind::DomainName, "any").owner.stage).unwrap();
        source.manifest.has_by_need(Kind::Certificate)
    };
    assert!(of(&requesting("a", "name = \"a.example.org\", zone = \"Z0123\"")));
    assert!(!of(&rest("a", "name = \"a.example.org\", zone = \"Z0123\"")));
    assert!(!of(&requesting("a", "name = \"a.example.org\"")));
}
