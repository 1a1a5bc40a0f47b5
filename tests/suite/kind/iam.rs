//! Roles and customer-managed policies on both emulators.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::aws::iam::account::MANY;
use serverless_app::aws::iam::{Policy, Role, policy_arn};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, Seed, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};

const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const XRAY: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

fn document(action: &str) -> Document {
    Document::new(vec![json!({"Effect": "Allow", "Action": [action], "Resource": ["arn:aws:s3:::b/*"]})])
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn role(managed: &[&str], inline: &[(&str, Document)], tags: Tags) -> Role {
    let managed: BTreeSet<_> = managed.iter().map(|arn| arn.to_string()).collect();
    let inline: BTreeMap<_, _> = inline.iter().map(|(name, d)| (name.to_string(), d.clone())).collect();
    Role::for_service("lambda.amazonaws.com", managed, inline, tags)
}

fn service(name: &str) -> Document {
    Role::for_service(name, BTreeSet::new(), BTreeMap::new(), Tags::new()).assume_role_policy_document
}

#[tokio::test]
async fn a_role_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Role, "life", "suite--test-life").await;
        let mut known = Outputs::new();
        let first = role(&[BASIC], &[("one", document("s3:GetObject"))], tags(&[("a", "1")]));
        let second = Role {
            description: Some("Another".into()),
            max_session_duration: 7200,
            assume_role_policy_document: service("states.amazonaws.com"),
            permissions_boundary: Some(XRAY.into()),
            ..role(&[XRAY], &[("one", document("s3:PutObject")), ("two", document("s3:*"))], tags(&[("b", "2")]))
        };
        let third = role(&[], &[], Tags::new());
        for want in [Some(State::from(first)), Some(second.into()), Some(third.into()), None] {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
    }
}

#[tokio::test]
async fn a_role_keeps_its_identity_until_it_is_made_again() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Role, "identity", "suite--test-identity").await;
        let mut known = Outputs::new();
        let want = State::from(role(&[], &[], Tags::new()));
        lead(&aws, &id, Some(&want), &mut known).await;
        let first = observe(&aws, &id, &mut known).await.unwrap().identity;
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &id, Some(&want), &mut known).await;
        let second = observe(&aws, &id, &mut known).await.unwrap().identity;
        assert!(first.is_some() && first != second, "{emulator}: {first:?} {second:?}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_role_is_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Role, "edited", "suite--test-edited").await;
        let mut known = Outputs::new();
        let want = State::from(role(&[BASIC], &[("one", document("s3:GetObject"))], tags(&[("a", "1")])));
        lead(&aws, &id, Some(&want), &mut known).await;
        edit_role(&aws, &id).await;
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        let repairs = [
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
        ];
        assert_eq!(sent, repairs, "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

async fn edit_role(aws: &Aws, id: &Id) {
    let (iam, name) = (&aws.write.iam, &id.name);
    let trust = service("ec2.amazonaws.com").to_string();
    iam.update_assume_role_policy().role_name(name).policy_document(trust).send().await.unwrap();
    iam.update_role().role_name(name).max_session_duration(7200).send().await.unwrap();
    iam.put_role_permissions_boundary().role_name(name).permissions_boundary(XRAY).send().await.unwrap();
    iam.attach_role_policy().role_name(name).policy_arn(XRAY).send().await.unwrap();
    iam.detach_role_policy().role_name(name).policy_arn(BASIC).send().await.unwrap();
    for inline in ["one", "two"] {
        let edit = iam.put_role_policy().role_name(name).policy_name(inline);
        edit.policy_document(document("s3:*").to_string()).send().await.unwrap();
    }
    for key in ["a", "x"] {
        let tag = aws_sdk_iam::types::Tag::builder().key(key).value("edited").build().unwrap();
        iam.tag_role().role_name(name).tags(tag).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_policy_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        // gap: ministack has no SetDefaultPolicyVersion.
        if emulator == "ministack" {
            continue;
        }
        let id = id(&aws, Kind::Policy, "life", "suite--test-life").await;
        let mut known = Outputs::new();
        let wanted = [
            Some(State::from(Policy::new(document("s3:GetObject"), tags(&[("a", "1")])))),
            Some(Policy::new(document("s3:PutObject"), tags(&[("b", "2")])).into()),
            Some(Policy::new(document("s3:GetObject"), Tags::new()).into()),
            None,
        ];
        for want in wanted {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
    }
}

#[tokio::test]
async fn surplus_versions_of_a_policy_go_and_five_of_them_are_no_obstacle() {
    for (emulator, aws) in emulators().await {
        // gap: ministack has no SetDefaultPolicyVersion.
        if emulator == "ministack" {
            continue;
        }
        let id = id(&aws, Kind::Policy, "full", "suite--test-full").await;
        let mut known = Outputs::new();
        let want = |action: &str| State::from(Policy::new(document(action), Tags::new()));
        lead(&aws, &id, Some(&want("s3:GetObject")), &mut known).await;
        let arn = policy_arn(&id.site, &id.owner, &id.name);
        for (action, default) in [("s3:GetObject", false), ("s3:a", true), ("s3:a", false), ("s3:b", false)] {
            let version = aws.write.iam.create_policy_version().policy_arn(&arn).set_as_default(default);
            version.policy_document(document(action).to_string()).send().await.unwrap();
        }
        let sent = lead(&aws, &id, Some(&want("s3:PutObject")), &mut known).await;
        let count = |api: &str| sent.iter().filter(|sent| *sent == api).count();
        assert_eq!(count("iam:DeletePolicyVersion"), 5, "{emulator}: {sent:?}");
        assert_eq!(count("iam:CreatePolicyVersion"), 1, "{emulator}: {sent:?}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn roles_and_policies_are_found_by_their_path() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let (role_id, policy_id) = (
            id(&aws, Kind::Role, "found", "suite--test-found").await,
            id(&aws, Kind::Policy, "found", "suite--test-found").await,
        );
        let policy = State::from(Policy::new(document("s3:GetObject"), Tags::new()));
        lead(&aws, &role_id, Some(&role(&[], &[], Tags::new()).into()), &mut known).await;
        lead(&aws, &policy_id, Some(&policy), &mut known).await;
        for id in [&role_id, &policy_id] {
            let found = id.address.kind.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
            assert!(found.iter().any(|found| found.name == id.name), "{emulator}: {found:?}");
            lead(&aws, id, None, &mut known).await;
            let found = id.address.kind.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
            assert!(found.iter().all(|found| found.name != id.name), "{emulator}: {found:?}");
        }
    }
}

/// Many roles and policies are read by a listing of the whole account.
#[tokio::test]
async fn what_the_account_tells_is_what_each_role_and_policy_tells() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let owner = id(&aws, Kind::Role, "told", "suite--test-told").await;
        let boundary = Some(XRAY.into());
        let wanted = Role {
            permissions_boundary: boundary,
            max_session_duration: 7200,
            ..role(&[BASIC, XRAY], &[("one", document("s3:*"))], tags(&[("a", "1")]))
        };
        lead(&aws, &owner, Some(&wanted.into()), &mut known).await;
        let policy = id(&aws, Kind::Policy, "told", "suite--test-told-policy").await;
        for action in ["s3:GetObject", "s3:PutObject"] {
            lead(&aws, &policy, Some(&Policy::new(document(action), tags(&[("b", "2")])).into()), &mut known).await;
        }
        let batched = PlanReader::new(&aws).expecting(BTreeMap::from([((Kind::Role, true), MANY)]));
        for (id, seed) in [(&owner, Seed::Role(())), (&policy, Seed::Policy(()))] {
            let kind = id.address.kind;
            let alone = kind.observe(&aws, id).await.expect("a read");
            assert!(alone.is_some(), "{emulator}");
            assert_eq!(
                kind.observe_for_plan(&batched, id, Some(&seed)).await.expect("a read"),
                alone,
                "{emulator}: {id:?}"
            );
            lead(&aws, id, None, &mut known).await;
        }
    }
}
