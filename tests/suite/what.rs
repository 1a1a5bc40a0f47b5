//! What renderings call things: the manifest's words, as long as it has one.

mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use serverless_app::aws::Kind;
use serverless_app::manifest;
use serverless_app::name::Address;
use serverless_app::plan::Plan;
use serverless_app::plan::diff::leaves;
use serverless_app::render::what::field::{self, Form};
use serverless_app::render::what::{rights, subject};
use serverless_app::render::{subject as of, what};

use crate::planner;

/// Attributes that are called as AWS calls them, since the manifest cannot say them: no section of it asks for anything but one
/// value of each, or they follow from several fields at once.
const AS_AWS_CALLS_THEM: [&str; 26] = [
    "apigateway.account assumeRolePolicyDocument.Statement",
    "apigateway.account assumeRolePolicyDocument.Version",
    "apigateway.account cloudwatchRoleArn",
    "apigateway.account managedPolicyArns",
    "apigateway.rest-api endpointType",
    "apigatewayv2.api disableExecuteApiEndpoint",
    "apigatewayv2.api stages.*.autoDeploy",
    "config.delivery-channel recording",
    "config.delivery-channel s3BucketName",
    "config.recorder recordingGroup.allSupported",
    "config.recorder recordingGroup.exclusionByResourceTypes",
    "config.recorder recordingGroup.includeGlobalResourceTypes",
    "config.recorder recordingGroup.resourceTypes",
    "config.recorder roleARN",
    "iam.oidc-provider ClientIDList",
    "iam.role Description",
    "iam.role MaxSessionDuration",
    "iam.role Path",
    "scheduler.schedule ActionAfterCompletion",
    "scheduler.schedule Target.RoleArn",
    "stepfunctions.state-machine roleArn",
    "wafv2.ip-set Description",
    "wafv2.ip-set IPAddressVersion",
    "wafv2.web-acl VisibilityConfig.CloudWatchMetricsEnabled",
    "wafv2.web-acl VisibilityConfig.MetricName",
    "wafv2.web-acl VisibilityConfig.SampledRequestsEnabled",
];

/// Fields of a section that are no field of the manifest: only AWS has them, inside of what the manifest names.
const INSIDE: [&str; 10] = [
    "lifecycle.*.Status",
    "routes.*.authorizer",
    "routes.*.integration",
    "routes.*.contentHandling",
    "routes.*.methodResponses",
    "routes.*.passthroughBehavior",
    "routes.*.role",
    "routes.*.other settings",
    "authorizer.*.authorizerCredentials",
    "vpcEndpointIds",
];

#[test]
fn every_attribute_of_every_kind_has_a_field_or_is_called_as_aws_calls_it_on_purpose() {
    let mut kinds = BTreeSet::new();
    let mut without = BTreeSet::new();
    let mut unused: BTreeSet<(Kind, &str)> = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (address, state) in states::all() {
        kinds.insert(address.kind);
        let fields = field::fields(&address);
        unused.extend(fields.iter().map(|field| (address.kind, field.path)));
        for path in leaves(Some(&state)).expect("states are JSON").keys() {
            match fields.iter().find(|field| field.keys(path).is_some()) {
                Some(field) => drop(used.insert((address.kind, field.path))),
                None => drop(without.insert(format!("{} {}", address.kind, states::plain(path)))),
            }
        }
    }
    assert_eq!(kinds, Kind::ALL.iter().copied().collect(), "a kind has no state here");
    let known: BTreeSet<String> = AS_AWS_CALLS_THEM.iter().map(|p| (*p).to_owned()).collect();
    assert_eq!(without, known);
    let never: Vec<_> = unused.difference(&used).filter(|(_, path)| !path.contains("on-delete")).collect();
    assert!(never.is_empty(), "no state has what these fields are for: {never:?}");
}

#[test]
fn every_field_is_one_of_the_manifest() {
    let schema = serde_json::to_value(manifest::schema()).expect("the schema is JSON");
    let mut wrong = Vec::new();
    for (address, _) in states::all() {
        let section = match (address.kind, subject::section(&address)) {
            (Kind::Association, _) => "firewall".to_owned(),
            (_, Some(section)) => section.section.to_owned(),
            (_, None) => continue,
        };
        let named = match &section[..] {
            "compliance" => section,
            section => format!("{section}.*"),
        };
        for field in field::fields(&address).iter().filter(|field| field.form != Form::Implied) {
            let is_own = field::OWN.iter().any(|own| {
                field.field == *own || own.strip_suffix('*').is_some_and(|own| field.field.starts_with(own))
            });
            let is_inside = INSIDE.contains(&field.field);
            // Recorder and bucket of [compliance] have the app's tags and no others.
            let is_apps = named == "compliance" && field.field == "tags";
            let path = format!("{named}.{}", field.field);
            if !is_own && !is_inside && !is_apps && !exists(&schema, &schema, &path.split('.').collect::<Vec<_>>()) {
                wrong.push(format!("{address}: {path}"));
            }
        }
    }
    wrong
        .retain(|path| !path.starts_with("s3.bucket/compliance-records") && !path.contains("role/compliance-recorder"));
    assert_eq!(wrong, [""; 0]);
}

/// True if a schema has a property at this path; `*` is any key of a map or item of a list.
fn exists(schema: &Value, root: &Value, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference
            .strip_prefix('#')
            .and_then(|at| root.pointer(at))
            .is_some_and(|found| exists(found, root, path));
    }
    let below = |key: &str| schema.get(key).is_some_and(|found| exists(found, root, rest));
    let property =
        || schema.get("properties").and_then(|all| all.get(first)).is_some_and(|found| exists(found, root, rest));
    let any = |key: &str| {
        schema.get(key).and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| exists(one, root, path)))
    };
    let part = *first == "*" && (below("additionalProperties") || below("items") || pattern(schema, root, rest));
    part || property() || any("anyOf") || any("oneOf") || any("allOf")
}

fn pattern(schema: &Value, root: &Value, rest: &[&str]) -> bool {
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    patterns.is_some_and(|all| all.values().any(|found| exists(found, root, rest)))
}

#[test]
fn a_wrong_field_would_be_found() {
    let schema = serde_json::to_value(manifest::schema()).expect("the schema is JSON");
    let is = |path: &str| exists(&schema, &schema, &path.split('.').collect::<Vec<_>>());
    assert!(
        is("function.*.memory")
            && is("api.*.routes.*.auth")
            && is("table.*.encryption.kms_key")
            && is("compliance.rule.*.scope.tag_key")
    );
    assert!(
        !is("function.*.memory_size") && !is("api.*.routes.*.Auth") && !is("function.memory") && !is("nothing.*.x")
    );
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";

fn said(plan: &Plan) -> BTreeMap<String, Vec<String>> {
    let plain = |value: &str| value.to_owned();
    let whats = |change| what(plan, change).iter().map(|what| what.sentence.render(plain)).collect();
    plan.changes.iter().map(|change| (of(change).render(plain), whats(change))).collect()
}

#[test]
fn of_a_new_resource_only_what_matters_is_said() {
    let text = format!(
        "{APP}[table.orders]\nhash_key = {{ name = \"id\", type = \"S\" }}\n[topic.alerts]\n[queue.jobs]\n[bucket.files]\n\
         [function.web]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
         access = [{{ table = \"orders\", actions = \"read\" }}]\n\
         [api.web]\nroutes = [{{ method = \"GET\", path = \"/\", function = \"web\" }}]\n\
         [firewall.waf]\nprotects = [\"web\"]\n\
         [alarm.errors]\nmetric = {{ namespace = \"AWS/Lambda\", name = \"Errors\", function = \"web\" }}\nstatistic = \"Sum\"\nthreshold = 5.0\nnotify = [\"alerts\"]\n"
    );
    let plan = planner::between(Path::new("."), None, Some(&text)).expect("it can be planned");
    let mut all = said(&plan);
    assert_eq!(
        all.remove("function web").expect("the function"),
        ["runtime python3.11", "handler main.handler", "code 10 bytes", "memory 128", "timeout 10"]
    );
    let expected: [(&str, &[&str]); 12] = [
        ("access logs of api web", &[]),
        (
            "alarm errors",
            &[
                "metric.namespace AWS/Lambda",
                "metric.name Errors",
                "statistic Sum",
                "comparison >=",
                "threshold 5",
                "notify alerts",
            ],
        ),
        ("api web", &["routes GET /"]),
        ("bucket files", &[]),
        ("firewall association waf-web", &[]),
        ("firewall waf", &[]),
        ("logs of function web", &["log_retention_days 14"]),
        ("permission to invoke function web", &[]),
        ("policy of function web", &["access read on orders"]),
        ("queue jobs", &[]),
        ("role of function web", &[]),
        ("table orders", &["hash_key id"]),
    ];
    all.remove("topic alerts").expect("the topic");
    let expected: BTreeMap<String, Vec<String>> = expected
        .iter()
        .filter(|(subject, _)| *subject != "access logs of api web")
        .map(|(subject, said)| ((*subject).to_owned(), said.iter().map(|text| (*text).to_owned()).collect()))
        .collect();
    assert_eq!(all, expected);
}

/// What the manifest has names for is called by them: the lists are the same in both.
#[test]
fn sets_of_rights_are_those_of_the_manifest() {
    let mut found = BTreeSet::new();
    for (section, body, names) in [
        ("table", "hash_key = { name = \"id\", type = \"S\" }", &["read", "write", "read-write"][..]),
        ("bucket", "", &["read", "write", "read-write"]),
        ("topic", "", &["publish"]),
        ("queue", "", &["send", "receive"]),
        ("bus", "", &["put"]),
        ("schedule", "rate = \"1 day\"\nfunction = \"web\"", &["read", "write", "read-write"]),
        ("function", "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"", &["invoke"]),
        ("workflow", "definition = \"w.json\"", &["start"]),
        ("workflow", "definition = \"w.json\"\ntype = \"EXPRESS\"", &["start"]),
    ] {
        for name in names {
            let text = format!(
                "{APP}[{section}.it]\n{body}\n[function.web]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                 access = [{{ {section} = \"it\", actions = \"{name}\" }}]\n"
            );
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::write(
                folder.path().join("w.json"),
                r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#,
            )
            .expect("a file");
            let lowered = planner::lowered(folder.path(), &text);
            let address: Address = "iam.policy/web-function".parse().expect("an address");
            let state = serde_json::to_value(&lowered.wanted[&address].state).expect("JSON");
            let actions = state["PolicyDocument"]["Statement"][0]["Action"].as_array().expect("actions").clone();
            found.insert((
                name.to_string(),
                actions.iter().map(|a| a.as_str().expect("text").to_owned()).collect::<Vec<_>>(),
            ));
        }
    }
    let ours = rights::NAMED
        .iter()
        .map(|(name, actions)| ((*name).to_owned(), actions.iter().map(|a| (*a).to_owned()).collect()));
    assert_eq!(found, ours.collect());
}
