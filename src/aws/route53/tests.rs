use aws_sdk_route53::types;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::aws::apigateway_domain::REGIONAL_NAME;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use crate::text::Outputs;

const REGIONAL: &str = "d-1.execute-api.us-west-2.amazonaws.com";

fn id() -> Id {
    test_id(Kind::Record, "Z1/api.example.org")
}

fn reference(domain: &str, attribute: &str) -> OutputRef {
    OutputRef::new(&format!("apigateway.domain-name/{domain}").parse().unwrap(), attribute)
}

fn ours(domain: &str) -> Alias {
    Alias {
        dns_name: reference(domain, REGIONAL_NAME).into(),
        evaluate_target_health: false,
        hosted_zone_id: reference(domain, REGIONAL_ZONE).into(),
    }
}

fn literal_alias(name: &str) -> Alias {
    Alias { dns_name: name.into(), evaluate_target_health: true, hosted_zone_id: "Z2".into() }
}

fn record() -> impl Strategy<Value = Record> {
    let alias = || of(select(vec![ours("api"), ours("web"), literal_alias("a.b"), literal_alias("c.d")]));
    // One without any address is none.
    (alias(), alias()).prop_map(|(a, aaaa)| Record { a, aaaa }).prop_filter("there", |one| *one != Record::default())
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(record()), live in of(record())) {
        let state = |record: Option<Record>| record.map(State::from);
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }
}

fn calls(want: Option<Record>, live: Option<Record>) -> Vec<Value> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&id(), want.as_ref(), live.as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.json()).collect()
}

#[test]
fn both_families_come_in_one_batch_that_writes_over_nothing() {
    let want = Record { a: Some(ours("api")), aaaa: Some(ours("api")) };
    let all = calls(Some(want.clone()), None);
    let change = |family: &str| {
        json!({"Action": "CREATE", "ResourceRecordSet": {"Name": "api.example.org", "Type": family, "AliasTarget": {
            "DNSName": {"$output": "apigateway.domain-name/api.regionalDomainName"},
            "EvaluateTargetHealth": false,
            "HostedZoneId": {"$output": "apigateway.domain-name/api.regionalHostedZoneId"}}}})
    };
    let input = json!({"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [change("A"), change("AAAA")]}});
    assert_eq!(all, [json!({"api": "route53:ChangeResourceRecordSets", "input": input})]);
    assert!(!serde_json::to_string(&calls(None, Some(want))).unwrap().contains("UPSERT"));
}

#[test]
fn a_record_is_deleted_and_replaced_by_the_very_values_that_were_read() {
    let live = Record { a: Some(literal_alias("a.b")), aaaa: None };
    let all = calls(Some(Record { a: Some(ours("api")), aaaa: None }), Some(live));
    let changes = &all[0]["input"]["ChangeBatch"]["Changes"];
    let target = json!({"DNSName": "a.b", "EvaluateTargetHealth": true, "HostedZoneId": "Z2"});
    assert_eq!((&changes[0]["Action"], &changes[0]["ResourceRecordSet"]["AliasTarget"]), (&json!("DELETE"), &target));
    assert_eq!(changes[1]["Action"], "CREATE");
}

#[test]
fn a_call_with_an_unknown_field_or_another_action_is_refused() {
    let mut json = calls(Some(Record { a: Some(ours("api")), aaaa: None }), None).remove(0);
    assert!(Kind::Record.parse_call(&json.to_string()).is_ok());
    let upsert = json.to_string().replace("CREATE", "UPSERT");
    assert!(Kind::Record.parse_call(&upsert).is_err());
    json["input"]["ChangeBatch"]["Changes"][0]["ResourceRecordSet"]["TTL"] = json!(1);
    assert!(Kind::Record.parse_call(&json.to_string()).is_err());
}

/// The zone of the targets is one for all of a region.
#[test]
fn of_two_domain_names_each_record_names_its_own_zone() {
    let known: Outputs = [("api", "d-1.x"), ("web", "d-2.x")]
        .into_iter()
        .flat_map(|(domain, name)| {
            [(reference(domain, REGIONAL_NAME), name.to_owned()), (reference(domain, REGIONAL_ZONE), "Z2".to_owned())]
        })
        .collect();
    let live = Alias { dns_name: "d-2.x".into(), evaluate_target_health: false, hosted_zone_id: "Z2".into() };
    let mut record = Record { a: Some(live.clone()), aaaa: None };
    record.texts(&mut |text| *text = text.symbolise(&known));
    assert_eq!(record.a, Some(ours("web")));
    record.texts(&mut |text| *text = text.resolve(&known));
    assert_eq!(record.a, Some(live));
}

fn set(kind: &str, target: &str, group: Option<&str>) -> types::ResourceRecordSet {
    let alias = types::AliasTarget::builder().dns_name(target).hosted_zone_id("Z2").evaluate_target_health(false);
    let set = types::ResourceRecordSet::builder().name("api.example.org.").r#type(kind.into());
    set.alias_target(alias.build().unwrap()).set_set_identifier(group.map(str::to_owned)).build().unwrap()
}

fn plain_set(kind: &str, value: &str) -> types::ResourceRecordSet {
    let value = types::ResourceRecord::builder().value(value).build().unwrap();
    let set = types::ResourceRecordSet::builder().name("api.example.org.").r#type(kind.into());
    set.ttl(60).resource_records(value).build().unwrap()
}

#[test]
fn a_record_is_ours_where_it_leads_to_our_domain_name_and_what_else_gives_it_an_address_is_in_the_way() {
    let of = |sets: &[types::ResourceRecordSet], target: Option<&str>| {
        let observed = observe::assemble(sets, target)?;
        let named: Vec<String> = observed.unmodelled.iter().map(|one| one.attribute.clone()).collect();
        assert!(observed.unmodelled.iter().all(|one| one.erased_by.is_none()), "CREATE writes over nothing");
        let why = observed.state.obstacle(None, &observed.unmodelled);
        assert_eq!(why.is_some(), !named.is_empty(), "{why:?}");
        Some((observed.state.a.is_some(), observed.state.aaaa.is_some(), named))
    };
    let dotted = format!("{REGIONAL}.");
    let mine = set("A", &dotted, None);
    assert_eq!(of(std::slice::from_ref(&mine), Some(REGIONAL)), Some((true, false, Vec::new())));
    let other = "a record A that points to d-1.execute-api.us-west-2.amazonaws.com".to_owned();
    assert_eq!(of(std::slice::from_ref(&mine), None), Some((false, false, vec![other])));
    let both = [mine, set("AAAA", "d-9.example.org.", None)];
    assert_eq!(
        of(&both, Some(REGIONAL)),
        Some((true, false, vec!["a record AAAA that points to d-9.example.org".into()]))
    );
    let name = [plain_set("CNAME", "elsewhere.example.org"), plain_set("TXT", "x")];
    let said = "a record CNAME that points to elsewhere.example.org".to_owned();
    assert_eq!(of(&name, Some(REGIONAL)), Some((false, false, vec![said])));
    assert_eq!(of(&name[1..], Some(REGIONAL)), None, "what says something else does not disturb");
    let weighted = [set("A", &dotted, Some("one"))];
    assert_eq!(of(&weighted, Some(REGIONAL)).map(|found| found.2.len()), Some(1), "one of several");
}

#[test]
fn what_is_in_the_way_is_to_be_changed_where_it_is() {
    let observed = observe::assemble(&[plain_set("CNAME", "elsewhere.example.org")], None).unwrap();
    let why = observed.state.obstacle(None, &observed.unmodelled).unwrap();
    let expected =
        "there is a record CNAME that points to elsewhere.example.org; change or delete it there, or remove `zone`";
    assert_eq!(why, expected);
}

#[test]
fn names_are_compared_as_people_write_them() {
    assert_eq!(plain("\\052.Example.ORG."), "*.example.org");
}
