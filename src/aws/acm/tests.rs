use aws_sdk_acm::types::{
    CertificateDetail, CertificateStatus, DomainValidation, FailureReason, KeyAlgorithm, RecordType, ResourceRecord,
};
use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::aws::State;
use crate::aws::route53::Cname as InZone;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

const DOMAIN: &str = "api.example.org";
const ARN_MADE_UP: &str = "arn:aws:acm:us-west-2:123456789012:certificate/1";

fn id() -> Id {
    test_id(Kind::Certificate, DOMAIN)
}

fn wanted() -> Certificate {
    Certificate::wanted(DOMAIN, "Z1", id().owner.tags(&id().address))
}

/// Half way, in a zone, whether its record was made by the app, and whether it is there.
fn pending(zone: &str, is_made: bool, is_there: bool) -> Certificate {
    Certificate { status: PENDING.into(), validation: Validation::of(zone, is_made, is_there), ..wanted() }
}

fn tags() -> impl Strategy<Value = Tags> {
    btree_map("[a-c]", "[x-z]", 0..3)
}

fn want() -> impl Strategy<Value = Certificate> {
    (select(vec!["Z1", "Z2"]), tags()).prop_map(|(zone, tags)| Certificate::wanted(DOMAIN, zone, tags))
}

fn live() -> impl Strategy<Value = Certificate> {
    let status = select(vec![ISSUED, PENDING, "FAILED", "VALIDATION_TIMED_OUT"]);
    let validation = (select(vec!["Z1", "Z2", ""]), any::<bool>(), any::<bool>(), of("arn:[a-b]"));
    let key = select(vec![RSA_2048, "EC_prime256v1"]);
    (status, validation, key, tags()).prop_map(|(status, (zone, is_made, is_there, needed_by), key, tags)| {
        let mut validation = Validation::of(zone, is_made, is_there);
        validation.needed_by = needed_by.into_iter().collect();
        let (status, key_algorithm) = (status.to_owned(), key.to_owned());
        Certificate { status, key_algorithm, validation, ..Certificate::wanted(DOMAIN, zone, tags) }
    })
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(want()), live in of(live())) {
        let state = |certificate: Option<Certificate>| certificate.map(State::from);
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }
}

fn calls(want: Option<Certificate>, live: Option<Certificate>) -> Vec<Value> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&id(), want.as_ref(), live.as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.json()).collect()
}

fn apis(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["api"].as_str().unwrap().split(':').nth(1).unwrap()).collect()
}

fn output(attribute: &str) -> Value {
    json!({"$output": format!("acm.certificate/thing.{attribute}")})
}

#[test]
fn a_certificate_is_requested_announced_recorded_and_waited_for() {
    let all = calls(Some(wanted()), None);
    let expected = ["RequestCertificate", "AddTagsToCertificate", "ChangeResourceRecordSets", "AddTagsToCertificate"];
    assert_eq!(apis(&all), expected);
    let request = &all[0]["input"];
    assert_eq!(
        (&request["DomainName"], &request["ValidationMethod"], &request["KeyAlgorithm"]),
        (&json!(DOMAIN), &json!("DNS"), &json!(RSA_2048))
    );
    assert!(request["Tags"].as_array().unwrap().contains(&json!({"Key": tag::PARTS, "Value": "validation Z1"})));
    let announced = json!([{"Key": tag::PARTS, "Value": "validation Z1 made"}]);
    assert_eq!((&all[1]["input"]["CertificateArn"], &all[1]["input"]["Tags"]), (&output("arn"), &announced));
    let record = json!({"Action": "CREATE", "ResourceRecordSet": {"Name": output("validationName"), "Type": "CNAME",
        "TTL": 300, "ResourceRecords": [{"Value": output("validationValue")}]}});
    assert_eq!(all[2]["input"], json!({"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [record]}}));
    let address = json!([{"Key": tag::ADDRESS, "Value": "acm.certificate/thing"}]);
    assert_eq!(all[3]["input"]["Tags"], address, "which changes nothing: only time leads there");
}

#[test]
fn what_is_left_of_one_depends_on_how_far_it_has_come() {
    let left = |live: Certificate| apis(&calls(Some(wanted()), Some(live))).join(" ");
    assert_eq!(
        left(pending("Z1", false, true)),
        "AddTagsToCertificate",
        "a record that was there already does as well"
    );
    assert_eq!(left(pending("Z1", true, true)), "AddTagsToCertificate");
    assert_eq!(left(pending("Z1", true, false)), "ChangeResourceRecordSets AddTagsToCertificate");
    let gone = Certificate { validation: Validation::of("Z1", false, false), ..wanted() };
    assert_eq!(left(gone), "AddTagsToCertificate ChangeResourceRecordSets", "somebody has deleted the record");
    let moved = Certificate { validation: Validation::of("Z2", true, true), ..wanted() };
    assert_eq!(left(moved), "AddTagsToCertificate AddTagsToCertificate ChangeResourceRecordSets");
    assert_eq!(left(wanted()), "");
}

#[test]
fn a_record_goes_with_its_certificate_only_where_the_app_has_made_it_and_nobody_else_needs_it() {
    let (removal, alone) = ("ChangeResourceRecordSets DeleteCertificate", "DeleteCertificate");
    let gone = |live: &Certificate| apis(&calls(None, Some(live.clone()))).join(" ");
    let made = Certificate { validation: Validation::of("Z1", true, true), ..wanted() };
    assert_eq!((gone(&made).as_str(), made.stays()), (removal, None));
    let theirs = Certificate { validation: Validation::of("Z1", false, true), ..wanted() };
    let said = "its validation record in the hosted zone Z1, which this app has not created";
    assert_eq!((gone(&theirs).as_str(), theirs.stays().as_deref()), (alone, Some(said)));
    let mut shared = made.clone();
    shared.validation.needed_by = vec!["arn:other".into()];
    let said = "its validation record in the hosted zone Z1, which arn:other needs too";
    assert_eq!((gone(&shared).as_str(), shared.stays().as_deref()), (alone, Some(said)));
    let absent = pending("Z1", true, false);
    assert_eq!((gone(&absent).as_str(), absent.stays()), (alone, None));
    let (record, delete) = (calls(None, Some(made)), Certificate::flows_into);
    assert_eq!(record[0]["input"]["ChangeBatch"]["Changes"][0]["Action"], "DELETE");
    let call = |number: usize| serde_json::from_value::<Call>(record[number].clone()).unwrap();
    assert!(delete(&call(0), &call(1)) && !delete(&call(1), &call(0)));
}

#[test]
fn one_of_which_nothing_comes_any_more_is_requested_again() {
    for status in ["FAILED", "VALIDATION_TIMED_OUT"] {
        let dead = Certificate { status: status.into(), ..pending("Z1", true, true) };
        let all = calls(Some(wanted()), Some(dead));
        assert_eq!(
            apis(&all)[..3],
            ["ChangeResourceRecordSets", "DeleteCertificate", "RequestCertificate"],
            "{status}"
        );
    }
}

#[test]
fn a_call_with_an_unknown_field_or_another_record_is_refused() {
    let made = Certificate { validation: Validation::of("Z1", true, true), ..wanted() };
    let other = Certificate { tags: [("a".to_owned(), "b".to_owned())].into(), ..wanted() };
    let all = [calls(Some(wanted()), None), calls(None, Some(made)), calls(Some(wanted()), Some(other))].concat();
    for mut json in all {
        assert!(Kind::Certificate.parse_call(&json.to_string()).is_ok());
        for (one, another) in [("\"CREATE\"", "\"UPSERT\""), ("\"CNAME\"", "\"A\"")] {
            let text = json.to_string();
            let changed = text.replace(one, another);
            assert_eq!(Kind::Certificate.parse_call(&changed).is_ok(), text == changed, "{changed}");
        }
        json["input"]["surprise"] = json!(1);
        assert!(Kind::Certificate.parse_call(&json.to_string()).is_err(), "{json}");
    }
}

fn detail(status: &str, has_record: bool) -> aws_sdk_acm::types::builders::CertificateDetailBuilder {
    let record = ResourceRecord::builder().name("_A1.api.example.org.").r#type(RecordType::Cname);
    let record = record.value("_B2.acm-validations.aws.").build().unwrap();
    let option = DomainValidation::builder().domain_name(DOMAIN);
    let option = option.set_resource_record(has_record.then_some(record)).build().unwrap();
    let detail = CertificateDetail::builder().domain_name(DOMAIN).status(CertificateStatus::from(status));
    detail.key_algorithm(KeyAlgorithm::from("RSA-2048")).domain_validation_options(option)
}

fn observed(detail: &CertificateDetail, parts: Option<&str>, standing: &InZone) -> Observed<Certificate> {
    let mut tags = wanted().tags;
    tags.extend(parts.map(|parts| (tag::PARTS.to_owned(), parts.to_owned())));
    let record = observe::record(detail, DOMAIN);
    observe::assemble(detail, ARN_MADE_UP.into(), tags, record, standing, Vec::new())
}

#[test]
fn answers_are_read_as_states_with_what_aws_has_made_up() {
    let seen = observed(
        &detail(ISSUED, true).build(),
        Some("validation Z1 made"),
        &InZone::There(60, "_b2.acm-validations.aws".into()),
    );
    assert_eq!(serde_json::to_value(&seen.state).unwrap(), serde_json::to_value(wanted()).unwrap());
    assert!(seen.state.validation.is_made && seen.state.validation.ttl == 60, "it is deleted with its own TTL");
    let outputs: Vec<(&str, &str)> = seen.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [(ARN, ARN_MADE_UP), (NAME, "_a1.api.example.org"), (VALUE, "_b2.acm-validations.aws")];
    assert_eq!(outputs, expected);
    assert_eq!((seen.pending, seen.unmodelled, seen.identity.as_deref()), (None, Vec::new(), Some(ARN_MADE_UP)));
}

#[test]
fn what_aws_has_yet_to_make_up_is_waited_for_and_a_failure_says_what_to_do() {
    let of = |detail: CertificateDetail| observed(&detail, Some("validation Z1"), &InZone::Absent);
    let early = of(detail(PENDING, false).build());
    assert_eq!(early.pending.as_deref(), Some(observe::WITHOUT_RECORD));
    assert!(Kind::Certificate.settles(observe::WITHOUT_RECORD).is_some());
    assert_eq!(of(detail(PENDING, true).build()).pending, None, "that it validates is another state");
    let failed = |status: &str, reason: Option<&str>| {
        let detail = detail(status, true).set_failure_reason(reason.map(FailureReason::from));
        let said = of(detail.build()).pending.expect("a failure");
        assert!(crate::aws::settle::has_failed(&said), "{said}");
        said
    };
    let known = [
        "ADDITIONAL_VERIFICATION_REQUIRED",
        "CAA_ERROR",
        "DOMAIN_NOT_ALLOWED",
        "DOMAIN_VALIDATION_DENIED",
        "INVALID_PUBLIC_DOMAIN",
        "OTHER",
    ];
    for reason in known {
        let said = failed("FAILED", Some(reason));
        assert!(said.starts_with(&format!("FAILED ({reason}: ")) && said.contains("plan again"), "{said}");
    }
    assert!(failed("FAILED", Some("CAA_ERROR")).contains("allow amazon.com in the CAA record"));
    assert!(failed("VALIDATION_TIMED_OUT", None).contains("uses the hosted zone's name servers"));
}

#[test]
fn a_record_that_leads_elsewhere_stops_the_plan_and_an_expired_certificate_is_named() {
    let elsewhere = InZone::Elsewhere("_a1.api.example.org".into(), "c.example.org".into());
    let seen = observed(&detail(PENDING, true).build(), Some("validation Z1"), &elsewhere);
    assert_eq!(seen.state.validation.validation_record, Standing::Missing);
    let why = seen.state.obstacle(None, &seen.unmodelled).expect("an obstacle");
    assert!(why.starts_with("there is a record _a1.api.example.org that points to c.example.org, "), "{why}");
    let expired = observed(
        &detail("EXPIRED", true).build(),
        Some("validation Z1"),
        &InZone::There(300, "_b2.acm-validations.aws.".into()),
    );
    assert_eq!(expired.state.status, ISSUED, "what uses it has to move first");
    assert_eq!(expired.unmodelled, [Unmodelled::kept("Status EXPIRED (not in use)")]);
    assert_eq!(expired.state.obstacle(None, &expired.unmodelled), None);
}

#[test]
fn a_certificate_that_something_else_uses_is_not_taken_from_it() {
    let there = InZone::There(300, "_b2.acm-validations.aws".into());
    let balancer = |account: &str| format!("arn:aws:elasticloadbalancing:us-west-2:{account}:loadbalancer/app/a/1");
    let used = detail(ISSUED, true)
        .certificate_arn(ARN_MADE_UP)
        .in_use_by(balancer("999999999999"))
        .in_use_by(balancer("123456789012"));
    let used = observed(&used.build(), Some("validation Z1 made"), &there);
    let by_hand = format!("a use by {}", balancer("123456789012"));
    assert_eq!(used.unmodelled, [Unmodelled::forbids(by_hand, "acm:DeleteCertificate")], "API Gateway's is AWS's own");
}

#[test]
fn a_wildcard_is_validated_by_the_record_of_the_domain_below_it() {
    let wild = detail(PENDING, true).domain_name("*.api.example.org").build();
    let (name, _) = observe::record(&wild, "*.api.example.org").expect("a record");
    assert_eq!(name, "_a1.api.example.org");
    assert_eq!(observe::record(&wild, "web.example.org"), None);
}

#[test]
fn a_tag_says_where_the_record_belongs_and_whose_it_is() {
    let heard = |text: Option<&str>| {
        let Validation { hosted_zone_id, is_made, validation_record, .. } = Validation::from_tag(text);
        (hosted_zone_id, is_made, validation_record)
    };
    for is_made in [true, false] {
        let standing = if is_made { Standing::Announced } else { Standing::Missing };
        assert_eq!(heard(Some(&Validation::tag_value("Z1", is_made))), ("Z1".into(), is_made, standing));
    }
    for other in [None, Some(""), Some("alias Z1"), Some("validation"), Some("validation Z1 other")] {
        assert_eq!(heard(other), (String::new(), false, Standing::Missing), "{other:?}");
    }
}
