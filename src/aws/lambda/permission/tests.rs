use super::observe::read;
use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;
use serde_json::json;

prop_compose! {
    fn permission(may_be_foreign: bool)(statements in proptest::collection::btree_map(
        "[a-c]",
        ("[a-b]", proptest::option::of("[x-y]"), proptest::option::of("[1-2]"), any::<bool>()),
        1..4
    )) -> State {
        let statements = statements.into_iter().map(|(sid, (principal, arn, source_account, foreign))| {
            let foreign = foreign.then(|| json!({"Sid": sid})).filter(|_| may_be_foreign);
            (sid, Statement { principal, source_arn: arn.map(Text::from), source_account, foreign })
        });
        Permission { statements: statements.collect() }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(
        want in proptest::option::of(permission(false)),
        live in proptest::option::of(permission(true)),
    ) {
        assert_properties(&test_id(Kind::Permission, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

#[test]
fn statements_are_read_as_aws_writes_them() {
    let text = r#"{"Version":"2012-10-17","Id":"default","Statement":[
        {"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",
         "Resource":"arn:f","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:a"}}},
        {"Sid":"org","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction",
         "Resource":"arn:f","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"},"ArnLike":{"AWS:SourceArn":"arn:t"}}}]}"#;
    let document = Document::parse(text).unwrap();
    let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
    let api = Statement {
        principal: "apigateway.amazonaws.com".into(),
        source_arn: Some("arn:a".into()),
        source_account: Some("123456789012".into()),
        foreign: None,
    };
    assert_eq!(statements["api"], api);
    assert!(statements["org"].foreign.is_some(), "a condition that we do not know makes it another statement");
}

#[test]
fn a_statement_of_another_form_is_seen_and_can_be_removed() {
    let theirs = json!({"Sid": "x", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "lambda:InvokeFunction", "Resource": "arn"});
    let document = Document::new(vec![theirs]);
    let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
    assert!(statements["x"].foreign.is_some());
    let live = Permission { statements };
    let call = Permission::next_call(&test_id(Kind::Permission, "f"), None, Some(&live));
    assert_eq!(call, Some(Call::Remove(RemovePermission { function_name: "f".into(), statement_id: "x".into() })));
}
