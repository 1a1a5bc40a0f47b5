//! State files of the forms that the tools publish, with made-up details.

use std::fmt::Write;

use super::*;

/// A resource as `terraform show -json` writes it.
pub fn shown(address: &str, of_type: &str, name: &str, values: &Value) -> Value {
    json!({
        "address": address, "mode": "managed", "type": of_type, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0,
        "values": values, "sensitive_values": { "tags_all": {} },
    })
}

pub fn state(resources: &[Value], modules: &[Value]) -> String {
    let root = json!({ "resources": resources, "child_modules": modules });
    json!({ "format_version": "1.0", "terraform_version": "1.9.5", "values": { "outputs": {}, "root_module": root } })
        .to_string()
}

/// A resource as `pulumi stack export` writes it.
pub fn exported(of_type: &str, name: &str, values: &Value) -> Value {
    let members = values.as_object().into_iter().flatten();
    let camel = |key: &String| key.replace("_name", "Name");
    let outputs: serde_json::Map<String, Value> = members.map(|(key, value)| (camel(key), value.clone())).collect();
    let id = values.get("id").and_then(Value::as_str).unwrap_or("id");
    json!({
        "urn": format!("urn:pulumi:dev::shop::{of_type}::{name}"), "custom": true, "id": id, "type": of_type,
        "inputs": {}, "outputs": outputs, "provider": "urn:pulumi:dev::shop::pulumi:providers:aws::default::0a",
    })
}

pub fn export(resources: &[Value]) -> String {
    let stack = json!({ "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "custom": false, "type": "pulumi:pulumi:Stack" });
    let provider = json!({
        "urn": "urn:pulumi:dev::shop::pulumi:providers:aws::default", "custom": true, "id": "0a",
        "type": "pulumi:providers:aws", "outputs": { "region": "us-west-2" },
    });
    let all: Vec<&Value> = [&stack, &provider].into_iter().chain(resources).collect();
    let manifest = json!({ "time": "2027-01-01T00:00:00Z", "magic": "0a", "version": "v3.100.0" });
    json!({ "version": 3, "deployment": { "manifest": manifest, "resources": all } }).to_string()
}

fn names(inventory: &Inventory) -> Vec<(Kind, &str, Option<&str>)> {
    inventory.found.iter().map(|one| (one.kind, one.name.as_str(), one.id.as_deref())).collect()
}

#[test]
fn everything_that_a_type_is_a_kind_of_is_found_under_the_name_that_aws_has() {
    let mut count = 0;
    for (of_type, means) in TERRAFORM.rows() {
        let Means::Is(kind) = means else { continue };
        let (name, id, values) = sample(kind, "Thing-1a2b");
        let text = state(&[shown(&format!("{of_type}.thing"), of_type, "thing", &values)], &[]);
        let inventory = terraform(&text).unwrap();
        assert_eq!(names(&inventory), [(kind, name.as_str(), id.as_deref())], "{of_type}");
        assert_eq!((inventory.unsaid.len(), inventory.found[0].section.as_deref()), (0, Some("thing")), "{of_type}");
        count += 1;
    }
    for (of_type, means) in PULUMI.rows() {
        let Means::Is(kind) = means else { continue };
        let (name, id, values) = sample(kind, "thing-1a2b");
        let inventory = pulumi(&export(&[exported(of_type, "thing", &values)])).unwrap();
        assert_eq!(names(&inventory), [(kind, name.as_str(), id.as_deref())], "{of_type}");
        assert_eq!((inventory.unsaid.len(), inventory.found[0].section.as_deref()), (0, Some("thing")), "{of_type}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn parts_are_neither_found_nor_said_and_all_else_is_said_with_what_to_do() {
    for (of_type, means) in TERRAFORM.rows().filter(|(name, _)| !name.ends_with('*')) {
        let inventory = terraform(&state(&[shown("x.y", of_type, "y", &json!({}))], &[])).unwrap();
        match means {
            Means::PartOf(_) => assert_eq!(inventory, Inventory::default(), "{of_type}"),
            Means::Beside(why) => {
                let said = Unsaid { what: "x.y in state.json".into(), why: format!("{of_type}: {why}") };
                assert_eq!(inventory, Inventory { unsaid: vec![said], ..Inventory::default() });
            }
            Means::Is(_) => assert_eq!(inventory.found, [], "{of_type} has no name here"),
        }
    }
    let inventory = pulumi(&export(&[exported("aws:rds/cluster:Cluster", "db", &json!({ "id": "0a" }))])).unwrap();
    assert!(inventory.unsaid[0].what.contains("::db in state.json"), "{inventory:?}");
    assert!(inventory.unsaid[0].why.contains("leave it with the tool"), "{inventory:?}");
}

#[test]
fn modules_keys_and_names_that_say_nothing_become_what_a_section_can_be_called() {
    let (_, _, values) = sample(Kind::Queue, "jobs");
    let keyed = |index: Value, address: &str| {
        let mut one = shown(address, "aws_sqs_queue", "jobs", &values);
        one["index"] = index;
        one
    };
    let this = shown("module.mail.module.dead.aws_sqs_queue.this", "aws_sqs_queue", "this", &values);
    let inner = json!({ "address": "module.mail.module.dead", "resources": [this] });
    let keyed_module = |key: &str| {
        let main = shown(&format!("module.mail[{key}].aws_sqs_queue.main"), "aws_sqs_queue", "main", &values);
        json!({ "address": format!("module.mail[{key}]"), "resources": [main] })
    };
    let module = json!({ "address": "module.mail", "child_modules": [inner] });
    let root = [keyed(json!("night"), "aws_sqs_queue.jobs[\"night\"]"), keyed(json!(0), "aws_sqs_queue.jobs[0]")];
    let modules = [module, keyed_module("\"a.b\""), keyed_module("1")];
    let inventory = terraform(&state(&root, &modules)).unwrap();
    let called: Vec<_> = inventory.found.iter().map(|one| one.section.as_deref().unwrap()).collect();
    assert_eq!(called, ["jobs-night", "jobs-0", "dead", "mail-a.b", "mail-1"]);
    assert_eq!(inventory.found[2].origin, "module.mail.module.dead.aws_sqs_queue.this in state.json");
}

#[test]
fn what_is_only_read_is_nobodys_and_what_was_replaced_is_said() {
    let (_, _, values) = sample(Kind::Topic, "alerts");
    let mut data = shown("data.aws_sns_topic.alerts", "aws_sns_topic", "alerts", &values);
    data["mode"] = json!("data");
    let mut old = shown("aws_sns_topic.alerts", "aws_sns_topic", "alerts", &values);
    old["deposed_key"] = json!("0a1b2c3d");
    let inventory = terraform(&state(&[data, old], &[])).unwrap();
    assert_eq!((inventory.found.len(), inventory.unsaid.len()), (0, 1), "{inventory:?}");

    let mut read = exported("aws:sns/topic:Topic", "alerts", &values);
    read["external"] = json!(true);
    let mut old = exported("aws:sns/topic:Topic", "alerts", &values);
    old["delete"] = json!(true);
    let inventory = pulumi(&export(&[read, old])).unwrap();
    assert_eq!((inventory.found.len(), inventory.unsaid.len()), (0, 1), "{inventory:?}");
    assert!(inventory.unsaid[0].why.contains("about to be deleted"), "{inventory:?}");
}

/// What Pulumi writes in the place of a secret: with and without `--show-secrets`.
#[test]
fn a_secret_is_never_read() {
    let secret =
        |key: &str| json!({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", key: "hunter2" });
    for key in ["ciphertext", "plaintext"] {
        let (name, _, mut values) = sample(Kind::Function, "handler");
        values["environment"] = json!({ "variables": secret(key) });
        let inventory = pulumi(&export(&[exported("aws:lambda/function:Function", "handler", &values)])).unwrap();
        assert_eq!(names(&inventory), [(Kind::Function, name.as_str(), None)]);
        values["arn"] = secret(key);
        let inventory = pulumi(&export(&[exported("aws:lambda/function:Function", "handler", &values)])).unwrap();
        assert_eq!((inventory.found.len(), inventory.unsaid.len()), (0, 1));
        assert!(!format!("{inventory:?}").contains("hunter2"), "{inventory:?}");
    }
    let wrong = json!({ "version": 3, "deployment": { "resources": "hunter2" } }).to_string();
    assert!(!pulumi(&wrong).unwrap_err().contains("hunter2"));
}

#[test]
fn the_types_of_the_native_provider_are_those_of_cloudformation() {
    let native = |of_type: &str, id: &str| {
        let mut one = exported(of_type, "x", &json!({}));
        one["id"] = json!(id);
        pulumi(&export(&[one])).unwrap()
    };
    let found = native("aws-native:sqs:Queue", "https://sqs.us-west-2.amazonaws.com/123456789012/Jobs");
    assert_eq!(names(&found), [(Kind::Queue, "Jobs", None)]);
    let found = native("aws-native:lambda:Function", "Handler");
    assert_eq!(names(&found), [(Kind::Function, "Handler", None)]);
    assert_eq!(native("aws-native:lambda:Permission", "0a"), Inventory::default());
    assert_eq!(native("aws-native:rds:DbCluster", "db").unsaid.len(), 1);
}

#[test]
fn a_broken_file_is_refused_at_its_line_and_column() {
    let (_, _, values) = sample(Kind::Queue, "jobs");
    let whole =
        serde_json::from_str::<Value>(&state(&[shown("aws_sqs_queue.jobs", "aws_sqs_queue", "jobs", &values)], &[]));
    let whole = serde_json::to_string_pretty(&whole.unwrap()).unwrap();
    let cut = terraform(&whole[..whole.len() / 2]).unwrap_err();
    assert!(cut.contains("the file ends in the middle") && cut.starts_with("state.json:"), "{cut}");
    let place: Vec<&str> = cut.splitn(4, ':').collect();
    assert!(place[1].parse::<usize>().unwrap() > 1 && place[2].parse::<usize>().is_ok(), "{cut}");
    let wrong = terraform(&whole.replace("\"managed\"", "7")).unwrap_err();
    let line = 1 + whole[..whole.find("\"managed\"").unwrap()].matches('\n').count();
    assert!(wrong.starts_with(&format!("state.json:{line}:")) && wrong.contains("terraform show -json"), "{wrong}");
    assert!(terraform("{\"format_version\": x").unwrap_err().starts_with("state.json:1:20: this is not JSON"));
    for text in ["", "[]", "null", "\u{0}", "{\"version\":3,\"deployment\":{\"resources\":[7]}}"] {
        assert!(terraform(text).is_err() && pulumi(text).is_err(), "{text:?}");
    }
    let mut deep = String::new();
    (0..5000).for_each(|_| write!(deep, "{{\"child_modules\":[").unwrap());
    assert!(terraform(&format!("{{\"format_version\":\"1.0\",\"values\":{{\"root_module\":{deep}")).is_err());
}

#[test]
fn what_is_elsewhere_is_refused_or_said() {
    let at = |region: &str, account: &str, name: &str| {
        let values = json!({ "arn": format!("arn:aws:sqs:{region}:{account}:{name}") });
        shown(&format!("aws_sqs_queue.{name}"), "aws_sqs_queue", name, &values)
    };
    let here = at("us-west-2", "123456789012", "here");
    let there = at("us-east-1", "123456789012", "there");
    let inventory = terraform(&state(&[here.clone(), there.clone()], &[])).unwrap();
    assert_eq!(names(&inventory), [(Kind::Queue, "here", None)]);
    assert!(inventory.unsaid[0].why.starts_with("it is in us-east-1, "), "{inventory:?}");
    let error = terraform(&state(&[there], &[])).unwrap_err();
    assert!(error.contains("nothing in it is in us-west-2") && error.contains("--region us-east-1"), "{error}");
    let others = at("us-west-2", "210987654321", "x");
    let inventory = terraform(&state(&[here, others.clone()], &[])).unwrap();
    assert_eq!(names(&inventory), [(Kind::Queue, "here", None)]);
    assert!(inventory.unsaid[0].why.starts_with("it is in the account 210987654321, "), "{inventory:?}");
    let (_, _, api) = sample(Kind::RestApi, "api");
    let api = shown("aws_api_gateway_rest_api.api", "aws_api_gateway_rest_api", "api", &api);
    let error = terraform(&state(&[api, others], &[])).unwrap_err();
    assert!(error.contains("aws_sqs_queue.x in state.json is in the account 210987654321"), "{error}");
    let global = shown(
        "aws_wafv2_web_acl.w",
        "aws_wafv2_web_acl",
        "w",
        &json!({
            "arn": "arn:aws:wafv2:us-west-2:123456789012:global/webacl/w/0a", "name": "w", "id": "0a",
        }),
    );
    let inventory = terraform(&state(&[global], &[])).unwrap();
    assert!(inventory.unsaid[0].why.contains("a manifest cannot have"), "{inventory:?}");
}

/// Where each value of a document stands.
fn places(value: &Value) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    let of = |(key, value): (String, &Value)| {
        let all = std::iter::once(String::new()).chain(places(value));
        all.map(|rest| format!("/{key}{rest}")).collect::<Vec<_>>()
    };
    below.into_iter().flat_map(of).collect()
}

type Reading = fn(&str) -> Result<Inventory, String>;

#[test]
fn a_file_that_is_cut_anywhere_is_refused_and_one_with_any_other_value_is_read_or_refused() {
    let (_, _, values) = sample(Kind::EventRule, "ä-rule");
    let written = state(&[shown("aws_cloudwatch_event_rule.ä", "aws_cloudwatch_event_rule", "ä", &values)], &[]);
    let exported = export(&[exported("aws:cloudwatch/eventRule:EventRule", "ä", &values)]);
    let tools: [(&str, Reading); 2] = [(&written, terraform), (&exported, pulumi)];
    for (text, read) in tools {
        assert_eq!(read(text).unwrap().found.len(), 1);
        for cut in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            assert!(read(&text[..cut]).is_err_and(|error| error.starts_with("state.json:1:")), "{cut}");
        }
        let whole: Value = serde_json::from_str(text).unwrap();
        let others = json!([null, true, 7, -1.5e300, "", "arn:aws:events:::", "arn:::::::", "é|ü", [], {}, [[]]]);
        for place in places(&whole) {
            for other in others.as_array().unwrap() {
                let mut broken = whole.clone();
                *broken.pointer_mut(&place).unwrap() = other.clone();
                if let Err(error) = read(&broken.to_string()) {
                    assert!(error.starts_with("state.json:"), "{place}: {other}: {error}");
                }
            }
        }
    }
}

/// The ARN of a bucket does not say where it is, and that of a role is the same everywhere.
#[test]
fn a_bucket_is_where_the_file_says_and_a_role_is_nowhere() {
    let (_, _, role) = sample(Kind::Role, "worker");
    let role = shown("aws_iam_role.worker", "aws_iam_role", "worker", &role);
    let bucket = |name: &str, region: &str| {
        let (_, _, mut values) = sample(Kind::Bucket, name);
        values["region"] = json!(region);
        shown(&format!("aws_s3_bucket.{name}"), "aws_s3_bucket", name, &values)
    };
    let (here, there) = (bucket("here", "us-west-2"), bucket("there", "us-east-1"));
    let inventory = terraform(&state(&[here, there.clone(), role.clone()], &[])).unwrap();
    assert_eq!(names(&inventory), [(Kind::Bucket, "here", None), (Kind::Role, "/service-role/worker", None)]);
    assert!(inventory.unsaid[0].why.starts_with("it is in us-east-1, "), "{inventory:?}");
    let error = terraform(&state(&[there, role.clone()], &[])).unwrap_err();
    assert!(error.contains("nothing in it is in us-west-2") && error.contains("--region us-east-1"), "{error}");
    assert_eq!(terraform(&state(&[role], &[])).unwrap().found.len(), 1);
}

#[test]
fn what_is_elsewhere_or_was_replaced_is_so_with_the_native_provider_too() {
    let topic = |region: &str| {
        let mut one = exported("aws-native:sns:Topic", "alerts", &json!({}));
        one["id"] = json!(format!("arn:aws:sns:{region}:123456789012:alerts"));
        one
    };
    assert_eq!(names(&pulumi(&export(&[topic("us-west-2")])).unwrap()), [(Kind::Topic, "alerts", None)]);
    let error = pulumi(&export(&[topic("us-east-1")])).unwrap_err();
    assert!(error.contains("--region us-east-1"), "{error}");
    let values = json!({ "arn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders" });
    let mut table = exported("aws-native:dynamodb:Table", "orders", &values);
    table["id"] = json!("orders");
    let mut old = topic("us-west-2");
    old["delete"] = json!(true);
    let inventory = pulumi(&export(&[table, old])).unwrap();
    assert_eq!((inventory.found.len(), inventory.unsaid.len()), (0, 2), "{inventory:?}");
    assert!(inventory.unsaid[0].why.starts_with("it is in us-east-1, "), "{inventory:?}");
    assert!(inventory.unsaid[1].why.contains("about to be deleted"), "{inventory:?}");
}
