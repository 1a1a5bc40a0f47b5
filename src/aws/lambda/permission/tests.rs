use super::observe::read;
use super::state::{INVOKE, INVOKE_URL, POLICY_BYTES};
use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;
use serde_json::json;

prop_compose! {
    fn permission(may_be_foreign: bool)(statements in proptest::collection::btree_map(
        "[a-c]",
        ("[a-b]", proptest::option::of("[x-y]"), proptest::option::of("[1-2]"), any::<[bool; 4]>()),
        1..4
    )) -> State {
        let statements = statements.into_iter().map(|(sid, (principal, arn, source_account, flags))| {
            let [foreign, to_url, auth, invoked_via_function_url] = flags;
            let foreign = foreign.then(|| json!({"Sid": sid})).filter(|_| may_be_foreign);
            let action = if to_url { INVOKE_URL } else { INVOKE }.to_owned();
            let function_url_auth_type = auth.then(|| "NONE".to_owned());
            let source_arn = arn.map(Text::from);
            (sid, Statement {
                principal, action, source_arn, source_account, function_url_auth_type, invoked_via_function_url, foreign,
            })
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
        ..Statement::default()
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
    assert_eq!(
        call,
        Some(Call::Remove(RemovePermission { function_name: "f".into(), qualifier: None, statement_id: "x".into() }))
    );
}

#[test]
fn the_two_statements_of_an_open_url_are_read_as_they_were_written() {
    let text = r#"{"Version":"2012-10-17","Id":"default","Statement":[
        {"Sid":"function-url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:f",
         "Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},
        {"Sid":"function-url-invoke","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:f",
         "Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}},
        {"Sid":"anybody","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:f"},
        {"Sid":"not","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:f",
         "Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"false"}}}]}"#;
    let document = Document::parse(text).unwrap();
    let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
    for (sid, statement) in Statement::of_open_url() {
        assert_eq!(statements[sid], statement);
    }
    for theirs in ["anybody", "not"] {
        assert!(statements[theirs].foreign.is_some(), "{theirs}: a manifest never lets everybody in otherwise");
    }
    let want = Permission { statements: Statement::of_open_url().map(|(sid, of)| (sid.to_owned(), of)).into() };
    let add = Permission::next_call(&test_id(Kind::Permission, "f"), Some(&want), None).expect("a call");
    let expected = json!({"api": "lambda:AddPermission", "input": {"FunctionName": "f", "StatementId": "function-url",
        "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}});
    assert_eq!(serde_json::to_value(&add).unwrap(), expected);
}

#[test]
fn one_statement_for_all_routes_comes_before_theirs_go_and_goes_after_theirs_have_come() {
    let statement = |source: &str| Statement {
        principal: "apigateway.amazonaws.com".into(),
        source_arn: Some(format!("arn:aws:execute-api:us-west-2:123456789012:abc/{source}").as_str().into()),
        ..Statement::default()
    };
    let one = Permission { statements: [("shop-routes".into(), statement("*/*"))].into() };
    let each = ["*/GET/a", "*/*/*"].map(|of| (format!("shop-{of}"), statement(of)));
    let each = Permission { statements: each.into() };
    let calls = |want: &Permission, live: &Permission| {
        let planned = crate::aws::steps::steps(
            &test_id(Kind::Permission, "f"),
            Some(&want.clone().into()),
            Some(&live.clone().into()),
        );
        let sid =
            |call: serde_json::Value| format!("{} {}", call["api"], call["input"]["StatementId"]).replace('"', "");
        planned.expect("a plan").iter().map(|step| sid(step.call.json())).collect::<Vec<_>>()
    };
    let to_one = calls(&one, &each);
    assert_eq!(to_one[0], "lambda:AddPermission shop-routes", "{to_one:?}");
    let to_each = calls(&each, &one);
    assert_eq!(to_each[2], "lambda:RemovePermission shop-routes", "{to_each:?}");
}

/// As when what another tool has made is taken over: a rule whose statement is called otherwise here goes on calling.
#[test]
fn a_caller_under_another_id_is_let_in_before_the_former_statement_goes() {
    let statement = |principal: &str| Statement { principal: principal.into(), ..Statement::default() };
    let all = |of: [(&str, Statement); 2]| Permission {
        statements: of.into_iter().map(|(sid, statement)| (sid.to_owned(), statement)).collect(),
    };
    let live = all([("a", statement("sns.amazonaws.com")), ("former", statement("events.amazonaws.com"))]);
    let want = all([("a", statement("s3.amazonaws.com")), ("rule", statement("events.amazonaws.com"))]);
    assert_eq!(walked(&want, &live).0, ["-a", "+a", "+rule", "-former"]);
}

#[test]
fn a_policy_is_counted_as_aws_writes_it() {
    let text = r#"{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:f","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:a"}}},{"Sid":"function-url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:f","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}]}"#;
    let document = Document::parse(text).unwrap();
    let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
    assert_eq!(Permission { statements }.bytes("arn:f"), text.len());
}

/// So many routes with a statement of their own, each with a source of so many characters.
fn routes(count: usize, length: usize) -> BTreeMap<String, Statement> {
    let source = |n: usize| {
        let path = format!("{n:04}").repeat(length / 4);
        format!("arn:aws:execute-api:us-west-2:123456789012:abc/*/GET/{path}")
    };
    let statement = |n: usize| Statement {
        principal: "apigateway.amazonaws.com".into(),
        source_arn: Some(source(n).as_str().into()),
        ..Statement::default()
    };
    (0..count).map(|n| (format!("shop-GET_{n:04}"), statement(n))).collect()
}

fn wide() -> (String, Statement) {
    let source = "arn:aws:execute-api:us-west-2:123456789012:abc/*/*";
    let principal = "apigateway.amazonaws.com".into();
    ("shop-routes".into(), Statement { principal, source_arn: Some(source.into()), ..Statement::default() })
}

/// What happens to the statements, and the longest policy on the way.
fn walked(want: &Permission, live: &Permission) -> (Vec<String>, usize) {
    let id = test_id(Kind::Permission, "shop--test-f");
    let arn = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-f";
    let (mut state, mut sent, mut longest) = (Some(live.clone()), Vec::new(), 0);
    while let Some(call) = Permission::next_call(&id, Some(want), state.as_ref()) {
        sent.push(match &call {
            Call::Add(input) => format!("+{}", input.statement_id),
            Call::Remove(input) => format!("-{}", input.statement_id),
        });
        state = Permission::effect(&call, state);
        longest = longest.max(state.as_ref().map_or(0, |state| state.bytes(arn)));
    }
    assert_eq!(state.as_ref(), Some(want));
    (sent, longest)
}

#[test]
fn no_policy_on_the_way_is_longer_than_aws_takes_and_callers_are_let_in_all_the_while_where_there_is_room() {
    let full = Permission { statements: routes(56, 64) };
    let arn = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-f";
    let (sid, statement) = wide();
    assert!(full.bytes(arn) <= POLICY_BYTES && full.bytes(arn) + statement.bytes(&sid, arn) >= POLICY_BYTES);
    let one = Permission { statements: [wide()].into() };
    let (sent, longest) = walked(&one, &full);
    assert!(longest <= POLICY_BYTES, "{longest}");
    assert_eq!(sent[..3], ["-shop-GET_0000", "+shop-routes", "-shop-GET_0001"], "one goes, so that there is room");
    let (sent, longest) = walked(&full, &one);
    assert!(longest <= POLICY_BYTES, "{longest}");
    assert_eq!(sent[55..], ["-shop-routes", "+shop-GET_0055"], "the one for all stays for as long as there is room");
    let some = Permission { statements: routes(20, 64) };
    assert_eq!(walked(&one, &some).0[0], "+shop-routes");
    assert_eq!(walked(&some, &one).0.last().map(String::as_str), Some("-shop-routes"));
}
