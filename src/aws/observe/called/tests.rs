use super::*;
use crate::aws::test_support::test_id;
use crate::aws::{Observed, Seed, Tags};

fn wanted(kind: Kind, name: &str, physical: &str) -> (Address, Wanted) {
    let address = Address::new(kind, name.parse().unwrap());
    let id = Id { address: address.clone(), ..test_id(kind, physical) };
    (address, Wanted { id, state: tagged(name).into(), needs: BTreeSet::new(), adopt: false, named: true })
}

/// A state of some kind: what it is of is no matter here.
fn tagged(name: &str) -> logs::LogGroup {
    let id = test_id(Kind::LogGroup, "x");
    let tags = id.owner.tags(&Address::new(Kind::LogGroup, name.parse().unwrap()));
    logs::LogGroup { tags, ..Default::default() }
}

fn arn(resource: &str) -> String {
    format!("arn:aws:{resource}")
}

#[test]
fn what_the_index_or_a_manifest_calls_otherwise_is_looked_at_once_and_nothing_that_is_found_anyway() {
    let owner = test_id(Kind::Topic, "x").owner;
    let at = "us-west-2:123456789012";
    let tags = [
        format!("sns:{at}:Alerts"),
        format!("sns:{at}:shop--test-found-by-its-prefix"),
        format!("sns:{at}:Wanted"),
        format!("logs:{at}:log-group:/aws/lambda/shop--test-f"),
        format!("logs:{at}:log-group:/aws/lambda/Handler"),
        format!("events:{at}:rule/shop--test-bus/Paid"),
        format!("events:{at}:rule/shop--test-bus/shop--test-found-by-its-prefix"),
        "apigateway:us-west-2::/restapis/abc".to_owned(),
    ];
    let tags = tags.iter().map(|resource| (arn(resource), Tags::new())).collect();
    let called = [
        (Kind::Role, "/service-role/Worker".to_owned()),
        (Kind::Role, "/service-role/Wanted".to_owned()),
        (Kind::Role, "/service-role/Listed".to_owned()),
        (Kind::Role, "/service-role/Twice".to_owned()),
        (Kind::Role, "Twice".to_owned()),
        (Kind::Topic, "Listed".to_owned()),
    ];
    let names =
        [((Kind::Topic, "Listed".to_owned()), Seed::Topic(())), ((Kind::Role, "Listed".to_owned()), Seed::Role(()))];
    let listing = Listing { names: names.into(), tags, called: called.into(), ..Listing::default() };
    let wanted = [
        wanted(Kind::Topic, "wanted", "Wanted"),
        wanted(Kind::Role, "wanted", "Wanted"),
        wanted(Kind::Function, "f", "Handler"),
        wanted(Kind::Function, "g", "shop--test-g"),
    ];
    let found = super::called(&owner, &wanted.into(), &listing);
    let expected = [
        ((Kind::EventRule, "shop--test-bus/Paid"), true),
        ((Kind::LogGroup, "/aws/lambda/Handler"), true),
        ((Kind::Permission, "Handler"), false),
        ((Kind::Role, "/service-role/Twice"), false),
        ((Kind::Role, "/service-role/Worker"), false),
        ((Kind::Topic, "Alerts"), true),
    ];
    let expected: BTreeMap<_, _> = expected.map(|((kind, name), hint)| ((kind, name.to_owned()), hint)).into();
    assert_eq!(found, expected);
}

#[test]
fn what_bears_a_wanted_address_under_another_name_is_called_what_it_was() {
    let owner = test_id(Kind::Topic, "x").owner;
    let live = |physical: &str| {
        let address = Address::new(Kind::Topic, "news".parse().unwrap());
        let id = Id { address, ..test_id(Kind::Topic, physical) };
        Live { id, observed: Observed::of(tagged("news").into()) }
    };
    let renamed = |now: &str, was: &str, named: bool| {
        let (address, one) = wanted(Kind::Topic, "news", now);
        let wanted: BTreeMap<_, _> = [(address, Wanted { named, ..one })].into();
        super::renamed(&owner, &wanted, live(was)).id.address.name.to_string()
    };
    assert_eq!(renamed("News", "News", true), "news");
    for (now, was, named) in [
        ("News", "Old", true),
        ("shop--test-news", "Old", false),
        ("News", "shop--test-news", true),
        ("shop--test-b", "shop--test-a", true),
    ] {
        let name = renamed(now, was, named);
        assert!(name.starts_with("news-was-") && name.len() == "news-was-".len() + 10, "{now} {was}: {name}");
    }
    assert_eq!(renamed("shop--test-news.fifo", "shop--test-news", false), "news", "the planner refuses that");
    assert_ne!(renamed("News", "Old", true), renamed("News", "Older", true));
}

#[test]
fn a_name_is_made_up_where_a_listing_finds_it() {
    let is = |kind: Kind, name: &str| is_made_up(&test_id(kind, name));
    assert!(is(Kind::Topic, "shop--test-news") && is(Kind::LogGroup, "/aws/lambda/shop--test-f"));
    assert!(is(Kind::LogGroup, "/serverless-app/shop--test-all") && is(Kind::EventSourceMapping, "shop--test-f:sqs:q"));
    assert!(is(Kind::EventRule, "shop--test-r") && is(Kind::EventRule, "shop--test-bus/shop--test-r"));
    for (kind, name) in [
        (Kind::Topic, "News"),
        (Kind::Topic, "shop--prod-news"),
        (Kind::LogGroup, "/own/shop--test-f"),
        (Kind::LogGroup, "/aws/lambda/Handler"),
        (Kind::EventRule, "Bus/shop--test-r"),
        (Kind::EventRule, "shop--test-bus/Paid"),
        (Kind::EventSourceMapping, "Handler:sqs:shop--test-q"),
    ] {
        assert!(!is(kind, name), "{name}");
    }
}

#[test]
fn a_role_that_is_to_have_another_path_is_read_once() {
    let id = test_id(Kind::Role, "/service-role/Worker");
    let state = crate::aws::lambda::Function::default().into();
    let wanted = Wanted { id: id.clone(), state, needs: BTreeSet::new(), adopt: false, named: true };
    let wanted = BTreeMap::from([(id.address.clone(), wanted)]);
    let listed = super::super::Names::from([((Kind::Role, "Worker".to_owned()), Seed::Role(()))]);
    let read = super::super::targets(&id.owner, &id.site, &wanted, &listed, &|_: Kind, _: &str| true);
    let names: Vec<&str> = read.iter().map(|(id, _, _)| id.name.as_str()).collect();
    assert_eq!(names, ["/service-role/Worker"], "or its one role would be replaced and deleted");
}
