//! Whom a REST API's policy lets in, and from where.

use super::*;

const INVOKE: &str = "execute-api:Invoke";
const ALL: &str = "execute-api:/*";

fn statement(effect: &str, principal: Value, condition: Value) -> Value {
    let mut one = json!({"Effect": effect, "Principal": principal, "Action": INVOKE, "Resource": ALL});
    if !condition.is_null() {
        one["Condition"] = condition;
    }
    one
}

fn allow(principal: Value, condition: Value) -> Value {
    statement("Allow", principal, condition)
}

fn deny(condition: Value) -> Value {
    statement("Deny", json!("*"), condition)
}

/// Anybody, but for whom this denies.
fn but(denial: Value) -> Vec<Value> {
    vec![allow(json!("*"), Value::Null), denial]
}

fn outside(ranges: &[&str]) -> Value {
    json!({"NotIpAddress": {"aws:SourceIp": ranges}})
}

fn elsewhere(endpoints: &[&str]) -> Value {
    json!({"StringNotEquals": {"aws:SourceVpce": endpoints}})
}

/// An API with an open route: its endpoint and the statements of its policy; without any it has none.
type Side<'a> = (&'a str, Vec<Value>);

fn state((endpoint, statements): Side) -> State {
    api::behind(endpoint, (!statements.is_empty()).then(|| document(statements)), false)
}

/// What is said, but for what goes with every change.
fn said(old: Option<Side>, new: Side) -> Vec<String> {
    let all = lines(&planned(vec![case(Kind::RestApi, "shop", old.map(state), Some(state(new)))]));
    all.into_iter().filter(|line| !line.starts_with("Downtime")).collect()
}

const OPEN: &str = "Open to everybody: API <shop>: anybody may <execute-api:Invoke>";
const PUBLIC: &str = "Public API: <GET /a.b> of API <shop> is new and needs no authorization: anybody may call it";

#[test]
fn a_policy_that_lets_anybody_in_is_said_and_one_that_limits_who_is_not() {
    let made = |statements| said(None, ("REGIONAL", statements));
    assert_eq!(made(Vec::new()), [PUBLIC], "without a policy its routes say it");
    assert_eq!(made(vec![allow(json!("*"), Value::Null)]), [OPEN, PUBLIC]);
    assert_eq!(made(vec![allow(json!({"AWS": "*"}), Value::Null)]), [OPEN, PUBLIC]);
    let own = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")});
    assert_eq!(made(vec![allow(own, Value::Null)]), [""; 0]);
    assert_eq!(made(vec![allow(json!("*"), json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))]), [""; 0]);
    assert_eq!(made(but(deny(outside(&["10.0.0.0/8"])))), [""; 0]);
    assert_eq!(made(but(deny(outside(&["0.0.0.0/0"])))), [OPEN, PUBLIC], "that is everybody");
    let other = "Other accounts: API <shop>: <arn:aws:iam::999999999999:root> may <execute-api:Invoke>";
    assert_eq!(made(vec![allow(json!({"AWS": OTHER}), Value::Null)]), [other]);
    let org = json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}});
    let of_org = "Other accounts: API <shop>: <whoever has aws:principalorgid o-1> may <execute-api:Invoke>";
    assert_eq!(made(but(deny(org))), [of_org]);
    let of_own = json!({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}});
    assert_eq!(made(but(deny(of_own))), [""; 0]);
}

#[test]
fn a_denial_limits_an_api_only_where_it_is_about_everybody_and_all_of_it() {
    let of = |change: &dyn Fn(&mut Value)| {
        let mut denial = deny(outside(&["10.0.0.0/8"]));
        change(&mut denial);
        said(None, ("REGIONAL", but(denial)))
    };
    let partial: [&dyn Fn(&mut Value); 7] = [
        &|denial| denial["Resource"] = json!("execute-api:/v1/DELETE/*"),
        &|denial| denial["Resource"] = json!("execute-api:/v2/*"),
        &|denial| denial["Action"] = json!("execute-api:ManageConnections"),
        &|denial| denial["Principal"] = json!({"AWS": OTHER}),
        &|denial| {
            denial["NotPrincipal"] = json!({"AWS": OTHER});
            denial.as_object_mut().unwrap().remove("Principal");
        },
        &|denial| denial["Condition"]["StringEquals"] = json!({"aws:PrincipalAccount": "999999999999"}),
        &|denial| denial["Condition"] = json!({"Bool": {"aws:SecureTransport": "false"}}),
    ];
    for (number, change) in partial.iter().enumerate() {
        assert_eq!(of(*change), [OPEN, PUBLIC], "{number}");
    }
    let whole: [&dyn Fn(&mut Value); 5] = [
        &|denial| denial["Resource"] = json!("*"),
        &|denial| denial["Resource"] = json!(["execute-api:/v1/*"]),
        &|denial| denial["Resource"] = json!("execute-api:/*/*/*"),
        &|denial| denial["Resource"] = json!(format!("arn:aws:execute-api:us-west-2:{ACCOUNT}:*")),
        &|denial| denial["Action"] = json!(["execute-api:*"]),
    ];
    for (number, change) in whole.iter().enumerate() {
        assert_eq!(of(*change), [""; 0], "{number}");
    }
}

#[test]
fn whoever_has_a_vpc_endpoint_reaches_a_private_api_whose_policy_names_none() {
    let anybody = || vec![allow(json!("*"), Value::Null)];
    let open = "Open to everybody: API <shop>: whoever has a VPC endpoint, in any account, may <execute-api:Invoke>";
    let new = "Public API: <GET /a.b> of API <shop> is new and needs no authorization: whoever has a VPC endpoint, in any account, may call it";
    assert_eq!(said(None, ("PRIVATE", anybody())), [open, new]);
    let from = |endpoints: &[&str]| vec![allow(json!("*"), json!({"StringEquals": {"aws:SourceVpce": endpoints}}))];
    assert_eq!(said(None, ("PRIVATE", from(&["vpce-1"]))), [""; 0]);
    assert_eq!(said(None, ("PRIVATE", but(deny(elsewhere(&["vpce-1"]))))), [""; 0]);
    let like = vec![allow(json!("*"), json!({"StringLike": {"aws:SourceVpce": "vpce-*"}}))];
    assert_eq!(said(None, ("PRIVATE", like)), [open, new]);

    let more = ["More addresses: API <shop>: <vpce-1> → also <vpce-2>"];
    assert_eq!(said(Some(("PRIVATE", from(&["vpce-1"]))), ("PRIVATE", from(&["vpce-1", "vpce-2"]))), more);
    let denied = |endpoints: &[&str]| ("PRIVATE", but(deny(elsewhere(endpoints))));
    assert_eq!(said(Some(denied(&["vpce-1"])), denied(&["vpce-1", "vpce-2"])), more);
    assert_eq!(said(Some(denied(&["vpce-1", "vpce-2"])), denied(&["vpce-2"])), [""; 0]);
    assert_eq!(said(Some(("PRIVATE", from(&["vpce-1"]))), ("PRIVATE", anybody())), [open]);
    assert_eq!(said(Some(denied(&["vpce-1"])), ("PRIVATE", anybody())), [open]);
}

#[test]
fn a_policy_that_opens_is_said_once_and_one_that_goes_as_well() {
    let anybody = || ("REGIONAL", vec![allow(json!("*"), Value::Null)]);
    let own = || ("REGIONAL", vec![allow(json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}), Value::Null)]);
    assert_eq!(said(Some(own()), anybody()), [OPEN]);
    assert_eq!(said(Some(own()), ("REGIONAL", Vec::new())), [OPEN], "what limited callers has gone");
    assert_eq!(said(Some(anybody()), anybody()), [""; 0]);
    assert_eq!(said(Some(anybody()), ("REGIONAL", Vec::new())), [""; 0], "it was open before");
    let ranges = || ("REGIONAL", but(deny(outside(&["10.0.0.0/8"]))));
    let all = ["More addresses: API <shop>: <10.0.0.0/8> → all addresses"];
    assert_eq!(said(Some(ranges()), anybody()), all);
    assert_eq!(said(Some(ranges()), ("REGIONAL", but(deny(outside(&["0.0.0.0/0"]))))), all);
    let leaves = "Open to the internet: <GET /a.b> of API <shop> loses the endpoint <PRIVATE>: anybody may call it";
    let private = ("PRIVATE", but(deny(elsewhere(&["vpce-1"]))));
    assert_eq!(said(Some(private), ("REGIONAL", Vec::new())), [leaves]);
}

#[test]
fn a_denial_of_a_part_that_goes_is_one_less_whatever_it_looked_at() {
    let part = |condition: Value| {
        let mut denial = deny(condition);
        denial["Resource"] = json!("execute-api:/v1/DELETE/*");
        ("REGIONAL", but(denial))
    };
    let gone =
        |when: &str| vec![format!("Fewer denials: API <shop>: no longer denied: <execute-api:Invoke if {when}>")];
    let anybody = || ("REGIONAL", vec![allow(json!("*"), Value::Null)]);
    assert_eq!(said(Some(part(outside(&["10.0.0.0/8"]))), anybody()), gone("notipaddress aws:sourceip"));
    assert_eq!(said(Some(part(elsewhere(&["vpce-1"]))), anybody()), gone("stringnotequals aws:sourcevpce"));
}
