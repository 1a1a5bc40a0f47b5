//! Domain names.

use super::*;
use crate::aws::acm::Certificate;
use crate::aws::apigateway_domain::{DomainName, Mapping, MutualTls};
use crate::aws::route53::{Alias, Record};

const POLICIES: [&str; 4] =
    ["TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_1_3_2025_09"];

#[derive(Debug, Clone, PartialEq)]
struct Parts {
    policy: usize,
    truststore: Option<&'static str>,
    mode: Option<&'static str>,
    paths: BTreeMap<&'static str, &'static str>,
}

fn parts() -> impl Strategy<Value = Parts> + Clone {
    let truststore = prop::option::of(prop::sample::select(vec!["s3://a/b", "s3://a/c"]));
    let mode = prop::option::of(prop::sample::select(vec!["BASIC", "STRICT"]));
    let path = prop::sample::select(vec!["", "v1", "v2"]);
    let paths = prop::collection::btree_map(path, prop::sample::select(vec!["a1", "b2"]), 0..3);
    (0..4usize, truststore, mode, paths).prop_map(|(policy, truststore, mode, paths)| Parts {
        policy,
        truststore,
        mode,
        paths,
    })
}

fn state(parts: &Parts) -> State {
    let mapping = |api: &str| Mapping { api_id: api.into(), stage: "v1".into() };
    let domain = DomainName {
        security_policy: POLICIES[parts.policy].into(),
        endpoint_access_mode: parts.mode.map(str::to_owned),
        mutual_tls_authentication: parts
            .truststore
            .map(|uri| MutualTls { truststore_uri: uri.into(), truststore_version: None }),
        base_path_mappings: parts.paths.iter().map(|(path, api)| ((*path).to_owned(), mapping(api))).collect(),
        ..DomainName::default()
    };
    domain.into()
}

proptest! {
    #[test]
    fn less_tls_callers_without_certificates_and_paths_that_lead_elsewhere_have_a_line(old in parts(), new in parts()) {
        prop_assume!(old != new);
        let weaker = new.policy < old.policy || old.mode == Some("STRICT") && new.mode != Some("STRICT");
        let trusts_others = old.truststore.is_some() && new.truststore != old.truststore;
        let gone = old.paths.keys().any(|path| !new.paths.contains_key(path));
        let moved = old.paths.iter().any(|(path, api)| new.paths.get(path).is_some_and(|other| other != api));
        let all = [
            (RiskKind::Tls, weaker),
            (RiskKind::WeakerAuthorization, trusts_others),
            (RiskKind::Gone, gone),
            (RiskKind::Downtime, moved),
        ];
        assert_kinds(Kind::DomainName, Some(state(&old)), Some(state(&new)), &all);
    }
}

fn some(policy: usize, truststore: Option<&'static str>, paths: &[(&'static str, &'static str)]) -> State {
    state(&Parts { policy, truststore, mode: None, paths: paths.iter().copied().collect() })
}

#[test]
fn what_becomes_weaker_is_named_from_what_to_what() {
    let old = some(1, Some("s3://a/b"), &[("", "a1"), ("v1", "a1"), ("v2", "a1")]);
    let new = some(0, None, &[("v1", "b2"), ("v2", "b2")]);
    let text = lines(&planned(vec![case(Kind::DomainName, "api", Some(old.clone()), Some(new))]));
    let expected = [
        "Weaker authorization: domain name <api>: callers need no certificate any more",
        "Weaker TLS: domain name <api>: <TLS_1_2> → <TLS_1_0>",
        "Downtime: paths <v1>, <v2> of domain name <shop--test-api> lead to other APIs",
        "Gone: path <(none)> of domain name <shop--test-api>: no API answers there any more",
    ];
    assert_eq!(text, expected);
    let text = lines(&planned(vec![case(Kind::DomainName, "api", Some(old), None)]));
    assert_eq!(text, ["Gone: domain name <api>"]);
}

#[test]
fn an_alias_that_goes_is_missed() {
    let alias = Alias { dns_name: "d-1".into(), evaluate_target_health: false, hosted_zone_id: "Z2".into() };
    let record = Record { a: Some(alias), aaaa: None };
    let text = lines(&planned(vec![case(Kind::Record, "api", Some(record.into()), None)]));
    assert_eq!(text, ["Gone: alias <api>: the domain no longer leads to its APIs"]);
}

#[test]
fn a_certificate_that_is_replaced_is_missed_meanwhile_unless_aws_has_never_issued_it() {
    let of = |status: &str, key: &str| {
        let wanted = Certificate::wanted("api.example.org", "Z1", Tags::new());
        State::from(Certificate { status: status.into(), key_algorithm: key.into(), ..wanted })
    };
    let text = |old: State, new: Option<State>| lines(&planned(vec![case(Kind::Certificate, "api", Some(old), new)]));
    let want = || Some(of("ISSUED", "RSA_2048"));
    assert_eq!(text(of("FAILED", "RSA_2048"), want()), [""; 0]);
    let replaced = text(of("ISSUED", "EC_prime256v1"), want());
    assert!(replaced.len() == 1 && replaced[0].starts_with("Downtime: certificate of <api>"), "{replaced:?}");
    assert_eq!(text(of("ISSUED", "RSA_2048"), None), ["Gone: certificate of <api>"]);
}
