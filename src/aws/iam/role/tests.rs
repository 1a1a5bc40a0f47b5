use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use aws_sdk_iam::types;
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;

fn document() -> impl Strategy<Value = Document> {
    ("[a-c]", prop_oneof![9 => 0..2_usize, 1 => Just(4000)]).prop_map(|(action, size)| {
        let action = format!("s3:{action}{}", "x".repeat(size));
        Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": "*"})])
    })
}

fn role() -> impl Strategy<Value = State> {
    let settings = (proptest::option::of("/other/"), proptest::option::of("[a-b]"), 3600..3602);
    let managed = prop_oneof![btree_set("[a-c]", 0..3), btree_set("[a-p]", 8..12)];
    let tags = btree_map("[a-c]", "[x-z]", 0..3);
    let permissions = (managed, btree_map("[a-e]", document(), 0..4), proptest::option::of("[a-b]"));
    (settings, document(), permissions, tags).prop_map(|(settings, trust, permissions, tags)| {
        let role = Role {
            path: settings.0,
            description: settings.1,
            max_session_duration: settings.2,
            assume_role_policy_document: trust,
            managed_policy_arns: permissions.0,
            inline_policies: permissions.1,
            permissions_boundary: permissions.2,
            tags,
        };
        role.into()
    })
}

fn wanted() -> impl Strategy<Value = State> {
    role().prop_map(|state| match state {
        State::Role(role) => Role { path: None, ..role }.into(),
        other => other,
    })
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in proptest::option::of(wanted()), live in proptest::option::of(role())) {
        assert_properties(&test_id(Kind::Role, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

fn some_role(managed: &[&str]) -> Role {
    let managed = managed.iter().map(|arn| arn.to_string()).collect();
    Role::for_service("lambda.amazonaws.com", managed, BTreeMap::new(), Tags::new())
}

fn apis(want: Option<Role>, live: Option<Role>) -> Vec<&'static str> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let steps = steps(&test_id(Kind::Role, "shop--test-thing"), want.as_ref(), live.as_ref()).unwrap();
    steps.iter().map(|step| step.call.api()).collect()
}

#[test]
fn a_policy_is_attached_before_another_goes_while_there_is_room() {
    let full: Vec<_> = ('a'..='j').map(String::from).collect();
    let full: Vec<_> = full.iter().map(String::as_str).collect();
    let attach_detach = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
    assert_eq!(apis(Some(some_role(&["b"])), Some(some_role(&["a"]))), attach_detach);
    let mut other = full.clone();
    other[0] = "z";
    assert_eq!(apis(Some(some_role(&other)), Some(some_role(&full))), [attach_detach[1], attach_detach[0]]);
}

#[test]
fn a_role_under_another_path_is_emptied_deleted_and_made_again() {
    let live = Role { path: Some("/".into()), ..some_role(&["a"]) };
    let calls = ["iam:DetachRolePolicy", "iam:DeleteRole", "iam:CreateRole", "iam:AttachRolePolicy"];
    assert_eq!(apis(Some(some_role(&["a"])), Some(live)), calls);
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let want = Role { description: None, ..some_role(&[]) };
    let trust = want.assume_role_policy_document.to_string().replace(r#"["sts:AssumeRole"]"#, r#""sts:AssumeRole""#);
    let encoded = percent_encoding::utf8_percent_encode(&trust, percent_encoding::NON_ALPHANUMERIC).to_string();
    let live = types::Role::builder().path("/shop/test/").role_name("r").role_id("AROAX").arn("arn:aws:iam::1:role/r");
    let live = live.create_date(aws_smithy_types::DateTime::from_secs(0)).assume_role_policy_document(encoded);
    let live = live.description("").build().unwrap();
    let id = test_id(Kind::Role, "r");
    assert_eq!(observe::state(&id, &live, BTreeSet::new(), BTreeMap::new()).unwrap(), want);
}

#[test]
fn an_update_always_says_the_longest_session_since_aws_sets_it_back_where_it_is_left_out() {
    let live = Role { max_session_duration: 7200, ..some_role(&[]) };
    let want = Role { description: Some("another".into()), ..live.clone() };
    let (want, live) = (State::from(want), State::from(live));
    let steps = steps(&test_id(Kind::Role, "shop--test-thing"), Some(&want), Some(&live)).unwrap();
    let sent: Vec<_> = steps.iter().map(|step| serde_json::to_value(&step.call).unwrap()).collect();
    let input = json!({"RoleName": "shop--test-thing", "Description": "another", "MaxSessionDuration": 7200});
    assert_eq!(sent, [json!({"api": "iam:UpdateRole", "input": input})]);
    let forgetful: Call = serde_json::from_value(json!({"api": "iam:UpdateRole", "input": {"RoleName": "r"}})).unwrap();
    let mut role = Role { max_session_duration: 7200, ..some_role(&[]) };
    role.apply(&forgetful);
    assert_eq!(role.max_session_duration, DEFAULT_SESSION);
}
