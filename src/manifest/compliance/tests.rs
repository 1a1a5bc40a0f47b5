//! The compliance section from the manifest to the states of its resources.

use serde_json::{Value, json};

use crate::aws::Kind;
use crate::aws::config::RecorderOwner;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;
use crate::name::{Address, Owner};

const RULE: &str = "[compliance.rule.roles]\nmanaged_rule = \"IAM_ROLE_MANAGED_POLICY_CHECK\"\n";
const POLICIES: &str =
    "parameters = { managedPolicyArns = \"arn:aws:iam::${account}:policy/a,${topic.alerts.arn}\" }\n";

fn lowered(compliance: &str, recorder: RecorderOwner) -> Result<Lowered, Problems> {
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.alerts]\n{compliance}");
    let source = read("serverless-app.toml", &text, &owner.stage)?;
    lower(&source, &owner, &test_id(Kind::Rule, "").site, &Sources { recorder, ..Sources::default() })
}

fn addresses(lowered: &Lowered) -> Vec<String> {
    let all = lowered.wanted.keys().map(Address::to_string);
    all.filter(|address| address != "sns.topic/alerts").collect()
}

fn state(lowered: &Lowered, address: &str) -> Value {
    serde_json::to_value(&lowered.wanted[&address.parse().unwrap()].state).unwrap()
}

fn needs(lowered: &Lowered, address: &str) -> Vec<String> {
    lowered.wanted[&address.parse().unwrap()].needs.iter().map(Address::to_string).collect()
}

fn problems(compliance: &str, recorder: RecorderOwner) -> Vec<String> {
    let Problems(problems) = lowered(compliance, recorder).expect_err("the manifest has problems");
    problems.iter().map(|p| format!("{}:{}: {}", p.line, p.column, p.message)).collect()
}

fn managed() -> String {
    format!("[compliance]\nrecorder = \"managed\"\n{RULE}{POLICIES}")
}

#[test]
fn a_managed_recorder_has_all_that_it_needs() {
    for owner in [RecorderOwner::Unknown, RecorderOwner::Nobody, RecorderOwner::Us] {
        let all = lowered(&managed(), owner).unwrap();
        let expected = [
            "config.delivery-channel/compliance",
            "config.recorder/compliance",
            "config.rule/roles",
            "iam.role/compliance-recorder",
            "s3.bucket/compliance-records",
        ];
        assert_eq!(addresses(&all), expected, "{owner:?}");
        assert_eq!(all.notes, [], "{owner:?}");
        assert_eq!(needs(&all, expected[0]), ["config.recorder/compliance", "s3.bucket/compliance-records"]);
        assert_eq!(needs(&all, expected[1]), ["iam.role/compliance-recorder"]);
        let before_rules = ["config.delivery-channel/compliance", "config.recorder/compliance", "sns.topic/alerts"];
        assert_eq!(needs(&all, expected[2]), before_rules);
    }
}

#[test]
fn the_recorder_records_everything_and_delivers_to_the_bucket() {
    let all = lowered(&managed(), RecorderOwner::Nobody).unwrap();
    let recorder = state(&all, "config.recorder/compliance");
    assert_eq!(recorder["roleARN"], "arn:aws:iam::123456789012:role/shop/test/shop--test-compliance-recorder");
    let group = json!({"allSupported": true, "includeGlobalResourceTypes": true, "resourceTypes": [],
        "exclusionByResourceTypes": []});
    assert_eq!(recorder["recordingGroup"], group);
    assert_eq!(recorder["Tags"]["serverless-app:address"], "config.recorder/compliance");
    let bucket = "shop--test-compliance-records-123456789012-us-west-2";
    let channel = state(&all, "config.delivery-channel/compliance");
    assert_eq!(channel, json!({"s3BucketName": bucket, "recording": true}));
    let role = state(&all, "iam.role/compliance-recorder");
    assert_eq!(role["ManagedPolicyArns"], json!(["arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"]));
    let deliver = &role["InlinePolicies"]["deliver"]["Statement"][0];
    let objects = format!("arn:aws:s3:::{bucket}/AWSLogs/123456789012/Config/*");
    assert_eq!(deliver["Resource"], json!([objects]));
}

#[test]
fn only_this_account_s_config_may_deliver() {
    let all = lowered(&managed(), RecorderOwner::Nobody).unwrap();
    let bucket = state(&all, "s3.bucket/compliance-records");
    let statements = bucket.pointer("/policy/Statement").or(bucket.pointer("/Policy/Statement")).unwrap();
    let actions: Vec<_> = statements.as_array().unwrap().iter().map(|s| s["Action"][0].as_str().unwrap()).collect();
    assert_eq!(actions, ["s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject"]);
    for statement in statements.as_array().unwrap() {
        assert_eq!(statement["Principal"], json!({"Service": ["config.amazonaws.com"]}));
        let condition = &statement["Condition"]["StringEquals"];
        let account = condition.get("AWS:SourceAccount").or(condition.get("aws:SourceAccount"));
        assert_eq!(account, Some(&json!(["123456789012"])), "{statement}");
    }
}

#[test]
fn somebody_else_s_recorder_is_left_alone() {
    let all = lowered(&managed(), RecorderOwner::Others).unwrap();
    assert_eq!(addresses(&all), ["config.rule/roles"]);
    assert_eq!(needs(&all, "config.rule/roles"), ["sns.topic/alerts"]);
    assert_eq!(all.notes.len(), 1);
    assert!(all.notes[0].message.contains("planned as recorder = \"existing\""), "{:?}", all.notes);
}

#[test]
fn existing_is_the_default_and_must_exist() {
    let manifest = format!("[compliance]\n{RULE}{POLICIES}");
    for owner in [RecorderOwner::Unknown, RecorderOwner::Others] {
        let all = lowered(&manifest, owner).unwrap();
        assert_eq!((addresses(&all), all.notes), (vec!["config.rule/roles".to_owned()], vec![]), "{owner:?}");
    }
    let found = problems(&format!("[compliance]\nrecorder = \"existing\"\n{RULE}{POLICIES}"), RecorderOwner::Nobody);
    assert_eq!(found, ["6:12: this account and region have no AWS Config recorder"]);
    let found = problems(&manifest, RecorderOwner::Us);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("would delete it under its rules"), "{found:?}");
    assert_eq!(addresses(&lowered("[compliance]\n", RecorderOwner::Us).unwrap()), Vec::<String>::new());
}

#[test]
fn somebody_else_s_channel_leaves_no_place_for_ours() {
    let found = problems(&managed(), RecorderOwner::OnlyChannel);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("a delivery channel that belongs to somebody else, and no recorder"), "{found:?}");
}

#[test]
fn a_rule_carries_what_the_section_says() {
    let more = "scope = { resource_types = [\"AWS::IAM::User\", \"AWS::IAM::Role\"] }\n\
        description = \"Roles\"\ntags = { team = \"a\" }\nadopt = true\n";
    let all = lowered(&format!("{RULE}{POLICIES}{more}"), RecorderOwner::Others).unwrap();
    let rule = state(&all, "config.rule/roles");
    assert_eq!(rule["SourceIdentifier"], "IAM_ROLE_MANAGED_POLICY_CHECK");
    let arns = "arn:aws:iam::123456789012:policy/a,arn:aws:sns:us-west-2:123456789012:shop--test-alerts";
    assert_eq!(rule["InputParameters"], json!({ "managedPolicyArns": arns }));
    assert_eq!(rule["Scope"], json!({"ComplianceResourceTypes": ["AWS::IAM::Role", "AWS::IAM::User"]}));
    assert_eq!((&rule["MaximumExecutionFrequency"], &rule["Description"]), (&Value::Null, &json!("Roles")));
    assert_eq!(rule["Tags"]["team"], "a");
    let wanted = &all.wanted[&"config.rule/roles".parse().unwrap()];
    assert_eq!((wanted.id.name.as_str(), wanted.adopt), ("shop--test-roles", true));
}

#[test]
fn aws_s_default_frequency_is_as_if_nothing_was_said() {
    let frequency = |text: &str| {
        let rule = format!("[compliance.rule.mfa]\nmanaged_rule = \"IAM_USER_MFA_ENABLED\"\nfrequency = \"{text}\"\n");
        let all = lowered(&rule, RecorderOwner::Others).unwrap();
        state(&all, "config.rule/mfa")["MaximumExecutionFrequency"].clone()
    };
    assert_eq!(frequency("24h"), Value::Null);
    assert_eq!(frequency("1h"), "One_Hour");
    assert_eq!(frequency("3h"), "Three_Hours");
    assert_eq!(frequency("12h"), "Twelve_Hours");
}

#[test]
fn only_a_periodic_rule_runs_every_so_often() {
    let rule = |identifier: &str| format!("[compliance.rule.r]\nmanaged_rule = \"{identifier}\"\nfrequency = \"1h\"\n");
    for fine in ["IAM_USER_MFA_ENABLED", "CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK", "NEWER_THAN_THE_LIST"] {
        assert!(lowered(&rule(fine), RecorderOwner::Others).is_ok(), "{fine}");
    }
    let told = problems(&rule("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED"), RecorderOwner::Others);
    let message = "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED is triggered by changes, and does not run periodically";
    assert_eq!(told, [format!("7:13: {message}")]);
}

#[test]
fn what_aws_would_refuse_is_told_with_its_place() {
    let rule = |more: &str| problems(&format!("[compliance.rule.x]\n{more}"), RecorderOwner::Others);
    assert_eq!(rule("managed_rule = \"iam-roles\""), ["6:16: \"iam-roles\" is not a managed rule"]);
    let check = rule("managed_rule = \"IAM_ROLE_MANAGED_POLICY_CHECK\"");
    assert!(check[0].ends_with("IAM_ROLE_MANAGED_POLICY_CHECK needs the parameter managedPolicyArns"), "{check:?}");
    let long = rule(&format!("managed_rule = \"A\"\nparameters = {{ a = \"{}\" }}", "x".repeat(1024)));
    assert_eq!(long, ["7:1: AWS Config accepts at most 1024 characters of parameters, written as JSON"]);
    let long = rule(&format!("managed_rule = \"A\"\ndescription = \"{}\"", "x".repeat(257)));
    assert_eq!(long, ["7:15: AWS Config does not accept this description"]);
    let unknown = rule("managed_rule = \"A\"\nparameters = { a = \"${topic.alert.arn}\" }");
    assert!(unknown[0].starts_with("7:20: ${topic.alert.arn}: there is no topic"), "{unknown:?}");
}

#[test]
fn a_scope_is_either_types_or_a_tag() {
    let found = |scope: &str| {
        let rule = format!("[compliance.rule.x]\nmanaged_rule = \"A\"\nscope = {{ {scope} }}\n");
        lowered(&rule, RecorderOwner::Others)
            .err()
            .map(|Problems(p)| format!("{}:{}: {}", p[0].line, p[0].column, p[0].message))
    };
    let fine = [
        "resource_types = [\"AWS::S3::Bucket\"], resource_id = \"b\"",
        "tag_key = \"a\"",
        "tag_key = \"a\", tag_value = \"b\"",
    ];
    for scope in fine {
        assert_eq!(found(scope), None, "{scope}");
    }
    let both = "resource_types = [\"AWS::S3::Bucket\"], tag_key = \"a\"";
    let two = "resource_types = [\"AWS::S3::Bucket\", \"AWS::IAM::Role\"], resource_id = \"b\"";
    for scope in ["", both, two, "resource_id = \"b\"", "tag_value = \"b\""] {
        assert_eq!(found(scope).as_deref(), Some("7:1: a scope is either by type or by tag"), "{scope}");
    }
    let wrong = found("resource_types = [\"S3\"]");
    assert_eq!(wrong.as_deref(), Some("7:28: \"S3\" is not a type of resource"));
    let long = found(&format!("tag_key = \"{}\"", "x".repeat(129)));
    assert_eq!(long.as_deref(), Some("7:1: AWS Config does not accept this text in a scope"));
}
