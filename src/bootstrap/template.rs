//! The same resources in forms that other tools take.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::aws::s3::Bucket;
use crate::aws::steps::{NotConverging, walk};
use crate::aws::{Kind, State, Tags, Wanted, apigateway_account};
use crate::name::Address;

/// The calls that create everything from scratch, in order: a list of `api` and `input`, as a plan has them.
pub fn calls(wanted: &BTreeMap<Address, Wanted>) -> Result<Value, NotConverging> {
    let mut calls = Vec::new();
    // The kinds are in the order in which they need one another.
    for one in wanted.values() {
        walk(&one.id, Some(&one.state), None, |call, _| {
            calls.push(call.json());
            Ok::<(), NotConverging>(())
        })?;
    }
    Ok(calls.into())
}

/// A CloudFormation template. An account has one identity provider for GitHub: the parameter says whether the stack
/// creates it, and one that it has created outlives it. Another parameter says what the account has for API Gateway's
/// logs.
pub fn cloudformation(wanted: &BTreeMap<Address, Wanted>) -> Value {
    let mut resources = Map::new();
    for (one, mut resource) in wanted.values().filter_map(|one| Some((one, resource(one)?))) {
        let depends: Vec<String> = one.needs.iter().filter(|need| !need.kind.of_the_account()).map(logical).collect();
        if !depends.is_empty() {
            resource["DependsOn"] = json!(depends);
        }
        resources.insert(logical(&one.id.address), resource);
    }
    let provider = json!({"Type": "String", "Default": "yes", "AllowedValues": ["yes", "no"],
        "Description": "no: the account has an identity provider for token.actions.githubusercontent.com already"});
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The roles that serverless-app deploys with",
        "Parameters": {"MakeProvider": provider},
        "Conditions": {"MakeProvider": equals("MakeProvider", "yes")},
    });
    resources.extend(wanted.values().filter_map(bucket_policy));
    if let Some(one) = wanted.values().find(|one| one.id.address.kind == Kind::ApiAccount) {
        resources.extend(account(one));
        template["Parameters"][LOGGING] = logging();
        template["Conditions"][SET_LOGGING] = json!({"Fn::Not": [equals(LOGGING, "no")]});
        template["Conditions"][MAKE_ROLE] = equals(LOGGING, "role-and-setting");
    }
    template["Resources"] = resources.into();
    template
}

fn equals(parameter: &str, value: &str) -> Value {
    json!({"Fn::Equals": [{"Ref": parameter}, value]})
}

const LOGGING: &str = "ApiLogging";
const SET_LOGGING: &str = "SetApiLogging";
const MAKE_ROLE: &str = "MakeApiLoggingRole";

/// Without a value by default: a stack that sets the role where there is one replaces it, and nobody else asks.
fn logging() -> Value {
    let role = apigateway_account::ROLE_NAME;
    let description = format!(
        "role-and-setting: if API Gateway has no role for logs in this account and region (aws apigateway \
         get-account), and the account has no role {role}. setting: if the account already has that role, for another \
         region. no: if API Gateway has a role, which the other choices would replace"
    );
    json!({"Type": "String", "AllowedValues": ["role-and-setting", "setting", "no"], "Description": description})
}

/// `iam.policy/apply-production-1` as `PolicyApplyProduction1`: a logical id has letters and digits only.
fn logical(address: &Address) -> String {
    let text = address.to_string();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).skip(1);
    let upper = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    words.map(upper).collect()
}

/// The role with which API Gateway writes logs is the account's as much as the setting: both outlive the stack.
fn account(one: &Wanted) -> [(String, Value); 2] {
    let (role, site) = (format!("{}Role", logical(&one.id.address)), &one.id.site);
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "apigateway.amazonaws.com"}}]});
    let kept = |of: &str, condition: &str, properties: Value| {
        json!({"Type": of, "Condition": condition, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",
            "Properties": properties})
    };
    let properties = json!({"RoleName": one.id.name, "AssumeRolePolicyDocument": trust,
        "ManagedPolicyArns": [apigateway_account::policy_arn(site)]});
    // The stack's own role is waited for.
    let arn = json!({"Fn::If": [MAKE_ROLE, {"Fn::GetAtt": [role, "Arn"]}, apigateway_account::role_arn(site)]});
    let setting = kept("AWS::ApiGateway::Account", SET_LOGGING, json!({"CloudWatchRoleArn": arn}));
    [(logical(&one.id.address), setting), (role, kept("AWS::IAM::Role", MAKE_ROLE, properties))]
}

fn resource(one: &Wanted) -> Option<Value> {
    let path = one.id.owner.path();
    Some(match &one.state {
        State::Bucket(bucket) => bucket_of(&one.id.name, bucket),
        State::OidcProvider(provider) => json!({
            "Type": "AWS::IAM::OIDCProvider",
            "Condition": "MakeProvider",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"Url": format!("https://{}", one.id.name), "ClientIdList": provider.client_id_list},
        }),
        State::Policy(policy) => json!({
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"ManagedPolicyName": one.id.name, "Path": path, "PolicyDocument": policy.policy_document},
        }),
        State::Role(role) => json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": one.id.name,
                "Path": path,
                "Description": role.description,
                "MaxSessionDuration": role.max_session_duration,
                "AssumeRolePolicyDocument": role.assume_role_policy_document,
                "ManagedPolicyArns": role.managed_policy_arns,
                "Tags": tags(&role.tags),
            },
        }),
        _ => return None,
    })
}

/// A stack that goes cannot delete a bucket that holds something.
fn bucket_of(name: &str, bucket: &Bucket) -> Value {
    let rules = bucket.lifecycle_rules.values().map(|rule| {
        json!({"Id": rule.id, "Status": rule.status, "ExpirationInDays": rule.expiration.as_ref().and_then(|of| of.days),
            "AbortIncompleteMultipartUpload": rule.abort_incomplete_multipart_upload})
    });
    let encryption = json!({"ServerSideEncryptionByDefault": {"SSEAlgorithm": bucket.encryption.sse_algorithm}});
    json!({
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": name,
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
            "PublicAccessBlockConfiguration": bucket.public_access_block,
            "OwnershipControls": {"Rules": [{"ObjectOwnership": bucket.object_ownership}]},
            "LifecycleConfiguration": {"Rules": rules.collect::<Vec<_>>()},
            "Tags": tags(&bucket.tags),
        },
    })
}

fn bucket_policy(one: &Wanted) -> Option<(String, Value)> {
    let State::Bucket(bucket) = &one.state else { return None };
    let of = logical(&one.id.address);
    let properties = json!({"Bucket": {"Ref": of}, "PolicyDocument": bucket.policy});
    Some((format!("{of}Policy"), json!({"Type": "AWS::S3::BucketPolicy", "Properties": properties})))
}

fn tags(tags: &Tags) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}
