use std::collections::{BTreeMap, BTreeSet};

use crate::aws::apigateway_domain::{DomainName, Mapping};
use crate::aws::apigatewayv2::{HttpApi, Stage};
use crate::aws::lambda::LayerVersion;
use crate::aws::route53::{Alias, Record};
use crate::aws::test_support::test_id;
use crate::aws::{Id, Kind, Live, Observed, State, Wanted};
use crate::name::Address;
use crate::plan::build::{Refusals, Request, plan};
use crate::plan::{Mode, Plan};
use crate::text::{OutputRef, Text};

/// What there is and what is asked for.
#[derive(Default)]
struct World {
    live: BTreeMap<Address, Live>,
    wanted: BTreeMap<Address, Wanted>,
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

impl World {
    /// Something with the id `<name>1`, its state before and after, and what it needs.
    fn with(mut self, at: &str, live: Option<State>, want: Option<State>, needs: &[&str]) -> Self {
        let address = address(at);
        let name = match address.kind {
            Kind::DomainName => format!("{}.example.org", address.name),
            Kind::Record => format!("Z1/{}.example.org", address.name),
            _ => format!("shop--test-{}", address.name),
        };
        let id = Id { address: address.clone(), ..test_id(address.kind, &name) };
        let own = |mut state: State| {
            if let Some(tags) = state.tags_mut() {
                tags.extend(id.owner.tags(&address));
            }
            state
        };
        if let Some(state) = live {
            let mut observed = Observed::of(own(state));
            observed.outputs.insert("id".into(), format!("{}1", address.name));
            self.live.insert(address.clone(), Live { id: id.clone(), observed });
        }
        if let Some(state) = want {
            let needs = needs.iter().map(|need| self::address(need)).collect();
            self.wanted.insert(
                address.clone(),
                Wanted { id: id.clone(), state: own(state), needs, adopt: false, named: false },
            );
        }
        self
    }

    fn plan(&self) -> Result<Plan, Refusals> {
        let id = test_id(Kind::DomainName, "any");
        plan(&Request {
            owner: &id.owner,
            site: &id.site,
            wanted: &self.wanted,
            live: &self.live,
            mode: Mode::Deploy,
            adopt: &BTreeSet::new(),
            blobs: BTreeMap::new(),
            outputs: &BTreeMap::new(),
        })
    }
}

fn api(stage: &str, description: &str) -> Option<State> {
    let api = HttpApi { description: description.into(), ..HttpApi::default() };
    Some(api.deployed(stage, Stage::default()).into())
}

fn domain(certificate: &str, mappings: &[(&str, Text, &str)]) -> DomainName {
    let mapping = |(path, api_id, stage): &(&str, Text, &str)| {
        ((*path).to_owned(), Mapping { api_id: api_id.clone(), stage: (*stage).to_owned() })
    };
    DomainName {
        regional_certificate_arn: certificate.into(),
        api_mappings: mappings.iter().map(mapping).collect(),
        ..DomainName::default()
    }
}

fn of(api: &str) -> Text {
    OutputRef::new(&address(&format!("apigatewayv2.api/{api}")), "id").into()
}

fn record(target: &str) -> Option<State> {
    let alias = Alias { dns_name: target.into(), evaluate_target_health: false, hosted_zone_id: "Z2".into() };
    Some(Record { a: Some(alias), aaaa: None }.into())
}

fn waits(plan: &Plan, of: &str) -> Vec<String> {
    let change = plan.changes.iter().find(|change| change.address == address(of)).expect("a change");
    change.waits_for.iter().map(Address::to_string).collect()
}

const A: &str = "apigatewayv2.api/a";
const B: &str = "apigatewayv2.api/b";
const X: &str = "apigateway.domain-name/x";
const Y: &str = "apigateway.domain-name/y";

#[test]
fn an_api_deletes_a_stage_once_the_domain_name_that_leads_to_it_has_let_go() {
    let lived = domain("c", &[("a", "a1".into(), "v1"), ("b", "b1".into(), "v1")]);
    let world = World::default()
        .with(A, api("v1", ""), api("v2", ""), &[])
        .with(B, api("v1", ""), api("v1", "new"), &[])
        .with(X, Some(lived.into()), Some(domain("c", &[("b", of("b"), "v1")]).into()), &[B]);
    let plan = world.plan().unwrap();
    assert_eq!(waits(&plan, A), [X]);
    assert_eq!(waits(&plan, X), [B]);
    let lived = domain("c", &[("", "a1".into(), "v1")]);
    let world = World::default().with(A, api("v1", ""), api("v2", ""), &[]).with(B, None, api("v1", ""), &[]).with(
        X,
        Some(lived.into()),
        Some(domain("c", &[("", of("b"), "v1")]).into()),
        &[B],
    );
    let plan = world.plan().unwrap();
    assert_eq!((waits(&plan, A), waits(&plan, X)), (vec![X.to_owned()], vec![B.to_owned()]), "it leads to another API");
}

#[test]
fn an_api_that_comes_before_a_domain_name_does_not_wait_for_it() {
    let other = |certificate| Some(domain(certificate, &[("b", of("b"), "v1")]).into());
    let lived = domain("c", &[("b", "b1".into(), "v1")]);
    let world = World::default()
        .with(A, api("v1", ""), api("v2", ""), &[])
        .with(B, api("v1", ""), api("v1", "new"), &[A])
        .with(X, Some(lived.into()), other("d"), &[B]);
    let plan = world.plan().unwrap();
    assert_eq!((waits(&plan, A), waits(&plan, X)), (Vec::new(), vec![B.to_owned()]));
    let lived = domain("c", &[("a", "a1".into(), "v1"), ("b", "b1".into(), "v1")]);
    let world = World::default()
        .with(A, api("v1", ""), api("v2", ""), &[])
        .with(B, api("v1", ""), api("v1", "new"), &[A])
        .with(X, Some(lived.into()), other("c"), &[B]);
    let said = world.plan().unwrap_err().to_string();
    assert!(said.contains("the changes wait for each other: ") && said.contains(X), "AWS would refuse it: {said}");
}

#[test]
fn a_domain_name_goes_although_the_api_and_the_alias_of_another_one_come_after_it() {
    let lived = domain("c", &[("", "a1".into(), "v1")]);
    let target: Text = OutputRef::new(&address(Y), "regionalDomainName").into();
    let alias = Alias { dns_name: target, evaluate_target_health: false, hosted_zone_id: "Z2".into() };
    let world = World::default()
        .with(A, api("v1", ""), api("v2", ""), &[])
        .with(X, Some(lived.into()), None, &[])
        .with("route53.record/x", record("d-1"), None, &[])
        .with(Y, None, Some(domain("c", &[("", of("a"), "v2")]).into()), &[A])
        .with("route53.record/y", None, Some(Record { a: Some(alias), aaaa: None }.into()), &[Y]);
    let plan = world.plan().unwrap();
    assert_eq!(waits(&plan, A), [X]);
    assert_eq!(waits(&plan, X), ["route53.record/x"], "not for the alias of another one");
    assert_eq!((waits(&plan, Y), waits(&plan, "route53.record/y")), (vec![A.to_owned()], vec![Y.to_owned()]));
}

#[test]
fn a_domain_name_forgets_its_alias_once_that_has_gone() {
    let both = domain("c", &[]);
    let world = World::default()
        .with(X, Some(both.clone().with_alias("Z1").into()), Some(both.into()), &[])
        .with("route53.record/x", record("d-1"), None, &[])
        .with("route53.record/z", record("d-9"), None, &[]);
    let plan = world.plan().unwrap();
    assert_eq!(waits(&plan, X), ["route53.record/x"], "and no other one");
    assert_eq!(waits(&plan, "route53.record/x"), [""; 0]);
    let change = plan.changes.iter().find(|change| change.address == address(X)).unwrap();
    let calls: Vec<&str> = change.steps.iter().map(|step| step.call.api()).collect();
    assert_eq!(calls, ["apigateway:UntagResource"]);
}

const OLDEST: &str = "lambda.layer-version/shared-0123456789";
const LATER: [&str; 2] = ["lambda.layer-version/shared-0123456789-v12", "lambda.layer-version/shared-0123456789-v9"];
const OTHER: &str = "lambda.layer-version/shared-9876543210";

fn version(users: &[&str]) -> Option<State> {
    let used_by = users.iter().map(|name| (*name).to_owned()).collect();
    Some(LayerVersion { used_by, ..LayerVersion::default() }.into())
}

#[test]
fn of_several_versions_of_one_content_the_oldest_goes_last() {
    let world = || World::default().with(LATER[0], version(&[]), None, &[]).with(LATER[1], version(&[]), None, &[]);
    let plan = world().with(OLDEST, version(&[]), None, &[]).with(OTHER, version(&[]), None, &[]).plan().unwrap();
    assert_eq!(waits(&plan, OLDEST), LATER);
    assert!([LATER[0], LATER[1], OTHER].iter().all(|of| waits(&plan, of).is_empty()));
    let plan = world().with(OLDEST, version(&[]), version(&[]), &[]).plan().unwrap();
    assert_eq!(plan.changes.len(), 2, "it stays, and is called as before");
    assert!(LATER.iter().all(|of| waits(&plan, of).is_empty()));
}

#[test]
fn the_oldest_version_of_a_content_stays_with_one_that_somebody_else_needs() {
    let plan = World::default()
        .with(OLDEST, version(&[]), None, &[])
        .with(LATER[0], version(&["theirs"]), None, &[])
        .with(LATER[1], version(&[]), None, &[])
        .with(OTHER, version(&[]), None, &[])
        .plan()
        .unwrap();
    let going: Vec<String> = plan.changes.iter().map(|change| change.address.to_string()).collect();
    assert_eq!(going, [LATER[1], OTHER], "else the one that stays would get its name");
    let notes: Vec<String> = plan.notes.iter().map(|note| format!("{}: {}", note.address, note.message)).collect();
    let stays = |at: &str| format!("{at}: shop--test-{} stays for the function theirs", address(at).name);
    assert_eq!(notes, [stays(OLDEST), stays(LATER[0])]);
}
