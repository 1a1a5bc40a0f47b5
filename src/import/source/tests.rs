use std::path::Path;

use serde_json::{Value, json};

use super::table::{CLOUDFORMATION, Means, PULUMI, TERRAFORM};
use super::*;

mod other_files;
mod sizes;
mod stacks;
mod state_files;

const FILE: &str = "state.json";

fn site() -> Site {
    crate::aws::test_support::test_id(Kind::Table, "x").site
}

fn terraform(text: &str) -> Result<Inventory, String> {
    super::terraform::inventory(Path::new(FILE), text, &site())
}

fn pulumi(text: &str) -> Result<Inventory, String> {
    super::pulumi::inventory(Path::new(FILE), text, &site())
}

/// An ARN of the tests' account and region.
fn arn(service: &str, resource: &str) -> String {
    site().arn(service, resource)
}

/// What a state file knows of something of this kind: the physical name and id that it stands for, and its attributes as Terraform
/// writes them.
fn sample(kind: Kind, word: &str) -> (String, Option<String>, Value) {
    let named = |arn: String| (word.to_owned(), None, json!({ "arn": arn, "id": "0a", "name": "of the tool" }));
    let by_id = || (word.to_owned(), Some("0a1b".to_owned()), json!({ "name": word, "id": "0a1b" }));
    let by_name = || (word.to_owned(), None, json!({ "name": word, "id": word }));
    match kind {
        Kind::Alarm => named(arn("cloudwatch", &format!("alarm:{word}"))),
        Kind::ApiKey | Kind::HttpApi | Kind::RestApi | Kind::UsagePlan => by_id(),
        Kind::Bucket => {
            (word.to_owned(), None, json!({ "bucket": word, "id": word, "arn": format!("arn:aws:s3:::{word}") }))
        }
        Kind::Certificate => {
            let arn = arn("acm", "certificate/0a1b");
            (word.to_owned(), Some(arn.clone()), json!({ "domain_name": word, "arn": arn }))
        }
        Kind::DomainName => (word.to_owned(), None, json!({ "domain_name": word, "id": word })),
        Kind::DeliveryChannel | Kind::EventArchive | Kind::Recorder | Kind::Rule => by_name(),
        Kind::EventBus => named(arn("events", &format!("event-bus/{word}"))),
        Kind::EventRule => {
            let arn = arn("events", &format!("rule/bus/{word}"));
            (format!("bus/{word}"), None, json!({ "arn": arn, "name": word, "id": format!("bus/{word}") }))
        }
        Kind::Function => named(arn("lambda", &format!("function:{word}"))),
        Kind::IpSet | Kind::WebAcl => {
            let sort = if kind == Kind::IpSet { "ipset" } else { "webacl" };
            let arn = arn("wafv2", &format!("regional/{sort}/{word}/0a1b"));
            (word.to_owned(), Some(arn.clone()), json!({ "arn": arn, "name": word, "id": "0a1b" }))
        }
        Kind::LayerVersion => {
            let arn = arn("lambda", &format!("layer:{word}:3"));
            (word.to_owned(), Some(arn.clone()), json!({ "arn": arn, "layer_name": word }))
        }
        Kind::LogGroup => named(arn("logs", &format!("log-group:{word}"))),
        Kind::Queue => {
            (word.to_owned(), None, json!({ "arn": arn("sqs", word), "id": format!("https://sqs.example/1/{word}") }))
        }
        Kind::Role => {
            let arn = site().global_arn("iam", &format!("role/service-role/{word}"));
            (format!("/service-role/{word}"), None, json!({ "arn": arn, "name": word }))
        }
        Kind::Schedule => {
            let arn = arn("scheduler", &format!("schedule/default/{word}"));
            (format!("default/{word}"), None, json!({ "arn": arn, "name": word, "id": format!("default/{word}") }))
        }
        Kind::StateMachine => named(arn("states", &format!("stateMachine:{word}"))),
        Kind::Table => named(arn("dynamodb", &format!("table/{word}"))),
        Kind::Topic => named(arn("sns", word)),
        other => panic!("no tool has a type for {other}"),
    }
}

#[test]
fn a_source_is_read_from_its_form_and_others_are_refused() {
    let parse = |text: &str| text.parse::<Source>();
    assert_eq!(parse("tags:app=a=b"), Ok(Source::Tags { key: "app".into(), value: "a=b".into() }));
    assert_eq!(parse("prefix:Shop-"), Ok(Source::Prefix("Shop-".into())));
    let arn = "arn:aws:cloudformation:us-west-2:123456789012:stack/shop/0a";
    assert_eq!(parse(&format!("cloudformation:{arn}")), Ok(Source::CloudFormation(arn.into())));
    assert_eq!(parse("terraform:a/state.json"), Ok(Source::Terraform("a/state.json".into())));
    assert_eq!(parse("pulumi:state.json"), Ok(Source::Pulumi("state.json".into())));
    for wrong in ["", "tags", "tags:", "tags:key", "tags:=value", "prefix:", "stack:shop", "state.json"] {
        let error = parse(wrong).expect_err(wrong).to_string();
        assert!(
            error.starts_with(&format!("{wrong:?} is not a source")) && error.contains("terraform:STATE.json"),
            "{error}"
        );
    }
}

#[test]
fn parts_of_what_is_tagged_are_read_with_it() {
    for part in
        ["apigateway:us-west-2::/restapis/0a/stages/v1", "lambda:us-west-2:123456789012:event-source-mapping:0a"]
    {
        let arn = format!("arn:aws:{part}");
        assert!(identity::is_part(&arn) && identity::by_arn(&arn).is_none(), "{arn}");
    }
    let arn = arn("lambda", "function:handler");
    assert!(!identity::is_part(&arn));
}

#[test]
fn what_no_section_can_name_is_said_but_an_apps_own_schedules() {
    let found =
        |kind: Kind, name: &str| Found { kind, name: name.into(), id: None, section: None, origin: name.into() };
    let all = [
        found(Kind::Schedule, "default/shop--test-nightly"),
        found(Kind::Schedule, "shop--test-schedules/shop--test-nightly"),
        found(Kind::Schedule, "shop--test-schedules/shop--testing"),
        found(Kind::LayerVersion, "shared"),
        found(Kind::Table, "orders"),
    ];
    let all = Inventory { found: all.to_vec(), ..Inventory::default() };
    let Inventory { found, unsaid, .. } = without_the_nameless(all);
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["shop--test-nightly", "orders"]);
    let said: Vec<&str> = unsaid.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(said, ["default/shop--test-nightly", "shop--test-schedules/shop--testing", "shared"]);
    assert!(unsaid[0].why.contains("until then both run") && unsaid[2].why.starts_with("a layer"), "{unsaid:?}");
}
