//! What reaches functions: their URLs, and what Lambda fetches for them.

use std::collections::BTreeSet;

use super::guards::function;
use super::*;
use crate::aws::lambda::{Cors, EventSourceMapping, Function, FunctionUrl, Permission, Release, Statement};

fn url(auth: &str, origins: &[&str]) -> FunctionUrl {
    let origins: BTreeSet<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
    let cors = (!origins.is_empty()).then(|| Cors { allow_origins: origins, ..Cors::default() });
    FunctionUrl { qualifier: None, auth_type: auth.into(), cors, invoke_mode: "BUFFERED".into() }
}

fn with(url: Option<FunctionUrl>) -> Option<State> {
    Some(Function { url, ..function() }.into())
}

fn of_function(old: Option<State>, new: Option<State>) -> Vec<String> {
    lines(&planned(vec![case(Kind::Function, "f", old, new)]))
}

#[test]
fn a_url_that_anybody_may_call_is_open_to_everybody_once() {
    let open = ["Open to everybody: function <f>: anybody may call its URL"];
    assert_eq!(of_function(None, with(Some(url("NONE", &[])))), open);
    assert_eq!(of_function(with(Some(url("AWS_IAM", &[]))), with(Some(url("NONE", &[])))), open);
    let wider = of_function(with(Some(url("NONE", &[]))), with(Some(url("NONE", &["*"]))));
    assert_eq!(wider, ["CORS: function <f>: pages of any origin may call its URL"]);
    assert_eq!(of_function(with(None), with(Some(url("AWS_IAM", &["https://example.org"])))), [""; 0]);
    let gone = of_function(with(Some(url("AWS_IAM", &[]))), with(None));
    assert_eq!(gone, ["Gone: function <f>: its URL; a later one will be different"]);
    let statements = Statement::of_open_url().map(|(sid, statement)| (sid.to_owned(), statement));
    let permission = Some(State::from(Permission { statements: statements.into() }));
    let plan = planned(vec![
        case(Kind::Function, "f", None, with(Some(url("NONE", &[])))),
        case(Kind::Permission, "f", None, permission),
    ]);
    assert_eq!(lines(&plan), ["Open to everybody: function <f>, permission of function <f>: anybody may call its URL"]);
    assert_eq!(risks(&plan)[0].kind.class(), crate::risk::Class::Public);
}

#[test]
fn a_version_that_gets_all_traffic_at_once_and_what_is_kept_ready_are_said() {
    let released = |memory_size: i32, ready: Option<i32>| {
        let function = Function { memory_size, ..function() };
        let release = Release::of(&function, 3, None, ready);
        Some(State::from(Function { release: Some(Box::new(release)), ..function }))
    };
    let at_once = "All at once: function <f>: another version gets all traffic at once";
    assert_eq!(of_function(released(128, None), released(256, None)), [at_once]);
    assert_eq!(of_function(None, released(128, None)), [""; 0]);
    let costs = ["Runs up cost: function <f>: provisioned concurrency costs money while it exists"];
    assert_eq!(of_function(released(128, Some(1)), released(128, Some(2))), costs);
    assert_eq!(of_function(released(128, Some(2)), released(128, Some(1))), [""; 0]);
}

proptest! {
    #[test]
    fn a_mapping_has_exactly_the_risks_of_its_change(
        (old, new) in maybe((any::<bool>(), 0usize..2, -1i32..2, 0usize..3, any::<bool>()))
    ) {
        let mapping = |(enabled, position, retries, filters, other): &(bool, usize, i32, usize, bool)| {
            State::from(EventSourceMapping {
                event_source_arn: if *other { "arn:b" } else { "arn:a" }.into(),
                starting_position: Some(["LATEST", "TRIM_HORIZON"][*position].into()),
                enabled: *enabled,
                maximum_retry_attempts: *retries,
                filters: ["[1]", "[2]"].iter().take(*filters).map(|text| (*text).to_owned()).collect(),
                ..EventSourceMapping::default()
            })
        };
        let both = old.zip(new);
        let replaced = both.is_some_and(|(old, new)| old.1 != new.1 || old.4 != new.4);
        let sooner = both.is_some_and(|(old, new)| new.2 >= 0 && (old.2 < 0 || new.2 < old.2));
        let patterns = both.is_some_and(|(old, new)| old.3 != new.3 && new.3 > 0);
        let latest = new.is_some_and(|new| new.1 == 0);
        let off = both.is_some_and(|(old, new)| old.0 && !new.0);
        let all = [
            (RiskKind::Gone, new.is_none()),
            (RiskKind::Expiry, replaced && latest || sooner || patterns),
            (RiskKind::Downtime, replaced || off),
        ];
        assert_kinds(Kind::EventSourceMapping, old.as_ref().map(mapping), new.as_ref().map(mapping), &all);
    }
}
